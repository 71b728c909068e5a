import Synchronization

/// The memory that the bodies of all requests may take together.
///
/// One body is small; ten thousand that arrive slowly would be gigabytes. Batches, which take more
/// and for longer, leave a part to single statements.
final class BodyBudget: Sendable {
    /// What takes room.
    enum Taker {
        case statement
        case batch
    }

    private let limit: Int
    private let used = Atomic(0)

    init(limits: ServerLimits) {
        limit = limits.bodyMemory
    }

    /// Takes room for so many bytes; returns false, and takes none, where there is too little.
    func take(_ count: Int, for taker: Taker = .statement) -> Bool {
        let limit = taker == .batch ? limit / 4 * 3 : limit
        var before = used.load(ordering: .relaxed)
        while count == 0 || before + count <= limit {
            let outcome = used.compareExchange(
                expected: before, desired: before + count, ordering: .relaxed)
            if outcome.exchanged { return true }
            before = outcome.original
        }
        return false
    }

    /// Counts bytes that are there in any case, so that there is less room for others.
    func takeBeyondLimit(_ count: Int) {
        used.add(count, ordering: .relaxed)
    }

    /// Gives room back.
    func give(back count: Int) {
        used.subtract(count, ordering: .relaxed)
    }
}
