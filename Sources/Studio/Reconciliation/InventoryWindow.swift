import Encoding
package import Manifests
package import Provenance

/// What a `reconciliation` statement says of a drop, recomputed.
package struct InventoryWindow: Hashable, Sendable {
    /// What follows from the statement.
    package enum Verdict: Hashable, Sendable {
        /// It says that the numbers are balanced, and they are.
        case balanced

        /// It says that they are not.
        case mismatch

        /// It says that they are balanced, and they are not; the words say which.
        case miscounted(String)
    }

    /// The entry.
    package let entry: EntryID

    /// Its place in the log.
    package let index: UInt64

    /// The window, both ends included.
    ///
    /// It ends no later than the statement was signed and logged: no count covers what came after.
    package let span: ClosedRange<Timestamp>

    /// What follows from it.
    package let verdict: Verdict

    /// Reads a statement of type `reconciliation`.
    package init?(_ statement: RegisteredStatement) {
        guard statement.type == PredicateType.reconciliation,
            let window = statement.predicate["window"],
            let from = window["from"]?.text.flatMap({ Timestamp($0) }),
            let named = window["to"]?.text.flatMap({ Timestamp($0) })
        else { return nil }
        let made = min(statement.issuedAt, statement.loggedAt)
        let to = min(named, Timestamp(seconds: Int64(clamping: made)))
        // A window that begins later covers nothing.
        guard from <= to else { return nil }
        (entry, index, span) = (statement.entry, statement.index, from...to)
        verdict = Self.verdict(statement.predicate)
    }

    /// Creates a window whose verdict is known already.
    package init(
        entry: EntryID, index: UInt64, span: ClosedRange<Timestamp>, verdict: Verdict
    ) {
        (self.entry, self.index, self.span, self.verdict) = (entry, index, span, verdict)
    }

    /// Whether a record that was signed at this time, in POSIX seconds, lies in the window.
    package func covers(_ issuedAt: UInt64) -> Bool {
        span.contains(Timestamp(seconds: Int64(clamping: issuedAt)))
    }

    private static func verdict(_ predicate: JSON.Object) -> Verdict {
        guard predicate["verdict"]?.text == "balanced" else { return .mismatch }
        return fault(in: predicate).map { .miscounted($0) } ?? .balanced
    }

    /// Says what does not add up; nil where all does.
    ///
    /// Each count is at most 2^53-1, and serials rise below that, so no sum overflows.
    private static func fault(in predicate: JSON.Object) -> String? {
        let counts = predicate["counts"]
        guard let allotted = counts?["allotted"]?.integer, let sold = counts?["sold"]?.integer,
            let returned = counts?["returned"]?.integer,
            let remaining = counts?["remaining"]?.integer
        else { return "it has no counts" }
        let sum = sold + returned + remaining
        guard allotted == sum else {
            return "\(allotted) allotted are not \(sold) sold, \(returned) returned and "
                + "\(remaining) remaining: \(sum)"
        }
        var serials: Int64 = 0
        for range in predicate["serials"]?.array ?? [] {
            guard let from = (range["from"] ?? range.array?.first)?.integer,
                let to = (range["to"] ?? range.array?.last)?.integer, from <= to
            else { return "a range of serials has no ends" }
            serials += to - from + 1
        }
        return serials == sold ? nil : "\(serials) serials are not the \(sold) sold"
    }
}
