import Checkpoints
import Merkle
import Provenance
import Synchronization

/// What was read of a log about some URIs, so that whoever looks again and again reads no entry
/// twice.
///
/// It holds for as long as the log grows from the heads in it, which each look proves anew.
package final class ListMemory: Sendable {
    /// All entries about a URI that are below a head.
    struct Entry: Sendable {
        /// The head.
        let head: Checkpoint

        /// The entries by their indexes.
        let places: [UInt64: EntryID]
    }

    /// URIs that are kept, each with at most ``RegisteredStatements/limit`` entries; a PoP counts
    /// few drops at a time.
    private static let limit = 64

    private let entries = Mutex<[Hash: Entry]>([:])

    /// Remembers nothing yet.
    package init() {}

    /// What is known of the URI with this SHA-256.
    subscript(digest: Hash) -> Entry? {
        get { entries.withLock { $0[digest] } }
        set {
            entries.withLock { entries in
                if entries[digest] == nil, entries.count >= Self.limit { entries = [:] }
                entries[digest] = newValue
            }
        }
    }
}
