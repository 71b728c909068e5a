import Checkpoints
import Encoding
import Foundation
import Ledger
import Logging
import Merkle
import Provenance
import RocksDB
import Testing

@Suite struct OpeningTests {
    let fixture: LedgerFixture

    init() async throws {
        fixture = try LedgerFixture()
        try await fixture.addPoP()
    }

    private func error(_ body: () throws -> Void) -> LedgerError? {
        do {
            try body()
            return nil
        } catch {
            return error as? LedgerError
        }
    }

    private func copy(_ from: String, _ to: String) throws {
        try? FileManager.default.removeItem(atPath: to)
        try FileManager.default.copyItem(atPath: from, toPath: to)
    }

    @Test func aSecondOpeningIsRefused() throws {
        #expect(
            error { _ = try LedgerFixture.open(fixture.options, fixture.clock) }
                == .inUse(path: fixture.options.data))
    }

    @Test func aFolderThatIsNoLedgerIsRefused() throws {
        let options = LedgerOptions(data: fixture.folder.appending(path: "none").path())
        #expect(
            error { _ = try LedgerFixture.open(options, fixture.clock) }
                == .noLedger(path: options.data))
    }

    @Test func initNeverTouchesWhatIsThere() throws {
        let origin = try Origin("other.example")
        let again = error {
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
        guard case .file(path, let reason)? = error({ try fixture.reopen() }) else {
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
        guard case .file(path, _)? = error({ try fixture.reopen() }) else {
            Issue.record("it was opened")
            return
        }
    }

    @Test func aPrivateKeyThatOthersCanReadIsRefused() throws {
        fixture.ledger.close()
        let path = fixture.options.keys + "/ledger.pem"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        guard case .file(path, let reason)? = error({ try fixture.reopen() }) else {
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
        try store.put(key: Array("format".utf8), value: Array("2".utf8), in: meta, sync: true)
        store.close()
        let expected = LedgerError.formatVersion(found: "2", supported: "1")
        for _ in 0..<2 { #expect(error { try fixture.reopen() } == expected) }
    }
}
