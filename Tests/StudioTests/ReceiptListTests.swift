import Ledger
import Manifests
import Merkle
import Provenance
import Studio
import TestLedger
import TestSupport
import Testing

/// The receipts that a record keeps (record.md §2).
@Suite struct ReceiptListTests {
    /// Receipts of one entry at so many heads, the oldest first.
    private func receipts(_ count: Int) async throws -> [[UInt8]] {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        guard case .registered(let id, _) = try await fixture.register(fixture.capture("a")) else {
            throw FixtureError.unexpected("the capture was not registered")
        }
        var receipts: [[UInt8]] = []
        for number in 0..<count {
            receipts.append(try #require(try fixture.ledger.receipt(id)))
            _ = try await fixture.register(fixture.capture("b\(number)"))
        }
        return receipts
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func theFirstAndTheNewestStayWhateverTheOrder(seed: UInt64) async throws {
        let receipts = try await receipts(Limits.receipts + 4)
        var random = SeededRandom(seed: seed)
        var list = ReceiptList([])
        for bytes in receipts.shuffled(using: &random) {
            list.insert(bytes, of: try Receipt(bytes))
        }
        #expect(list.bytes.count == Limits.receipts)
        #expect(list.bytes.first == receipts.first)
        #expect(list.bytes.last == receipts.last)
        let sizes = try list.bytes.map { try Receipt($0).treeSize }
        #expect(sizes == sizes.sorted())
    }

    @Test func aReceiptThatIsThereIsNotAddedAgain() async throws {
        let receipts = try await receipts(2)
        var list = ReceiptList(receipts)
        for bytes in receipts { list.insert(bytes, of: try Receipt(bytes)) }
        #expect(list.bytes == receipts)
    }

    @Test func aReceiptThatCannotBeReadStays() async throws {
        let receipts = try await receipts(1)
        var list = ReceiptList([[1, 2, 3]])
        list.insert(receipts[0], of: try Receipt(receipts[0]))
        #expect(list.bytes == [receipts[0], [1, 2, 3]])
    }
}
