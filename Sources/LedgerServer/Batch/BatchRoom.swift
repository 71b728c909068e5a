import Synchronization

/// What one batch keeps in memory, counted among the bodies of all requests: the item that is
/// arriving, the statements that wait to be registered, and the answers that wait for the client.
///
/// What is still counted when the batch is over, however it ends, is given back with this.
final class BatchRoom: Sendable {
    /// Bytes that a batch takes before anything of it has arrived: its tasks and queues, as they
    /// were measured with 3,000 of them.
    private static let baseBytes = 32 * 1024

    /// Bytes of zlib's state for a body that is inflated, and for answers that are deflated
    /// (zlib.h, "Memory Footprint"; zconf.h).
    private static let inflaterBytes = 48 * 1024
    private static let deflaterBytes = 272 * 1024

    private let budget: BodyBudget
    private let held = Atomic(0)

    /// Takes what a batch needs in any case; nil where there is too little.
    init?(in budget: BodyBudget, inflates: Bool) {
        self.budget = budget
        guard take(Self.baseBytes + (inflates ? Self.inflaterBytes : 0)) else { return nil }
    }

    /// Takes room for deflating the answers; false where they must go as they are.
    func takeDeflater() -> Bool {
        take(Self.deflaterBytes)
    }

    deinit {
        budget.give(back: held.load(ordering: .relaxed))
    }

    /// Takes room for bytes that have arrived; returns false, and takes none, where there is too
    /// little.
    func take(_ count: Int) -> Bool {
        guard budget.take(count, for: .batch) else { return false }
        held.add(count, ordering: .relaxed)
        return true
    }

    /// Counts `count` bytes where it counted `held`; returns false, and leaves it at that, where
    /// there is too little.
    func change(_ held: inout Int, to count: Int) -> Bool {
        if count < held {
            give(back: held - count)
        } else if !take(count - held) {
            return false
        }
        held = count
        return true
    }

    /// Counts what there must be room for: the answer to a statement that is registered, and the
    /// one that says that there is no room.
    func keep(_ count: Int) {
        budget.takeBeyondLimit(count)
        held.add(count, ordering: .relaxed)
    }

    /// Gives room back.
    func give(back count: Int) {
        budget.give(back: count)
        held.subtract(count, ordering: .relaxed)
    }
}
