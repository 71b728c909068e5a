import Foundation
import Synchronization

/// How much of the processors the work for readers has while somebody else needs them.
///
/// A thread that gives way (``Niceness``) still costs the others: it runs on until the system takes
/// the core from it, it holds locks meanwhile, and all threads of a service share what the system
/// gives to the service. So such a thread rests after each piece of work for as long as keeps it
/// within its share. While nobody else needs the processors it does not rest, and owes nothing.
package final class ReaderShare: Sendable {
    /// Which part of all processors work for readers has: one in so many.
    ///
    /// It is a tenth of a core where there are two: some 40 pages a second. What that costs those
    /// who register is in Schemas/performance.md.
    package static let part = 20

    /// The longest rest: one long piece of work does not keep those that wait for seconds.
    ///
    /// What is left of a rest is added to the next ones.
    package static let longestRest = Duration.milliseconds(250)

    /// The most that is left for the next rests: one piece of work slows down the next 20, not all.
    package static let longestDebt = longestRest * 20

    /// The share of one core, above 0 and at most 1.
    private let ofCore: Double

    private let isNeeded: @Sendable () -> Bool

    /// What is left of the rests so far, and when the newest rest ends.
    private let debt = Mutex((left: Duration.zero, until: ContinuousClock.now))

    /// Creates the share of one thread on a machine with so many processors.
    ///
    /// - Parameter isNeeded: whether somebody else needs the processors now; asked after each piece
    ///   of work, on the thread that does it.
    package init(
        processors: Int = ProcessInfo.processInfo.activeProcessorCount,
        whileOthers isNeeded: @escaping @Sendable () -> Bool
    ) {
        ofCore = min(1, Double(max(1, processors)) / Double(Self.part))
        self.isNeeded = isNeeded
    }

    /// Does a piece of work, and returns how long the thread has to rest after it.
    package func rest<Failure: Error>(
        after work: () throws(Failure) -> Void
    ) throws(Failure) -> Duration {
        let (start, begun) = (ThreadClock.computed, ContinuousClock.now)
        try work()
        return rest(after: ThreadClock.computed - start, begunAt: begun)
    }

    /// Returns how long to rest after work that has computed for so long, and after what was left.
    ///
    /// - Parameter begun: when the work began; a time without work before it was a rest, too.
    package func rest(
        after computed: Duration, begunAt begun: ContinuousClock.Instant = .now
    ) -> Duration {
        let isNeeded = isNeeded()
        return debt.withLock { debt in
            guard isNeeded else {
                debt = (.zero, .now)
                return .zero
            }
            let left = debt.left - max(.zero, debt.until.duration(to: begun))
            let owed = max(.zero, left) + computed * (1 / ofCore - 1)
            let rest = min(Self.longestRest, owed)
            debt = (min(Self.longestDebt, owed - rest), .now + rest)
            return rest
        }
    }
}
