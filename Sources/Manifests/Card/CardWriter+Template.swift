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
            Self.isOfFirstTemplate(type, predicate) ? .card1 : .card2,
            say(.heading, [], .heading))
        let facts = JSON.object(predicate)
        switch type {
        case PredicateType.provenance: provenance(predicate)
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
        if let extra = predicate[.ext]?.object {
            let count = Text(String(extra.members.count))
            line(
                .extra, say(.unrecognised, [count], "members that are not recognised: " + count))
        }
        line(.type, type)
    }

    /// Whether template 1 shows all of a manifest: it knows no `suspectFrom` of a handover.
    private static func isOfFirstTemplate(_ type: Text, _ predicate: JSON.Object) -> Bool {
        type != PredicateType.logKey || predicate["suspectFrom"] == nil
    }

    // MARK: Artifacts

    private mutating func provenance(_ facts: JSON.Object) {
        let (record, creator) = (facts[.record], facts[.creator])
        line(.title, record?[.title]?.text)
        line(.creator, creator?[.name]?.text)
        line(.none, creator?[.id]?.text)
        line(.event, facts[.event]?.text.map(named))
        line(.captured, facts[.capturedAt].map(capture))
        line(.pop, facts[.pop]?.text)
        line(.language, record?[.lang]?.text)
        prose(.text, record?[.text]?.text)
        if let edition = facts[.edition] {
            let (serial, total) = (shown(edition[.serial]), shown(edition[.total]))
            line(
                .edition, say(.copy, [serial, total], "copy " + serial + " of " + total))
            line(.drop, edition[.drop]?.text)
        }
        line(.milestone, facts[.milestone]?.text)
        list(.madeFrom, (facts[.parents]?.array ?? []).map(parent))
        list(.actions, (facts[.actions]?.array ?? []).compactMap(\.text))
        if let inventory = facts[.inventory] {
            line(.inventory, shown(inventory[.system]) + ": " + shown(inventory[.ref]))
        }
        place(facts[.geo])
        list(.fingerprint, facts[.perceptualHashes]?.array ?? []) { writer, label, hash in
            let (name, quality) = (writer.shown(hash[.alg]), writer.shown(hash[.quality]))
            let profile = writer.shown(hash[.profile])
            let english = name + ", quality " + quality + ", profile " + profile
            writer.line(label, writer.say(.fingerprint, [name, quality, profile], english))
            writer.line(.none, hash[.value]?.text)
        }
        if let c2pa = facts[.c2pa] {
            line(.c2pa, c2pa[.manifestURN]?.text)
            line(.none, c2pa[.manifestStoreSha256]?.text)
        }
        seen(facts[.seen])
    }

    private func capture(_ capture: JSON) -> Text {
        let (at, clock) = (shown(capture[.at]), named(shown(capture[.clock])))
        let time = say(.capture, [at, clock], at + .clockMark + clock)
        guard let uncertainty = capture[.uncertaintySeconds] else { return time }
        let seconds = shown(uncertainty)
        return time + say(.within, [seconds], ", within " + seconds + " s")
    }

    private func parent(_ parent: JSON) -> Text {
        let relation = named(shown(parent[.relation]))
        guard let entry = parent[.entry] else {
            let digest = shown(parent[.sha256])
            return say(.parentFile, [relation, digest], relation + " sha256 " + digest)
        }
        let name = shown(entry)
        return say(.parentEntry, [relation, name], relation + " entry " + name)
    }

    private mutating func place(_ geo: JSON?) {
        guard let geo, let bounds = geo[.bounds]?.array, bounds.count == 4 else { return }
        let (west, south) = (shown(bounds[0]), shown(bounds[1]))
        let (east, north) = (shown(bounds[2]), shown(bounds[3]))
        let bound = "west " + west + ", south " + south + ", east " + east + ", north " + north
        line(.place, say(.bounds, [west, south, east, north], bound))
        let (system, metres) = (shown(geo[.crs]), shown(geo[.groundSampleDistanceM]))
        line(.none, say(.sample, [system, metres], system + ", " + metres + " m a sample"))
    }

    /// Shows the first two lines of the checkpoint: the log's name and its size.
    private mutating func seen(_ seen: JSON?) {
        guard let note = seen?[.checkpoint]?.text else { return }
        let lines = note.utf8.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
        let name = lines.first.flatMap { Text(utf8: $0) } ?? ""
        let size = lines.dropFirst().first.flatMap { Text(utf8: $0) } ?? ""
        line(.seen, say(.seen, [name, size], "log " + name + " at size " + size))
    }

    private mutating func foreign(_ predicate: JSON.Object) {
        let count = Text(String(predicate.members.count))
        line(.predicate, say(.unshown, [count], "members that are not shown: " + count))
    }

    private mutating func files(_ subjects: [Subject]) {
        list(.files, subjects) { writer, label, subject in
            let name =
                subject.name.isEmpty ? writer.say(.unnamed, [], "without a name") : subject.name
            writer.line(label, subject.mediaType.map { name + .comma + $0 } ?? name)
            writer.line(.sha256, subject.digest.map { Text($0) })
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

/// Words of nearly every card, made once.
extension Text {
    fileprivate static let heading: Text = "what the signer states; this card proves none of it"
    fileprivate static let comma: Text = ", "
    fileprivate static let clockMark: Text = ", clock "
}
