package import Manifests
import Synchronization

/// The hashes of the pictures that were registered last, on their way to the search by likeness,
/// which need not read and parse their manifests again then.
///
/// Only a shortcut: what is not here is read from the store. Nothing is kept before somebody asks
/// for it, and an erasure empties it: from then on the rows say what there is.
package final class FreshHashes: Sendable {
    /// What is known of the picture of an entry.
    package enum Look: Hashable, Sendable {
        /// Nobody has looked into its manifest.
        case unread

        /// Its manifest has no hash that can be compared, or is erased.
        case noHash

        /// Its manifest has this one.
        case hashed(PDQHash)
    }

    /// Entries that are kept: what the busiest second brings, in 640 KiB.
    package static let limit = 4 * BatchLimits.entries

    private let wanted = Atomic(false)
    private let looks = Mutex(LookRing(room: 0))

    /// Keeps nothing yet.
    package init() {}

    /// Whether somebody follows the log.
    package var isWanted: Bool { wanted.load(ordering: .relaxed) }

    /// Keeps what comes from now on.
    package func want() {
        looks.withLock { looks in
            if looks.room == 0 { looks = LookRing(room: Self.limit) }
        }
        wanted.store(true, ordering: .relaxed)
    }

    /// Adds the entries of a batch that is on the disk; their indexes go on from `first`.
    package func append(_ looks: [Look], from first: UInt64) {
        guard isWanted, looks.count <= Self.limit else { return }
        self.looks.withLock { $0.append(looks, from: first) }
    }

    /// Returns what is known of those entries of a range that are kept, which are its last ones,
    /// and the first of them; forgets these and all before them.
    ///
    /// The end of the range and nothing, where none is kept.
    package func take(_ range: Range<UInt64>) -> (first: UInt64, looks: [Look]) {
        looks.withLock { $0.take(range) }
    }

    /// Forgets all that is kept, and overwrites it.
    package func removeAll() {
        looks.withLock { $0.removeAll() }
    }
}
