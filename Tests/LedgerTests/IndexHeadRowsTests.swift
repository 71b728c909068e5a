import Foundation
import IndexMap
import Jobs
import Ledger
import LedgerCheck
import LedgerStore
import Merkle
import Provenance
import RocksDB
import TestLedger
import TestSupport
import Testing

/// The rows that say where index heads stand are made anew of the entries, whatever is wrong with
/// them, and no head is made beside one that is logged.
@Suite(.serialized) struct IndexHeadRowsTests {
    /// What is wrong with a row.
    enum Damage: String, CaseIterable {
        case flipped, cut, missing, doubled, swapped, cutKey
    }

    private static let work = IndexName.artifact(.sha256(Array("work 0".utf8)))

    /// A closed ledger with some index heads, and where these stand.
    private static func closed() async throws -> (fixture: LedgerFixture, places: [UInt64]) {
        let fixture = try await IndexTests.fixture()
        for number in 0..<4 {
            try await IndexTests.register(["work \(number)"], fixture)
            try await IndexTests.settled(fixture.ledger)
        }
        let places = try IndexOfLeaves(fixture.ledger).heads.map(\.index)
        #expect(places.count >= 4)
        fixture.ledger.close()
        return (fixture, places)
    }

    /// Damages the row of the head with a number.
    private static func damage(
        _ damage: Damage, of number: Int, among places: [UInt64], in fixture: LedgerFixture
    ) throws {
        try IndexTests.change(fixture) { store in
            let heads = store.columnFamily("indexHeads")
            let key = StoreLayout.key(UInt64(number))
            #expect(try store.get(key, in: heads) == StoreLayout.key(places[number]))
            let batch = try WriteBatch(for: store)
            switch damage {
            case .flipped:
                batch.put(key: key, value: StoreLayout.key(places[number] ^ 1), in: heads)
            case .cut:
                batch.put(key: key, value: [0, 0, 0], in: heads)
            case .missing: batch.delete(key: key, in: heads)
            case .doubled:
                let next = StoreLayout.key(UInt64(places.count))
                batch.put(key: next, value: StoreLayout.key(places[number]), in: heads)
            case .swapped:
                let other = places[(number + 1) % places.count]
                batch.put(key: key, value: StoreLayout.key(other), in: heads)
            case .cutKey:
                batch.delete(key: key, in: heads)
                batch.put(
                    key: [0xFF] + key.dropFirst(2), value: StoreLayout.key(places[number]),
                    in: heads)
            }
            try store.write(batch, sync: true)
        }
    }

    private static func findings(_ fixture: LedgerFixture) throws -> [CheckFinding] {
        try IndexTests.check(fixture).findings.filter { $0.family == "indexHeads" }
    }

    /// Expects a proof of the first work to hold by the ledger's own kit.
    private static func expectProof(_ fixture: LedgerFixture) throws {
        let proof = try #require(try fixture.ledger.complete([work], positions: 0..<9))
        let kit = try TrustKit(try fixture.ledger.trustKit())
        let found = Verifier(kit).verify(complete: proof.encoded(), time: fixture.clock.now)
        #expect(found.holds(at: .logged), "\(found.findings)")
        #expect(found.answers.first?.count == 1)
    }

    @Test(arguments: Damage.allCases, [true, false])
    func aDamagedRowIsNamedAndMadeAnew(damage: Damage, isNewest: Bool) async throws {
        let (fixture, places) = try await Self.closed()
        let number = isNewest ? places.count - 1 : 1
        try Self.damage(damage, of: number, among: places, in: fixture)
        let findings = try Self.findings(fixture)
        #expect(!findings.isEmpty)
        for finding in findings {
            #expect(finding.detail.contains("colophond index rebuild"), "\(finding)")
        }
        let done = try Ledger.forgetIndex(fixture.options)
        #expect(done.heads == places.count)
        #expect(done.changedHeadRows == (damage == .cutKey ? 2 : 1))
        #expect(try Self.findings(fixture).isEmpty)
        try fixture.reopen()
        try await IndexTests.settled(fixture.ledger)
        #expect(try IndexOfLeaves(fixture.ledger).heads.map(\.index) == places)
        try Self.expectProof(fixture)
        try await IndexTests.register(["next"], fixture)
        try await IndexTests.expectWhole(fixture)
    }

    /// A head that follows another than the newest would have the number of one that is logged.
    @Test(arguments: Damage.allCases)
    func noHeadIsMadeWhereTheNewestIsNotKnown(damage: Damage) async throws {
        let (fixture, places) = try await Self.closed()
        try Self.damage(damage, of: places.count - 1, among: places, in: fixture)
        guard damage == .missing else {
            let error = #expect(throws: LedgerError.self) { try fixture.reopen() }
            guard case .corruptIndex? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            return
        }
        try fixture.reopen()
        try await eventually("the index stops") { fixture.ledger.hasIndexStopped }
        try await IndexTests.register(["goes on"], fixture)
        #expect(try IndexOfLeaves(fixture.ledger).heads.map(\.index) == places)
        fixture.ledger.close()
        #expect(try Ledger.forgetIndex(fixture.options).changedHeadRows == 1)
        try fixture.reopen()
        try await IndexTests.expectWhole(fixture)
    }

