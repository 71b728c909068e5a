/// The keys that one of a log's purposes has had, by the tree sizes that each may sign.
///
/// A key that is handed over signs sizes up to one, its successor larger ones (registry.md §7).
/// Two terms may overlap: then both keys are in force, and a head may bear either's signature or
/// both.
public struct KeyHistory<Key: Hashable & Sendable>: Hashable, Sendable {
    /// One key and the tree sizes that it may sign.
    public struct Term: Hashable, Sendable {
        /// The key.
        public let key: Key

        /// The first tree size that it signs.
        public let firstSize: UInt64

        /// The last tree size that it signs, inclusive; nil while no end is known.
        public fileprivate(set) var lastSize: UInt64?

        /// Creates a term; without sizes the key signs every tree.
        public init(key: Key, firstSize: UInt64 = 0, lastSize: UInt64? = nil) {
            self.key = key
            self.firstSize = firstSize
            self.lastSize = lastSize
        }

        /// Says whether the key may sign trees of `size`.
        public func covers(_ size: UInt64) -> Bool {
            firstSize <= size && size <= lastSize ?? .max
        }
    }

    /// All terms, the oldest first; never empty.
    public private(set) var terms: [Term]

    /// Starts a history with its first key, which signs every tree until it is handed over.
    public init(_ first: Key) {
        terms = [Term(key: first)]
    }

    /// Starts a history with the first of its terms and those that came after it.
    public init(_ first: Term, _ later: [Term]) {
        terms = [first] + later
    }

    /// The newest key.
    public var current: Key {
        terms[terms.count - 1].key
    }

    /// Says whether `key` may sign trees of `size`.
    public func isInForce(_ key: Key, forSize size: UInt64) -> Bool {
        terms.contains { $0.key == key && $0.covers(size) }
    }

    /// Ends the newest term at `lastSize` and begins that of `key` after it.
    ///
    /// Returns false, and changes nothing, where `lastSize` is not above the last handover's.
    package mutating func handOver(to key: Key, lastSize: UInt64) -> Bool {
        if terms.count > 1, let previous = terms[terms.count - 2].lastSize {
            guard lastSize > previous else { return false }
        }
        let nextSize = lastSize.addingReportingOverflow(1)
        terms[terms.count - 1].lastSize = lastSize
        terms.append(Term(key: key, firstSize: nextSize.overflow ? .max : nextSize.partialValue))
        return true
    }
}
