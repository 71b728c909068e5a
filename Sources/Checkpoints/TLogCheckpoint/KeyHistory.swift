public import Encoding

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

        /// The origin that it speaks for; nil for its own name, which is the rule (C2SP
        /// tlog-checkpoint) but for logs that are older than it.
        public let origin: Text?

        /// The first tree size that it signs.
        public let firstSize: UInt64

        /// The last tree size that it signs, inclusive; nil while no end is known.
        public fileprivate(set) var lastSize: UInt64?

        /// Creates a term; without sizes the key signs every tree.
        public init(
            key: Key, origin: Text? = nil, firstSize: UInt64 = 0, lastSize: UInt64? = nil
        ) {
            self.key = key
            self.origin = origin
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

    /// The sizes at which a thief may have signed, in the order of the handovers.
    public private(set) var doubts: [KeyDoubt] = []

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

    /// The doubt about what a key signed at `size`, where there is one; of several the one whose
    /// time is the earliest, which evidence must satisfy first.
    public func doubt(about size: UInt64) -> KeyDoubt? {
        doubts.filter { $0.sizes.contains(size) }.min { $0.until < $1.until }
    }

    /// Ends the newest term at `lastSize` and begins that of `key` after it.
    ///
    /// Returns false, and changes nothing, where `lastSize` is not above the last handover's, or
    /// below `suspectFrom`.
    ///
    /// - Parameters:
    ///   - suspectFrom: The first size at which the keys so far are in doubt; nil for none.
    ///   - time: When it is handed over, in POSIX seconds.
    package mutating func handOver(
        to key: Key, lastSize: UInt64, suspectFrom: UInt64? = nil, at time: UInt64 = 0
    ) -> Bool {
        if terms.count > 1, let previous = terms[terms.count - 2].lastSize {
            guard lastSize > previous else { return false }
        }
        guard suspectFrom ?? 0 <= lastSize else { return false }
        if let suspectFrom {
            doubts.append(KeyDoubt(sizes: suspectFrom...lastSize, until: time))
        }
        let nextSize = lastSize.addingReportingOverflow(1)
        terms[terms.count - 1].lastSize = lastSize
        terms.append(Term(key: key, firstSize: nextSize.overflow ? .max : nextSize.partialValue))
        return true
    }
}

/// Tree sizes at which a thief may have signed, because a key of the log was stolen.
///
/// A thief has the key for as long as he likes, and can sign a tree that never was, of any size up
/// to the last one that the key signs. So a head of these sizes is believed only where somebody
/// else saw it by the time of the handover (registry.md §7).
public struct KeyDoubt: Hashable, Sendable {
    /// The sizes, up to the last one that the key signs.
    public let sizes: ClosedRange<UInt64>

    /// The time of the handover in POSIX seconds: what others saw by then was no forgery of later.
    public let until: UInt64
}
