import Encoding
import Foundation
import IndexMap
import Ledger
import LedgerCheck
import LedgerStore
import Manifests
import Merkle
import Provenance
import RocksDB
import Testing
import TestLedger
import TestSupport

/// Lists, whose older part is rows and whose newer part is memory.
@Suite(.serialized) struct ListTests {
    /// A ledger whose epochs are a few entries.
    private static func fixture(
        interval: Duration = .zero, faultHook: WriteFaultHook? = nil,
        epoch: (entries: Int, records: Int) = (8, 262_144)
    ) async throws -> LedgerFixture {
        let fixture = try LedgerFixture(faultHook: faultHook) { options in
            options.indexInterval = interval
            (options.epochs.entries, options.epochs.records) = epoch
            options.epochs.portionEntries = 4
        }
        try await fixture.addPoP()
        return fixture
    }

    /// Registers captures of some works, so that each list has several entries.
    private static func register(_ count: Int, _ fixture: LedgerFixture) async throws {
        var random = SeededRandom(for: "ListTests")
        let works = (0..<count).map { _ in "work \(random.number(below: 7))" }
        let captures = try works.map { try fixture.capture($0) }
        try await eventually("there is room") {
            await fixture.ledger.register(captures).allSatisfy { $0.refusal == nil }
        }
    }

    /// While tables are written, and in portions of any width.
    @Test(arguments: [Duration.zero, .seconds(3600)])
    func whoeverHasAReceiptFindsTheEntryInItsLists(interval: Duration) async throws {
        let fixture = try await Self.fixture(interval: interval)
        for count in [1, 1, 3, 1, 5, 1, 4, 2, 7, 1, 1] {
            try await Self.register(count, fixture)
            try NaiveLists(fixture.ledger).expectSame(in: fixture.ledger)
        }
        try fixture.reopen()
        try NaiveLists(fixture.ledger).expectSame(in: fixture.ledger)
    }

    @Test func nothingIsWrittenBeforeItsTimeAndAllOfItThen() async throws {
        let fixture = try await Self.fixture(interval: .seconds(3600))
        try await Self.register(4, fixture)
        #expect(try fixture.ledger.keysWritten() == 0)
        // Eight entries are an epoch, which ends where a batch does.
        try await Self.register(2, fixture)
        try await eventually("an epoch is written") { try fixture.ledger.keysWritten() > 0 }
        // The newest batch may not be published at that moment.
        #expect((4...8).contains(try fixture.ledger.keysWritten()))
        fixture.ledger.close()
        try await fixture.writeKeys()
        try fixture.reopen()
        #expect(try fixture.ledger.keysWritten() == 9)
        try NaiveLists(fixture.ledger).expectSame(in: fixture.ledger)
        #expect(try !isThere(fixture.options.places.ingest + "/keys.sst"))
    }

    /// The indexer reads the batch from the log, and has to learn of it when its head is shown:
    /// before that it sees no gap.
    @Test func aBatchThatIsMoreThanMayWaitIsListedAtOnce() async throws {
        let fixture = try await Self.fixture()
        var size: UInt64 = 3
        for _ in 0..<8 {
            try await eventually("all is written") { try fixture.ledger.keysWritten() == size }
            try await Self.register(20, fixture)
            size += 20
            try NaiveLists(fixture.ledger).expectSame(in: fixture.ledger)
        }
    }

    /// What is due may be above the signed head, for as long as a disk is full.
    @Test func theIndexerRestsAlsoWhereWhatIsDueCannotBeDone() {
        let now = ContinuousClock.now
        #expect(EpochLimits.rest(until: now - .seconds(60), at: now) == EpochLimits.shortestRest)
        #expect(EpochLimits.rest(until: now + .seconds(60), at: now) == .seconds(60))
        #expect(EpochLimits.shortestRest > .zero)
    }

