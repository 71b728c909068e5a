import Encoding
import Foundation
import Ledger
import LedgerCheck
import LedgerStore
import Logging
import Manifests
import Merkle
import Provenance
import RocksDB
import LogReader
import Studio
import Testing
import TestLedger
import TestSupport

/// An erasure reaches every entry that has the bytes, in every place where they are.
@Suite(.serialized) struct ErasureTests {
    private let fixture: LedgerFixture
    private let out: String

    init() async throws {
        fixture = try LedgerFixture()
        try await fixture.addPoP()
        out = fixture.folder.appending(path: "export").path()
    }

    /// A manifest that several entries share, with letters in it that nothing else has.
    private struct Shared {
        let manifest: Manifest
        let secret: [UInt8]

        /// - Parameter padding: bytes of noise; few lie with their key, many in a blob file.
        init(_ name: String = "shared", padding: Int = 3_000) throws {
            manifest = try LedgerFixture.manifest(
                of: name, pop: LedgerFixture.berlin, nonce: randomBytes(), padding: padding)
            guard padding > 0 else {
                secret = Array(name.utf8)
                return
            }
            let noise = try #require(manifest.predicate["ext"]?["padding"]?.text)
            // What is compressed is found by its noise all the same.
            secret = Array(noise.utf8.prefix(48))
        }
    }

    /// Signs a statement of its own about a shared manifest.
    private func statement(
        _ shared: Shared, _ fixture: LedgerFixture? = nil
    ) throws -> [UInt8] {
        let fixture = fixture ?? self.fixture
        return try Signer(issuer: LedgerFixture.berlin, key: fixture.pop).sign(
            shared.manifest, thread: "urn:example:shared",
            Freshness(issuedAt: fixture.clock.now)
        ).bytes
    }

    private func erase(_ shared: Shared, _ entries: EntryID...) async throws -> EntryID {
        var chain = try ControlChain(fixture)
        return try await fixture.registerNew(
            chain.sign(erasing: shared.manifest.digest, of: entries))
    }

