import Dispatch
import Ledger
import LedgerCheck
import LedgerStore
import Provenance
import RocksDB
import Synchronization
import Testing
import TestLedger
import TestSupport

/// Which ledgers make index heads: a new one, and one that was told so (index.md §11).
@Suite(.serialized) struct IndexSwitchTests {
    private static let families: Set<String> = ["lists", "listTiles", "indexHeads"]

    /// As an older program makes one, or `init --index off`.
    @Test func aLedgerThatWasMadeWithoutAnIndexStaysAsItIs() async throws {
        let fixture = try await IndexTests.fixture(index: .off)
        fixture.ledger.close()
        var options = fixture.options
        options.index = .asLogged
        let again = try LedgerFixture.open(options, fixture.clock)
        _ = await again.register([try fixture.capture("a")])
        #expect(again.indexPhase == .off)
        #expect(try again.indexHead() == nil)
        again.close()
        let families = try Database.listColumnFamilies(path: fixture.options.data)
        #expect(Set(families).isDisjoint(with: Self.families))
    }

    /// As `init` makes one that is told nothing.
    @Test func aNewLedgerMakesHeadsWithoutBeingTold() async throws {
        let fixture = try await IndexTests.fixture(index: .asLogged)
        try await IndexTests.register(["a"], fixture)
        try await IndexTests.settled(fixture.ledger)
        try fixture.reopen()
        try await IndexTests.register(["b"], fixture)
        try await IndexTests.expectWhole(fixture)
    }

    /// Before its first head it is whole too, and it says what it will do.
    @Test func aNewLedgerHasWhatAnIndexNeeds() throws {
        let fixture = try LedgerFixture(configure: { $0.index = .asLogged })
        #expect(fixture.ledger.indexPhase == .building)
        fixture.ledger.close()
        let families = try Database.listColumnFamilies(path: fixture.options.data)
        #expect(Set(families).isSuperset(of: Self.families))
        #expect(try IndexTests.check(fixture).findings == [])
        try IndexTests.change(fixture) { store in
            let batch = try WriteBatch(for: store)
            batch.put(
                key: StoreLayout.MetaName.index, value: [2], in: store.columnFamily("meta"))
            try store.write(batch, sync: true)
        }
        let findings = try IndexTests.check(fixture).findings
        #expect(findings.map(\.rule) == [.malformed] && findings.first?.family == "meta")
        #expect(throws: LedgerError.self) { try fixture.reopen() }
    }

    /// Told to make none it makes none, and goes on when it is told nothing again.
    @Test func aNewLedgerThatIsToldSoMakesNone() async throws {
        let fixture = try await IndexTests.fixture(index: .asLogged)
        try await IndexTests.settled(fixture.ledger)
        fixture.ledger.close()
        var options = fixture.options
        options.index = .off
        let silent = try LedgerFixture.open(options, fixture.clock)
        _ = await silent.register([try fixture.capture("a")])
        #expect(silent.indexPhase == .off)
        let head = try silent.indexHead()?.head
        silent.close()
        let again = try LedgerFixture.open(fixture.options, fixture.clock)
        defer { again.close() }
        try await IndexTests.settled(again)
        #expect(try again.indexHead()?.head.chain.sequence == (head?.chain.sequence ?? 0) + 1)
    }

    @Test func aLedgerOfFormatOneMakesNone() async throws {
        let folder = try FormatOneFolder { $0.index = .asLogged }
        let ledger = try folder.open()
        defer { ledger.close() }
        try await eventually("it is migrated") { ledger.migration == nil }
        #expect(ledger.indexPhase == .off)
    }

    @Test func aLogWithAHeadGoesOnMakingThem() async throws {
        let fixture = try await IndexTests.fixture()
        try await IndexTests.register(["a"], fixture)
        try await IndexTests.settled(fixture.ledger)
        fixture.ledger.close()
        var options = fixture.options
        options.index = .asLogged
        let again = try LedgerFixture.open(options, fixture.clock)
        defer { again.close() }
        _ = await again.register([try fixture.capture("b")])
        try await IndexTests.settled(again)
        try IndexOfLeaves(again).expectSame(in: again)
    }

    /// Switched on late, it covers what was there before; rows are read, and no leaf.
    @Test func aLedgerThatIsSwitchedOnLateCoversAll() async throws {
        let fixture = try await IndexTests.fixture(index: .off)
        try await IndexTests.register((0..<100).map { "work \($0)" }, fixture)
        fixture.ledger.close()
        try await fixture.writeKeys()
        var options = fixture.options
        options.index = .on
        let again = try LedgerFixture.open(options, fixture.clock)
        defer { again.close() }
        try await IndexTests.settled(again)
        #expect(try IndexOfLeaves(again).heads.count == 1)
        try IndexOfLeaves(again).expectSame(in: again)
    }

    /// What a start does in parts before the first head, by the words of the log behind each part.
    enum LongPass: String, CaseIterable {
        case look = "entries are looked through for index heads"
        case map = "the map of the index is being made"
    }

    /// The thread that does it is held behind the first part, while a statement comes: its rows do
    /// not wait for the rest.
    @Test(arguments: LongPass.allCases)
    func rowsOfKeysAreWrittenDuringALongPass(pass: LongPass) async throws {
        let fixture = try await IndexTests.fixture(index: .off)
        try await IndexTests.register((0..<60).map { "work \($0)" }, fixture)
        let size = fixture.ledger.head().size
        fixture.ledger.close()
        try await fixture.writeKeys()
        let steps = Mutex<[String]>([])
        let goesOn = DispatchSemaphore(value: 0)
        let log = LogLines { line in
            guard line.hasPrefix(pass.rawValue) else { return }
            let isFirst = steps.withLock { steps in
                steps.append("part")
                return steps == ["part"]
            }
            // However the test ends, it signals.
            if isFirst { goesOn.wait() }
        }
        var options = fixture.options
        options.index = .on
        options.epochs.lookedThrough = 16
        options.epochs.mappedRows = 16
        options.faultHook = { step in
            if step == .cursor { steps.withLock { $0.append("rows") } }
            return nil
        }
        let ledger = try Ledger.open(
            options, logger: log.logger, clock: { [clock = fixture.clock] in clock.now })
        defer { ledger.close() }
        defer { goesOn.signal() }
        try await eventually("the first part is done") { steps.withLock { !$0.isEmpty } }
        let answer = await ledger.register([try fixture.capture("meanwhile")])
        #expect(answer.first?.index == size)
        goesOn.signal()
        try await IndexTests.settled(ledger)
        let done = steps.withLock { $0 }
        #expect(done.prefix(3) == ["part", "rows", "part"], "\(done)")
        // Of 16 entries or rows each, and of all of them.
        let parts = done.count { $0 == "part" }
        switch pass {
        case .look: #expect(parts == 4, "\(done)")
        case .map: #expect(parts >= 4, "\(done)")
        }
        try IndexOfLeaves(ledger).expectSame(in: ledger)
        ledger.close()
        #expect(try IndexTests.check(fixture).findings == [])
    }
}
