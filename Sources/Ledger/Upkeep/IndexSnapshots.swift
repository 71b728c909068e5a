import IndexMap
import LedgerStore
import Logging
import Merkle
import Provenance

/// Reads the map of the index from its file at a start, and writes it now and then (index.md §6,
/// §11).
///
/// It is written on the thread of the indexer, which meanwhile changes nothing of the map. The
/// digest is in the store before the file has its name.
///
/// | a crash | leaves | repaired by |
/// |---|---|---|
/// | while it is written | a file that nobody reads | the next start, which removes it |
/// | between file and digest | the same | the same |
/// | between digest and name | the same, and its digest | the same: the file before counts |
struct IndexSnapshots {
    private let file: IndexSnapshotFile
    private let limits: SnapshotLimits
    private let epochs: EpochLimits
    private let isStopping: @Sendable () -> Bool
    private let logger: Logger

    /// The number of entries that the map in the file covers, and its digest; nil where no file
    /// counts.
    private var written: (size: UInt64, digest: Hash)?

    /// Until when a write that failed is not tried again.
    private var restsUntil: ContinuousClock.Instant?

    init(_ options: LedgerOptions, isStopping: @escaping @Sendable () -> Bool, logger: Logger) {
        file = IndexSnapshotFile(options.places, faultHook: options.faultHook)
        limits = options.snapshots
        epochs = options.epochs
        self.isStopping = isStopping
        self.logger = logger
    }

    // MARK: - At a start

    /// Makes the map that the newest index head says, of the file and of the entries that have come
    /// since; nil where nothing that counts leads to it, or where the thread is to end.
    mutating func map(
        of newest: PlacedIndexHead, in store: Store
    ) throws(LedgerError) -> IndexTrie? {
        written = nil
        let digests = try store.snapshotDigests()
        do throws(SnapshotRefusal) {
            guard var found = try read(digests) else { return nil }
            let size = found.trie.size
            try require(found, in: store, upTo: newest)
            // Changed where it is: a copy would take the memory twice.
            guard try replay(on: &found.trie, to: newest, in: store) else { return nil }
            written = (size, found.digest)
            return found.trie
        } catch {
            switch error {
            case .failed(let failure): throw failure
            case .unfit(let reason):
                logger.warning(
                    "the snapshot of the index is not used: the map is made of all rows",
                    metadata: ["file": "\(file.path)", "reason": "\(reason)"])
                return nil
            }
        }
    }

    private func read(
        _ digests: [Hash]
    ) throws(SnapshotRefusal) -> IndexSnapshotFile.Content? {
        do throws(IndexSnapshotFlaw) {
            return try file.read(digests, while: { !isStopping() })
        } catch {
            throw .unfit("\(error)")
        }
    }

    /// Makes sure that the map is that of an index head of this log.
    private func require(
        _ found: IndexSnapshotFile.Content, in store: Store, upTo newest: PlacedIndexHead
    ) throws(SnapshotRefusal) {
        let head = try failing { () throws(LedgerError) -> PlacedIndexHead? in
            guard let index = try store.index(of: found.head), index <= newest.index else {
                return nil
            }
            return try store.indexHead(ifAt: index)
        }
        guard let head, head.head.size == found.trie.size, head.head.map == found.trie.root else {
            throw .unfit("no index head of this log says its map")
        }
    }

    /// Adds the entries that have come since, epoch by epoch, and holds the end against the head
    /// and the lists of the store; false where the thread is to end.
    ///
    /// The lists are as a rule ahead of the map. A crash in here leaves them as good as they were.
    private func replay(
        on trie: inout IndexTrie, to newest: PlacedIndexHead, in store: Store
    ) throws(SnapshotRefusal) -> Bool {
        while trie.size < newest.head.size {
            guard !isStopping() else { return false }
            let start = trie.size
            // A pass holds the tables of its moment on the disk: one for each epoch.
            let rows = try failing { () throws(LedgerError) in try IndexRowPass(store) }
            let (records, end) = try failing { () throws(LedgerError) in
                try epochs.records(of: store, from: start, below: newest.head.size)
            }
            let change = try proven { () throws(IndexError<LedgerError>) in
                try trie.change(replaying: records, to: end, reading: rows)
            }
            try failing { () throws(LedgerError) in
                try store.write(change.lists, change.tiles, keepsLonger: true)
            }
            trie.apply(change)
        }
        guard trie.root == newest.head.map else {
            throw .unfit("with the entries since it is not the map of the newest index head")
        }
        try proven { () throws(IndexError<LedgerError>) in
            try trie.checkLists(reading: StoredIndexRows(store), while: { !isStopping() })
        }
        return !isStopping()
    }

