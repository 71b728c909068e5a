import Encoding
import Files
import Ledger
import Provenance
import Studio
import TestLedger
import TestSupport
import Testing

/// What leaves a spool once it is registered, and what stays.
@Suite struct SpoolPruningTests {
    private let fixture: LedgerFixture
    private let bench: SpoolBench
    private let spool: Spool

    init() async throws {
        fixture = try LedgerFixture()
        try await fixture.addPoP()
        bench = try SpoolBench(key: fixture.pop)
        spool = try bench.open()
    }

    /// Seals a work, registers it a day after the one before, and completes record and copy.
    @discardableResult
    private func register(_ work: String, completesCopy: Bool = true) async throws -> SpoolRecord {
        fixture.clock.advance(by: 86_400)
        let sealed = try bench.seal(
            work, in: spool, besideWork: true, issuedAt: fixture.clock.now)
        guard case .registered(_, let receipt) = try await fixture.register(sealed.signed.bytes)
        else { throw FixtureError.unexpected("\(work) was not registered") }
        var record = try TransparentStatement(sealed.signed.bytes)
        record.receipts = [receipt]
        let bytes = record.encoded()
        if completesCopy { try bench.folder.write(bytes, to: "\(work).colophon") }
        try spool.replace([(sealed.record, bytes)])
        return try spool.move([sealed.record], to: .registered)[0]
    }

    private func verdicts(before: UInt64, needsCopy: Bool = true) throws -> [SpoolPruning.Verdict] {
        var verdicts: [SpoolPruning.Verdict] = []
        try SpoolPruning(of: spool, before: before, needsCopy: needsCopy).judge {
            verdicts.append($0.verdict)
        }
        return verdicts
    }

    @Test func whatIsOldGoesAndTheNewestStays() async throws {
        for work in ["a", "b", "c"] { try await register(work) }
        let now = fixture.clock.now
        #expect(try verdicts(before: now - 86_400) == [.goes, .young, .newest])
        #expect(try verdicts(before: now + 1) == [.goes, .goes, .newest])
        let records = try spool.records(in: .registered)
        try SpoolPruning(of: spool, before: now + 1, needsCopy: true)
            .remove(Array(records.dropLast()))
        #expect(try spool.records(in: .registered) == [records[2]])
        // What is pruned is not missing, and its number is not used again.
        #expect(try SpoolStanding(of: bench.open()).faults == [])
        #expect(try bench.seal("d", in: bench.open()).record.number == 3)
    }

    @Test func whatHasNoCopyWithAReceiptStays() async throws {
        try await register("a", completesCopy: false)
        try await register("b")
        try await register("c")
        try await register("d")
        let other = bench.folder.path("a.colophon")
        try bench.folder.remove("b.colophon")
        try bench.folder.write("x", to: "c.colophon")
        let damaged = bench.folder.path("c.colophon")
        let later = fixture.clock.now + 1
        #expect(
            try verdicts(before: later)
                == [.otherCopy(other), .noCopy, .otherCopy(damaged), .newest])
        #expect(try verdicts(before: later, needsCopy: false) == [.goes, .goes, .goes, .newest])
    }

    @Test func aRecordWithoutAReceiptStays() async throws {
        let record = try bench.seal("a", in: spool, besideWork: true).record
        try spool.move([record], to: .registered)
        try await register("b")
        #expect(
            try verdicts(before: fixture.clock.now + 1, needsCopy: false)
                == [.noReceipt, .newest])
    }

    /// Its number would be given once more.
    @Test func aRecordThatTheTipDoesNotKnowStays() async throws {
        try await register("a")
        let tip = try bench.folder.bytes("spool/tip")
        try await register("b")
        try await register("c")
        try bench.folder.write(tip, to: "spool/tip")
        #expect(
            try verdicts(before: fixture.clock.now + 1, needsCopy: false)
                == [.goes, .newest, .newest])
    }

    /// A prune is killed between two of its steps.
    @Test func aPruneThatWasKilledIsFinished() async throws {
        let first = try await register("a")
        try await register("b")
        try bench.folder.remove("a.colophon")
        let places = try spool.folder(Spool.Part.places)
        try places.rename("0000000000", to: "0000000000.pruned", in: places)
        #expect(try SpoolStanding(of: spool).faults == [])
        #expect(try verdicts(before: fixture.clock.now + 1) == [.goes, .newest])
        try bench.folder.remove("spool/registered/\(first.fileName)")
        #expect(try SpoolStanding(of: spool).faults == [])
        try SpoolPruning(of: spool, before: 0, needsCopy: true).remove([])
        #expect(try places.names().sorted() == ["0000000001"])
    }
}
