import Dispatch
import Foundation
import IndexMap
import Ledger
import LedgerCheck
import LedgerStore
import Merkle
import Provenance
import RocksDB
import Synchronization
import Testing
import TestLedger
import TestSupport

/// Rows of an index that are wrong, and what is damaged beside them: no head is signed over it, and
/// all else goes on.
@Suite(.serialized) struct IndexDamageTests {
    /// A ledger of five works with their index heads; it is closed.
    private static func closedFixture() async throws -> LedgerFixture {
        let fixture = try await IndexTests.fixture()
        try await IndexTests.register((0..<5).map { "work \($0)" }, fixture)
        try await IndexTests.settled(fixture.ledger)
        fixture.ledger.close()
        return fixture
    }

    /// The tree at the size that a head is to cover cannot be computed any more; the newest can.
    @Test func aHeadThatCannotBePlacedKeepsNoStatementOut() async throws {
        let fixture = try LedgerFixture(configure: { options in
            options.index = .off
            options.indexInterval = .seconds(3600)
        })
        try await fixture.addPoP()
        try await IndexTests.register((0..<100).map { "work \($0)" }, fixture)
        fixture.ledger.close()
        try await fixture.writeKeys()
        try fixture.reopen()
        try await IndexTests.register((100..<600).map { "work \($0)" }, fixture)
        fixture.ledger.close()
        try IndexTests.change(fixture) { store in
            let batch = try WriteBatch(for: store)
            batch.delete(key: [0] + StoreLayout.key(0), in: store.columnFamily("tiles"))
            try store.write(batch, sync: true)
        }
        var options = fixture.options
        options.index = .on
        let again = try LedgerFixture.open(options, fixture.clock)
        defer { again.close() }
        try await eventually("the head is not logged") {
            again.warnings.contains { $0.contains("no index head is logged") }
        }
        for name in ["one", "two"] {
            let answer = await again.register([try fixture.capture(name)])
            #expect(answer.first?.refusal == nil, "\(answer)")
        }
        #expect(again.readiness == nil && !again.hasIndexStopped)
        #expect(try again.indexHead() == nil)
    }

    /// The first head is not appended, and before it is asked for again the tree head of its size
    /// is pruned: that is no difference, and a newer size gets the head.
    @Test func aHeadThatComesTooLateIsMadeOfANewerSize() async throws {
        let fixture = try await IndexTests.fixture(index: .off)
        try await IndexTests.register((0..<5).map { "work \($0)" }, fixture)
        fixture.ledger.close()
        try await fixture.writeKeys()
        let hook = OneFault()
        hook.arm(WriteFaultTests.Case(step: .batch, fault: .lost))
        let failures = Mutex(0)
        let goesOn = DispatchSemaphore(value: 0)
        let log = LogLines { line in
            guard line.hasPrefix("keys are not indexed") else { return }
            let isFirst = failures.withLock { failures in
                failures += 1
                return failures == 1
            }
            // The indexer is held; however the test ends, it signals.
            if isFirst { goesOn.wait() }
        }
        var options = fixture.options
        options.index = .on
        options.upkeepSeconds = 0.02
        options.faultHook = hook.callAsFunction
        let ledger = try Ledger.open(
            options, logger: log.logger, clock: { [clock = fixture.clock] in clock.now })
        defer { ledger.close() }
        defer { goesOn.signal() }
        let late = ledger.head().size
        try await eventually("the head is not appended") { failures.withLock { $0 } == 1 }
        #expect(hook.hasStruck)
        func register(_ name: String) async throws {
            let statement = try fixture.capture(name)
            try await eventually("\(name) is registered") {
                await ledger.register([statement]).first?.refusal == nil
            }
        }
        // So the head is not the last of its hour.
        try await register("in the same hour")
        fixture.clock.advance(by: 25 * 3600)
        try await register("a day later")
        try await register("and one more")
        try await eventually("the tree head goes") { try ledger.head(size: late) == nil }
        goesOn.signal()
        try await IndexTests.settled(ledger)
        #expect(log.says("an index head is made of a newer size"), "\(log.text)")
        let first = try #require(try IndexOfLeaves(ledger).heads.first?.head)
        #expect(first.size > late && first.chain.sequence == 0)
        try IndexOfLeaves(ledger).expectSame(in: ledger)
        ledger.close()
        #expect(try IndexTests.check(fixture).findings == [])
    }

