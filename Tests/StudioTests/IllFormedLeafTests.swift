import Checkpoints
import LogReader
import Merkle
import Provenance
import Studio
import TestLog
import Testing

/// What a ledger must not log is proven to others as what it has logged.
@Suite struct IllFormedLeafTests {
    @Test func aLeafThatIsNoStatementIsProvenAndSaidToBeNone() async throws {
        var ledger = try MemoryLedger()
        let bytes = Array("no statement".utf8)
        let index = ledger.append(leaf: bytes)
        let log = try await ProvenLog(
            MemoryLog(ledger), by: .kit(ledger.kit(), requiringQuorum: false))
        for form in [ServedForm.receipt, .tlogProof] {
            let leaves = try await log.prove(.index(index), as: form)
            let leaf = try #require(leaves.first)
            #expect(leaves.count == 1 && leaf.proof.index == index)
            #expect(leaf.proof.leafHash == .leaf(bytes))
            #expect(leaf.proof.inclusion.root(from: .leaf(bytes)) == log.newest.checkpoint.root)
            #expect(leaf.statement == nil && leaf.receipt == nil)
            let illFormed = try #require(leaf.illFormed)
            #expect(illFormed.bytes == bytes && !"\(illFormed.refusal)".isEmpty)
        }
        // What is one is not said to be none.
        let genesis = try #require(try await log.prove(.index(0)).first)
        #expect(genesis.statement != nil && genesis.illFormed == nil)
    }
}
