import Encoding
import Provenance
import Synchronization

/// The threads of the entries that were registered last, on their way to the indexer, which need
/// not read and parse their leaves then.
///
/// Only a shortcut: names that are not here are read from the store.
final class FreshThreads: Sendable {
    /// The two threads that an entry belongs to.
    struct Names: Sendable {
        let subject: Text
        let issuer: Text
    }

    /// Entries that are kept: what the busiest second brings, in some 5 MiB.
    private static let limit = 4 * BatchLimits.entries

    private struct State {
        /// Index of the first entry that is kept.
        var first: UInt64 = 0
        var names: [Names] = []
    }

    private let state = Mutex(State())

    /// Adds the entries of a batch, whose head is published; their indexes go on from `first`.
    func append(_ names: [Names], from first: UInt64) {
        state.withLock { state in
            let follows = first == state.first + UInt64(state.names.count)
            if follows, state.names.count + names.count <= Self.limit {
                state.names += names
            } else {
                state = State(first: first, names: names)
            }
        }
    }

    /// Returns the threads of entries from `start` on, at most `limit`, and forgets all before
    /// them; none where that entry is not kept.
    func take(from start: UInt64, limit: Int) -> [Names] {
        state.withLock { state in
            guard start >= state.first, start - state.first < UInt64(state.names.count) else {
                return []
            }
            state.names.removeFirst(Int(start - state.first))
            state.first = start
            return Array(state.names.prefix(limit))
        }
    }

    /// Returns the threads of those entries of a range that are kept, which are its last ones, and
    /// the first of them; the end of the range and none where none is.
    func names(in range: Range<UInt64>) -> (first: UInt64, names: [Names]) {
        state.withLock { state in
            let end = state.first + UInt64(state.names.count)
            let first = max(range.lowerBound, state.first)
            // One that follows is kept a moment after its head is shown.
            guard end >= range.upperBound, first < range.upperBound else {
                return (range.upperBound, [])
            }
            let (from, to) = (Int(first - state.first), Int(range.upperBound - state.first))
            return (first, Array(state.names[from..<to]))
        }
    }

    /// The first entry that is kept; nil where none is.
    var first: UInt64? {
        state.withLock { $0.names.isEmpty ? nil : $0.first }
    }
}
