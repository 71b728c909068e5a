import Merkle
import Provenance

/// The names of the entries that were committed last.
///
/// Statements are looked up on their way to the queue, in parallel. A lookup after a head sees all
/// entries below it; later ones are here. So the sequencer asks the store only about a statement
/// that was looked up too long ago.
///
/// One table has both names: a statement names its nonce, so it is found by that alone.
struct RecentEntries {
    /// Entries in one of two generations, of which the older is forgotten at once: as many as may
    /// wait in the queue, so that hardly any statement is looked up twice.
    private static let generationEntries = 2 * BatchLimits.entries

    private struct Generation {
        /// Index of the first entry that can be in here.
        let base: UInt64
        var nonces: [Hash: Entry] = [:]
    }

    /// The entry that holds a nonce.
    struct Entry {
        let id: EntryID
        let index: UInt64
    }

    private var older: Generation
    private var newer: Generation

    /// Knows the names of no entry below `size`, and of all that will be appended.
    init(after size: UInt64) {
        older = Generation(base: size)
        newer = Generation(base: size)
    }

    /// Whether every entry from index `size` on is in here.
    func isComplete(since size: UInt64) -> Bool {
        size >= older.base
    }

    /// The recent entry that holds this nonce.
    func entry(ofNonce nonce: Hash) -> Entry? {
        newer.nonces[nonce] ?? older.nonces[nonce]
    }

    /// Adds entries that are committed; their indexes go on from the last.
    mutating func append(_ accepted: [(index: UInt64, candidate: Candidate)]) {
        guard let first = accepted.first else { return }
        if newer.nonces.count >= Self.generationEntries {
            older = newer
            newer = Generation(base: first.index)
            // A ledger that is busy fills it at once.
            newer.nonces.reserveCapacity(Self.generationEntries + BatchLimits.entries)
        }
        for (index, candidate) in accepted {
            newer.nonces[candidate.nonce] = Entry(id: candidate.id, index: index)
        }
    }
}