    /// The files of a folder that hold these bytes.
    private func files(in folder: String, holding bytes: [UInt8]) throws -> [String] {
        let needle = Data(bytes)
        return try FileManager.default.subpathsOfDirectory(atPath: folder).filter { name in
            let path = "\(folder)/\(name)"
            let status = try? FileManager.default.attributesOfItem(atPath: path)
            guard status?[.type] as? FileAttributeType == .typeRegular else { return false }
            do {
                return try Data(contentsOf: URL(filePath: path)).range(of: needle) != nil
            } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
                // A compaction has removed it since it was listed.
                return false
            }
        }
    }

    private func expectGone(
        _ shared: Shared, from ledger: Ledger? = nil, by erasure: EntryID, for entries: [EntryID]
    ) async throws {
        let ledger = ledger ?? fixture.ledger
        for entry in entries {
            let (manifest, file) = try await reading(ledger) { ledger in
                (try ledger.manifest(entry), try ledger.transparent(entry))
            }
            #expect(manifest == .erased(by: erasure))
            #expect(try TransparentStatement(#require(file)).manifest == nil)
        }
        let size = ledger.head().size
        for bundle in 0...(size - 1) / 256 {
            let width = Int(min(256, size - bundle * 256))
            let manifests = try await reading(ledger) { ledger in
                try ledger.manifestBundle(index: bundle, width: width)
            }
            #expect(try Data(#require(manifests)).range(of: Data(shared.secret)) == nil)
        }
    }

    // MARK: - Who shares the bytes

    /// It would erase nothing, and say that it had.
    @Test func aSecondErasureOfAManifestIsRefused() async throws {
        let shared = try Shared(padding: 0)
        let (one, other) = (
            try await fixture.registerNew(statement(shared)),
            try await fixture.registerNew(statement(shared))
        )
        let erasure = try await erase(shared, one)
        for entry in [one, other] {
            var chain = try ControlChain(fixture)
            let again = try chain.sign(erasing: shared.manifest.digest, of: [entry])
            guard case .refused(let refusal, _) = try await fixture.register(again) else {
                Issue.record("erased twice")
                return
            }
            #expect(refusal.reason == .conflict)
            #expect(refusal.existing == erasure.hash)
        }
        // In one batch as well, where neither is in the log yet.
        let fresh = try Shared("fresh", padding: 0)
        let entry = try await fixture.registerNew(statement(fresh))
        var chain = try ControlChain(fixture)
        let pair = [
            try chain.sign(erasing: fresh.manifest.digest, of: [entry]),
            try chain.sign(erasing: fresh.manifest.digest, of: [entry]),
        ]
        let answers = await fixture.ledger.register(pair)
        guard case .registered = answers[0], case .refused(let refusal, _) = answers[1] else {
            Issue.record("\(answers)")
            return
        }
        #expect(refusal.reason == .conflict)
    }

    @Test(arguments: [3_000, 40])
    func erasingOneOfSeveralErasesAllThatShareTheBytes(padding: Int) async throws {
        let shared = try Shared(padding: padding)
        let first = try await fixture.registerNew(statement(shared))
        let other = try await fixture.registerNew(fixture.capture("shared", padding: 3_000))
        let second = try await fixture.registerNew(statement(shared))
        let erasure = try await erase(shared, first)
        try await expectGone(shared, by: erasure, for: [first, second])
        // Another manifest about the same artifact stays.
        guard case .present? = try fixture.ledger.manifest(other) else {
            Issue.record("another manifest is gone")
            return
        }
        #expect(try fixture.ledger.check().isClean)
        try await eventually("the bytes have left the disk") {
            fixture.ledger.isDone(erasure: erasure)
        }
        #expect(try files(in: fixture.options.data, holding: shared.secret) == [])
        try fixture.reopen()
        try await expectGone(shared, by: erasure, for: [first, second])
        #expect(fixture.ledger.isDone(erasure: erasure))
        #expect(try fixture.ledger.check().isClean)
    }

    @Test(arguments: [1, 100])
    func whatComesAfterAnErasureLosesItsBytesOnTheWay(chunk: Int) async throws {
        let shared = try Shared()
        let before = try await fixture.registerNew(statement(shared))
        var chain = try ControlChain(fixture)
        let batch = [
            try statement(shared), try chain.sign(erasing: shared.manifest.digest, of: [before]),
            try statement(shared), try fixture.capture("another"), try statement(shared),
        ]
        let answers = await fixture.ledger.register(batch, inChunksOf: chunk)
        #expect(answers.allSatisfy { $0.refusal == nil })
        let ids = try batch.map { try TransparentStatement($0).statement.id }
        let entries = [before, ids[0], ids[2], ids[4]]
        try await expectGone(shared, by: ids[1], for: entries)
        #expect(try fixture.ledger.check().isClean)
        let late = try await fixture.registerNew(statement(shared))
        try await expectGone(shared, by: ids[1], for: entries + [late])
        try await eventually("the bytes have left the disk") {
            fixture.ledger.isDone(erasure: ids[1])
        }
        #expect(try files(in: fixture.options.data, holding: shared.secret) == [])
        // What comes later never was in a file, not even in the log.
        try fixture.reopen()
        let later = try await fixture.registerNew(statement(shared))
        try await expectGone(shared, by: ids[1], for: entries + [late, later])
        #expect(try files(in: fixture.options.data, holding: shared.secret) == [])
        #expect(try fixture.ledger.check().isClean)
    }

    /// The entry that is erased is in the batch too: not even the log ever has its bytes.
    @Test func whatIsErasedInItsOwnBatchIsNeverWritten() async throws {
        let shared = try Shared()
        let item = try statement(shared)
        let id = try TransparentStatement(item).statement.id
        var chain = try ControlChain(fixture)
        let answers = await fixture.ledger.register([
            item, try chain.sign(erasing: shared.manifest.digest, of: [id]),
        ])
        #expect(answers.allSatisfy { $0.refusal == nil })
        #expect(try files(in: fixture.options.data, holding: shared.secret) == [])
        guard case .erased? = try fixture.ledger.manifest(id) else {
            Issue.record("it is still there")
            return
        }
        #expect(try fixture.ledger.check().isClean)
    }

    /// More than the sequencer looks at itself.
    @Test func thousandsOfEntriesThatShareTheBytesLoseThem() async throws {
        let shared = try Shared()
        var entries: [EntryID] = []
        for _ in 0..<4 {
            let items = try (0..<400).map { _ in try statement(shared) }
            for answer in await fixture.ledger.register(items) {
                guard case .registered(let id, _) = answer else {
                    throw FixtureError.unexpected("\(answer)")
                }
                entries.append(id)
            }
        }
        let erasure = try await erase(shared, entries[1_500])
        // At once, although most rows are replaced behind it.
        try await expectGone(
            shared, by: erasure, for: [entries[0], entries[1_400], entries[1_599]])
        #expect(try fixture.ledger.check().isClean)
        try await eventually("the bytes have left the disk") {
            fixture.ledger.isDone(erasure: erasure)
        }
        #expect(try files(in: fixture.options.data, holding: shared.secret) == [])
        try fixture.reopen()
        try await expectGone(shared, by: erasure, for: entries)
        #expect(try fixture.ledger.check().isClean)
    }

    @Test func aSecondErasureOfTheSameBytesChangesNothing() async throws {
        let shared = try Shared()
        let entry = try await fixture.registerNew(statement(shared))
        let first = try await erase(shared, entry)
        try await eventually("the bytes have left the disk") {
            fixture.ledger.isDone(erasure: first)
        }
        let size = fixture.ledger.head().size
        var chain = try ControlChain(fixture)
        let again = try chain.sign(erasing: shared.manifest.digest, of: [entry])
        for _ in 0..<2 {
            guard case .refused(let refusal, _) = try await fixture.register(again) else {
                Issue.record("erased twice")
                return
            }
            #expect(refusal.reason == .conflict && refusal.existing == first.hash)
            #expect(fixture.ledger.head().size == size)
            try await expectGone(shared, by: first, for: [entry])
            #expect(fixture.ledger.isDone(erasure: first))
            #expect(try files(in: fixture.options.data, holding: shared.secret) == [])
            #expect(try fixture.ledger.check().isClean)
            // Nor is it forgotten when the ledger starts again.
            try fixture.reopen()
        }
    }

    // MARK: - Exports, backups, older versions

    @Test func exportsLoseTheBytesInEveryWidth() async throws {
        let shared = try Shared()
        var entries = [try await fixture.registerNew(statement(shared))]
        for number in 0..<300 {
            _ = try await fixture.registerNew(fixture.capture("work \(number)"))
        }
        entries.append(try await fixture.registerNew(statement(shared)))
        _ = try fixture.ledger.export(to: out)
        _ = try await fixture.registerNew(fixture.capture("one more"))
        _ = try fixture.ledger.export(to: out)
        #expect(
            try files(in: out, holding: shared.secret).map { $0.replacing("./", with: "") }.sorted()
                == ["manifests/000", "manifests/001.p/49", "manifests/001.p/50"])
        let erasure = try await erase(shared, entries[1])
        _ = try fixture.ledger.export(to: out)
        #expect(try files(in: out, holding: shared.secret) == [])
        try await expectGone(shared, by: erasure, for: entries)
    }

    @Test func aRestoredCopyAppliesErasuresToAllThatShareTheBytes() async throws {
        let shared = try Shared()
        var entries = [
            try await fixture.registerNew(statement(shared)),
            try await fixture.registerNew(statement(shared)),
        ]
        let backups = fixture.folder.appending(path: "backups").path()
        _ = try fixture.ledger.backup(to: backups)
        entries.append(try await fixture.registerNew(statement(shared)))
        _ = try fixture.ledger.export(to: out)
        let erasure = try await erase(shared, entries[0])
        entries.append(try await fixture.registerNew(statement(shared)))
        // The export knows of the erasure, and one of before it has the bytes still.
        let older = fixture.folder.appending(path: "older").path()
        try FileManager.default.copyItem(atPath: out, toPath: older)
        _ = try fixture.ledger.export(to: out)
        let restored = try Restored(fixture, from: backups)
        for export in [older, out] {
            let recovery = try Recovery(restored.options)
            _ = try await recovery.putBack(export: export)
            recovery.close()
        }
        try await restored.open { ledger in
            #expect(ledger.readiness == nil)
            try await expectGone(shared, from: ledger, by: erasure, for: entries)
            try await eventually("the bytes have left the disk") { ledger.isDone(erasure: erasure) }
            #expect(try ledger.check().isClean)
        }
        #expect(try files(in: restored.options.data, holding: shared.secret) == [])
        // The old backup has them until it is rotated.
        #expect(try !files(in: backups, holding: shared.secret).isEmpty)
        try await eventually("the bytes have left the disk") {
            fixture.ledger.isDone(erasure: erasure)
        }
        _ = try fixture.ledger.backup(to: backups, keeping: 1)
        #expect(try files(in: backups, holding: shared.secret) == [])
    }

    /// An old copy lists nothing above its signed head: an erasure there waits for the entries.
    @Test func anErasureAboveTheSignedHeadOfAnOldCopyIsNotDone() async throws {
        let (early, late) = (try Shared("early"), try Shared("late"))
        let first = try await fixture.registerNew(statement(early))
        let erasureBelow = try await erase(early, first)
        try await eventually("the bytes have left the disk") {
            fixture.ledger.isDone(erasure: erasureBelow)
        }
        let backups = fixture.folder.appending(path: "backups").path()
        _ = try fixture.ledger.backup(to: backups)
        let entries = [
            try await fixture.registerNew(statement(late)),
            try await fixture.registerNew(statement(late)),
        ]
        let (older, newer) = (out + ".older", out + ".newer")
        _ = try fixture.ledger.export(to: older)
        let erasureAbove = try await erase(late, entries[0])
        _ = try fixture.ledger.export(to: newer)
        _ = try await fixture.registerNew(fixture.capture("last"))
        _ = try fixture.ledger.export(to: out)
        // Its entries end below the last one; the lower erasure is to be done again.
        let restored = try Restored(fixture, from: backups)
        for export in [older, newer] {
            let recovery = try Recovery(restored.options)
            _ = try await recovery.putBack(export: export)
            recovery.close()
        }
        try withStore(restored.options) { store in
            let batch = try WriteBatch(for: store)
            batch.delete(key: Array("erasures".utf8), in: store.columnFamily("meta"))
            try store.write(batch, sync: true)
        }
        try await restored.open { ledger in
            #expect(ledger.readiness != nil)
            try await eventually("the lower one is done") { ledger.isDone(erasure: erasureBelow) }
            #expect(!ledger.isDone(erasure: erasureAbove))
        }
        let recovery = try Recovery(restored.options)
        _ = try await recovery.putBack(export: out)
        recovery.close()
        try await restored.open { ledger in
            #expect(ledger.readiness == nil)
            try await expectGone(late, from: ledger, by: erasureAbove, for: entries)
            try await eventually("the bytes have left the disk") {
                ledger.isDone(erasure: erasureAbove)
            }
            try await expectGone(late, from: ledger, by: erasureAbove, for: entries)
            #expect(try ledger.check().isClean)
        }
        #expect(try files(in: restored.options.data, holding: late.secret) == [])
    }

    /// What a version before this one left: only the entry that is named lost its bytes.
    @Test func bytesThatAnOlderVersionLeftAreFoundHiddenAndRemoved() async throws {
        let shared = try Shared()
        let entries = [
            try await fixture.registerNew(statement(shared)),
            try await fixture.registerNew(statement(shared)),
        ]
        let erasure = try await erase(shared, entries[0])
        try await eventually("the bytes have left the disk") {
            fixture.ledger.isDone(erasure: erasure)
        }
        _ = try fixture.ledger.export(to: out)
        fixture.ledger.close()
        try withStore { store in
            let manifests = store.columnFamily("manifests")
            try store.put(
                key: StoreLayout.key(4), value: [0] + shared.manifest.bytes, in: manifests)
            let batch = try WriteBatch(for: store)
            batch.delete(key: Array("erasures".utf8), in: store.columnFamily("meta"))
            try store.write(batch, sync: true)
        }
        var file: [UInt8] = [0xF6, 0xF6, 0xF6, 0xF6]
        CBOR.bytes(shared.manifest.bytes).append(to: &file)
        file.append(0xF6)
        try Data(file).write(to: URL(filePath: out + "/manifests/000.p/6"))
        let findings = try Ledger.check(folder: fixture.options).findings
        #expect(findings.map(\.rule) == [.erasure], "\(findings)")
        #expect(findings.map(\.key) == ["4"])
        try fixture.reopen()
        try await expectGone(shared, by: erasure, for: [entries[1]])
        #expect(try fixture.ledger.check().isClean)
        _ = try fixture.ledger.export(to: out)
        #expect(try files(in: out, holding: shared.secret) == [])
        try await eventually("the bytes have left the disk") {
            fixture.ledger.isDone(erasure: erasure)
        }
        #expect(try files(in: fixture.options.data, holding: shared.secret) == [])
        fixture.ledger.close()
        #expect(try Ledger.check(folder: fixture.options).isClean)
    }

    @Test func aManifestThatIsStoredUnderAnErasedDigestIsAFinding() async throws {
        let shared = try Shared()
        _ = try await fixture.registerNew(statement(shared))
        let named = try await fixture.registerNew(statement(shared))
        let erasure = try await erase(shared, named)
        try await eventually("the bytes have left the disk") {
            fixture.ledger.isDone(erasure: erasure)
        }
        _ = try await fixture.registerNew(statement(shared))
        fixture.ledger.close()
        #expect(try Ledger.check(folder: fixture.options).isClean)
        for index in [3, 4, 6] as [UInt64] {
            let row = try withStore { store in
                let manifests = store.columnFamily("manifests")
                let row = try #require(try store.get(StoreLayout.key(index), in: manifests))
                try store.put(
                    key: StoreLayout.key(index), value: [0] + shared.manifest.bytes, in: manifests)
                return row
            }
            #expect(row == [1] + erasure.hash.bytes)
            let findings = try Ledger.check(folder: fixture.options).findings
            #expect(findings.map(\.rule) == [.erasure], "\(findings)")
            #expect(findings.map(\.key) == ["\(index)"])
            try withStore { store in
                try store.put(
                    key: StoreLayout.key(index), value: row, in: store.columnFamily("manifests"))
            }
        }
        // A mark by a statement that erases something else.
        try withStore { store in
            try store.put(
                key: StoreLayout.key(4), value: [1] + named.hash.bytes,
                in: store.columnFamily("manifests"))
        }
        #expect(try Ledger.check(folder: fixture.options).findings.map(\.rule) == [.erasure])
    }

    private func withStore<Result>(
        _ options: LedgerOptions? = nil, _ body: (Database) throws -> Result
    ) throws -> Result {
        try fixture.withStore(in: options?.data, body)
    }

    // MARK: - When it does not come to its end

    /// The first write that marks rows, or that says it is done, fails in both variants.
    @Test(arguments: WriteFault.allCases, [0, 1])
    func anErasureIsBegunAgainUntilItIsDone(fault: WriteFault, after writes: Int) async throws {
        let hook = ErasureFault(fault, after: writes)
        let failing = try LedgerFixture(faultHook: hook.callAsFunction)
        try await failing.addPoP()
        let shared = try Shared()
        var chain = try ControlChain(failing)
        var entries: [EntryID] = []
        // So many that the eraser has rows of its own to mark.
        for _ in 0..<3 {
            let items = try (0..<400).map { _ in try statement(shared, failing) }
            _ = await failing.ledger.register(items)
            entries += try items.map { try TransparentStatement($0).statement.id }
        }
        let erasure = try chain.sign(erasing: shared.manifest.digest, of: [entries[5]])
        // The fault may come before the head is signed: then it is in the log, and not answered.
        let answer = try await failing.register(erasure)
        #expect(answer.refusal == nil || answer.refusal?.reason == .storage)
        let id = EntryID(ofLeaf: erasure)
        try await eventually("the fault strikes") { hook.hasStruck }
        try await expectGone(
            shared, from: failing.ledger, by: id, for: [entries[0], entries[1_199]])
        // A new start finds it unfinished; so does this one, once it has opened its store again.
        if writes == 0 { try failing.reopen() }
        try await eventually("the bytes have left the disk") { failing.ledger.isDone(erasure: id) }
        try await expectGone(shared, from: failing.ledger, by: id, for: entries)
        #expect(try files(in: failing.options.data, holding: shared.secret) == [])
        let report = try await reading(failing.ledger) { try $0.check() }
        #expect(report.isClean)
    }
}
