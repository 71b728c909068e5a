import Files
import Foundation
import IndexMap
import Ledger
import LedgerCheck
import LedgerStore
import Merkle
import Provenance
import RocksDB
import Testing
import TestLedger
import TestSupport

/// The file from which a start reads the map of the index (index.md §6, §11).
///
/// How a start has come to its map is said in the log; that it is the right one, by the leaves.
@Suite(.serialized) struct IndexFileTests {
    private static let fromFile = "from=the snapshot and leaves"
    private static let fromRows = "from=rows"
    private static let refused = "the snapshot of the index is not used"

    /// A ledger that writes its map when it ends, and else never.
    private static func fixture(
        faultHook: WriteFaultHook? = nil, writes entries: UInt64 = .max
    ) async throws -> LedgerFixture {
        try await IndexTests.fixture(faultHook: faultHook) { options in
            options.snapshots.entries = entries
            options.snapshots.entriesAtEnd = 1
        }
    }

    private static func works(_ range: Range<Int>) -> [String] { range.map { "work \($0)" } }

    private static func path(_ fixture: LedgerFixture) -> String { fixture.options.places.index }

    private static func isThere(_ path: String) throws -> Bool {
        try NamedPath.isTaken(path)
    }

    /// Opens the closed folder, waits until its index is that of the leaves, closes it without
    /// writing the map, and returns what it has said.
    @discardableResult
    private static func start(
        _ fixture: LedgerFixture, registering works: [String] = [],
        configure: (inout LedgerOptions) -> Void = { _ in }
    ) async throws -> LogLines {
        var options = fixture.options
        options.snapshots.entriesAtEnd = .max
        configure(&options)
        let log = LogLines()
        let ledger = try Ledger.open(
            options, logger: log.logger, clock: { [clock = fixture.clock] in clock.now })
        defer { ledger.close() }
        try await IndexTests.settled(ledger)
        if !works.isEmpty {
            for answer in await ledger.register(try works.map { try fixture.capture($0) }) {
                #expect(answer.refusal == nil)
            }
            try await IndexTests.settled(ledger)
        }
        try IndexOfLeaves(ledger).expectSame(in: ledger)
        #expect(ledger.readiness == nil)
        return log
    }

    /// A row of `meta`.
    private static func digests(_ fixture: LedgerFixture) throws -> [UInt8]? {
        var row: [UInt8]?
        try IndexTests.change(fixture) { store in
            row = try store.get(StoreLayout.MetaName.snapshots, in: store.columnFamily("meta"))
        }
        return row
    }

    /// A ledger of some works whose end has written the map; it is closed.
    private static func closedWithFile() async throws -> LedgerFixture {
        let fixture = try await fixture()
        try await IndexTests.register(works(0..<80), fixture)
        try await IndexTests.settled(fixture.ledger)
        fixture.ledger.close()
        #expect(try isThere(path(fixture)))
        return fixture
    }

    // MARK: - Starts

    @Test func aStartReadsTheMapThatTheEndHasWritten() async throws {
        let fixture = try await Self.closedWithFile()
        let bytes = try Data(contentsOf: URL(filePath: Self.path(fixture)))
        #expect(try Self.digests(fixture) == Array(bytes.suffix(32)))
        let log = try await Self.start(fixture)
        #expect(log.says(Self.fromFile) && !log.says(Self.refused), "\(log.text)")
        #expect(try IndexTests.check(fixture).findings == [])
    }

    /// The lists of the store have run ahead of the map in the file, and some are new since.
    @Test func entriesThatCameAfterTheFileAreAdded() async throws {
        var random = SeededRandom(for: "entriesThatCameAfterTheFileAreAdded")
        let fixture = try await Self.closedWithFile()
        for round in 0..<4 {
            let count = [1, 300, 70, 2][round]
            let works = (0..<count).map { _ in "work \(random.number(below: 90))" }
            let log = try await Self.start(fixture, registering: works)
            #expect(log.says(Self.fromFile), "round \(round), \(random)\n\(log.text)")
        }
        // One file has served all of them, and in small epochs it leads to the same map.
        let log = try await Self.start(fixture) {
            ($0.epochs.entries, $0.epochs.portionEntries) = (7, 7)
        }
        #expect(log.says(Self.fromFile), "\(random)\n\(log.text)")
        #expect(try IndexTests.check(fixture).findings == [])
    }

