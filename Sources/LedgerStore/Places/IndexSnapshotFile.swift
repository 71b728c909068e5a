package import Files
package import IndexMap
package import Merkle

/// The file beside the store from which a start reads the map of the index (index.md §6).
///
///     DIR.index       the snapshot that was written last, or the one before
///     DIR.index.new   one that is being written, or that a crash has left: nobody reads it
///
/// Not trusted: who can change it can have the map made of all rows, and nothing else. It counts
/// only where the store has its digest, and where the map leads to the newest index head.
package struct IndexSnapshotFile: Sendable {
    /// Bytes that are written and not on the disk yet, at most: a file system may let the sync of
    /// a batch wait for them.
    private static let unsyncedByteCount: UInt64 = 4 << 20

    /// Bytes that must stay free on the disk beside the file: room for batches and compactions.
    package static let roomByteCount: UInt64 = 256 << 20

    /// Behind the name of the file stands this as long as it is being written.
    package static let unfinishedSuffix = ".new"

    /// The path of the file.
    package let path: String

    private let faultHook: WriteFaultHook?

    /// The file of a ledger at these places.
    package init(_ places: LedgerPlaces, faultHook: WriteFaultHook? = nil) {
        path = places.index
        self.faultHook = faultHook
    }

    /// A map that was read, with the EntryID of the index head that says its root, and the digest.
    package typealias Content = (trie: IndexTrie, head: Hash, digest: Hash)

    // MARK: - Reading

    /// Reads the file, as long as `goesOn` returns true; nil where nothing has its name.
    ///
    /// - Parameter digests: those that the store has.
    package func read(
        _ digests: [Hash], while goesOn: () -> Bool
    ) throws(IndexSnapshotFlaw) -> Content? {
        let place = try reading { () throws(FileError) in try located() }
        guard try reading({ () throws(FileError) in try place.status }) != nil else { return nil }
        let file = try reading { () throws(FileError) in try place.folder.file(place.name) }
        try reading { () throws(FileError) in try file.requireOwn(isSecret: false) }
        let size = file.status.size
        // A file that nobody has asked for takes no time, and no memory.
        let end = try reading { () throws(FileError) in
            try file.bytes(
                at: size - min(size, UInt64(Hash.byteCount)), count: Hash.byteCount)
        }
        guard let digest = Hash(end) else { throw .content(.truncated) }
        guard digests.contains(digest) else { throw .content(.anotherSnapshot) }
        // No node takes less than a byte.
        var reader = IndexSnapshotReader(maximumNodes: Int(clamping: size))
        var isWanted = true
        try file.forEachChunk(
            size: IndexSnapshot.partByteCount, failing: { IndexSnapshotFlaw.file($0) }
        ) { part throws(IndexSnapshotFlaw) in
            do throws(IndexSnapshotError) {
                try reader.append(Array(part))
            } catch {
                throw .content(error)
            }
            isWanted = goesOn()
            return isWanted
        }
        guard isWanted else { return nil }
        do throws(IndexSnapshotError) {
            let (trie, head) = try reader.finish(digests: [digest])
            return (trie, head, digest)
        } catch {
            throw .content(error)
        }
    }

    private func reading<Result: ~Copyable>(
        _ body: () throws(FileError) -> Result
    ) throws(IndexSnapshotFlaw) -> Result {
        do throws(FileError) {
            return try body()
        } catch {
            throw .file(error)
        }
    }

    // MARK: - Writing

    /// Writes a map beside the file, as long as `goesOn` returns true, and waits until all of it is
    /// on the disk; returns its digest.
    ///
    /// Put the digest into the store, and then call ``putInPlace()``.
    ///
    /// - Parameter room: bytes that stay free beside the file: a cache must not stop registrations.
    package func write(
        _ trie: IndexTrie, head: Hash, leaving room: UInt64 = roomByteCount,
        while goesOn: () -> Bool
    ) throws(LedgerError) -> Hash? {
        let fault = faultHook?(.snapshot)
        guard fault != .lost else { throw Self.fault(.snapshot) }
        let free = try LedgerError.files { () throws(FileError) in
            try located().folder.freeByteCount
        }
        // The file has less than half of the map's bytes.
        let (needed, isTooMuch) = UInt64(trie.byteCount / 2).addingReportingOverflow(room)
        guard !isTooMuch, free >= needed else {
            throw .diskFull(
                path: path, reason: "the disk has too little room beside it: \(free) bytes are free"
            )
        }
        let digest = try LedgerError.files { () throws(FileError) -> Hash? in
            let place = try located()
            let name = Self.newName(place)
            try place.folder.remove(name)
            do throws(FileError) {
                if let digest = try Self.fill(name, place.folder, trie, head, goesOn) {
                    return digest
                }
            } catch {
                // What is left would take room that the disk may not have. That it could not be
                // written is what must be said.
                try? place.folder.remove(name)
                throw error
            }
            try place.folder.remove(name)
            return nil
        }
        guard fault == nil else { throw Self.fault(.snapshot) }
        return digest
    }

    private static func fill(
        _ name: String, _ folder: Folder, _ trie: IndexTrie, _ head: Hash, _ goesOn: () -> Bool
    ) throws(FileError) -> Hash? {
        var file = try OutputFile(making: name, in: folder, .secret)
        var writer = IndexSnapshotWriter(of: trie, head: head)
        var synced: UInt64 = 0
        while let part = writer.next() {
            guard goesOn() else { return nil }
            try file.write(part)
            guard file.byteCount - synced >= unsyncedByteCount else { continue }
            try file.synchronize()
            synced = file.byteCount
        }
        try file.synchronize()
        return writer.digest
    }

    /// Gives the file that was written its name, in the place of the one before, durably.
    package func putInPlace() throws(LedgerError) {
        let fault = faultHook?(.snapshotName)
        if fault != .lost {
            try LedgerError.files { () throws(FileError) in
                let place = try located()
                try place.folder.rename(Self.newName(place), to: place.name, in: place.folder)
                try place.folder.synchronize()
            }
        }
        guard fault == nil else { throw Self.fault(.snapshotName) }
    }

    /// Removes what a crash has left of a file that was being written.
    package func removeUnfinished() throws(LedgerError) {
        try LedgerError.files { () throws(FileError) in
            let place = try located()
            try place.folder.remove(Self.newName(place))
        }
    }

    /// Removes the file, durably, and what is left of another.
    package func remove() throws(LedgerError) {
        try LedgerError.files { () throws(FileError) in
            let place = try located()
            try place.folder.remove(Self.newName(place))
            try place.folder.remove(place.name)
            try place.folder.synchronize()
        }
    }

    /// Where the file stands, in a folder that nobody else may change.
    private func located() throws(FileError) -> Place {
        try Ownership.requireOwnParents(of: path)
        return try Place(path)
    }

    private static func newName(_ place: Place) -> String { place.name + unfinishedSuffix }

    private static func fault(_ step: WriteStep) -> LedgerError {
        .tryAgain("the write of \(step) failed, as a test wants it")
    }
}

/// Why the file of a snapshot is not used: the map is made of all rows then, which takes longer.
package enum IndexSnapshotFlaw: Error, Hashable, CustomStringConvertible {
    /// It could not be read, or others may change it.
    case file(FileError)

    /// Its bytes are not those of the snapshot that the store knows.
    case content(IndexSnapshotError)

    /// What is wrong, in words.
    package var description: String {
        switch self {
        case .file(let error): error.reasonToAct
        case .content(let error): "\(error)"
        }
    }
}
