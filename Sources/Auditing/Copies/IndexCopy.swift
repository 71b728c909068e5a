package import Files
package import IndexMap
package import LogReader
import Manifests
package import Merkle
package import Provenance

/// The index of a log as a copy of its files has it: the newest index head with its receipt, and
/// all entries that it covers (index.md §13).
///
/// The map is computed of the entries, each of which the copy's own head proves. So a proof is made
/// as the ledger makes it, byte for byte, and only where the entries have the map that the head
/// says.
package struct IndexCopy: Sendable {
    let tree: LogTree

    /// The index head with its receipts, which nobody has judged yet.
    package let head: TransparentIndexHead

    /// Where it stands, by a receipt that nobody has judged; the copy has it there.
    package let index: UInt64

    /// The number of entries that the copy has.
    package var size: UInt64 { tree.size }

    /// Records in memory at the most, before they are sorted and written: 10 MiB; other than usual
    /// for tests.
    package var recordsInMemory = 1 << 18

    /// Reads the index head of a copy whose checkpoint the caller has verified.
    package init(of tree: LogTree) async throws(IndexCopyError) {
        self.tree = tree
        let path = tree.indexHeadPlace
        let bytes: [UInt8]?
        do throws(LogError) {
            bytes = try await tree.indexHead()
        } catch {
            throw .log(error)
        }
        guard let bytes else { throw .noHead }
        do throws(Refusal) {
            head = try TransparentIndexHead(bytes)
        } catch {
            throw .malformed(path: path, "is no index head: \(error)")
        }
        guard let index = Self.place(of: head) else {
            throw .malformed(path: path, "has no receipt that says where its entry is")
        }
        self.index = index
        guard max(index, head.head.size) < tree.size else {
            throw .notCovered(index: index, size: tree.size)
        }
        let leaf: Hash
        do throws(LogError) {
            leaf = try await tree.leafHash(at: index)
        } catch {
            throw .log(error)
        }
        guard leaf == .leaf(head.head.leaf) else { throw .otherEntry(index) }
    }

    private static func place(of head: TransparentIndexHead) -> UInt64? {
        head.receipts.lazy.compactMap { bytes in
            guard let receipt = try? Receipt(bytes), case .inclusion(let proof) = receipt.proof
            else { return nil }
            return proof.leafIndex
        }.first
    }

    // MARK: - The proof

    /// Makes the proof of some names, 1 to 8 and none twice, of long lists the entries from
    /// position `start` on.
    ///
    /// Every entry below the head's size is read, once for all names, and its keys are sorted in
    /// files below the folder for temporary ones: 40 bytes for each key of each entry, and twice as
    /// many for a while.
    ///
    /// - Parameter cache: the path of a folder that keeps the sorted keys (``KeptKeys``), made
    ///   where it is missing: then only the entries are read whose keys it lacks, and where it
    ///   lacks none, few of its keys.
    package func proof(
        of names: [IndexName], from start: UInt64 = 0, keepingKeysIn cache: String? = nil,
        progress: @escaping @Sendable (_ step: IndexCopyStep) -> Void = { _ in }
    ) async throws(IndexCopyError) -> CompleteProof {
        guard names.count == 1, cache == nil else {
            return try await CopiedIndex.open(self, keepingKeysIn: cache, progress: progress)
                .proof(of: names, from: start)
        }
        let positions = Self.positions(from: start, pages: IndexProof.maximumPages)
        let made = try await working(progress) {
            try await $0.map(of: self, proving: names[0], positions)
        }
        try require(made.root)
        return proof(with: [made.proof])
    }

    /// Puts proofs beside the head.
    func proof(with proofs: [IndexProof]) -> CompleteProof {
        do throws(CompleteProofError) {
            return try CompleteProof(head, proofs)
        } catch {
            preconditionFailure("1 to 8 names are asked about, and none twice: \(error)")
        }
    }

    /// The positions of a list that one proof shows, from one on.
    static func positions(from start: UInt64, pages: Int) -> Range<UInt64> {
        let most = UInt64(pages * IndexPage.maximumCount)
        let (end, isTooLarge) = start.addingReportingOverflow(most)
        return start..<(isTooLarge ? .max : end)
    }

    /// Runs `body` with a folder for temporary files, which is gone then.
    func working<Value: Sendable>(
        _ progress: @escaping @Sendable (IndexCopyStep) -> Void,
        _ body: (Work) async throws -> Value
    ) async throws(IndexCopyError) -> Value {
        let folder: WorkFolder
        do throws(FileError) {
            folder = try WorkFolder()
        } catch {
            throw .work(.file(error))
        }
        let result: Result<Value, IndexCopyError>
        do throws(IndexCopyError) {
            let work = Work(folder: folder.folder, progress: progress)
            result = .success(try await Self.naming { try await body(work) })
        } catch {
            result = .failure(error)
        }
        do throws(FileError) {
            try folder.remove()
        } catch {
            throw .work(.file(error))
        }
        return try result.get()
    }

    /// Passes on why a part of the work was not done.
    static func naming<Value>(
        _ body: () async throws -> Value
    ) async throws(IndexCopyError) -> Value {
        do {
            return try await body()
        } catch let error as IndexCopyError {
            throw error
        } catch let error as LogError {
            throw .log(error)
        } catch let error as RunError {
            throw .work(error)
        } catch {
            preconditionFailure("a proof is made with errors of these three kinds: \(error)")
        }
    }

    /// Refuses the root of the map that all entries have, where the head says another one.
    func require(_ root: Hash) throws(IndexCopyError) {
        guard root == head.head.map else {
            throw .otherMap(
                index: index, size: head.head.size, said: head.head.map, computed: root)
        }
    }
}

/// How far the making of a proof is.
package enum IndexCopyStep: Hashable, Sendable {
    /// Entries are read: how many of how many, and their bytes.
    case reading(UInt64, of: UInt64, bytes: UInt64)

    /// The map is computed: keys of how many.
    case computing(UInt64, of: UInt64)

    /// The keys that are kept are not used, for this reason: all entries are read again.
    case notUsed(path: String, reason: String)
}

/// Why a copy gives no proof of completeness.
package enum IndexCopyError: Error, Hashable {
    /// The copy cannot be read, or an entry of it is not proven. Mend the copy.
    case log(LogError)

    /// The copy has no index head: the log has none, or the copy was made by an older version.
    case noHead

    /// The file of the index head has something else. Copy it again.
    case malformed(path: String, String)

    /// The index head is entry `index`, and the copy has fewer entries. Bring the copy up to date.
    case notCovered(index: UInt64, size: UInt64)

    /// The log has another entry at this index: the file is of another log, or the ledger shows
    /// two.
    case otherEntry(UInt64)

    /// An entry is of a type that this version does not read.
    case unread(UInt64)

    /// The proofs of all these names have together so many bytes, more than one file of them may.
    /// Ask about fewer at once.
    case tooLong(Int)

    /// The head says another map than the entries have: the ledger's index is wrong.
    case otherMap(index: UInt64, size: UInt64, said: Hash, computed: Hash)

    /// The folder for temporary files, or the one that keeps the keys, cannot be used.
    case work(RunError)

    /// The system refuses to read a file of keys.
    case unreadable(FileError)

    /// Something else has the name of a file that is kept with the keys, and is not replaced.
    /// Remove it.
    case inTheWay(FileError)

    /// Why keys could not be read.
    init(reading error: RunError) {
        switch error {
        case .file(let error): self = .unreadable(error)
        case .damaged, .stopped: self = .work(error)
        }
    }
}
