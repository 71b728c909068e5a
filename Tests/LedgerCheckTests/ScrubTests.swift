import Foundation
import Ledger
import LedgerCheck
import LedgerStore
import Logging
import Merkle
import Provenance
import Testing
import TestLedger
import TestSupport

@Suite(.serialized) struct ScrubTests {
    private func open(_ fixture: LedgerFixture, rate: Int = 10_000_000) throws -> Ledger {
        var options = fixture.options
        options.scrub.entriesPerSecond = rate
        options.scrub.firstRestSeconds = 0
        options.scrub.restSeconds = 0.01
        let clock = fixture.clock
        return try Ledger.open(options, logger: Logger(label: "test"), clock: { clock.now })
    }

    private func waitForRound(_ ledger: Ledger, after rounds: Int = 0) async throws {
        try await eventually("a round ends") { ledger.scrub.rounds > rounds }
    }

    @Test func aLedgerThatGrowsMeanwhileIsFoundClean() async throws {
        let bench = try await StoreWorkbench(entries: 300)
        let ledger = try open(bench.fixture)
        defer { ledger.close() }
        for round in 0..<10 {
            let captures = try (0..<40).map { try bench.fixture.capture("grow \(round) \($0)") }
            for answer in await ledger.register(captures) {
                guard case .registered = answer else {
                    Issue.record("\(answer)")
                    return
                }
            }
        }
        try await waitForRound(ledger, after: ledger.scrub.rounds + 1)
        let status = ledger.scrub
        #expect(status.findings == 0, "\(String(describing: status.first))")
        #expect(status.entries == 705)
        #expect(status.lastFinished == bench.fixture.clock.now)
        #expect(ledger.warnings.isEmpty)
        #expect(try ledger.check().isClean)
    }

    /// Yeti (2021): a bit flipped in a leaf of a CT log, and no checksum knew of it.
    @Test func yetiALeafWithAFlippedBitIsFoundAndNeverServedAsProven() async throws {
        let bench = try await StoreWorkbench(entries: 300)
        let rows = try bench.rows(of: .entries)
        let id = EntryID(ofLeaf: rows[77].value)
        var leaf = rows[77].value
        leaf[40] ^= 1
        try bench.write([rows[77].key: leaf], in: .entries)
        let ledger = try open(bench.fixture)
        defer { ledger.close() }
        try await waitForRound(ledger)
        #expect(ledger.scrub.findings == 1)
        #expect(ledger.scrub.first?.family == "entries")
        #expect(ledger.scrub.first?.key == "77")
        #expect(ledger.warnings.contains { $0.contains("entries 77") })
        // It is loud, but the ledger goes on.
        #expect(ledger.readiness == nil)
        #expect(throws: LedgerError.self) { try ledger.statement(id) }
        #expect(throws: LedgerError.self) { try ledger.transparent(id) }
        // The receipt is of what was logged, and says nothing of the stored bytes.
        let receipt = try #require(try ledger.receipt(id))
        guard case .inclusion(let proof) = try Receipt(receipt).proof else {
            Issue.record("no inclusion proof")
            return
        }
        #expect(proof.root(from: .leaf(rows[77].value)) == ledger.head().root)
        #expect(proof.root(from: .leaf(leaf)) != ledger.head().root)
    }

    @Test func theRateIsABoundAndClosingDoesNotWaitForTheRound() async throws {
        let bench = try await StoreWorkbench(entries: 300)
        let ledger = try open(bench.fixture, rate: 1)
        try await pause(atLeast: .milliseconds(500))
        #expect(ledger.scrub.rounds == 0)
        ledger.close()
        // Five minutes later it would be one.
        #expect(ledger.scrub.rounds == 0)
    }

    @Test func aRateOfNothingNeverBegins() async throws {
        let bench = try await StoreWorkbench(entries: 3)
        let ledger = try open(bench.fixture, rate: 0)
        try await pause(atLeast: .milliseconds(300))
        #expect(ledger.scrub.rounds == 0)
        ledger.close()
    }
}