    /// The map of the file is the newest head's, and the rows have changed since: the start does
    /// not see it, and the next head is held against them.
    @Test func noHeadIsSignedOverRowsThatAreNotTheMaps() async throws {
        let fixture = try await Self.fixture()
        try await IndexTests.register(Self.works(0..<80), fixture)
        try await IndexTests.settled(fixture.ledger)
        let work = IndexName.artifact(.sha256(Array("work 7".utf8)))
        let naive = try IndexOfLeaves(fixture.ledger)
        let index = try #require(naive.entries[work]?.first)
        fixture.ledger.close()
        try IndexTests.change(fixture) { store in
            let batch = try WriteBatch(for: store)
            batch.delete(key: KeyRow.key(work.key, index), in: store.columnFamily("keys"))
            try store.write(batch, sync: true)
        }
        let log = LogLines()
        let ledger = try Ledger.open(
            fixture.options, logger: log.logger, clock: { [clock = fixture.clock] in clock.now })
        defer { ledger.close() }
        try await IndexTests.settled(ledger)
        #expect(log.says(Self.fromFile), "\(log.text)")
        for name in ["one", "two"] {
            let answer = await ledger.register([try fixture.capture(name)])
            #expect(answer.first?.refusal == nil, "\(answer)")
            try await eventually("the index stops") { ledger.hasIndexStopped }
        }
        #expect(ledger.readiness == nil)
        #expect(ledger.warnings.contains { $0.contains("colophond index rebuild") })
        #expect(try IndexOfLeaves(ledger).heads.map(\.head.id) == naive.heads.map(\.head.id))
    }

    @Test func theMapIsWrittenAsEntriesCome() async throws {
        let fixture = try await Self.fixture(writes: 10)
        try await IndexTests.register(Self.works(0..<30), fixture)
        try await eventually("the file is written") { try Self.isThere(Self.path(fixture)) }
        let first = try Data(contentsOf: URL(filePath: Self.path(fixture)))
        try await IndexTests.register(Self.works(30..<60), fixture)
        try await eventually("it is written again") {
            try Data(contentsOf: URL(filePath: Self.path(fixture))) != first
        }
        fixture.ledger.close()
        #expect(try !Self.isThere(Self.path(fixture) + ".new"))
        let log = try await Self.start(fixture)
        #expect(log.says(Self.fromFile), "\(log.text)")
    }

    /// With the file before, whose digest is the second one of the row, a start goes on too.
    @Test func theFileBeforeCountsAsWell() async throws {
        let fixture = try await Self.closedWithFile()
        let before = try Data(contentsOf: URL(filePath: Self.path(fixture)))
        try await Self.start(fixture, registering: Self.works(80..<90)) {
            $0.snapshots.entriesAtEnd = 1
        }
        let after = try Data(contentsOf: URL(filePath: Self.path(fixture)))
        #expect(try Self.digests(fixture) == Array(after.suffix(32) + before.suffix(32)))
        try before.write(to: URL(filePath: Self.path(fixture)))
        let log = try await Self.start(fixture)
        #expect(log.says(Self.fromFile), "\(log.text)")
    }

    @Test func aSmallLedgerHasNoFile() async throws {
        let fixture = try await IndexTests.fixture()
        try await IndexTests.register(Self.works(0..<80), fixture)
        try await IndexTests.settled(fixture.ledger)
        fixture.ledger.close()
        #expect(try !Self.isThere(Self.path(fixture)))
        #expect(try Self.digests(fixture) == nil)
    }

    // MARK: - Files that do not count

    enum Spoiling: CaseIterable {
        case flipped, cut, empty, longer, text, foreign, link, pipe, folder, open, unknown
    }