    /// Runs what reads the store: what is damaged there may not be needed by another way.
    private func failing<Value>(
        _ body: () throws(LedgerError) -> Value
    ) throws(SnapshotRefusal) -> Value {
        do throws(LedgerError) {
            return try body()
        } catch {
            throw Self.refusal(error)
        }
    }

    private static func refusal(_ error: LedgerError) -> SnapshotRefusal {
        IndexMaker.isDamage(error) ? .unfit("\(error)") : .failed(error)
    }

    private func proven<Value>(
        _ body: () throws(IndexError<LedgerError>) -> Value
    ) throws(SnapshotRefusal) -> Value {
        do throws(IndexError<LedgerError>) {
            return try body()
        } catch .failed(let error) {
            throw Self.refusal(error)
        } catch {
            throw .unfit("\(error)")
        }
    }

    // MARK: - Writing

    /// Writes the map where so much has come since it was last written; false where it is not due.
    mutating func step(_ index: IndexStanding, _ store: Store) throws(LedgerError) -> Bool {
        guard index.phase == .ready, let head = index.head else { return false }
        let size = head.head.size
        guard come(size) >= max(limits.entries, size / SnapshotLimits.part),
            restsUntil.map({ $0 <= .now }) ?? true
        else { return false }
        let isStopping = isStopping
        try write(index.trie, head, in: store, while: { !isStopping() })
        return true
    }

    /// Writes the map when the ledger ends, where that is done soon and saves something.
    mutating func end(_ index: IndexStanding, _ store: Store) {
        guard index.phase == .ready, let head = index.head,
            come(head.head.size) >= limits.entriesAtEnd, index.byteCount <= limits.byteCountAtEnd
        else { return }
        do throws(LedgerError) {
            try write(index.trie, head, in: store, while: { true })
        } catch {
            putOff(error)
        }
    }

    /// Entries that the map in the file does not cover.
    private func come(_ size: UInt64) -> UInt64 { size - min(size, written?.size ?? 0) }

    private mutating func write(
        _ trie: IndexTrie, _ head: PlacedIndexHead, in store: Store, while goesOn: () -> Bool
    ) throws(LedgerError) {
        var made: Hash?
        do throws(LedgerError) {
            made = try file.write(trie, head: head.head.id.hash, while: goesOn)
        } catch {
            putOff(error)
        }
        guard let digest = made else { return }
        // A crash here leaves a file that nobody reads.
        do throws(LedgerError) {
            try store.write(.snapshotDigest, sync: true) { rows in
                rows.put(snapshotDigests: [digest] + (written.map { [$0.digest] } ?? []))
            }
        } catch {
            putOff(error)
            removeUnfinished()
            throw error
        }
        // A crash here leaves the file before, whose digest is the second one.
        do throws(LedgerError) {
            try file.putInPlace()
        } catch {
            putOff(error)
            return removeUnfinished()
        }
        written = (head.head.size, digest)
        restsUntil = nil
        logger.info("the map of the index is written", metadata: ["entries": "\(trie.size)"])
    }

    /// Removes what a crash or a failure has left of a file that was being written.
    ///
    /// Nothing reads it. So where that fails it is said, and all goes on.
    func removeUnfinished() {
        do throws(LedgerError) {
            try file.removeUnfinished()
        } catch {
            logger.warning(
                "what is left of a snapshot of the index cannot be removed",
                metadata: ["reason": "\(error)"])
        }
    }

    private mutating func putOff(_ error: LedgerError) {
        restsUntil = .now + SnapshotLimits.rest
        logger.warning(
            "the map of the index cannot be written: the next start makes it of rows",
            metadata: ["reason": "\(error)"])
    }
}

/// Why a start does not go on from the file.
private enum SnapshotRefusal: Error {
    /// The file, or what has come since, does not lead to the newest index head.
    case unfit(String)

    /// The store could not be read.
    case failed(LedgerError)
}
