import Merkle
import Provenance

/// The names of the entries that were committed last.
///
/// Statements are looked up on their way to the queue, in parallel. A lookup after a head sees all
/// entries below it; later ones are here. So the sequencer asks the store only about a statement
/// that was looked up too long ago.
struct RecentEntries {
    /// Entries in one of two generations, of which the older is forgotten at once: as many as may
    /// wait in the queue, so that hardly any statement is looked up twice.
    private static let generationEntries = 2 * BatchLimits.entries

    private struct Generation {
        /// Index of the first entry that can be in here.
        let base: UInt64
        var ids: [EntryID: UInt64] = [:]
        var nonces: [Hash: UInt64] = [:]
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

    /// The index of the recent entry with this name.
    func index(of id: EntryID) -> UInt64? {
        newer.ids[id] ?? older.ids[id]
    }

    /// The index of the recent entry that holds this nonce.
    func index(ofNonce nonce: Hash) -> UInt64? {
        newer.nonces[nonce] ?? older.nonces[nonce]
    }

    /// Adds entries that are committed; their indexes go on from the last.
    mutating func append(_ accepted: [(index: UInt64, candidate: Candidate)]) {
        guard let first = accepted.first else { return }
        if newer.ids.count >= Self.generationEntries {
            older = newer
            newer = Generation(base: first.index)
        }
        for (index, candidate) in accepted {
            newer.ids[candidate.statement.id] = index
            newer.nonces[candidate.nonce] = index
        }
    }
}
