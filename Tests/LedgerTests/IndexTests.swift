import Encoding
import Foundation
import IndexMap
import Ledger
import LedgerCheck
import LedgerStore
import Logging
import Manifests
import Merkle
import Provenance
import RocksDB
import Synchronization
import Testing
import TestLedger
import TestSupport

/// Index heads, which a ledger makes of what it has registered (index.md §8 to §11).
@Suite(.serialized) struct IndexTests {
    /// A ledger that makes a head for each epoch, at once.
    static func fixture(
        index: IndexSwitch = .on, faultHook: WriteFaultHook? = nil,
        configure: (inout LedgerOptions) -> Void = { _ in }
    ) async throws -> LedgerFixture {
        let fixture = try LedgerFixture(faultHook: faultHook) { options in
            options.indexInterval = .zero
            options.index = index
            configure(&options)
        }
        try await fixture.addPoP()
        return fixture
    }

    static func register(_ names: [String], _ fixture: LedgerFixture) async throws {
        try await fixture.registerNew(works: names)
    }

    /// Waits until the newest index head covers all entries that are no index heads.
    static func settled(_ ledger: Ledger) async throws {
        try await eventually("the newest index head covers all statements") {
            guard !ledger.hasIndexStopped else {
                throw FixtureError.unexpected("the index has stopped: \(ledger.warnings)")
            }
            guard ledger.indexPhase == .ready else { return false }
            return try await reading(ledger) { ledger in
                guard let head = try ledger.indexHead()?.head else { return false }
                let naive = try IndexOfLeaves(ledger)
                let newest = naive.entries.values.compactMap(\.last).max() ?? 0
                return head.size > newest && naive.heads.last?.head == head
            }
        }
    }

    static func check(_ fixture: LedgerFixture) throws -> CheckReport {
        try Ledger.check(folder: fixture.options, CheckOptions())
    }

    /// Expects the index to become that of the leaves, and the folder to be clean; closes it.
    static func expectWhole(
        _ fixture: LedgerFixture, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await settled(fixture.ledger)
        try IndexOfLeaves(fixture.ledger).expectSame(in: fixture.ledger)
        fixture.ledger.close()
        #expect(try check(fixture).findings == [], sourceLocation: sourceLocation)
    }

    /// Opens the closed folder and changes its rows.
    static func change(
        _ fixture: LedgerFixture, _ body: (Database) throws -> Void
    ) throws {
        let names = try Database.listColumnFamilies(path: fixture.options.data)
        let store = try Database(
            path: fixture.options.data,
            columnFamilies: StoreLayout.Family.allCases.filter { names.contains($0.rawValue) }
                .map { StoreLayout.options(of: $0) })
        try body(store)
        store.close()
    }

    @Test func whatIsRegisteredIsCoveredAndProven() async throws {
        let fixture = try await Self.fixture()
        var random = SeededRandom(for: "whatIsRegisteredIsCoveredAndProven")
        for count in [1, 3, 1, 40] {
            let works = (0..<count).map { _ in "w \(random.number(below: 9))" }
            try await Self.register(works, fixture)
        }
        try await Self.settled(fixture.ledger)
        let naive = try IndexOfLeaves(fixture.ledger)
        #expect(!naive.heads.isEmpty)
        try naive.expectSame(in: fixture.ledger)
        fixture.ledger.close()
        #expect(try Self.check(fixture).findings == [])
    }

    /// Who asks while a head is being logged gets the one before, or that one.
    @Test func aProofIsThereWhileHeadsAreLogged() async throws {
        let fixture = try await Self.fixture()
        try await Self.register(["first"], fixture)
        try await Self.settled(fixture.ledger)
        let ledger = fixture.ledger
        let name = try IndexName.iss(LedgerFixture.berlin)
        let asking = Task.detached {
            var answers = 0
            while !Task.isCancelled {
                guard try ledger.complete([name], positions: 0..<1) != nil
                else { throw FixtureError.unexpected("no proof after \(answers) of them") }
                answers += 1
                await Task.yield()
            }
            return answers
        }
        for number in 0..<40 { try await Self.register(["work \(number)"], fixture) }
        try await Self.settled(ledger)
        asking.cancel()
        #expect(try await asking.value > 0)
    }

