import Files
import IndexMap
import Jobs
import LogReader
import Merkle
import Provenance

extension IndexCopy {
    /// The gathering of a copy's keys, with the folder for its temporary files.
    struct Work: Sendable {
        let folder: Folder
        let progress: @Sendable (IndexCopyStep) -> Void

        /// Records from one report to the next.
        private static let stride: UInt64 = 65_536
    }
}

extension IndexCopy.Work {
    /// Computes the map of a copy, and the proof of one name in it, in one pass that writes
    /// nothing more; returns the root with it.
    func map(
        of copy: IndexCopy, proving name: IndexName, _ positions: Range<UInt64>
    ) async throws -> (root: Hash, proof: IndexProof) {
        let runs = try await keys(of: copy, from: 0).runs
        return try await OwnThread.run("proof") { isCancelled in
            var pass = IndexProofPass(of: name, positions: positions)
            try forEach(in: runs, goesOn: { !isCancelled() }) { record throws(RunError) in
                do throws(IndexRootsError) {
                    try pass.add(record)
                } catch {
                    throw .damaged(
                        path: folder.path, rule: "has a key of entry \(record.index) twice")
                }
            }
            return pass.finish()
        }
    }

    /// Sorts all keys of a copy into one file, and computes their map; nil where there are none.
    ///
    /// - Parameters:
    ///   - base: keys that are kept, of the first entries: those are not read again.
    ///   - kept: where they are written, and kept where they have the map of the head; else they
    ///     are written to a temporary file, which loses its name once it is open.
    func sorted(
        of copy: IndexCopy, beginningWith base: KeptKeys.Content? = nil, keeping kept: KeptKeys?
    ) async throws -> (root: Hash, keys: SortedKeys)? {
        let (size, map) = (copy.head.head.size, copy.head.head.map)
        let own = try await keys(of: copy, from: base?.cells.size ?? 0)
        return try await OwnThread.run("keys") { isCancelled in
            let goesOn = { !isCancelled() }
            let runs = own.runs + (base.map { [$0.keys.run] } ?? [])
            let count = runs.reduce(0) { $0 + $1.note.count }
            guard count > 0 else { return nil }
            let writer =
                try kept?.writer(of: count)
                ?? KeptKeysWriter(of: count, serial: 0, name: "sorted.run", in: folder)
            try forEach(in: runs, goesOn: goesOn) { record throws(RunError) in
                try writer.append(record)
            }
            let keys = try writer.finish()
            let root = try keys.root(goesOn: goesOn)
            if let kept {
                if root == map {
                    try kept.keep(keys, size: size, map: map)
                } else {
                    try kept.discard(keys)
                }
            } else {
                try removeNames()
            }
            return (root, keys)
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
            guard !Task.isCancelled else { throw RunError.stopped }
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
            try removeNames()
            return keys
        }
    }

    private func removeNames() throws(RunError) {
        do throws(FileError) {
            try folder.removeContents()
        } catch {
            throw .file(error)
        }
    }

    /// Shows `body` all records of some runs in their order, and says how far that is.
    private func forEach(
        in runs: [RunFile<IndexRecord>], goesOn: () -> Bool,
        _ body: (IndexRecord) throws(RunError) -> Void
    ) throws(IndexCopyError) {
        let count = runs.reduce(0) { $0 + $1.note.count }
        var merge: RunMerge<IndexRecord>
        do throws(RunError) {
            merge = try RunMerge(runs)
        } catch {
            throw IndexCopyError(reading: error)
        }
        var done: UInt64 = 0
        while true {
            let next: (record: IndexRecord, isSettled: Bool)?
            do throws(RunError) {
                next = try merge.next()
            } catch {
                throw IndexCopyError(reading: error)
            }
            guard let next else { return }
            if done.isMultiple(of: Self.stride) {
                progress(.computing(done, of: count))
                guard goesOn() else { throw .work(.stopped) }
            }
            done += 1
            do throws(RunError) { try body(next.record) } catch { throw .work(error) }
        }
    }
}
