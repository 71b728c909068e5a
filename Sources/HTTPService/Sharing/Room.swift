import Synchronization

/// What one request keeps in memory, counted among all: its body, and its answer where that is
/// larger than a page.
///
/// Room that is still taken at the end of the request is given back with this value.
package final class Room: Sendable {
    /// The kinds of memory that take room.
    ///
    /// Bodies that are taken whole are small and are answered soon. Those that are answered as they
    /// come take more and for longer, and leave a part to the others; answers are taken as slowly
    /// as their readers like, and leave more.
    package enum Taker: Sendable {
        case body
        case stream
        case answer
    }

    /// Bytes of zlib's state for what is deflated (zlib.h, "Memory Footprint"; zconf.h).
    package static let deflaterBytes = 272 * 1024

    private let memory: Pool
    private let client: Client?
    private let limit: Int
    private let held = Atomic(0)

    /// Takes so many bytes; nil where there is too little.
    init?(_ count: Int, in memory: Pool, of client: Client?, for taker: Taker) {
        self.memory = memory
        self.client = client
        limit =
            switch taker {
            case .body: memory.limit
            case .stream: memory.limit / 4 * 3
            case .answer: memory.limit / 2
            }
        guard take(count) else { return nil }
    }

    deinit {
        memory.give(back: held.load(ordering: .relaxed), from: client?.memory)
    }

    /// Takes room for bytes that have arrived; returns false, and takes none, where there is too
    /// little.
    package func take(_ count: Int) -> Bool {
        guard memory.take(count, for: client?.memory, of: limit) else { return false }
        held.add(count, ordering: .relaxed)
        return true
    }

    /// Counts `count` bytes where it counted `held`; returns false, and leaves it at that, where
    /// there is too little.
    package func change(_ held: inout Int, to count: Int) -> Bool {
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
    package func keep(_ count: Int) {
        memory.takeBeyondLimit(count, for: client?.memory)
        held.add(count, ordering: .relaxed)
    }

    /// Counts so many bytes in place of those before; returns false, and changes nothing, where
    /// there is too little.
    package func resize(to count: Int) -> Bool {
        var held = held.load(ordering: .relaxed)
        return change(&held, to: count)
    }

    /// Gives room back.
    package func give(back count: Int) {
        memory.give(back: count, from: client?.memory)
        held.subtract(count, ordering: .relaxed)
    }
}
