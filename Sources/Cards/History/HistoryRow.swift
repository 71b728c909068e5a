public import Manifests

/// A step of a history, as it is shown: how deep it hangs, and what is said of it.
public struct HistoryRow: Hashable, Sendable {
    /// A line of it.
    public struct Line: Hashable, Sendable {
        /// Where the line comes from.
        public let origin: CardOrigin

        /// What it says.
        public let sentence: CardSentence
    }

    /// The step.
    public let step: HistoryStep

    /// How many steps it hangs below.
    public let depth: Int

    /// Whether it is the one that was asked about.
    public let isAsked: Bool

    /// For each level above it, whether more follows there; the last is its own level.
    let goesOn: [Bool]

    /// What is said of it; never empty.
    public let lines: [Line]
}
