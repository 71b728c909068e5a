import Checkpoints
import Encoding
import LogReader
import Merkle
import Provenance
import Studio
import TestLog
import Testing

/// What a ledger must not log is proven to others as what it has logged.
@Suite struct IllFormedLeafTests {
    /// A later version may know the type: nothing of the entry is false.
    @Test(
        arguments: [
            ("application/vnd.colophon.statement.v2+cose", true),
            ("application/vnd.colophon.control.v2+cose", true),
            ("application/vnd.colophon.index.v2+cose", true),
            ("application/vnd.example.statement.v2+cose", false),
        ] as [(Text, Bool)])
    func aLeafOfANewerTypeIsNotSaidToBeFalse(type: Text, isNewer: Bool) async throws {
        var ledger = try MemoryLedger()
        try ledger.addPoP()
        let index = try ledger.add(type: type)
        let log = try await ProvenLog(
            MemoryLog(ledger), by: .kit(ledger.kit(), requiringQuorum: false))
        let leaf = try #require(try await log.prove(.index(index)).first)
        #expect(leaf.statement == nil && leaf.illFormed != nil)
        let form = try #require(leaf.illFormed).form
        if case .newer(let named) = form {
            #expect(isNewer && named == type)
        } else {
            #expect(!isNewer, "\(form)")
        }
    }

    /// Each version with an index knows them: they are in every log that has one.
    @Test func anIndexHeadIsNotSaidToBeNewer() async throws {
        var ledger = try MemoryLedger()
        try ledger.addPoP()
        try ledger.add("work")
        let head = try ledger.addIndexHead()
        // Of its type, and not of its form: that is wrong in each version.
        let index = try ledger.add(type: EntryType.index.type)
        let log = try await ProvenLog(
            MemoryLog(ledger), by: .kit(ledger.kit(), requiringQuorum: false))
        let leaf = try #require(try await log.prove(.index(index - 1)).first)
        #expect(leaf.statement == nil && leaf.illFormed?.form == .indexHead(head))
        let other = try #require(try await log.prove(.index(index)).first)
        guard case .wrong? = other.illFormed?.form else {
            Issue.record("\(String(describing: other.illFormed?.form))")
            return
        }
    }

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
