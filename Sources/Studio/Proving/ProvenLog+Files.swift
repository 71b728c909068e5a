import Checkpoints
import LogReader
import Manifests
import Merkle
import Provenance

/// Proofs from the log's own files alone: whoever keeps them need not answer any question.
///
/// No file lists what names an artifact, or where an entry is. So an entry is found by its index,
/// by the receipts of its record, or by reading the log.
extension ProvenLog {
    /// Proves the entry at `index`, and reads its statement where the entries are `ours`.
    ///
    /// A leaf that is no statement is proven as any other, with what is wrong with it.
    func filed(
        _ index: UInt64, in head: AcceptedHead?, ours: Bool
    ) async throws(ProvingError) -> ProvenLeaf {
        let head = head ?? newest
        guard index < head.checkpoint.size else {
            throw .noIndex(index, size: head.checkpoint.size, isNewest: head == newest)
        }
        let proof: ProvenEntry
        let leaf: [UInt8]?
        do throws(LogError) {
            proof = try await tree.prove(index, in: head.head)
            leaf = ours ? try await tree.entry(at: index) : nil
        } catch {
            throw ProvingError(error)
        }
        guard let leaf else { return ProvenLeaf(proof, head, nil) }
        do throws(Refusal) {
            return ProvenLeaf(proof, head, try Statement(leaf: leaf))
        } catch {
            // The tree proves that it is there, whatever it is: no answer was false.
            return ProvenLeaf(
                proof, head, nil, illFormed: IllFormedLeaf(bytes: leaf, refusal: error))
        }
    }

    /// Proves the entry of a statement: where its receipts say that it is, else where the log has
    /// it.
    func filed(
        _ record: TransparentStatement, in head: AcceptedHead?, _ walk: EntryWalk
    ) async throws(ProvingError) -> ProvenLeaf {
        let leafHash = Hash.leaf(record.statement.leaf)
        for index in Self.places(in: record) where index < tree.size {
            do throws(LogError) {
                guard try await tree.leafHash(at: index) == leafHash else { continue }
            } catch {
                throw ProvingError(error)
            }
            return try await filed(index, in: head, ours: true)
        }
        return try await filed(record.statement.id, in: head, walk)
    }

    /// Proves the entry of this name, which is searched for.
    func filed(
        _ entry: EntryID, in head: AcceptedHead?, _ walk: EntryWalk
    ) async throws(ProvingError) -> ProvenLeaf {
        let found = try await search(walk, for: "\(entry)", once: true) { leaf in
            EntryID(ofLeaf: leaf) == entry
        }
        return try await filed(found[0], in: head, ours: true)
    }

    /// Proves each entry that names an artifact, all of which are searched for.
    func filed(
        artifact digest: Hash, picked: [EntryID], in head: AcceptedHead?, _ walk: EntryWalk
    ) async throws(ProvingError) -> [ProvenLeaf] {
        let needle = digest.bytes
        let found = try await search(walk, for: "an entry of the artifact", once: false) { leaf in
            guard Self.contains(needle, leaf), let statement = try? Statement(leaf: leaf) else {
                return false
            }
            return statement.subjectDigests.contains(digest)
        }
        var leaves: [ProvenLeaf] = []
        for index in found {
            let leaf = try await filed(index, in: head, ours: true)
            guard picked.isEmpty || leaf.statement.map({ picked.contains($0.id) }) == true else {
                continue
            }
            leaves.append(leaf)
        }
        let given = leaves.compactMap { $0.statement?.id }
        if let lacking = picked.first(where: { !given.contains($0) }) {
            throw .noEntry("\(lacking) among the entries of the artifact")
        }
        return leaves
    }

    /// The positions that the receipts of a record tell of, unverified.
    private static func places(in record: TransparentStatement) -> [UInt64] {
        record.receipts.compactMap { bytes in
            guard let receipt = try? Receipt(bytes), case .inclusion(let proof) = receipt.proof
            else { return nil }
            return proof.leafIndex
        }
    }

    /// Whether `leaf` has the bytes of a digest anywhere: what has them not is not read.
    private static func contains(_ needle: [UInt8], _ leaf: [UInt8]) -> Bool {
        guard leaf.count >= needle.count else { return false }
        let (first, second) = (needle[0], needle[1])
        for start in 0...(leaf.count - needle.count)
        where leaf[start] == first && leaf[start + 1] == second {
            if leaf[start..<start + needle.count].elementsEqual(needle) { return true }
        }
        return false
    }

    /// Returns the indexes of the entries that are meant, rising; never none.
    ///
    /// Where the log is longer than the walk may be, what lies before its newest entries is not
    /// known; that is an error wherever it could change the answer.
    private func search(
        _ walk: EntryWalk, for name: String, once: Bool, _ isMeant: ([UInt8]) -> Bool
    ) async throws(ProvingError) -> [UInt64] {
        let first = tree.size - min(tree.size, walk.limit)
        walk.begin(tree.size - first)
        var found: [UInt64] = []
        var end = tree.size
        var bytes: UInt64 = 0
        while end > first, !once || found.isEmpty {
            // Whole bundles, but for the first.
            let start = max(first, (end - 1) / EntryWalk.stretch * EntryWalk.stretch)
            var here: [UInt64] = []
            do {
                try await tree.forEachEntry(in: start..<end) { index, leaf in
                    bytes += UInt64(leaf.count)
                    if isMeant(leaf) { here.append(index) }
                }
            } catch let error as LogError {
                throw ProvingError(error)
            } catch {
                preconditionFailure("entries are read with errors of one kind: \(error)")
            }
            found = here + found
            end = start
            walk.tell(tree.size - end, tree.size - first, bytes)
        }
        guard first == 0 || once && !found.isEmpty else {
            throw .beyond(limit: walk.limit, size: tree.size, name)
        }
        guard !found.isEmpty else { throw .noEntry(name) }
        return found
    }
}
