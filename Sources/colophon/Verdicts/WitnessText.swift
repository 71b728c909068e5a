import Checkpoints
import Encoding
import Provenance
import Studio

/// What the witnesses of a kit have seen of an entry: who, by when, and how fresh that is.
struct WitnessText {
    /// The most witnesses that a headline names; the others are counted.
    private static let nameLimit = 4

    private let witnessing: Report.Witnessing
    private let names: Names

    /// Says what is in a report; nil where it was not asked about witnesses.
    init?(_ report: Report, _ names: Names) {
        guard let witnessing = report.witnessing else { return nil }
        self.witnessing = witnessing
        self.names = names
    }

    /// The parts of a headline; empty where the quorum is not met.
    var parts: [String] {
        guard let completeAt = witnessing.completeAt else { return [] }
        let seenBy = witnessing.seenBy
        var words = seenBy.prefix(Self.nameLimit).map { witness in
            let own = names[id: "\(witness.key)"].map { " (\"\($0)\" to you)" } ?? ""
            return "\(witness.name)\(own)"
        }.joined(separator: ", ")
        let rest = seenBy.count - Self.nameLimit
        if rest > 0 { words = VerdictPhrase.andMore.with(["names": words, "count": "\(rest)"]) }
        let fresh = witnessing.freshAt.flatMap { time in
            time > completeAt ? VerdictPhrase.newest.with(["time": "\(Instant(time))"]) : nil
        }
        let seen = VerdictPhrase.witnessedBy.with([
            "names": words, "count": "\(seenBy.count)", "total": "\(witnessing.witnesses.count)",
            "time": "\(Instant(completeAt))",
        ])
        return [seen] + (fresh.map { [$0] } ?? [])
    }

    /// A line for each witness of the kit.
    var lines: [String] {
        guard !witnessing.witnesses.isEmpty else { return [] }
        return [VerdictPhrase.headingWitnesses.words + ":"]
            + witnessing.witnesses.flatMap { witness in
                Columns.wrap(
                    Names.beside(Self.words(witness), names[id: "\(witness.key)"]),
                    head: "  " + Columns.pad("\(witness.name)", to: 13))
            }
    }

    private static func words(_ witness: Report.Witnessing.Witness) -> String {
        switch witness.verdict {
        case .ok:
            let newest = witness.newest.flatMap { $0 > witness.earliest ?? $0 ? $0 : nil }
            let time = witness.earliest.map { "\(Instant($0))" } ?? ""
            guard let newest else { return VerdictPhrase.sawBy.with(["time": time]) }
            return VerdictPhrase.sawByNewest.with(["time": time, "newest": "\(Instant(newest))"])
        case .unknown: return VerdictPhrase.witnessUnknown.words
        case .refuted: return VerdictPhrase.witnessFalse.words
        case .absent, .suspect, .notChecked: return VerdictPhrase.witnessAbsent.words
        }
    }

    /// The witnesses for programs (verification.md §9).
    var json: JSON {
        .array(
            witnessing.witnesses.map { witness in
                .object(
                    Console.object([
                        ("name", .string(Text("\(witness.name)"))),
                        ("verdict", .string(Text(witness.verdict.rawValue))),
                        ("earliest", Self.time(witness.earliest)),
                        ("newest", Self.time(witness.newest)),
                        ("yourName", names[id: "\(witness.key)"].map { .string(Text($0)) }),
                    ]))
            })
    }

    /// The quorum for programs; null where the kit asks for none.
    var quorum: JSON {
        guard witnessing.quorum != .none else { return .null }
        return .object(
            Console.object([
                ("name", .string(Text("\(witnessing.quorum)"))),
                ("earliest", Self.time(witnessing.completeAt)),
                ("newest", Self.time(witnessing.freshAt)),
            ]))
    }

    private static func time(_ time: UInt64?) -> JSON {
        time.map { .integer(Int64(clamping: $0)) } ?? .null
    }
}