    /// A list of more than 64 has tiles, and pages that begin anywhere.
    @Test func longListsAreProvenPageByPage() async throws {
        let fixture = try await Self.fixture()
        for start in stride(from: 0, to: 900, by: 300) {
            try await Self.register((start..<start + 300).map { "work \($0 % 500)" }, fixture)
        }
        try await Self.settled(fixture.ledger)
        let name = try IndexName.iss(LedgerFixture.berlin)
        let all = try #require(try IndexOfLeaves(fixture.ledger).entries[name])
        #expect(all.count == 900)
        for start: UInt64 in [0, 1, 255, 256, 300, 511, 767, 768, 899] {
            let proof = try #require(
                try fixture.ledger.complete([name], positions: start..<start + 7))
            let head = proof.head.head
            let listing = try proof.proofs[0].listing(under: head.map, size: head.size)
            #expect(listing.count == 900)
            #expect(listing.runs.first?.from == start)
            #expect(
                listing.runs.flatMap(\.indexes) == Array(all[Int(start)...].prefix(7)),
                "from \(start)")
        }
        try fixture.reopen()
        try await Self.expectWhole(fixture)
    }

    /// Each head covers a statement that the one before did not: heads call for no head.
    @Test func anIdleLedgerGrowsNoHeads() async throws {
        let fixture = try await Self.fixture()
        for name in ["a", "b", "c"] {
            try await Self.register([name], fixture)
            try await Self.settled(fixture.ledger)
        }
        try fixture.reopen()
        try await Self.settled(fixture.ledger)
        let naive = try IndexOfLeaves(fixture.ledger)
        var start: UInt64 = 0
        for (_, head) in naive.heads {
            #expect(naive.entries.values.joined().contains { (start..<head.size).contains($0) })
            start = head.size
        }
        // Genesis and the PoP's key may each have one.
        #expect(naive.heads.count <= 5)
    }

    @Test func anEntryThatIsAHeadIsServedAsOne() async throws {
        let fixture = try await Self.fixture()
        try await Self.register(["a"], fixture)
        try await Self.settled(fixture.ledger)
        let (ledger, naive) = (fixture.ledger, try IndexOfLeaves(fixture.ledger))
        let newest = try #require(naive.heads.last)
        #expect(try ledger.statement(newest.head.id) == newest.head.leaf)
        let file = try #require(try ledger.transparent(newest.head.id))
        #expect(try TransparentIndexHead(file).head == newest.head)
        #expect(try ledger.manifest(newest.head.id) == nil)
        guard case .refused(let refusal, _) = try await fixture.register(newest.head.leaf) else {
            Issue.record("an index head was registered")
            return
        }
        #expect(refusal.reason == .unknownType)
        // A collector's kit proves it.
        let proof = try #require(
            try ledger.complete([.artifact(.sha256(Array("a".utf8)))], positions: 0..<256))
        #expect(try CompleteProof(proof.encoded()).proofs == proof.proofs)
        let receipt = try Receipt(#require(proof.head.receipts.first))
        guard case .inclusion(let inclusion) = receipt.proof else {
            Issue.record("the head has no inclusion receipt")
            return
        }
        #expect(inclusion.leafIndex == newest.index)
    }

    @Test func afterAHandoverTheNewLedgerKeySigns() async throws {
        let fixture = try await Self.fixture()
        try await Self.register(["a"], fixture)
        try await Self.settled(fixture.ledger)
        let before = try #require(try fixture.ledger.indexHead()).head
        _ = try fixture.ledger.rotate(.ledger)
        try await Self.register(["b"], fixture)
        try await Self.settled(fixture.ledger)
        let after = try #require(try fixture.ledger.indexHead()).head
        #expect(after.keyID != before.keyID)
        #expect(after.chain.sequence > before.chain.sequence)
        fixture.ledger.close()
        #expect(try Self.check(fixture).findings == [])
    }

    // MARK: - Faults

    static let steps: [WriteStep] = [.table, .ingest, .cursor, .batch, .highWater, .head, .lists]
    static let cases = steps.flatMap { step in
        WriteFault.allCases.map { WriteFaultTests.Case(step: step, fault: $0) }
    }

    /// Each write on the way to a head fails once; what comes after it is whole, in the same
    /// process and in the next.
    @Test(arguments: cases)
    func afterAWriteThatFailedTheIndexIsWhole(failing: WriteFaultTests.Case) async throws {
        let hook = OneFault()
        let fixture = try await Self.fixture(faultHook: hook.callAsFunction)
        // A list of 70 entries, so that lists are written.
        try await Self.register((0..<70).map { "work \($0)" }, fixture)
        try await Self.settled(fixture.ledger)
        hook.arm(failing)
        // It may strike a head's batch, or this one's.
        _ = await fixture.ledger.register([try fixture.capture("unlucky")])
        try await eventually("the write fails") { hook.hasStruck }
        try await eventually("it writes again") {
            await fixture.ledger.register([try fixture.capture("after")])[0].refusal == nil
        }
        try await Self.settled(fixture.ledger)
        try IndexOfLeaves(fixture.ledger).expectSame(in: fixture.ledger)
        try fixture.reopen()
        try await Self.expectWhole(fixture)
    }

    /// A crash right after the failed write: the next start is as good.
    @Test(arguments: cases)
    func aStartAfterAWriteThatFailedMakesTheIndexWhole(
        failing: WriteFaultTests.Case
    ) async throws {
        let hook = OneFault()
        let fixture = try await Self.fixture(faultHook: hook.callAsFunction)
        try await Self.register((0..<70).map { "work \($0)" }, fixture)
        try await Self.settled(fixture.ledger)
        hook.arm(failing)
        _ = await fixture.ledger.register([try fixture.capture("unlucky")])
        try await eventually("the write fails") { hook.hasStruck }
        try fixture.reopen()
        try await Self.expectWhole(fixture)
    }

    /// Lists whose write failed may be there all the same, also where their epoch gets no head.
    @Test(arguments: WriteFault.allCases)
    func anEpochWithoutAHeadIsFinishedAfterItsListsFailed(fault: WriteFault) async throws {
        let fixture = try await Self.fixture()
        try await Self.register((0..<70).map { "work \($0)" }, fixture)
        try await Self.settled(fixture.ledger)
        fixture.ledger.close()
        var options = fixture.options
        options.indexInterval = .seconds(3600)
        let behind = try LedgerFixture.open(options, fixture.clock)
        let works = try (70..<600).map { try fixture.capture("work \($0)") }
        let answers = await behind.register(works)
        #expect(answers.allSatisfy { $0.refusal == nil })
        behind.close()
        let hook = OneFault()
        hook.arm(WriteFaultTests.Case(step: .lists, fault: fault))
        options.indexInterval = .zero
        // The first of these epochs ends where no batch did.
        options.epochs.entries = 100
        options.epochs.portionEntries = 50
        options.faultHook = hook.callAsFunction
        let again = try LedgerFixture.open(options, fixture.clock)
        defer { again.close() }
        try await eventually("lists are not written") { hook.hasStruck }
        // All is covered only once the store was opened again.
        try await Self.settled(again)
        try IndexOfLeaves(again).expectSame(in: again)
        again.close()
        #expect(try Self.check(fixture).findings == [])
    }

    /// Lists that are ahead of the map look to nobody like damaged ones.
    @Test(arguments: WriteFault.allCases)
    func whoAsksWhileListsCannotBeWrittenIsToAskLater(fault: WriteFault) async throws {
        let hook = OneFault()
        let fixture = try await Self.fixture(faultHook: hook.callAsFunction)
        try await Self.register((0..<70).map { "work \($0)" }, fixture)
        try await Self.settled(fixture.ledger)
        let ledger = fixture.ledger
        let name = try IndexName.iss(LedgerFixture.berlin)
        let asking = Task.detached {
            while !Task.isCancelled {
                do throws(LedgerError) {
                    _ = try ledger.complete([name], positions: 0..<1)
                } catch {
                    guard error.remedy == .wait else { throw error }
                }
                await Task.yield()
            }
        }
        hook.arm(WriteFaultTests.Case(step: .lists, fault: fault))
        _ = await ledger.register([try fixture.capture("unlucky")])
        try await eventually("the write fails") { hook.hasStruck }
        try await eventually("it writes again") {
            await ledger.register([try fixture.capture("after")])[0].refusal == nil
        }
        try await Self.settled(ledger)
        asking.cancel()
        try await asking.value
    }

    /// A disk may hold the write of lists for as long as it likes, and event loops ask what the
    /// index is doing.
    @Test func whatTheIndexDoesIsToldWhileListsAreWritten() async throws {
        let gate = Gate(isShut: true)
        let isArmed = Mutex(false)
        let fixture = try await Self.fixture(faultHook: { step in
            if step == .lists, isArmed.withLock({ $0 }) { gate.pass() }
            return nil
        })
        defer { gate.open() }
        // A list of 70 entries, so that lists are written.
        try await Self.register((0..<70).map { "work \($0)" }, fixture)
        try await Self.settled(fixture.ledger)
        isArmed.withLock { $0 = true }
        try await Self.register(["one more"], fixture)
        try await eventually("its list is written") { gate.held == 1 }
        let ledger = fixture.ledger
        let told = Mutex<(phase: IndexPhase, hasHead: Bool, hasStopped: Bool)?>(nil)
        Thread.detachNewThread {
            let hasHead = (try? ledger.hasIndexHead) == true && ledger.indexedSize != nil
            let all = (ledger.indexPhase, hasHead, ledger.hasIndexStopped)
            told.withLock { $0 = all }
        }
        let all = try await eventually("it is told") { told.withLock { $0 } }
        #expect(all.phase == .ready && all.hasHead && !all.hasStopped)
        gate.open()
        try await Self.settled(ledger)
    }

    // MARK: - Copies

    @Test func headsComeBackWithTheEntriesOfACopy() async throws {
        let fixture = try await Self.fixture()
        for count in [1, 80, 3] {
            try await Self.register((0..<count).map { "work \($0)" }, fixture)
            try await Self.settled(fixture.ledger)
        }
        let copy = fixture.folder.appending(path: "copy").path()
        _ = try fixture.ledger.export(to: copy)
        let (head, naive) = (fixture.ledger.head(), try IndexOfLeaves(fixture.ledger))
        fixture.ledger.close()
        try FileManager.default.removeItem(atPath: fixture.options.data)
        try await Ledger.restore(fromCopy: copy, to: fixture.options)
        let recovery = try Recovery(fixture.options, exports: [copy], files: [])
        _ = try await recovery.putBack(export: copy)
        #expect(recovery.missing == nil)
        recovery.close()
        #expect(try Self.check(fixture).findings == [])
        try fixture.reopen()
        #expect(fixture.ledger.head().note == head.note)
        try await Self.settled(fixture.ledger)
        let again = try IndexOfLeaves(fixture.ledger)
        #expect(again.heads.map(\.head) == naive.heads.map(\.head))
        try again.expectSame(in: fixture.ledger)
    }
}
