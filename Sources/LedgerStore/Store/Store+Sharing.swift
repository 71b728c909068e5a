import Manifests
package import Merkle
package import Provenance
import RocksDB

/// The entries that have one manifest, as far as they were looked for.
package struct SharedManifest {
    /// Their indexes, rising.
    package var entries: [UInt64] = []

    /// Number of entries that were looked at.
    package var examined = 0

    /// Where the search goes on; nil where there is no more.
    package var next: UInt64?
}

/// Lists the entries that name an artifact, from a first one to below another, rising, at most so
/// many.
package typealias ArtifactList = (
    _ artifact: Hash, _ start: UInt64, _ end: UInt64, _ limit: Int
) throws(LedgerError) -> [UInt64]

extension Store {
    /// Looks for the entries that have a manifest, among at most `limit` that name one of its
    /// artifacts.
    ///
    /// Who shares a manifest shares its artifacts: admission holds the digests in each statement
    /// to those in its manifest. So the list of an artifact leads to all of them, and no row of
    /// their own is needed.
    package func entries(
        sharing manifest: Hash, artifact: Hash, from start: UInt64 = 0, below end: UInt64 = .max,
        limit: Int, listed: ArtifactList
    ) throws(LedgerError) -> SharedManifest {
        let indexes = try listed(artifact, start, end, limit)
        var shared = SharedManifest()
        shared.examined = indexes.count
        for index in indexes {
            shared.next = index + 1
            let digest = try reading { () throws(RocksDBError) -> Hash?? in
                try database.withValue(for: StoreLayout.key(index), in: entries) { leaf in
                    LeafFields.manifestDigest(of: leaf)
                }
            }
            // A missing row is for `fsck` to report.
            if digest == .some(.some(manifest)) { shared.entries.append(index) }
        }
        if indexes.count < limit { shared.next = nil }
        return shared
    }

    /// Entries that are looked at between two pauses: some milliseconds.
    private static let sharedPage = 1024

    /// Calls `body`, page by page, with the entries below an erasure that have its manifest.
    package func forEachPage(
        of erasure: LoggedErasure, listed: ArtifactList,
        _ body: ([UInt64]) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        let statement = try statement(at: erasure.index)
        let order: LoggedErasure.Order?
        do throws(Refusal) {
            order = try LoggedErasure.Order(statement, at: erasure.index)
        } catch {
            throw .corrupt("entry \(erasure.index) cannot be read as an erasure: \(error)")
        }
        guard let name = order?.entries.first, let named = try entry(name),
            let artifact = named.statement.subjectDigests.first
        else { throw .corrupt("entry \(erasure.index) erases an entry that has no row") }
        var next: UInt64? = 0
        while let start = next {
            let page = try entries(
                sharing: erasure.digest, artifact: artifact, from: start, below: erasure.index,
                limit: Self.sharedPage, listed: listed)
            try body(page.entries)
            next = page.next
        }
    }
}

extension LeafFields {
    /// The digest of the manifest that a leaf is about; nil for a control statement, which holds
    /// its own, and for what is no statement.
    package static func manifestDigest(of leaf: Span<UInt8>) -> Hash? {
        if let fields = LeafFields(leaf) {
            return Hash(leaf.extracting(fields.payload))
        }
        guard let statement = try? Statement(leaf: leaf.copied()), statement.controlManifest == nil
        else { return nil }
        return statement.manifestDigest
    }
}
