import Checkpoints
import Encoding
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

    /// The earliest head that witnesses have seen bounds the time without the ledger's word.
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func theFirstThatWitnessesHaveSeenStaysToo(seed: UInt64) async throws {
        let receipts = try await receipts(Limits.receipts + 4)
        let seen = try Receipt(receipts[3]).treeSize
        var random = SeededRandom(seed: seed)
        var list = ReceiptList([]) { $0.treeSize >= seen }
        for bytes in receipts.shuffled(using: &random) {
            list.insert(bytes, of: try Receipt(bytes))
        }
        let sizes = try list.bytes.map { try Receipt($0).treeSize }
        #expect(sizes.count == Limits.receipts && sizes.contains(seen), "\(sizes)")
        #expect(list.bytes.first == receipts.first && list.bytes.last == receipts.last)
    }

    /// The proof from the head that the signer had seen needs the receipt of its newer head.
    @Test func aConsistencyReceiptStaysWithTheReceiptThatItLeadsTo() async throws {
        let receipts = try await receipts(Limits.receipts + 4)
        let place = 1
        let size = try Receipt(receipts[place]).treeSize
        let proof = try ConsistencyProof(
            oldSize: 1, newSize: size, path: [.sha256([1]), .sha256([2]), .sha256([3])])
        let consistency = try Receipt(receipts[place]).proving(proof)
        var list = ReceiptList([])
        list.insert(consistency)
        for bytes in receipts { list.insert(bytes, of: try Receipt(bytes)) }
        #expect(list.bytes.count == Limits.receipts)
        #expect(list.bytes.contains(consistency) && list.bytes.contains(receipts[place]))
    }

    @Test func moreLinesStandUnderTheNoteOfTheirHeadAlone() async throws {
        let receipts = try await receipts(2)
        let witness = try TestWitness("witness.example")
        let note = try #require(try Receipt(receipts[0]).note)
        let head = try SignedCheckpoint(parsing: note).claim
        let line = try witness.cosign(note, at: 7)
        var list = ReceiptList(receipts)
        list.add([line], toHeadOf: head)
        #expect(list.bytes[1] == receipts[1])
        let changed = try Receipt(list.bytes[0])
        #expect(changed.isCosigned && changed.noting(note) == receipts[0])
        // What is there is evidence: another line of the same key does not take its place.
        list.add([try witness.cosign(note, at: 9)], toHeadOf: head)
        #expect(list.bytes[0] == changed.encoded())
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