    /// More entries than may wait at once have no rows when the ledger is opened.
    @Test func aGapOfManyEpochsIsReadAndWrittenEpochByEpoch() async throws {
        let fixture = try LedgerFixture(configure: { $0.indexInterval = .seconds(3600) })
        try await fixture.addPoP()
        try await Self.register(40, fixture)
        fixture.ledger.close()
        var options = fixture.options
        options.epochs.entries = 8
        options.epochs.portionEntries = 4
        let again = try LedgerFixture.open(options, fixture.clock)
        defer { again.close() }
        try await eventually("all epochs that are full are written") {
            try again.keysWritten() == 40
        }
        try NaiveLists(again).expectSame(in: again)
    }

    /// Two epochs wait at most: one that is being written, and the next.
    ///
    /// Eight captures have 24 records; of larger statements that number is what bounds memory.
    @Test(arguments: [(entries: 8, records: 262_144), (entries: 1000, records: 24)])
    func whereTooManyKeysWaitAStatementIsToComeAgain(
        epoch: (entries: Int, records: Int)
    ) async throws {
        let gate = Gate(isShut: false)
        let fixture = try await Self.fixture(
            faultHook: { step in
                if step == .table { gate.pass() }
                return nil
            }, epoch: epoch)
        defer { gate.open() }
        try await eventually("all is written") { try fixture.ledger.keysWritten() == 3 }
        gate.shut()
        try await Self.register(1, fixture)
        try await eventually("a table waits") { gate.held == 1 }
        var registered = 1
        while registered < 100 {
            let answer = try await fixture.register(fixture.capture("more"))
            if case .refused(let refusal, _) = answer {
                #expect(refusal.reason == .busy)
                break
            }
            registered += 1
        }
        #expect(registered == 16)
        // Reads go on.
        try NaiveLists(fixture.ledger).expectSame(in: fixture.ledger)
        gate.open()
        let more = try fixture.capture("more")
        try await eventually("there is room again") {
            if case .registered = try await fixture.register(more) { true } else { false }
        }
        try NaiveLists(fixture.ledger).expectSame(in: fixture.ledger)
    }

