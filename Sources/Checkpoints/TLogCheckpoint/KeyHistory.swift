/// The keys that one of the ledger's purposes has had, by the tree sizes they signed.
///
/// A `log-key` statement names the last size of the old key; the new key signs larger ones only
/// (formats.md §8.4).
public struct KeyHistory<Key: Hashable & Sendable>: Hashable, Sendable {
    /// One key and the last size that it may sign; nil for the key in force.
    public struct Term: Hashable, Sendable {
        /// The key.
        public let key: Key

        /// The last tree size it signs, inclusive; nil while it is in force.
        public package(set) var lastSize: UInt64?
    }

    /// All terms, the oldest first; never empty.
    public private(set) var terms: [Term]

    package init(_ first: Key) {
        terms = [Term(key: first, lastSize: nil)]
    }

    /// The key in force.
    public var current: Key {
        terms[terms.count - 1].key
    }

    /// Says whether `key` is the one that signs trees of `size`.
    public func isInForce(_ key: Key, forSize size: UInt64) -> Bool {
        var firstSize: UInt64 = 0
        for term in terms {
            let lastSize = term.lastSize ?? .max
            if term.key == key, firstSize <= size, size <= lastSize { return true }
            firstSize = lastSize == .max ? .max : lastSize + 1
        }
        return false
    }

    /// Ends the current term at `lastSize` and begins that of `key`.
    ///
    /// Returns false, and changes nothing, where `lastSize` is not above the last handover's.
    package mutating func handOver(to key: Key, lastSize: UInt64) -> Bool {
        if terms.count > 1, let previous = terms[terms.count - 2].lastSize {
            guard lastSize > previous else { return false }
        }
        terms[terms.count - 1].lastSize = lastSize
        terms.append(Term(key: key, lastSize: nil))
        return true
    }
}
