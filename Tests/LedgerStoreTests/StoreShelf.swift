import Checkpoints
import Encoding
import IndexMap
import Keys
import LedgerStore
import Manifests
import Merkle
import Provenance
import TestLedger
import TestSupport

/// A store in a folder of its own, and statements to put into it.
final class StoreShelf {
    private let folder: TemporaryFolder
    private let key = KeyFile.generate(.ed25519)
    private(set) var store: Store

    init(faultHook: WriteFaultHook? = nil) throws {
        folder = try TemporaryFolder("store")
        store = try Store(
            path: folder.path("data"), cacheByteCount: 1 << 20, create: true,
            faultHook: faultHook)
        let origin = try Origin("shelf.example")
        try store.write(.batch, sync: false) { $0.put(origin: origin) }
    }

    deinit {
        store.close()
    }

    /// Closes the store, and opens it again without faults.
    func reopen() throws {
        store.close()
        store = try Store(
            path: folder.path("data"), cacheByteCount: 1 << 20, create: false)
    }

    /// Signs a statement about an artifact, and returns it with its manifest.
    func capture(_ artifact: String) throws -> (named: NamedStatement, manifest: Manifest) {
        let (draft, manifest) = try LedgerFixture.draft(
            of: artifact, thread: Text("urn:example:\(artifact)"), issuedAt: 1_790_000_000)
        return (NamedStatement(try draft.sign(with: key)), manifest)
    }

    /// Puts statements in one batch, the first at `start`, and their keys in one table.
    func put(_ statements: [NamedStatement], from start: UInt64 = 0) throws {
        try store.write(.batch, sync: false) { rows in
            for (offset, named) in statements.enumerated() {
                rows.put(named, at: start + UInt64(offset))
            }
        }
        let end = start + UInt64(statements.count)
        try ingest(
            statements.enumerated().flatMap { offset, named in
                named.keys.map { IndexRecord(key: $0, index: start + UInt64(offset)) }
            }, below: end)
    }

    /// Makes records of entries below `end` part of the store, as one table.
    func ingest(_ records: [IndexRecord], below end: UInt64) throws {
        let path = try store.writeTable(of: records.sorted(), below: end)
        _ = try store.ingestKeys(path)
        try store.write(.cursor, sync: false) { $0.put(keysEnd: end) }
    }
}
