import Encoding
import Manifests
import Merkle
import Provenance

/// The lines of what stands in a record beside the manifest.
enum CardRecord {
    /// Who keeps the clock of a PoP, by the names that `colophon` writes (manifests.md §10).
    static let clockKeepers: Set<Text> = ["chrony", "ntpd", "timesyncd", "kernel"]

    static func lines(
        of record: TransparentStatement, _ manifest: Manifest?, _ name: String
    ) -> [CardLine] {
        let statement = record.statement
        let key = Base64.encodeURL(statement.keyID.bytes)
        var lines = [
            CardLine(.unknown, .name, CardSentence(.plain, [.text(Text(name))])),
            plain(.proven, .entry, "\(statement.id)"),
            plain(.stated, .issuer, statement.issuer.string),
            plain(.stated, .thread, statement.subject.string),
            CardLine(.stated, .signedAt, signedAt(statement, manifest)),
            CardLine(.stated, .key, .keyNamed, key, statement.algorithm.name),
        ]
        if let audience = statement.audience {
            lines.append(plain(.stated, .audience, audience.string))
        }
        if let manifest { lines += CardLook.stated(manifest) }
        // The template, which never changes, shows nothing of foreign types and of overrides.
        if let build = manifest.flatMap({ BuildFacts($0) }) {
            let facts: [(CardWord, Text?)] = [
                (.builder, build.builder), (.source, build.source), (.commit, build.commit),
            ]
            lines += facts.compactMap { label, value in
                value.map { plain(.stated, label, $0.string) }
            }
        }
        if let manifest, manifest.predicateType == PredicateType.milestone,
            let reason = manifest.predicate["ext"]?["override"]?.text
        {
            lines.append(plain(.stated, .override, reason.string))
        }
        return lines
    }

    private static func plain(
        _ origin: CardOrigin, _ label: CardWord, _ text: String
    ) -> CardLine {
        CardLine(origin, label, .plain, text)
    }

    /// When it was signed, and by which clock, where the record says that.
    private static func signedAt(_ statement: Statement, _ manifest: Manifest?) -> CardSentence {
        let time = CardSentence.Value.text(Text("\(Instant(statement.issuedAt))"))
        guard let clock = clock(manifest) else { return CardSentence(.plain, [time]) }
        return CardSentence(.signedAtClock, [time, clock])
    }

    /// Who kept the clock of the PoP, and how well, where the record says it in our form.
    private static func clock(_ manifest: Manifest?) -> CardSentence.Value? {
        guard let manifest, manifest.predicateType == PredicateType.provenance,
            let clock = manifest.predicate["ext"]?["popClock"], let keeper = clock["source"]?.text
        else { return nil }
        if keeper == "none" { return .word(.clockNobody) }
        guard clockKeepers.contains(keeper) else { return nil }
        guard let number = clock["uncertaintySeconds"], number.number != nil,
            let seconds = Text(utf8: number.encoded())
        else { return .text(keeper) }
        return .sentence(.clockGood, [keeper, seconds])
    }
}
