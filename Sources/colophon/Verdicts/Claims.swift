import Encoding
import Manifests
import Provenance
import Studio

/// The claims of a signer, not proven.
struct Claims {
    struct Claim {
        let name: String
        let value: String
    }

    /// The most parents that are named; the others are counted.
    private static let parentLimit = 4

    /// Returns the claims that a person wants to read first.
    static func of(_ statement: Statement, _ manifest: Manifest?) -> [Claim] {
        var claims: [Claim] = []
        func add(_ name: VerdictPhrase, _ value: Text?) {
            if let value { claims.append(Claim(name: name.words, value: value.string)) }
        }
        if let predicate = provenance(manifest) {
            add(.title, predicate["record"]?["title"]?.text)
            add(.creator, predicate["creator"]?["name"]?.text)
            add(.event, predicate["event"]?.text)
            add(.captured, captured(predicate["capturedAt"]))
            for (name, value) in edition(manifest) { add(name, Text(value)) }
            for parent in parents(predicate) { add(parentVerb(predicate), Text(parent)) }
        } else {
            add(.type, statement.predicate)
            add(.about, manifest?.subjects.first?.name)
            for claim in milestone(manifest) { add(claim.name, claim.value) }
        }
        add(.signedAt, Text(signedAt(statement, manifest)))
        add(.issuer, statement.issuer)
        add(.thread, statement.subject)
        return claims
    }

    /// Returns what fits on a line: what it is, by whom, which copy, made from what.
    static func brief(_ statement: Statement, _ manifest: Manifest?) -> [String] {
        guard let predicate = provenance(manifest) else {
            let about = manifest?.subjects.first?.name ?? ""
            return ["type \(statement.predicate)"] + (about.isEmpty ? [] : ["about \(about)"])
                + milestone(manifest).map { "\($0.name.words) \($0.value)" }
        }
        let title = predicate["record"]?["title"]?.text ?? ""
        let creator = predicate["creator"]?["name"]?.text ?? ""
        var parts = ["\"\(title)\" by \(creator)", predicate["event"]?.text?.string ?? ""]
        let copy = edition(manifest).map(\.value).joined(separator: " of ")
        if !copy.isEmpty { parts.append("copy " + copy) }
        let verb = parentVerb(predicate).words
        return parts + parents(predicate).map { "\(verb) \($0)" }
    }

    /// Returns what was decided about a slice, and why its threshold was overridden, where it was.
    static func milestone(_ manifest: Manifest?) -> [(name: VerdictPhrase, value: Text)] {
        guard let manifest, manifest.predicateType == PredicateType.milestone else { return [] }
        let predicate = manifest.predicate
        let all: [(name: VerdictPhrase, value: Text?)] = [
            (.decision, predicate["decision"]?.text), (.slice, predicate["slice"]?.text),
            (.override, predicate["ext"]?["override"]?.text),
        ]
        return all.compactMap { claim in claim.value.map { (claim.name, $0) } }
    }

    /// Returns what a record takes back, in words; nil where it takes nothing back.
    static func withdrawn(_ manifest: Manifest?) -> String? {
        guard let predicate = provenance(manifest), predicate["event"]?.text == "withdraw" else {
            return nil
        }
        let named = parents(predicate)
        return named.isEmpty
            ? VerdictPhrase.withdrawsUnnamed.words : named.joined(separator: " and ")
    }

    /// What a record does to the entries that it names as its parents.
    private static func parentVerb(_ predicate: JSON.Object) -> VerdictPhrase {
        switch predicate["event"]?.text {
        case "correct": .corrects
        case "withdraw": .withdrawsEntry
        default: .madeFrom
        }
    }

    private static func provenance(_ manifest: Manifest?) -> JSON.Object? {
        guard let manifest, manifest.predicateType == PredicateType.provenance else { return nil }
        return manifest.predicate
    }

    private static func captured(_ time: JSON?) -> Text? {
        guard let at = time?["at"]?.text else { return nil }
        guard let clock = time?["clock"]?.text else { return at }
        return Text(VerdictPhrase.atClock.with(["time": at.string, "clock": clock.string]))
    }

    /// When it was signed, and by which clock, where the record says that.
    static func signedAt(_ statement: Statement, _ manifest: Manifest?) -> String {
        let time = "\(Instant(statement.issuedAt))"
        return popClock(manifest).map { VerdictPhrase.atClock.with(["time": time, "clock": $0]) }
            ?? time
    }

    /// Who kept the clock of the PoP, and how well, where the record says it in the form of
    /// manifests.md §10.
    private static func popClock(_ manifest: Manifest?) -> String? {
        let clock = provenance(manifest)?["ext"]?["popClock"]
        guard let name = clock?["source"]?.text?.string,
            let source = PoPClock.Source(rawValue: name)
        else { return nil }
        guard source != .none else { return VerdictPhrase.keptByNobody.words }
        guard let number = clock?["uncertaintySeconds"] else { return source.rawValue }
        return number.number.map { _ in
            VerdictPhrase.goodTo.with([
                "source": source.rawValue,
                "seconds": String(decoding: number.encoded(), as: UTF8.self),
            ])
        }
    }

    private static func edition(
        _ manifest: Manifest?
    ) -> [(name: VerdictPhrase, value: String)] {
        guard let edition = manifest.flatMap({ ProvenanceFacts.edition(in: $0) }) else { return [] }
        let copy = VerdictPhrase.copyOf.with([
            "serial": "\(edition.serial)", "total": "\(edition.total)",
        ])
        return [(.copy, copy), (.drop, edition.drop.string)]
    }

    private static func parents(_ predicate: JSON.Object) -> [String] {
        let all = predicate["parents"]?.array ?? []
        var words = all.prefix(parentLimit).map { parent in
            let entry = parent["entry"]?.text.map { entry in
                VerdictPhrase.entryNamed.with(["entry": entry.string])
            }
            let digest = parent["sha256"]?.text.map { digest in
                VerdictPhrase.digestNamed.with(["digest": digest.string])
            }
            return part(parent["relation"]?.text, entry ?? digest ?? "")
        }
        let rest = all.count - parentLimit
        if rest > 0 { words.append(VerdictPhrase.more.with(["count": "\(rest)"])) }
        return words
    }

    /// The part that a parent has in what was made, where it is not the whole.
    private static func part(_ relation: Text?, _ parent: String) -> String {
        switch relation {
        case "componentOf": VerdictPhrase.asPart.with(["parent": parent])
        case "inputTo": VerdictPhrase.asInput.with(["parent": parent])
        default: parent
        }
    }
}

extension Claims {
    /// The object of verification.md §9; null where the file holds no statement.
    static func json(_ report: Report) -> JSON {
        guard let statement = report.statement else { return .null }
        var members: [(Text, JSON?)] = [
            ("type", .string(statement.predicate)), ("iss", .string(statement.issuer)),
            ("sub", .string(statement.subject)),
            ("iat", .integer(Int64(clamping: statement.issuedAt))),
        ]
        if let predicate = provenance(report.manifest) {
            members += [
                ("title", predicate["record"]?["title"]), ("lang", predicate["record"]?["lang"]),
                ("creator", predicate["creator"]?["name"]),
            ]
            let names: [Text] = ["event", "capturedAt", "edition", "parents", "milestone", "c2pa"]
            members += names.map { ($0, predicate[$0]) }
        } else if let name = report.manifest?.subjects.first?.name, !name.isEmpty {
            members.append(("about", .string(name)))
            members += milestone(report.manifest).map { (Text($0.name.words), .string($0.value)) }
        }
        return .object(Console.object(members))
    }
}
