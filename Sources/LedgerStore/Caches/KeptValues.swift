import Synchronization

/// A cache of values that never change, by key, in two generations.
///
/// Each generation holds up to half of the limit. When the younger is full, the older is dropped
/// and the younger takes its place; a value that is read moves to the younger. So the values that
/// were read last stay: at least half as many as the limit.
final class KeptValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct State {
        var newer: [Key: Value] = [:]
        var older: [Key: Value] = [:]

        mutating func keep(_ value: Value, of key: Key, limit: Int) {
            if newer.count >= limit / 2, newer[key] == nil {
                older = newer
                newer = [:]
            }
            newer[key] = value
        }
    }

    private let limit: Int
    private let state = Mutex(State())

    /// Keeps nothing yet, and never more than `limit` values.
    init(limit: Int) {
        self.limit = limit
    }

    /// The value of a key, where it is kept.
    subscript(key: Key) -> Value? {
        state.withLock { state in
            if let value = state.newer[key] { return value }
            guard let value = state.older[key] else { return nil }
            state.keep(value, of: key, limit: limit)
            return value
        }
    }

    /// Keeps a value, also in place of another that it extends.
    func keep(_ value: Value, of key: Key) {
        state.withLock { $0.keep(value, of: key, limit: limit) }
    }
}