    private static func spoil(_ fixture: LedgerFixture, _ how: Spoiling) async throws {
        let path = path(fixture)
        let url = URL(filePath: path)
        var bytes = try Data(contentsOf: url)
        switch how {
        case .flipped:
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: url)
        case .cut: try bytes.prefix(bytes.count - 40).write(to: url)
        case .empty: try Data().write(to: url)
        case .longer: try (bytes + bytes.suffix(32)).write(to: url)
        case .text: try Data("not a map\n".utf8).write(to: url)
        case .foreign:
            let other = try await closedWithFile()
            try Data(contentsOf: URL(filePath: Self.path(other))).write(to: url)
        case .link:
            try FileManager.default.moveItem(atPath: path, toPath: path + ".kept")
            try FileManager.default.createSymbolicLink(
                atPath: path, withDestinationPath: path + ".kept")
        case .pipe:
            try FileManager.default.removeItem(atPath: path)
            #expect(unsafe mkfifo(path, 0o600) == 0)
        case .folder:
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false)
        case .open:
            try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
        case .unknown:
            try IndexTests.change(fixture) { store in
                let batch = try WriteBatch(for: store)
                batch.delete(
                    key: StoreLayout.MetaName.snapshots, in: store.columnFamily("meta"))
                try store.write(batch, sync: true)
            }
        }
    }

    /// The map is made of rows, the log says so, and the ledger is as ready as ever.
    ///
    /// The next file takes the place of a bad one, unless that is a folder.
    @Test(arguments: Spoiling.allCases)
    func aFileThatDoesNotHoldIsNotUsed(how: Spoiling) async throws {
        let fixture = try await Self.closedWithFile()
        try await Self.spoil(fixture, how)
        let log = try await Self.start(fixture)
        #expect(log.says(Self.refused) && log.says(Self.fromRows), "\(log.text)")
        let next = try await Self.start(fixture) { $0.snapshots.entriesAtEnd = 1 }
        #expect(next.says("cannot be written") == (how == .folder), "\(next.text)")
        let last = try await Self.start(fixture)
        #expect(last.says(Self.fromFile) == (how != .folder), "\(last.text)")
        #expect(try IndexTests.check(fixture).findings == [])
    }

    /// A file with a digest that the store has, by a head that the log does not have.
    @Test func aMapOfNoHeadOfThisLogIsNotUsed() async throws {
        let fixture = try await Self.closedWithFile()
        let path = Self.path(fixture)
        var bytes = try Data(contentsOf: URL(filePath: path))
        // Behind the first line, N and the root.
        bytes[17 + 8 + 32] ^= 1
        let digest = Hash.sha256(Array(bytes.dropLast(32)))
        try (bytes.dropLast(32) + Data(digest.bytes)).write(to: URL(filePath: path))
        try Self.allow([digest], in: fixture)
        let log = try await Self.start(fixture)
        #expect(log.says("no index head of this log says its map"), "\(log.text)")
        #expect(log.says(Self.fromRows), "\(log.text)")
    }

    private static func allow(_ digests: [Hash], in fixture: LedgerFixture) throws {
        try IndexTests.change(fixture) { store in
            let batch = try WriteBatch(for: store)
            batch.put(
                key: StoreLayout.MetaName.snapshots, value: digests.flatMap(\.bytes),
                in: store.columnFamily("meta"))
            try store.write(batch, sync: true)
        }
    }

    /// Changes the row of the list of the PoP in the closed folder.
    private static func changeList(
        _ fixture: LedgerFixture, _ change: ([UInt8]) -> [UInt8]?
    ) throws {
        try IndexTests.change(fixture) { store in
            let lists = store.columnFamily("lists")
            let key = try IndexName.iss(LedgerFixture.berlin).key.hash.bytes
            let row = try #require(try store.get(key, in: lists))
            let batch = try WriteBatch(for: store)
            if let changed = change(row) {
                batch.put(key: key, value: changed, in: lists)
            } else {
                batch.delete(key: key, in: lists)
            }
            try store.write(batch, sync: true)
        }
    }

    enum ListFault: CaseIterable { case gone, changed, ahead }

    /// The map is that of the head, and a list of the store is not its own: all are made anew.
    @Test(arguments: ListFault.allCases)
    func aListThatIsNotTheMapsIsMadeAnew(fault: ListFault) async throws {
        let fixture = try await Self.closedWithFile()
        try Self.changeList(fixture) { row in
            var row = row
            switch fault {
            case .gone: return nil
            case .changed: row[row.count - 1] ^= 1
            // The last byte of the last index.
            case .ahead: row[15] |= 0x80
            }
            return row
        }
        let log = try await Self.start(fixture, registering: Self.works(80..<85))
        #expect(log.says(Self.refused) && log.says(Self.fromRows), "\(log.text)")
        #expect(try IndexTests.check(fixture).findings == [])
    }

    /// A list that says too early an end gets entries twice: the root shows it.
    @Test func aMapThatDoesNotLeadToTheNewestHeadIsNotUsed() async throws {
        let fixture = try await Self.closedWithFile()
        try await Self.start(fixture, registering: Self.works(80..<85))
        try Self.changeList(fixture) { row in
            var row = row
            row[15] -= 3
            return row
        }
        let log = try await Self.start(fixture, registering: Self.works(85..<87))
        #expect(log.says("is not the map of the newest index head"), "\(log.text)")
        #expect(log.says(Self.fromRows), "\(log.text)")
        #expect(try IndexTests.check(fixture).findings == [])
    }

    /// A start that reads the file does not look for tiles: `fsck` does.
    @Test func aTileThatIsGoneIsFoundAndMadeAgainOnRequest() async throws {
        let fixture = try await Self.fixture()
        try await IndexTests.register(Self.works(0..<300), fixture)
        try await IndexTests.settled(fixture.ledger)
        fixture.ledger.close()
        try IndexTests.change(fixture) { store in
            let tiles = store.columnFamily("listTiles")
            let key = try IndexName.iss(LedgerFixture.berlin).key
            let row = ListTileRow.key(key, TileID(level: 0, index: 0))
            #expect(try store.get(row, in: tiles) != nil)
            let batch = try WriteBatch(for: store)
            batch.delete(key: row, in: tiles)
            try store.write(batch, sync: true)
        }
        let findings = try IndexTests.check(fixture).findings
        #expect(findings.map(\.rule) == [.missing] && findings.first?.family == "listTiles")
        _ = try Ledger.forgetIndex(fixture.options)
        try await Self.start(fixture)
        #expect(try IndexTests.check(fixture).findings == [])
    }

    // MARK: - Faults

    static let cases = [WriteStep.snapshot, .snapshotDigest, .snapshotName].flatMap { step in
        WriteFault.allCases.map { WriteFaultTests.Case(step: step, fault: $0) }
    }

    /// Each step fails once, and the ledger registers on.
    ///
    /// What comes after is whole, in the same process and in the next.
    @Test(arguments: cases)
    func afterAStepThatFailedTheLedgerGoesOn(failing: WriteFaultTests.Case) async throws {
        let hook = OneFault()
        let fixture = try await Self.fixture(faultHook: hook.callAsFunction, writes: 10)
        hook.arm(failing)
        try await IndexTests.register(Self.works(0..<70), fixture)
        try await eventually("the step fails") { hook.hasStruck }
        try await eventually("it registers") {
            await fixture.ledger.register([try fixture.capture("after")])[0].refusal == nil
        }
        try await IndexTests.settled(fixture.ledger)
        try IndexOfLeaves(fixture.ledger).expectSame(in: fixture.ledger)
        fixture.ledger.close()
        let log = try await Self.start(fixture)
        #expect(!log.says(Self.refused), "\(log.text)")
        #expect(try !Self.isThere(Self.path(fixture) + ".new"))
        #expect(try IndexTests.check(fixture).findings == [])
    }

    /// A kill behind each step: the file before still counts, or the new one does.
    @Test(arguments: cases)
    func aStartBehindAStepThatFailedUsesWhatIsThere(
        failing: WriteFaultTests.Case
    ) async throws {
        let hook = OneFault()
        let fixture = try await Self.fixture(faultHook: hook.callAsFunction)
        try await IndexTests.register(Self.works(0..<70), fixture)
        try await IndexTests.settled(fixture.ledger)
        try fixture.reopen()
        try await IndexTests.settled(fixture.ledger)
        let before = try Data(contentsOf: URL(filePath: Self.path(fixture)))
        try await IndexTests.register(Self.works(70..<80), fixture)
        try await IndexTests.settled(fixture.ledger)
        hook.arm(failing)
        fixture.ledger.close()
        #expect(hook.hasStruck)
        let isNew = failing.step == .snapshotName && failing.fault == .persisted
        #expect((try Data(contentsOf: URL(filePath: Self.path(fixture))) == before) == !isNew)
        let log = try await Self.start(fixture, registering: Self.works(80..<81))
        #expect(log.says(Self.fromFile), "\(log.text)")
        #expect(try !Self.isThere(Self.path(fixture) + ".new"))
        #expect(try IndexTests.check(fixture).findings == [])
    }

    /// A file of this size would leave batches no room.
    @Test func noMapIsWrittenWhereItWouldFillTheDisk() async throws {
        let fixture = try LedgerFixture()
        let file = IndexSnapshotFile(fixture.options.places)
        do throws(LedgerError) {
            _ = try file.write(IndexTrie(), head: .zero, leaving: .max, while: { true })
            Issue.record("it was written")
        } catch {
            guard case .diskFull = error else { throw error }
        }
        #expect(try !Self.isThere(Self.path(fixture) + ".new"))
        #expect(try file.write(IndexTrie(), head: .zero, leaving: 0, while: { true }) != nil)
    }

    /// A server that is told to end while it starts reads no large file to its end.
    @Test func aFileIsReadAsLongAsTheServerGoesOn() throws {
        let fixture = try LedgerFixture()
        let file = IndexSnapshotFile(fixture.options.places)
        let records = (UInt64(0)..<100_000).map { index in
            IndexRecord(key: IndexName.artifact(.leaf(Array("\(index)".utf8))).key, index: index)
        }
        var builder = IndexTrieBuilder(size: UInt64(records.count))
        for record in records.sorted() { try builder.add(record) }
        let written = try file.write(
            builder.finish(), head: .zero, leaving: 0, while: { true })
        let digest = try #require(written)
        try file.putInPlace()
        var parts = 0
        let whole = try file.read([digest]) {
            parts += 1
            return true
        }
        #expect(whole != nil && parts > 1, "\(parts) parts")
        for last in 1..<max(parts, 2) {
            var asked = 0
            let read = try file.read([digest]) {
                asked += 1
                return asked < last
            }
            #expect(read == nil && asked == last)
        }
    }

    // MARK: - Forgetting

    @Test func makingTheIndexAnewRemovesTheFile() async throws {
        let fixture = try await Self.closedWithFile()
        _ = try Ledger.forgetIndex(fixture.options)
        #expect(try !Self.isThere(Self.path(fixture)))
        #expect(try Self.digests(fixture) == nil)
        let log = try await Self.start(fixture)
        #expect(log.says(Self.fromRows) && !log.says(Self.refused), "\(log.text)")
    }

    /// What lies there may be anything: the rows stay as they are until it is away.
    @Test func aFileThatCannotBeRemovedKeepsTheIndex() async throws {
        let fixture = try await Self.closedWithFile()
        let digests = try #require(try Self.digests(fixture))
        try await Self.spoil(fixture, .folder)
        let error = #expect(throws: LedgerError.self) { try Ledger.forgetIndex(fixture.options) }
        #expect(error?.remedy == .wait, "\(String(describing: error))")
        let words = "\(try #require(error))"
        #expect(words.contains(Self.path(fixture)) && words.contains("move it away"), "\(words)")
        #expect(try Self.digests(fixture) == digests)
        #expect(try IndexTests.check(fixture).findings == [])
        try FileManager.default.removeItem(atPath: Self.path(fixture))
        _ = try Ledger.forgetIndex(fixture.options)
        #expect(try Self.digests(fixture) == nil)
        let log = try await Self.start(fixture)
        #expect(log.says(Self.fromRows) && !log.says(Self.refused), "\(log.text)")
    }

    @Test func aRowThatIsNoDigestIsFoundAndAllowsNoFile() async throws {
        let fixture = try await Self.closedWithFile()
        try IndexTests.change(fixture) { store in
            let batch = try WriteBatch(for: store)
            batch.put(
                key: StoreLayout.MetaName.snapshots, value: [1, 2, 3],
                in: store.columnFamily("meta"))
            try store.write(batch, sync: true)
        }
        let findings = try IndexTests.check(fixture).findings
        #expect(findings.map(\.rule) == [.malformed] && findings.first?.family == "meta")
        let log = try await Self.start(fixture)
        #expect(log.says(Self.refused) && log.says(Self.fromRows), "\(log.text)")
    }
}
