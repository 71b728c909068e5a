/// How a long piece of work says how far it has come, and learns that nobody wants it any more.
///
/// Reporting is cheap, but not free: every few hundred entries are often enough.
public struct JobProgress: Sendable {
    /// Where a piece of work is.
    public struct Step: Hashable, Sendable {
        /// How much of it is done, in the unit of the work.
        public let done: UInt64

        /// How much there is; nil where that is not known.
        public let total: UInt64?

        /// The present step, in a few words.
        public let what: String

        /// Creates a step.
        public init(_ what: String, done: UInt64, of total: UInt64?) {
            self.what = what
            self.done = done
            self.total = total
        }
    }

    /// Tells nobody, and goes on to the end.
    public static let silent = JobProgress { _ in true }

    private let answer: @Sendable (Step) -> Bool

    /// Creates a report that calls `isWanted` with each step; false ends the work.
    public init(_ isWanted: @escaping @Sendable (Step) -> Bool) {
        answer = isWanted
    }

    /// Says how far the work is; returns false where it is not wanted any more.
    package func isWanted(_ step: Step) -> Bool { answer(step) }
}
