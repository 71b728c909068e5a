import Synchronization

/// The memory that the bodies of all requests may take together.
///
/// One body is small; ten thousand that arrive slowly would be gigabytes.
final class BodyBudget: Sendable {
    private let limit: Int
    private let used = Atomic(0)

    init(limits: ServerLimits) {
        limit = limits.bodyMemory
    }

    /// Takes room for so many bytes; returns false, and takes none, where there is too little.
    func take(_ count: Int) -> Bool {
        guard used.add(count, ordering: .relaxed).newValue <= limit else {
            give(back: count)
            return false
        }
        return true
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
