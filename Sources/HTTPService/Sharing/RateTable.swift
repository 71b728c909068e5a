import Synchronization

/// Token buckets for very many keys, in memory of constant size.
///
/// Each key has a bucket of `burst` tokens into which `rate` a second come back. A bucket is one
/// time (the generic cell rate algorithm): when it will be full again. Buckets stand in two rows of
/// slots, and a key has one slot in each, chosen by a hash that nobody outside the process can
/// foresee. A key is out of tokens only where both its slots are. An attacker who empties `n` slots
/// with `n` keys hinders another key with a probability of (n / slots)^2. So nothing is evicted,
/// and nobody gains by the eviction of others.
///
///     row 0   [ time | time | ... ]   65,536 slots of 8 bytes
///     row 1   [ time | time | ... ]   65,536 slots
package struct RateTable: ~Copyable, Sendable {
    /// Slots of a row: half a megabyte.
    private static let slots = 1 << 16

    /// Nanoseconds in which one token comes back; nil where there is no limit.
    private let interval: UInt64?
    /// Nanoseconds in which an empty bucket is full again.
    private let depth: UInt64
    /// Nanoseconds of a clock that never goes back.
    private let clock: @Sendable () -> UInt64
    private let times: Mutex<[UInt64]>

    /// Creates a table in which all buckets are full.
    ///
    /// - Parameters:
    ///   - rate: tokens a second; 0 for no limit.
    ///   - burst: tokens of a full bucket, at least 1.
    ///   - clock: nanoseconds of a clock that never goes back.
    package init(rate: Int, burst: Int, clock: @escaping @Sendable () -> UInt64) {
        precondition(rate >= 0 && burst >= 1, "a rate counts tokens")
        interval = rate == 0 ? nil : max(1, 1_000_000_000 / UInt64(rate))
        depth = (interval ?? 0) * UInt64(burst)
        self.clock = clock
        times = Mutex(Array(repeating: 0, count: rate == 0 ? 0 : 2 * Self.slots))
    }

    /// Returns whether the key has a token left.
    ///
    /// Inlinable, as ``take(_:)`` is: a key is hashed where its type is known, for each statement
    /// of a batch.
    @inlinable
    package func hasRoom(_ key: some Hashable) -> Bool {
        hasRoom(hash: Self.hash(of: key))
    }

    @usableFromInline
    func hasRoom(hash: Int) -> Bool {
        guard let interval else { return true }
        let (first, second) = Self.places(of: hash)
        let now = clock()
        return times.withLock { times in
            Self.fits(times[first], interval, now, depth)
                || Self.fits(times[second], interval, now, depth)
        }
    }

    /// Takes a token of the key; returns whether there was one.
    @inlinable
    package func take(_ key: some Hashable) -> Bool {
        take(hash: Self.hash(of: key))
    }

    @usableFromInline
    func take(hash: Int) -> Bool {
        guard let interval else { return true }
        let (first, second) = Self.places(of: hash)
        let now = clock()
        return times.withLock { times in
            guard
                Self.fits(times[first], interval, now, depth)
                    || Self.fits(times[second], interval, now, depth)
            else { return false }
            // The slot of a key that empties it alone must not owe more than a full bucket.
            times[first] = min(max(times[first], now) + interval, now + depth)
            times[second] = min(max(times[second], now) + interval, now + depth)
            return true
        }
    }

    private static func fits(
        _ time: UInt64, _ interval: UInt64, _ now: UInt64, _ depth: UInt64
    ) -> Bool {
        max(time, now) + interval <= now + depth
    }

    /// Hasher is seeded anew in each process.
    @inlinable
    static func hash(of key: some Hashable) -> Int {
        var hasher = Hasher()
        hasher.combine(key)
        return hasher.finalize()
    }

    private static func places(of hash: Int) -> (Int, Int) {
        let hash = UInt(bitPattern: hash)
        return (Int(hash & 0xFFFF), slots + Int(hash >> 32 & 0xFFFF))
    }
}
