public import Jobs
public import LedgerStore
import Merkle
import Provenance

/// Manifests that are missing: their entries came back from a copy that did not have them.
extension Recovery {
    /// The manifests that the ledger lacks, and that no erasure names.
    public struct MissingManifests: Hashable, Sendable {
        /// Number of entries whose manifest is missing.
        public fileprivate(set) var count: UInt64 = 0

        /// The first of these entries, ``namedLimit`` at the most.
        public fileprivate(set) var first: [UInt64] = []

        /// Entries that are named: as many as somebody reads.
        public static let namedLimit = 10

        fileprivate mutating func add(_ entries: [UInt64]) {
            count += UInt64(entries.count)
            first += entries.prefix(Self.namedLimit - first.count)
        }
    }

    /// What one look for missing manifests gave.
    public struct ReturnedManifests: Hashable, Sendable {
        /// Number of manifests that were put back.
        public fileprivate(set) var count: UInt64 = 0

        /// Those that are missing still.
        public fileprivate(set) var missing = MissingManifests()

        /// The files that have other manifests than the missing ones in their places, or cannot be
        /// read; at most one for each file of manifests that was named.
        public fileprivate(set) var passedOver: [PassedOver] = []
    }

    /// Puts back manifests that are missing, each after its digest was compared with the one that
    /// its entry names; all others stay as they are.
    ///
    /// No checkpoint is asked for, and nothing is signed. What is erased stays away. Each bundle's
    /// are written at once and synced: a crash leaves those that were put back, and the next call
    /// goes on with the others.
    ///
    /// - Parameters:
    ///   - exports: folders of exports and mirrors, asked in this order.
    ///   - files: `.colophon` files, asked after them.
    public func putBackManifests(
        exports: [String] = [], files: [String] = [], progress: JobProgress = .silent
    ) throws(LedgerError) -> ReturnedManifests {
        var returned = ReturnedManifests()
        var copies = try CopiedManifests(exports)
        var records: RecordManifests?
        for range in chunks(from: 0, to: size) {
            try progress.report(
                "looking for missing manifests", done: range.lowerBound, of: size)
            let lacking = try lacking(in: range)
            guard !lacking.isEmpty else { continue }
            var found = copies.find(lacking)
            if found.count < lacking.count, !files.isEmpty {
                let known: RecordManifests
                if let records { known = records } else { known = try RecordManifests(files) }
                records = known
                for (index, digest) in lacking where found[index] == nil {
                    found[index] = try known.manifest(digest)
                }
            }
            try putBack(found)
            returned.count += UInt64(found.count)
            returned.missing.add(lacking.keys.filter { found[$0] == nil }.sorted())
        }
        returned.passedOver = copies.passedOver
        return returned
    }

    /// Number of entries of a bundle, or of a part of one, whose manifest is missing.
    func missingManifests(in range: Range<UInt64>) throws(LedgerError) -> UInt64 {
        UInt64(try lacking(in: range).count)
    }

    /// Writes manifests of one bundle: 64 MiB at the most.
    private func putBack(_ manifests: [UInt64: [UInt8]]) throws(LedgerError) {
        guard !manifests.isEmpty else { return }
        try store.write(.batch, sync: true) { rows in
            for (index, manifest) in manifests { rows.put(manifest: manifest, at: index) }
        }
    }

    /// The entries of a range that lack their manifest and are not erased, with its digest.
    private func lacking(in range: Range<UInt64>) throws(LedgerError) -> [UInt64: Hash] {
        var lacking: [UInt64: Hash] = [:]
        for index in try store.entriesWithoutManifest(in: range) {
            let leaf = try store.leaf(index)
            guard let digest = LeafFields.manifestDigest(of: leaf.span) else {
                throw .corrupt("entry \(index) has a manifest row, and names no manifest")
            }
            if erasedManifests[digest] == nil { lacking[index] = digest }
        }
        return lacking
    }
}

/// The manifests that `.colophon` files carry: which file has which, by its digest.
private struct RecordManifests {
    private var paths: [Hash: String] = [:]

    /// Reads the files; those that are no records are named where their entries are read.
    init(_ files: [String]) throws(LedgerError) {
        for path in files {
            let bytes = try ReturnedEntries.bytes(of: path)
            guard let manifest = (try? TransparentStatement(bytes))?.manifest else { continue }
            paths[.sha256(manifest)] = path
        }
    }

    /// Reads the file again that has a manifest; nil where none has it.
    func manifest(_ digest: Hash) throws(LedgerError) -> [UInt8]? {
        guard let path = paths[digest] else { return nil }
        let bytes = try ReturnedEntries.bytes(of: path)
        guard let manifest = (try? TransparentStatement(bytes))?.manifest,
            .sha256(manifest) == digest
        else {
            throw .unfit(path: path, reason: "changed while it was read")
        }
        return manifest
    }
}
