import Checkpoints
import Encoding
import Foundation
import Keys
import Ledger
import LedgerCheck
import LedgerStore
import Merkle
import Provenance
import RocksDB
import Testing
import TestLedger

/// Statements that are in the tree, though no key could have signed them.
@Suite(.serialized) struct StatementCheckTests {
    /// A ledger that was made to log what it must not: its operator has all its keys.
    @Test func aForgedSignatureIsFoundByReplayingTheLogAndByNothingElse() async throws {
        let bench = try await StoreWorkbench(entries: 3)
        try forgeNewestLeaf(bench) { leaf in leaf[leaf.count - 1] ^= 1 }
        #expect(try bench.check().findings.isEmpty)
        var options = CheckOptions()
        options.signatures = true
        let findings = try bench.check(options).findings
        #expect(findings.map(\.rule) == [.statement], "\(findings)")
        #expect(findings.map(\.key) == ["3"])
    }

    @Test func aControlStatementThatNobodySignedDoesNotFold() async throws {
        let bench = try await StoreWorkbench(entries: 3)
        try forgeNewestLeaf(bench, at: 2) { leaf in leaf[leaf.count - 1] ^= 1 }
        let findings = try bench.check().findings
        #expect(findings.contains { $0.family == "control" && $0.rule == .control }, "\(findings)")
    }

    /// Changes one leaf, and everything that follows from it, as far as the ledger's keys reach.
    private func forgeNewestLeaf(
        _ bench: StoreWorkbench, at index: Int = 3, _ change: (inout [UInt8]) -> Void
    ) throws {
        var leaves = try bench.rows(of: .entries)
        let old = leaves[index]
        var leaf = old.value
        change(&leaf)
        leaves[index] = StoreWorkbench.Row(key: old.key, value: leaf)
        try bench.write([old.key: leaf], in: .entries)
        let ids = [EntryID(ofLeaf: old.value), EntryID(ofLeaf: leaf)].map(\.hash.bytes)
        try bench.write([ids[0]: nil, ids[1]: old.key], in: .ids)
        let hashes = leaves.map { Hash.leaf($0.value) }
        try bench.write(
            [[UInt8](repeating: 0, count: 9): hashes.flatMap(\.bytes)], in: .tiles)
        for head in try bench.rows(of: .heads) {
            let size = head.key.reduce(0) { $0 << 8 | Int($1) }
            let value = try signed(hashes[..<size], head.value, bench.fixture.options.keys)
            try bench.write([head.key: value], in: .heads)
        }
        try FileManager.default.removeItem(atPath: bench.fixture.options.highWater)
    }

    private func signed(
        _ leaves: ArraySlice<Hash>, _ old: [UInt8], _ keys: String
    ) throws -> [UInt8] {
        var range = CompactRange()
        for leaf in leaves { range.append(leaf) }
        let origin = Text(LedgerFixture.origin)
        let noteKey = try KeyFile.read(privateKeyAt: keys + "/note.pem").key
        let receiptKey = try KeyFile.read(privateKeyAt: keys + "/receipt.pem").key
        let note = try NoteSigner(name: origin, key: noteKey).note(
            Checkpoint(origin: origin, size: range.size, root: range.root))
        let time = try #require(try CBOR.decode(old).arrayValue?.first?.unsignedValue)
        let receipt = try HeadReceipt(
            origin: origin, root: range.root, time: time, note: note.encoded, key: receiptKey)
        return CBOR.array([
            .unsigned(time), .bytes(range.root.bytes), .bytes(note.encoded),
            .bytes(receipt.protected), .bytes(receipt.signature),
        ]).encoded()
    }
}
