import Checkpoints
import Encoding
import OpenTimestamps
package import Provenance

/// What independent evidence is worth to a writer: only what its kit has verified is taken
/// (record.md §5).
extension ReceiptJudge {
    /// Whether the kit names timestamp authorities, so that it is known whose tokens count.
    package var hasAuthorities: Bool {
        checkers.contains { $0.type == Anchor.timestamp }
    }

    /// By when the entry existed, by the earliest token of an authority that the kit trusts; nil
    /// where there is none.
    package func timestampedAt(_ record: TransparentStatement) -> UInt64? {
        report(record.receipts, record.anchors, of: record.statement)?.evidence
            .filter { $0.type == Anchor.timestamp && $0.verdict == .ok }.compactMap(\.time).min()
    }

    /// Judges one anchor beside receipts that are proven; without a kit nobody can.
    func weigh(
        _ map: CBORMap, beside receipts: [[UInt8]], of statement: Statement
    ) -> WeighedAnchor {
        let anchor = try? Anchor(map)
        guard let report = report(receipts, [map], of: statement),
            let evidence = report.evidence.first
        else { return WeighedAnchor(map: map, anchor: anchor, worth: .open, words: "") }
        let words = report.findings.first {
            ($0.check == .timestamp || $0.check == .anchor) && $0.verdict == evidence.verdict
        }
        return WeighedAnchor(
            map: map, anchor: anchor, worth: Self.worth(of: evidence, anchor),
            words: words?.detail ?? "it does not hold")
    }

    private static func worth(
        of evidence: Report.Evidence, _ anchor: Anchor?
    ) -> WeighedAnchor.Worth {
        switch evidence.verdict {
        case .ok:
            if let authority = evidence.authority, let time = evidence.time {
                return .holds(authority: authority, time: time)
            }
            return .open
        case .refuted: return .refuted
        case .notChecked where isComplete(anchor): return .unproven
        case .notChecked, .unknown, .absent, .suspect: return .open
        }
    }

    /// Whether an anchor is a calendar's proof that is about its head and leads to a block.
    private static func isComplete(_ anchor: Anchor?) -> Bool {
        guard let anchor, anchor.type == Anchor.openTimestamps,
            let proof = try? DetachedTimestamp(parsing: anchor.evidence)
        else { return false }
        return proof.digest == anchor.digest && proof.isComplete
    }
}
