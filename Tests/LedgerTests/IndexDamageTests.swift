import Foundation
import Ledger
import LedgerStore
import RocksDB
import Testing
import TestLedger
import TestSupport

/// What is damaged beside the rows of an index keeps heads from being logged, and nothing else.
@Suite(.serialized) struct IndexDamageTests {
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
}