    /// All rows of heads are gone, and `--index on` begins no second chain.
    @Test func noSecondChainIsBegun() async throws {
        let (fixture, places) = try await Self.closed()
        try IndexTests.change(fixture) { store in
            let batch = try WriteBatch(for: store)
            for number in places.indices {
                let key = StoreLayout.key(UInt64(number))
                batch.delete(key: key, in: store.columnFamily("indexHeads"))
            }
            try store.write(batch, sync: true)
        }
        try fixture.reopen()
        try await eventually("the index stops") { fixture.ledger.hasIndexStopped }
        #expect(try IndexOfLeaves(fixture.ledger).heads.map(\.index) == places)
        fixture.ledger.close()
        #expect(try Ledger.forgetIndex(fixture.options).changedHeadRows == places.count)
        try fixture.reopen()
        try await IndexTests.expectWhole(fixture)
    }

    @Test func rowsThatAreRightStay() async throws {
        let (fixture, places) = try await Self.closed()
        let done = try Ledger.forgetIndex(fixture.options)
        #expect(done.heads == places.count && done.changedHeadRows == 0)
        #expect(try Ledger.forgetIndex(fixture.options) == done)
    }

    // MARK: - Rows that the disk does not give back

    /// Flips a bit of each table that has rows of index heads.
    private static func rot(_ fixture: LedgerFixture) throws {
        // What the log of the store holds goes into tables.
        try IndexTests.change(fixture) { _ in }
        try rotTables(of: "indexHeads", in: fixture.options.data)
    }

    @Test func rowsThatCannotBeReadAreMadeAnew() async throws {
        let (fixture, places) = try await Self.closed()
        try Self.rot(fixture)
        let findings = try Self.findings(fixture)
        #expect(!findings.isEmpty)
        #expect(findings.allSatisfy { $0.detail.contains("colophond index rebuild") })
        let error = #expect(throws: LedgerError.self) { try fixture.reopen() }
        guard case .corruptIndex? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let done = try Ledger.forgetIndex(fixture.options)
        #expect(done.heads == places.count && done.changedHeadRows == nil)
        try fixture.reopen()
        try await IndexTests.settled(fixture.ledger)
        try Self.expectProof(fixture)
        try await IndexTests.expectWhole(fixture)
    }

    // MARK: - A rebuild that ends on its way

    static let cases = [WriteStep.cursor, .drop].flatMap { step in
        WriteFault.allCases.map { WriteFaultTests.Case(step: step, fault: $0) }
    }

    /// What is cut off is run again; meanwhile no head is made.
    @Test(arguments: cases, [true, false])
    func aRebuildThatIsCutOffIsRepeated(
        failing: WriteFaultTests.Case, isReadable: Bool
    ) async throws {
        let (fixture, places) = try await Self.closed()
        if isReadable {
            try Self.damage(.cut, of: places.count - 1, among: places, in: fixture)
        } else {
            try Self.rot(fixture)
        }
        let hook = OneFault()
        hook.arm(failing)
        var options = fixture.options
        options.faultHook = hook.callAsFunction
        #expect(throws: LedgerError.self) { try Ledger.forgetIndex(options) }
        #expect(hook.hasStruck)
        do {
            let ledger = try LedgerFixture.open(fixture.options, fixture.clock)
            defer { ledger.close() }
            try await eventually("the index stops") { ledger.hasIndexStopped }
            #expect(try IndexOfLeaves(ledger).heads.map(\.index) == places)
        } catch LedgerError.corruptIndex {
            // Nobody opens it before.
        }
        _ = try Ledger.forgetIndex(fixture.options)
        try fixture.reopen()
        try await IndexTests.settled(fixture.ledger)
        #expect(try IndexOfLeaves(fixture.ledger).heads.map(\.index) == places)
        try await IndexTests.expectWhole(fixture)
    }

    /// The entries decide: where one of them is damaged nothing is changed.
    @Test func aHeadThatMustNotStandWhereItDoesIsRefused() async throws {
        let (fixture, places) = try await Self.closed()
        try Self.damage(.missing, of: 1, among: places, in: fixture)
        try IndexTests.change(fixture) { store in
            let entries = store.columnFamily("entries")
            let key = StoreLayout.key(places[2])
            var leaf = try #require(try store.get(key, in: entries))
            // The last byte of the signature.
            leaf[leaf.count - 1] ^= 1
            let batch = try WriteBatch(for: store)
            batch.put(key: key, value: leaf, in: entries)
            try store.write(batch, sync: true)
        }
        let before = try IndexTests.check(fixture).findings
        #expect(
            before.contains { $0.rule == .head && $0.key == "\(places[2])" }, "\(before)")
        let error = #expect(throws: LedgerError.self) { try Ledger.forgetIndex(fixture.options) }
        guard case .corrupt(let words)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(words.contains("entry \(places[2])"), "\(words)")
        #expect(try IndexTests.check(fixture).findings == before)
    }

    /// Who waits on a terminal is told, and can end it before anything is changed.
    @Test func itSaysHowManyEntriesAreRead() async throws {
        let (fixture, places) = try await Self.closed()
        try Self.damage(.missing, of: 0, among: places, in: fixture)
        let before = try IndexTests.check(fixture).findings
        #expect(throws: LedgerError.cancelled) {
            try Ledger.forgetIndex(fixture.options, progress: JobProgress { _ in false })
        }
        #expect(try IndexTests.check(fixture).findings == before)
    }
}
