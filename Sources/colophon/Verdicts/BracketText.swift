import Checkpoints
import Encoding
import Provenance

/// Between which times a statement was signed: after a head that the signer had seen, and before
/// the log, or somebody else, saw it.
struct BracketText {
    /// The most witnesses that are named; the others are counted.
    private static let nameLimit = 4

    private let report: Report

    init(_ report: Report) {
        self.report = report
    }

    /// The parts of a paragraph; nil where nothing bounds the time from below.
    var parts: [String]? {
        guard let after = report.notBefore else { return nil }
        let size = "\(after.size)"
        let start =
            after.time.map { time in
                [
                    VerdictPhrase.notBefore.with(["time": "\(Instant(time))"]),
                    VerdictPhrase.headSeenBy.with(["size": size, "names": witnesses(of: after)]),
                ]
            } ?? [VerdictPhrase.notBeforeHead.with(["size": size])]
        return start + [end]
    }

    /// By when: the earliest word of somebody who is not the ledger, else the ledger's.
    private var end: String {
        if let bound = report.existedBy {
            return VerdictPhrase.notAfter.with(["time": "\(Instant(bound.latest))"])
        }
        return report.loggedAt.map { VerdictPhrase.notAfterLedger.with(["time": "\(Instant($0))"]) }
            ?? VerdictPhrase.notAfterLogged.words
    }

    private func witnesses(of bound: Report.LowerBound) -> String {
        let named = bound.witnesses.prefix(Self.nameLimit).map { "\($0)" }
        let rest = bound.witnesses.count - named.count
        let names = named.joined(separator: ", ")
        return rest > 0
            ? VerdictPhrase.andMore.with(["names": names, "count": "\(rest)"]) : names
    }

    /// The bound from below for programs; null where there is none.
    var json: JSON {
        guard let after = report.notBefore else { return .null }
        return [
            "size": .integer(Int64(clamping: after.size)),
            "time": after.time.map { .integer(Int64(clamping: $0)) } ?? .null,
            "witnesses": .array(after.witnesses.map { .string(Text("\($0)")) }),
        ]
    }
}
