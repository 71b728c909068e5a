import IndexMap
import Jobs
import Provenance

/// Proofs by keys that were kept (index.md §13).
extension IndexCopy {
    /// Makes a proof by the keys that are kept, as far as they lead to the map of the head; else
    /// all entries are read.
    ///
    /// So keys that are damaged, of another log or of another time cost a reading, and decide
    /// nothing: neither a proof nor a finding rests on them.
    func proof(_ work: Work, keeping kept: KeptKeys) async throws -> IndexProof {
        let (size, map) = (head.head.size, head.head.map)
        do throws(IndexCopyError) {
            if let content = try await read(kept) {
                var made: Work.Made?
                if content.cells.size == size, content.cells.map == map {
                    made = try await look(work, into: content)
                } else if content.cells.size < size {
                    made = try await grow(work, from: content, keeping: kept)
                }
                if let made, made.root == map { return made.proof }
                work.progress(
                    .notUsed(path: kept.path, reason: "does not lead to the map of the index head"))
            }
        } catch .work(.damaged(let path, let rule)) {
            work.progress(.notUsed(path: path, reason: rule))
        }
        return try require(await work.map(of: self, keeping: kept))
    }

    private func read(_ kept: KeptKeys) async throws(IndexCopyError) -> KeptKeys.Content? {
        try await Self.naming { try await OwnThread.run("keys") { _ in try kept.content() } }
    }

    private func look(
        _ work: Work, into content: KeptKeys.Content
    ) async throws(IndexCopyError) -> Work.Made {
        try await Self.naming {
            try await OwnThread.run("proof") { isCancelled in
                let (root, proof) = try content.proof(of: work.name, work.positions) {
                    !isCancelled()
                }
                return Work.Made(root: root, proof: proof)
            }
        }
    }

    private func grow(
        _ work: Work, from content: KeptKeys.Content, keeping kept: KeptKeys
    ) async throws(IndexCopyError) -> Work.Made {
        try await Self.naming {
            try await work.map(of: self, beginningWith: content, keeping: kept)
        }
    }
}
