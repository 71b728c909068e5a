import Encoding
import Foundation
import Ledger
import LedgerStore
import Manifests
import Merkle
import Provenance
import RocksDB
import Testing
import TestLedger
import TestSupport

/// What has gone wrong in the logs of Certificate Transparency, done to ours.
@Suite(.serialized) struct IncidentTests {
    let fixture: LedgerFixture

    init() async throws {
        fixture = try LedgerFixture()
        try await fixture.addPoP()
    }

    private func registered(_ artifact: String) async throws -> (id: EntryID, bytes: [UInt8]) {
        let bytes = try fixture.capture(artifact)
        guard case .registered(let id, _) = try await fixture.register(bytes) else {
            throw FixtureError.unexpected("\(artifact) was not registered")
        }
        return (id, bytes)
    }

    /// Opens the closed ledger's store as it is on disk, changes it, and closes it.
    private func change(_ body: (Database) throws -> Void) throws {
        try fixture.withStore(body)
    }

    private func delete(_ key: [UInt8], in family: StoreLayout.Family) throws {
        try change { store in
            let batch = try WriteBatch(for: store)
            batch.delete(key: key, in: store.columnFamily(family.rawValue))
            try store.write(batch, sync: true)
        }
    }

    /// Azul once read a failure of its store as "no such entry" and logged the entry again.
    @Test func aLookupThatFailsIsNeverAnAbsence() async throws {
        let (id, bytes) = try await registered("photo")
        let size = fixture.ledger.head().size
        fixture.ledger.close()
        try change { store in try store.flush() }
        try rot(in: id.hash.bytes)
        try fixture.reopen()
        #expect(throws: LedgerError.self) { try fixture.ledger.receipt(id) }
        #expect(throws: LedgerError.self) { try fixture.ledger.statement(id) }
        #expect(throws: LedgerError.self) { try fixture.ledger.manifest(id) }
        for _ in 0..<2 {
            guard case .refused(let refusal, _) = try await fixture.register(bytes) else {
                Issue.record("a statement was answered though nobody knows whether it is new")
                return
            }
            #expect(refusal.reason == .storage)
            #expect(fixture.ledger.head().size == size)
        }
    }

    /// Flips a bit in the middle of `bytes`, wherever a table on disk holds them.
    private func rot(in bytes: [UInt8]) throws {
        try rotTables(in: fixture.options.data) { table in
            table.firstRange(of: Data(bytes)).map { $0.lowerBound + 16 }
        }
    }

    /// Nessie answered entries that its database then lost; no log may go on without them.
    ///
    /// RocksDB's log is cut where the answered batch begins, and RocksDB says nothing about it.
    @Test func anAnsweredEntryThatTheStoreLostStopsTheLog() async throws {
        let before = try #require(try writeAheadLog()).byteCount
        let (id, bytes) = try await registered("photo")
        let receipt = try #require(try fixture.ledger.receipt(id))
        let (size, kit) = (fixture.ledger.head().size, try fixture.ledger.trustKit())
        fixture.ledger.close()
        let log = try #require(try writeAheadLog())
        try #require(log.byteCount > before + 100)
        let file = try FileHandle(forWritingTo: log.url)
        try file.truncate(atOffset: UInt64(before + 100))
        try file.close()
        try fixture.reopen()
        #expect(fixture.ledger.head().size == size - 1)
        #expect(fixture.ledger.readiness?.contains("old copy") == true)
        for next in [bytes, try fixture.capture("other")] {
            guard case .refused(let refusal, _) = try await fixture.register(next) else {
                Issue.record("something took the place of a lost entry")
                return
            }
            #expect(refusal.reason == .storage)
        }
        // Whoever holds the receipt can show what was promised.
        var promised = try TransparentStatement(bytes)
        promised.receipts = [receipt]
        #expect(
            Verifier(try TrustKit(kit)).verify(
                file: promised.encoded(), artifact: nil, recordOnly: true
            ).ok)
    }

    /// The newest file of RocksDB's write-ahead log.
    private func writeAheadLog() throws -> (url: URL, byteCount: Int)? {
        let folder = URL(filePath: fixture.options.data)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path())
        guard let name = names.filter({ $0.hasSuffix(".log") }).max() else { return nil }
        let url = folder.appending(path: name)
        return (url, try Data(contentsOf: url).count)
    }

    /// The same in the middle of the log: the entry is missed wherever it is asked for.
    @Test func anEntryThatIsMissingInTheMiddleIsNeverAnAbsence() async throws {
        let (id, bytes) = try await registered("lost")
        _ = try await registered("later")
        let index = fixture.ledger.head().size - 2
        fixture.ledger.close()
        try delete(StoreLayout.key(index), in: .entries)
        try fixture.reopen()
        #expect(throws: LedgerError.self) { try fixture.ledger.statement(id) }
        #expect(throws: LedgerError.self) { try fixture.ledger.transparent(id) }
        #expect(throws: LedgerError.self) {
            try fixture.ledger.entryBundle(index: 0, width: Int(index) + 1)
        }
        #expect(throws: LedgerError.self) {
            try fixture.ledger.entries(subject: .sha256(Array("lost".utf8)), after: nil, limit: 9)
        }
        // It is still known: nothing gives it a second index.
        guard case .known = try await fixture.register(bytes) else {
            Issue.record("a known statement was not known")
            return
        }
        #expect(fixture.ledger.head().size == index + 2)
    }

    /// Sunlight names entries by 128 bits to find duplicates; ours are never shortened.
    @Test func namesThatShareTheirFirstHalfAreDifferentEntries() async throws {
        let (id, _) = try await registered("first")
        let fresh = try fixture.capture("second")
        let statement = try TransparentStatement(fresh).statement
        let index = fixture.ledger.head().size - 1
        fixture.ledger.close()
        try change { store in
            let ids = store.columnFamily(StoreLayout.Family.ids.rawValue)
            let nonces = store.columnFamily(StoreLayout.Family.nonces.rawValue)
            // What a collision of half the name, and of all but its last byte, would leave.
            for shared in [16, 31] {
                var key = statement.id.hash.bytes
                key[shared...] = ArraySlice(key[shared...].map { ~$0 })
                try store.put(key: key, value: StoreLayout.key(index), in: ids, sync: true)
                var nonce = statement.issuer.utf8 + [0] + statement.claimID
                nonce = Hash.sha256(nonce).bytes
                nonce[shared...] = ArraySlice(nonce[shared...].map { ~$0 })
                try store.put(key: nonce, value: StoreLayout.key(index), in: nonces, sync: true)
            }
        }
        try fixture.reopen()
        guard case .registered(let other, _) = try await fixture.register(fresh) else {
            Issue.record("a name that only begins alike was taken for known")
            return
        }
        #expect(other == statement.id && other != id)
        #expect(fixture.ledger.head().size == index + 2)
    }
}
