import Synchronization

/// So much of something that all clients share: connections, streams, or bytes of memory.
///
/// A client may take more only while it has no more than is free. So one alone has half of all at
/// most, `n` of them together leave one part in `n + 1`, and a newcomer still finds as much as each
/// of them has.
final class Pool: Sendable {
    /// The part of a pool that one client has.
    final class Part: Sendable {
        fileprivate let count = Atomic(0)
    }

    /// The size of the pool.
    let limit: Int

    private let taken = Atomic(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether all of it is taken.
    var isFull: Bool { free <= 0 }

    /// Whether four fifths of it are taken.
    var isCrowded: Bool { free <= limit / 5 }

    /// The free part.
    private var free: Int { limit - taken.load(ordering: .relaxed) }

    /// How scarce it is: 1 as long as half of it is free, else how often what is free goes into
    /// that half.
    var pressure: Int {
        let free = free
        return free > limit / 2 ? 1 : max(1, limit / (2 * max(1, free)))
    }

    /// Whether a client that has `part` may take more.
    func hasRoom(for part: Part) -> Bool {
        part.count.load(ordering: .relaxed) <= free
    }

    /// Takes `count` for a client; returns false, and takes nothing, where too little is free of
    /// the first `limit`, or the client has more than is free.
    func take(_ count: Int, for part: Part?, of limit: Int? = nil) -> Bool {
        let limit = limit ?? self.limit
        var before = taken.load(ordering: .relaxed)
        while count > 0 {
            let had = part?.count.load(ordering: .relaxed) ?? 0
            guard count <= limit - before, had <= limit - before else { return false }
            let outcome = taken.compareExchange(
                expected: before, desired: before + count, ordering: .relaxed)
            if outcome.exchanged { break }
            before = outcome.original
        }
        part?.count.add(count, ordering: .relaxed)
        return true
    }

    /// Counts bytes that are there in any case, so that less is free for others.
    func takeBeyondLimit(_ count: Int, for part: Part? = nil) {
        taken.add(count, ordering: .relaxed)
        part?.count.add(count, ordering: .relaxed)
    }

    /// Counts what a client has of what others have taken already.
    func share(_ part: Part) {
        part.count.add(1, ordering: .relaxed)
    }

    /// The client has one less of what others have taken.
    func unshare(_ part: Part) {
        part.count.subtract(1, ordering: .relaxed)
    }

    /// Gives back.
    func give(back count: Int, from part: Part?) {
        taken.subtract(count, ordering: .relaxed)
        part?.count.subtract(count, ordering: .relaxed)
    }
}