    // MARK: - Tables

    /// What cannot be read is a finding, and accuses no other row: it may be as right as ever.
    @Test(arguments: ["keys", "meta", "heads", "indexHeads", "control"])
    func aTableThatCannotBeReadAccusesNoOtherRow(family: String) async throws {
        let fixture = try await Self.closedFixture()
        try IndexTests.change(fixture) { store in
            try store.flush()
            for name in store.columnFamilies.keys where name != "default" {
                try store.compact(store.columnFamily(name))
            }
        }
        #expect(try IndexTests.check(fixture).findings == [])
        let folder = URL(filePath: fixture.options.data)
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path())
        where name.hasSuffix(".sst") {
            let file = folder.appending(path: name)
            let table = try Data(contentsOf: file)
            var damaged = table
            damaged[12] ^= 16
            try damaged.write(to: file)
            let found = try IndexTests.check(fixture).findings
            try table.write(to: file)
            guard found.contains(where: { $0.family == family && $0.rule == .unreadable }) else {
                continue
            }
            count += 1
            // That many parts of a family differ accuses no row.
            let accused = found.filter { $0.rule != .unreadable && $0.key != "many" }
            #expect(accused == [], "\(name)")
        }
        #expect(count > 0)
        #expect(try IndexTests.check(fixture).findings == [])
    }

    // MARK: - Rows

    /// Removes the row that says that entry 3, the first work, has its artifact's key.
    private static func loseRow(_ fixture: LedgerFixture) throws {
        try IndexTests.change(fixture) { store in
            let keys = store.columnFamily("keys")
            let row = KeyRow.key(.artifact(.sha256(Array("work 0".utf8))), 3)
            #expect(try store.get(row, in: keys) != nil)
            let batch = try WriteBatch(for: store)
            batch.delete(key: row, in: keys)
            try store.write(batch, sync: true)
        }
    }

    @Test func rowsThatAreNotTheMapsStopTheIndexAndNotTheLedger() async throws {
        let fixture = try await IndexTests.fixture()
        // The PoP's key may have a head of its own, so the works come after one.
        try await IndexTests.settled(fixture.ledger)
        try await IndexTests.register((0..<5).map { "work \($0)" }, fixture)
        try await IndexTests.settled(fixture.ledger)
        let work = IndexName.artifact(.sha256(Array("work 0".utf8)))
        let index = try #require(try IndexOfLeaves(fixture.ledger).entries[work]?.first)
        fixture.ledger.close()
        try IndexTests.change(fixture) { store in
            let batch = try WriteBatch(for: store)
            batch.delete(key: KeyRow.key(work.key, index), in: store.columnFamily("keys"))
            try store.write(batch, sync: true)
        }
        let found = try IndexTests.check(fixture).findings.map(\.rule)
        #expect(found.contains(.map) && found.contains(.missing))
        try fixture.reopen()
        try await eventually("the index stops") { fixture.ledger.hasIndexStopped }
        #expect(fixture.ledger.readiness == nil)
        #expect(fixture.ledger.warnings.contains { $0.contains("colophond index rebuild") })
        try await IndexTests.register(["goes on"], fixture)
        #expect(throws: LedgerError.self) { try fixture.ledger.complete([work], positions: 0..<9) }
        fixture.ledger.close()
        _ = try Ledger.forgetIndex(fixture.options)
        try fixture.reopen()
        try await IndexTests.expectWhole(fixture)
    }

    /// Once a map of new rows was the head's, rows that differ are wrong, and not the head.
    @Test func aRebuildExcusesNoLaterDifference() async throws {
        let fixture = try await Self.closedFixture()
        _ = try Ledger.forgetIndex(fixture.options)
        try fixture.reopen()
        try await IndexTests.settled(fixture.ledger)
        let work = IndexName.artifact(.sha256(Array("work 0".utf8)))
        let index = try #require(try IndexOfLeaves(fixture.ledger).entries[work]?.first)
        fixture.ledger.close()
        try IndexTests.change(fixture) { store in
            let batch = try WriteBatch(for: store)
            batch.delete(key: KeyRow.key(work.key, index), in: store.columnFamily("keys"))
            try store.write(batch, sync: true)
        }
        try fixture.reopen()
        try await eventually("the index stops") { fixture.ledger.hasIndexStopped }
    }

    /// Old rows that a rebuild has not removed yet tell nothing about the head that was logged.
    @Test(arguments: [true, false])
    func aRebuildThatWasCutSignsNothingOverOldRows(hasRowTooMany: Bool) async throws {
        let fixture = try await IndexTests.fixture()
        try await IndexTests.register((0..<5).map { "work \($0)" }, fixture)
        try await IndexTests.settled(fixture.ledger)
        let heads = try IndexOfLeaves(fixture.ledger).heads.map(\.head.id)
        fixture.ledger.close()
        // Where what is left of the old rows is in the head's map, the map alone shows nothing.
        try IndexTests.change(fixture) { store in
            guard hasRowTooMany else { return }
            let batch = try WriteBatch(for: store)
            let row = KeyRow.key(.artifact(.sha256([0xFF])), 1)
            batch.put(key: row, value: [], in: store.columnFamily("keys"))
            try store.write(batch, sync: true)
        }
        let hook = OneFault()
        hook.arm(WriteFaultTests.Case(step: .drop, fault: .lost))
        var options = fixture.options
        options.faultHook = hook.callAsFunction
        #expect(throws: LedgerError.self) { try Ledger.forgetIndex(options) }
        try fixture.reopen()
        try await eventually("the index stops") { fixture.ledger.hasIndexStopped }
        #expect(try IndexOfLeaves(fixture.ledger).heads.map(\.head.id) == heads)
        let found = try IndexTests.check(fixture).findings
        #expect(found.contains { $0.detail.contains("rebuild was cut off") }, "\(found)")
        fixture.ledger.close()
        _ = try Ledger.forgetIndex(fixture.options)
        try fixture.reopen()
        try await IndexTests.expectWhole(fixture)
    }

    /// Reading a damaged row again gives the same: the index says so, and does not try for ever.
    @Test func aRowThatCannotBeReadStopsTheIndexAndNotTheLedger() async throws {
        let fixture = try await Self.closedFixture()
        let row = Array(KeyRow.key(.artifact(.sha256([0xFF])), 1).dropLast())
        try IndexTests.change(fixture) { store in
            let batch = try WriteBatch(for: store)
            batch.put(key: row, value: [], in: store.columnFamily("keys"))
            try store.write(batch, sync: true)
        }
        let found = try IndexTests.check(fixture).findings
        #expect(found.contains { $0.family == "keys" && $0.rule == .malformed }, "\(found)")
        try fixture.reopen()
        try await eventually("the index stops") { fixture.ledger.hasIndexStopped }
        #expect(fixture.ledger.readiness == nil)
        try await IndexTests.register(["goes on"], fixture)
        fixture.ledger.close()
        _ = try Ledger.forgetIndex(fixture.options)
        try fixture.reopen()
        try await IndexTests.expectWhole(fixture)
    }

    /// Where a quorum is required many may stand above the newest checkpoint that is shown.
    @Test func theNewestHeadBelowASizeIsFound() async throws {
        let fixture = try await IndexTests.fixture()
        for count in 1...4 {
            try await IndexTests.register((0..<count).map { "work \($0)" }, fixture)
            try await IndexTests.settled(fixture.ledger)
        }
        let naive = try IndexOfLeaves(fixture.ledger)
        #expect(naive.heads.count >= 4)
        fixture.ledger.close()
        let store = try Store(
            path: fixture.options.data, cacheByteCount: 1 << 20, create: false)
        defer { store.close() }
        for size in 0...naive.size {
            let expected = naive.heads.last { $0.index < size }
            #expect(try store.indexHead(below: size)?.index == expected?.index, "below \(size)")
        }
    }

    /// A closed ledger whose first index head was made over rows that were wrong, the options that
    /// make heads, and that head.
    private static func closedWithWrongHead() async throws -> (
        fixture: LedgerFixture, options: LedgerOptions, wrong: EntryID
    ) {
        let fixture = try await IndexTests.fixture(index: .off)
        try await IndexTests.register((0..<5).map { "work \($0)" }, fixture)
        fixture.ledger.close()
        try await fixture.writeKeys()
        try loseRow(fixture)
        var options = fixture.options
        options.index = .on
        let ledger = try LedgerFixture.open(options, fixture.clock)
        try await eventually("a head is made") { try ledger.indexHead() != nil }
        let head = try #require(try ledger.indexHead()).head.id
        ledger.close()
        return (fixture, options, head)
    }

    /// It stays in the log, and the next one is right.
    @Test func aWrongHeadIsFollowedByARightOneOnRequest() async throws {
        let (fixture, options, _) = try await Self.closedWithWrongHead()
        _ = try Ledger.forgetIndex(options)
        let again = try LedgerFixture.open(options, fixture.clock)
        _ = await again.register([try fixture.capture("next")])
        try await IndexTests.settled(again)
        let naive = try IndexOfLeaves(again)
        let last = try #require(naive.heads.last)
        #expect(last.head.map == (try naive.root(below: last.head.size)))
        again.close()
        let findings = try IndexTests.check(fixture).findings
        #expect(findings.map(\.rule) == [.map])
        #expect(findings.first?.family == "meta")
    }

    /// One that was found before stays a finding, whatever is found later and rebuilt.
    @Test func eachWrongHeadStaysAFinding() async throws {
        let (fixture, options, wrong) = try await Self.closedWithWrongHead()
        let older = EntryID(.sha256([7]))
        try IndexTests.change(fixture) { store in
            let batch = try WriteBatch(for: store)
            batch.put(
                key: StoreLayout.MetaName.indexWrong, value: older.hash.bytes,
                in: store.columnFamily("meta"))
            try store.write(batch, sync: true)
        }
        for round in 0..<2 {
            _ = try Ledger.forgetIndex(options)
            let again = try LedgerFixture.open(options, fixture.clock)
            _ = await again.register([try fixture.capture("next \(round)")])
            try await IndexTests.settled(again)
            again.close()
            let findings = try IndexTests.check(fixture).findings.filter { $0.family == "meta" }
            #expect(findings.map(\.rule) == [.map, .map])
            for head in [older, wrong] {
                #expect(findings.contains { $0.detail.contains("\(head)") }, "\(findings)")
            }
        }
    }

    /// An older row is a list of one; the first heads stay when there are too many.
    @Test func theRowOfWrongHeadsKeepsTheFirst() throws {
        let heads = (0..<70).map { Hash.sha256([UInt8($0)]) }
        #expect(WrongIndexHeads(heads[0].bytes)?.heads == [heads[0]])
        var row = WrongIndexHeads()
        for head in heads + heads { row.add(head) }
        #expect(row.heads == Array(heads.prefix(WrongIndexHeads.limit)))
        #expect(WrongIndexHeads(row.value) == row)
        for bad in [[], Array(row.value.dropLast()), heads[0].bytes + heads[0].bytes] {
            #expect(WrongIndexHeads(bad) == nil)
        }
        #expect(WrongIndexHeads(row.value + heads[69].bytes) == nil)
    }

    @Test func aRowOfAHeadThatIsMissingOrTooManyIsFound() async throws {
        let fixture = try await IndexTests.fixture()
        try await IndexTests.register(["a"], fixture)
        try await IndexTests.settled(fixture.ledger)
        fixture.ledger.close()
        try IndexTests.change(fixture) { store in
            let heads = store.columnFamily("indexHeads")
            let batch = try WriteBatch(for: store)
            batch.delete(key: StoreLayout.key(0), in: heads)
            batch.put(key: StoreLayout.key(99), value: StoreLayout.key(2), in: heads)
            try store.write(batch, sync: true)
        }
        let findings = try IndexTests.check(fixture).findings.filter { $0.family == "indexHeads" }
        #expect(Set(findings.map(\.rule)) == [.missing, .extra])
    }
}
