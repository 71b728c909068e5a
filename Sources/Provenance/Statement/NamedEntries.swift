/// Entries that lie side by side in a log, as words name them: one, or the first and the last.
package struct NamedEntries: CustomStringConvertible {
    private let range: Range<UInt64>

    /// - Parameter range: their indexes, at least one.
    package init(_ range: Range<UInt64>) {
        precondition(!range.isEmpty, "no entries have no name")
        self.range = range
    }

    private var isOne: Bool { range.upperBound - range.lowerBound == 1 }

    /// "entry 3", or "entries 3 to 5".
    package var description: String {
        isOne
            ? "entry \(range.lowerBound)"
            : "entries \(range.lowerBound) to \(range.upperBound - 1)"
    }

    /// The same with the verb behind it: "entry 3 is", or "entries 3 to 5 are".
    package var are: String { "\(self) \(isOne ? "is" : "are")" }

    /// The same in the past: "entry 3 was", or "entries 3 to 5 were".
    package var were: String { "\(self) \(isOne ? "was" : "were")" }

    /// What stands for them in a further sentence: "it is", or "they are".
    package var theyAre: String { isOne ? "it is" : "they are" }
}
