import Files
import IndexMap
import Jobs
import LogReader
import Merkle
import Provenance

extension IndexCopy {
    /// The making of one proof, with the folder for its temporary files.
    struct Work: Sendable {
        /// A proof, and the root of the map that it leads to.
        struct Made: Sendable {
            let root: Hash
            let proof: IndexProof
        }

        let name: IndexName

        /// The first position of a long list that is wanted.
        let start: UInt64

        let folder: Folder
        let progress: @Sendable (IndexCopyStep) -> Void

        /// The positions of a list that one proof shows.
        var positions: Range<UInt64> {
            let most = UInt64(IndexProof.maximumPages * IndexPage.maximumCount)
            let (end, isTooLarge) = start.addingReportingOverflow(most)
            return start..<(isTooLarge ? .max : end)
        }

        /// Records from one report to the next.
        private static let stride: UInt64 = 65_536
    }
}

extension IndexCopy.Work {
    /// Computes the map of a copy, and the proof in it.
    ///
    /// - Parameters:
    ///   - base: keys that are kept, of the first entries: those are not read again.
    ///   - kept: where the keys of all are written, and kept where they have the map of the head.
    func map(
        of copy: IndexCopy, beginningWith base: KeptKeys.Content? = nil,
        keeping kept: KeptKeys? = nil
    ) async throws -> Made {
        let (size, map) = (copy.head.head.size, copy.head.head.map)
        let keys = try await keys(of: copy, from: base?.cells.size ?? 0)
        return try await OwnThread.run("proof") { isCancelled in
            let runs = keys.runs + (base.map { [$0.run] } ?? [])
            let count = runs.reduce(0) { $0 + $1.note.count }
            let writer = count > 0 ? try kept?.writer(of: count) : nil
            let made = try pass(over: runs, count, writer) { done in
                progress(.computing(done, of: count))
                return !isCancelled()
            }
            if let writer, let kept {
                let cells = try writer.finish(size: size, map: made.root)
                if made.root == map { try kept.keep(cells) } else { try kept.discard(cells) }
            }
            return made
        }
    }

    /// Gathers the keys of the entries that the head covers, from one on, sorted.
    private func keys(
        of copy: IndexCopy, from first: UInt64
    ) async throws -> RunSet<IndexRecord> {
        let size = copy.head.head.size
        let limit = copy.recordsInMemory
        var keys = try RunSet<IndexRecord>(
            "keys", in: folder, notes: [], nextSerial: 0, bound: limit)
        guard first < size else { return keys }
        var waiting: [IndexRecord] = []
        var bytes: UInt64 = 0
        try await copy.tree.walk(first..<size) { leaves throws(LogError) in
            (keys: BundleKeys(of: ReadBundle(leaves)), bytes: leaves.byteCount)
        } _: { walked in
            if let unknown = walked.value.keys.unknown { throw IndexCopyError.unread(unknown) }
            // The bundle in which the range begins has entries before it, too.
            waiting += walked.value.keys.records.filter { $0.index >= first }
            bytes += walked.value.bytes
            if waiting.count >= limit {
                keys = try await adding(waiting, to: keys)
                waiting = []
            }
            progress(.reading(walked.indexes.upperBound, of: size, bytes: bytes))
        }
        return try await adding(waiting, to: keys)
    }

    /// Adds records, and writes what does not stay in memory.
    ///
    /// The files are open and need no names: a kill leaves none of them.
    private func adding(
        _ records: [IndexRecord], to keys: RunSet<IndexRecord>
    ) async throws -> RunSet<IndexRecord> {
        try await OwnThread.run("keys") { _ in
            var keys = keys
            for record in records { try keys.append(record) }
            try keys.spill()
            do throws(FileError) {
                try folder.removeContents()
            } catch {
                throw RunError.file(error)
            }
            return keys
        }
    }

    /// Makes the proof in one pass over all keys, and writes them where they are to be kept.
    private func pass(
        over runs: [RunFile<IndexRecord>], _ count: UInt64, _ writer: KeptKeysWriter?,
        goesOn: (UInt64) -> Bool
    ) throws(RunError) -> Made {
        var pass = IndexProofPass(of: name, positions: positions)
        var merge = try RunMerge(runs)
        var done: UInt64 = 0
        while let (record, _) = try merge.next() {
            if done.isMultiple(of: Self.stride), !goesOn(done) { throw .stopped }
            done += 1
            do throws(IndexRootsError) {
                try pass.add(record)
            } catch {
                throw .damaged(
                    path: folder.path, rule: "has a key of entry \(record.index) twice")
            }
            try writer?.append(record)
        }
        let (root, proof) = pass.finish()
        return Made(root: root, proof: proof)
    }
}
