import Provenance
import TestLog
import Testing

/// A leaf is read as what it is, and as nothing else.
@Suite struct LeafKindTests {
    private var ledger: MemoryLedger

    init() throws {
        ledger = try MemoryLedger(seed: "leaf kind")
        try ledger.addPoP()
        try ledger.add("photo")
        try ledger.addIndexHead()
    }

    @Test func eachLeafIsWhatItsOwnReaderTakesItFor() throws {
        var heads = 0
        for leaf in ledger.leaves {
            switch try #require(LeafKind(leaf: leaf)) {
            case .statement(let statement): #expect(try Statement(leaf: leaf) == statement)
            case .indexHead(let head):
                #expect(try IndexHead(leaf: leaf) == head)
                heads += 1
            }
        }
        #expect(heads == 1 && ledger.leaves.count > 2)
    }

    private func isNone(_ bytes: [UInt8]) -> Bool {
        if case nil = LeafKind(leaf: bytes) { true } else { false }
    }

    /// Neither is a record, which has parts beside its leaf.
    @Test func whatIsNoLeafIsOfNoKind() throws {
        for leaf in ledger.leaves {
            #expect(isNone(Array(leaf.dropLast())))
            #expect(isNone(leaf + [0]))
        }
        #expect(isNone([]))
        var record = try TransparentStatement(Statement(leaf: ledger.leaves[2]), manifest: nil)
        record.receipts = [[0]]
        #expect(isNone(record.encoded()))
    }
}
