import Checkpoints
import Encoding
import Foundation
import Ledger
import LedgerStore
import Logging
import Manifests
import Merkle
import Provenance
import RocksDB
import Testing
import TestLedger

@Suite struct OpeningTests {
    let fixture: LedgerFixture

    init() async throws {
        fixture = try LedgerFixture()
        try await fixture.addPoP()
    }

    private func copy(_ from: String, _ to: String) throws {
        try? FileManager.default.removeItem(atPath: to)
        try FileManager.default.copyItem(atPath: from, toPath: to)
    }

    @Test func aSecondOpeningIsRefused() throws {
        #expect(
            ledgerError { _ = try LedgerFixture.open(fixture.options, fixture.clock) }
                == .inUse(path: fixture.options.data))
    }

    @Test func aFolderThatIsNoLedgerIsRefused() throws {
        let options = LedgerOptions(data: fixture.folder.appending(path: "none").path())
        #expect(
            ledgerError { _ = try LedgerFixture.open(options, fixture.clock) }
                == .noLedger(path: options.data))
    }

    @Test func initNeverTouchesWhatIsThere() throws {
        let origin = try Origin("other.example")
        let again = ledgerError {
            try Ledger.initialize(
                fixture.options, origin: origin, admin: fixture.admin.publicKey)
        }
        #expect(again == .exists(path: fixture.options.data))
    }

    @Test func aRestoredOldFolderRefusesToSignAndStillReads() async throws {
        let data = fixture.options.data
        let backup = data + ".backup"
        fixture.ledger.close()
        try copy(data, backup)
        try fixture.reopen()
        let bytes = try fixture.capture("later")
        guard case .registered(let id, _) = try await fixture.register(bytes) else {
            Issue.record("not registered")
            return
        }
        let size = fixture.ledger.head().size
        fixture.ledger.close()
        try copy(backup, data)
        try fixture.reopen()
        #expect(fixture.ledger.readiness?.contains("old copy") == true)
        let answer = try await fixture.register(fixture.capture("fork"))
        guard case .refused(let refusal, _) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(refusal.reason == .storage)
        #expect(fixture.ledger.head().size == size - 1)
        #expect(try fixture.ledger.receipt(id) == nil)
    }

    @Test func aDamagedHighWaterFileIsNamed() throws {
        fixture.ledger.close()
        let path = fixture.options.highWater
        try Data(repeating: 7, count: 1024).write(to: URL(filePath: path))
        guard case .damaged(path, let reason)? = ledgerError({ try fixture.reopen() }) else {
            Issue.record("it was opened")
            return
        }
        #expect(reason.contains("damaged"))
    }

    @Test func oneDamagedSlotOfTheHighWaterFileDoesNoHarm() async throws {
        for slot in 0..<2 {
            fixture.ledger.close()
            let url = URL(filePath: fixture.options.highWater)
            var bytes = try Data(contentsOf: url)
            bytes[slot * 512 + 3] ^= 1
            try bytes.write(to: url)
            try fixture.reopen()
            #expect(fixture.ledger.readiness == nil)
            guard case .registered = try await fixture.register(fixture.capture("slot \(slot)"))
            else {
                Issue.record("not registered after slot \(slot) was damaged")
                return
            }
        }
    }

    @Test func aKeyFileOfAnotherLedgerIsRefused() throws {
        let other = try LedgerFixture()
        fixture.ledger.close()
        let path = fixture.options.keys + "/note.pem"
        try copy(other.options.keys + "/note.pem", path)
        guard case .unfit(path, _)? = ledgerError({ try fixture.reopen() }) else {
            Issue.record("it was opened")
            return
        }
    }

    @Test func aPrivateKeyThatOthersCanReadIsRefused() throws {
        fixture.ledger.close()
        let path = fixture.options.keys + "/ledger.pem"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        guard case .notOurs(path, let reason)? = ledgerError({ try fixture.reopen() }) else {
            Issue.record("it was opened")
            return
        }
        #expect(reason.contains("chmod"))
    }

    @Test func aFolderOfAnotherFormatVersionIsRefusedAndLeftAsItIs() throws {
        fixture.ledger.close()
        let store = try Database(
            path: fixture.options.data, columnFamilies: StoreLayout.families)
        let meta = store.columnFamily("meta")
        try store.put(key: Array("format".utf8), value: Array("3".utf8), in: meta, sync: true)
        store.close()
        let expected = LedgerError.formatVersion(found: "3", supported: "2")
        for _ in 0..<2 { #expect(ledgerError { try fixture.reopen() } == expected) }
    }

    /// A newer program has made it, and the folder is not taken for one without a ledger.
    @Test func aFolderWithAFamilyThatNobodyKnowsIsOfANewerFormat() throws {
        fixture.ledger.close()
        let families = StoreLayout.families + [ColumnFamilyOptions(name: "novelties")]
        do {
            let store = try Database(path: fixture.options.data, columnFamilies: families)
            store.close()
        }
        guard case .formatVersion(let found, "2")? = ledgerError({ try fixture.reopen() }) else {
            Issue.record("it was opened")
            return
        }
        #expect(found.contains("novelties"))
        #expect(
            try Database.listColumnFamilies(path: fixture.options.data).contains("novelties"))
    }

    /// Changes rows behind the ledger's back and returns what opening it says.
    private func errorAfter(
        _ family: String, _ change: (inout [[UInt8]: [UInt8]]) -> Void
    ) throws -> LedgerError? {
        fixture.ledger.close()
        let store = try Database(
            path: fixture.options.data, columnFamilies: StoreLayout.families)
        let column = store.columnFamily(family)
        var before: [[UInt8]: [UInt8]] = [:]
        do {
            var rows = try Iterator(over: column, of: store)
            try rows.seekToFirst()
            while let key = rows.key, let value = rows.value {
                before[key] = value
                try rows.next()
            }
        }
        var after = before
        change(&after)
        do {
            let batch = try WriteBatch(for: store)
            for key in before.keys { batch.delete(key: key, in: column) }
            for (key, value) in after { batch.put(key: key, value: value, in: column) }
            try store.write(batch, sync: true)
        }
        store.close()
        return ledgerError { try fixture.reopen() }
    }

    private func index(_ number: UInt8) -> [UInt8] { [0, 0, 0, 0, 0, 0, 0, number] }

    /// The ledger of these tests has entries 0 to 2.
    @Test func aStoreWhoseNewestEntryIsGoneIsRefused() throws {
        let found = try errorAfter("entries") { $0[index(2)] = nil }
        #expect(found == .corrupt("entry 2 has no row"))
    }

    @Test func aStoreWithEntriesBeyondItsHeadIsRefused() throws {
        let found = try errorAfter("entries") { $0[index(3)] = $0[index(2)] }
        #expect(found == .corrupt("it has entries beyond the head of size 3"))
    }

    @Test func aStoreWhoseRightEdgeDoesNotLeadToItsHeadIsRefused() throws {
        let found = try errorAfter("tiles") { rows in
            rows[[UInt8](repeating: 0, count: 9)]?[70] ^= 1
        }
        guard case .corrupt(let reason)? = found else {
            Issue.record("\(String(describing: found))")
            return
        }
        #expect(reason.contains("root is not that of the head of size 3"))
    }

    @Test func aStoreOfAnotherOriginIsRefused() throws {
        let name = Array("origin".utf8)
        let found = try errorAfter("meta") { $0[name] = Array("other.example".utf8) }
        #expect(found == .corrupt("its origin is not that of entry 0"))
    }

    @Test func aStoreWithoutHeadsIsRefused() throws {
        let found = try errorAfter("heads") { $0 = [:] }
        #expect(found == .corrupt("it has no head"))
    }

    @Test func aControlStatementThatWasChangedDoesNotFold() throws {
        let found = try errorAfter("control") { $0[index(2)] = $0[index(1)] }
        guard case .corrupt(let reason)? = found else {
            Issue.record("\(String(describing: found))")
            return
        }
        #expect(reason.contains("does not fold"))
    }
}
