import Encoding
import Merkle

/// Template 1: which facts a card shows, in which order and in which words.
///
/// Never change a word of it: published cards carry its digest. What is new since is template 2,
/// which a card is of exactly where it shows some of that; see ``isOfFirstTemplate(_:_:)``.
extension CardWriter {
    /// Writes the card of a manifest.
    mutating func write(_ type: Text, _ subjects: [Subject], _ predicate: JSON.Object) {
        line(
            Self.isOfFirstTemplate(type, predicate) ? "CARD 1" : "CARD 2",
            "what the signer states; this card proves none of it")
        let facts = JSON.object(predicate)
        switch type {
        case PredicateType.provenance: provenance(facts)
        case PredicateType.milestone: milestone(facts)
        case PredicateType.reconciliation: reconciliation(facts)
        case PredicateType.postmortem: postmortem(facts)
        case PredicateType.telemetry: telemetry(facts, pop: subjects[0].name)
        case PredicateType.policy: policy(facts)
        case PredicateType.key: key(facts)
        case PredicateType.logKey: logKey(facts)
        case PredicateType.erasure: erasure(facts)
        default: foreign(predicate)
        }
        if PredicateType.hasArtifact(type) { files(subjects) }
        if let extra = facts["ext"]?.object {
            line("Extension", "members that are not recognised: \(extra.members.count)")
        }
        line("Type", type)
    }

    /// Whether template 1 shows all of a manifest: it knows no `suspectFrom` of a handover.
    private static func isOfFirstTemplate(_ type: Text, _ predicate: JSON.Object) -> Bool {
        type != PredicateType.logKey || predicate["suspectFrom"] == nil
    }

    // MARK: Artifacts

    private mutating func provenance(_ facts: JSON) {
        let (record, creator) = (facts["record"], facts["creator"])
        line("Title", record?["title"]?.text)
        line("Creator", creator?["name"]?.text)
        line("", creator?["id"]?.text)
        line("Event", facts["event"]?.text)
        line("Captured", facts["capturedAt"].map(capture))
        line("PoP", facts["pop"]?.text)
        line("Language", record?["lang"]?.text)
        prose("Text", record?["text"]?.text)
        if let edition = facts["edition"] {
            let (serial, total) = (shown(edition["serial"]), shown(edition["total"]))
            line("Edition", "copy " + serial + " of " + total)
            line("Drop", edition["drop"]?.text)
        }
        line("Milestone", facts["milestone"]?.text)
        list("Made from", (facts["parents"]?.array ?? []).map(parent))
        list("Actions", (facts["actions"]?.array ?? []).compactMap(\.text))
        if let inventory = facts["inventory"] {
            line("Inventory", shown(inventory["system"]) + ": " + shown(inventory["ref"]))
        }
        place(facts["geo"])
        list("Fingerprint", facts["perceptualHashes"]?.array ?? []) { writer, label, hash in
            let quality: Text = ", quality " + writer.shown(hash["quality"])
            let profile: Text = ", profile " + writer.shown(hash["profile"])
            writer.line(label, writer.shown(hash["alg"]) + quality + profile)
            writer.line("", hash["value"]?.text)
        }
        if let c2pa = facts["c2pa"] {
            line("C2PA", c2pa["manifestURN"]?.text)
            line("", c2pa["manifestStoreSha256"]?.text)
        }
        seen(facts["seen"])
    }

    private func capture(_ capture: JSON) -> Text {
        let time = shown(capture["at"]) + ", clock " + shown(capture["clock"])
        guard let uncertainty = capture["uncertaintySeconds"] else { return time }
        return time + ", within " + shown(uncertainty) + " s"
    }

    private func parent(_ parent: JSON) -> Text {
        let kind: Text = parent["entry"] == nil ? "sha256 " : "entry "
        return shown(parent["relation"]) + " " + kind + shown(parent["entry"] ?? parent["sha256"])
    }

    private mutating func place(_ geo: JSON?) {
        guard let geo, let bounds = geo["bounds"]?.array, bounds.count == 4 else { return }
        let (west, south) = (shown(bounds[0]), shown(bounds[1]))
        let (east, north) = (shown(bounds[2]), shown(bounds[3]))
        line("Place", "west " + west + ", south " + south + ", east " + east + ", north " + north)
        line("", shown(geo["crs"]) + ", " + shown(geo["groundSampleDistanceM"]) + " m a sample")
    }

    /// Shows the first two lines of the checkpoint: the log's name and its size.
    private mutating func seen(_ seen: JSON?) {
        guard let note = seen?["checkpoint"]?.text else { return }
        let lines = note.utf8.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
        let name = lines.first.flatMap { Text(utf8: $0) } ?? ""
        let size = lines.dropFirst().first.flatMap { Text(utf8: $0) } ?? ""
        line("Seen", "log " + name + " at size " + size)
    }

    private mutating func foreign(_ predicate: JSON.Object) {
        line("Predicate", "members that are not shown: \(predicate.members.count)")
    }

    private mutating func files(_ subjects: [Subject]) {
        list("Files", subjects) { writer, label, subject in
            let name: Text = subject.name.isEmpty ? "without a name" : subject.name
            writer.line(label, subject.mediaType.map { name + ", " + $0 } ?? name)
            writer.line("SHA-256", subject.digest.map { Text($0.description) })
        }
    }

    /// A string, a number or nothing, as it was written.
    func shown(_ value: JSON?) -> Text {
        switch value {
        case .string(let text)?: text
        case .integer(let integer)?: Text(String(integer))
        case .decimal(let decimal)?: Text(decimal.description)
        default: ""
        }
    }
}