    /// A list with a hole would be wrong: so there is none where an entry cannot be read of which
    /// no row is written yet.
    @Test func noListLeavesOutWhatCannotBeRead() async throws {
        let fixture = try await Self.fixture(interval: .seconds(3600))
        try await Self.register(4, fixture)
        fixture.ledger.close()
        try fixture.withStore { store in
            let entries = store.columnFamily("entries")
            try store.put(key: StoreLayout.key(4), value: [0xA0], in: entries, sync: true)
        }
        try fixture.reopen()
        let issuer = Text("\(LedgerFixture.berlin)")
        for _ in 0..<2 {
            let error = #expect(throws: LedgerError.self) {
                try fixture.ledger.thread(.issuer, issuer, after: nil, limit: 9)
            }
            #expect("\(String(describing: error))".contains("4"))
        }
        #expect(try fixture.ledger.keysWritten() == 0)
    }

    /// As on a full disk, or one that has become read-only: the tables' folder cannot be made.
    @Test func aTableThatCannotBeWrittenStopsNothingAndIsWrittenLater() async throws {
        let fixture = try await Self.fixture(interval: .seconds(3600))
        let place = fixture.options.places.ingest
        try Data("in the way".utf8).write(to: URL(filePath: place))
        try await Self.register(6, fixture)
        #expect(fixture.ledger.readiness == nil)
        try NaiveLists(fixture.ledger).expectSame(in: fixture.ledger)
        #expect(try fixture.ledger.keysWritten() == 0)
        let warns = { fixture.ledger.warnings.contains { $0.hasPrefix("keys are not indexed: ") } }
        try await eventually("it says so") { warns() }
        try FileManager.default.removeItem(atPath: place)
        try await eventually("the table is written") { try fixture.ledger.keysWritten() > 0 }
        try await eventually("it says so no more") { !warns() }
        try NaiveLists(fixture.ledger).expectSame(in: fixture.ledger)
    }

    /// A write-ahead log that was cut takes entries along, and no table.
    @Test func tablesAheadOfTheStoreAreRemovedAndWrittenAnew() async throws {
        let fixture = try await Self.fixture()
        try await Self.register(12, fixture)
        let lists = try NaiveLists(fixture.ledger)
        fixture.ledger.close()
        try await fixture.writeKeys()
        let (key, size) = (IndexKey(.sha256(randomBytes())), UInt64(15))
        try change(fixture) { store, keys in
            try store.put(key: KeyRow.mark(size + 2), value: [], in: keys)
            try store.put(key: KeyRow.key(key, 3), value: [], in: keys, sync: true)
        }
        let findings = try Ledger.check(folder: fixture.options).findings
        #expect(Set(findings.map(\.family)) == ["keys"])
        #expect(findings.contains { $0.key == "end/17" && $0.rule == .extra })
        try fixture.reopen()
        try lists.expectSame(in: fixture.ledger)
        fixture.ledger.close()
        try await fixture.writeKeys()
        #expect(try Ledger.check(folder: fixture.options).isClean)
        try change(fixture) { store, keys in
            let row = try store.get(KeyRow.key(key, 3), in: keys)
            #expect(row == nil)
        }
    }

    /// A mark that cannot be read may be any mark: the rows follow from the leaves.
    @Test func aTableWhoseMarkIsDamagedKeepsNoLedgerFromBeingOpened() async throws {
        let fixture = try await Self.fixture()
        try await Self.register(12, fixture)
        let lists = try NaiveLists(fixture.ledger)
        fixture.ledger.close()
        try await fixture.writeKeys()
        // A table of `keys` begins with the first row of its first block, which is a mark.
        let start = Data([0, 48, 0]) + Data(KeyRow.markPrefix)
        try rotTables(in: fixture.options.data) { $0.starts(with: start) ? 20 : nil }
        #expect(try !Ledger.check(folder: fixture.options).isClean)
        try fixture.reopen()
        try lists.expectSame(in: fixture.ledger)
        fixture.ledger.close()
        #expect(try Ledger.check(folder: fixture.options).isClean)
    }

    @Test func aBackupHasTheRowsOfKeysToo() async throws {
        let fixture = try await Self.fixture()
        try await Self.register(12, fixture)
        let lists = try NaiveLists(fixture.ledger)
        fixture.ledger.close()
        try await fixture.writeKeys()
        try fixture.reopen()
        let place = fixture.folder.appending(path: "backups").path()
        _ = try fixture.ledger.backup(to: place)
        fixture.ledger.close()
        try FileManager.default.removeItem(atPath: fixture.options.data)
        _ = try Ledger.restore(from: place, to: fixture.options)
        #expect(try Ledger.check(folder: fixture.options).isClean)
        try fixture.reopen()
        #expect(try fixture.ledger.keysWritten() == 15)
        try lists.expectSame(in: fixture.ledger)
    }

    /// What a crash has left while a table was written.
    @Test func aTableThatNobodyTookInIsRemovedAtTheStart() async throws {
        let fixture = try await Self.fixture()
        fixture.ledger.close()
        let place = fixture.options.places.ingest
        try FileManager.default.createDirectory(
            atPath: place, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try Data("half a table".utf8).write(to: URL(filePath: place + "/keys.sst"))
        try fixture.reopen()
        try NaiveLists(fixture.ledger).expectSame(in: fixture.ledger)
        try await eventually("it is gone") { try !isThere(place + "/keys.sst") }
    }

    @Test func aFolderForTablesThatOthersMayWriteToIsRefused() async throws {
        let fixture = try await Self.fixture(interval: .seconds(3600))
        fixture.ledger.close()
        try FileManager.default.createDirectory(
            atPath: fixture.options.places.ingest, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o777])
        let error = #expect(throws: LedgerError.self) { try fixture.reopen() }
        guard case .notOurs(let path, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(path == fixture.options.places.ingest)
    }

    /// Changes the rows of `keys` behind a closed ledger's back.
    private func change(
        _ fixture: LedgerFixture, _ body: (Database, ColumnFamily) throws -> Void
    ) throws {
        try fixture.withStore { try body($0, $0.columnFamily("keys")) }
    }
}
