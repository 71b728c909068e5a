import Encoding
import Foundation
import Ledger
import Manifests
import Merkle
import Provenance
import Testing
import TestLedger

/// Copies and rivals of statements that arrive while they are being registered: each may be found
/// in the store, among the entries that came since, or in its own batch.
@Suite(.serialized) struct RivalTests {
    /// More entries than the sequencer remembers by name.
    private static let count = 9_000

    /// Statements whose nonce another one wants too.
    private static let contested = 300

    @Test func noStatementHasTwoIndexesAndNoNonceTwoStatements() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        var items: [[UInt8]] = []
        for number in 0..<Self.count {
            let nonce = randomBytes()
            items.append(try fixture.capture("photo \(number)", claimID: nonce))
            if number < Self.contested {
                items.append(try fixture.capture("rival \(number)", claimID: nonce))
            }
        }
        // Each twice, far apart or near, in chunks of many sizes, from eight senders. The stride is
        // prime, so it meets each once.
        let both = items + items
        var sent = both.indices.map { both[$0 * 7_919 % both.count] }[...]
        var chunks: [[[UInt8]]] = []
        while !sent.isEmpty {
            let size = 1 + chunks.count * 37 % 200
            chunks.append(Array(sent.prefix(size)))
            sent = sent.dropFirst(size)
        }
        let ledger = fixture.ledger
        let answers = await withTaskGroup(of: [Registration].self) { group in
            for sender in 0..<8 {
                let own = chunks.indices.filter { $0 % 8 == sender }.map { chunks[$0] }
                group.addTask {
                    var answers: [Registration] = []
                    for chunk in own { answers += await ledger.register(chunk) }
                    return answers
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(answers.count == 2 * items.count)
        let size = UInt64(Self.count) + 3
        #expect(ledger.head().size == size)
        try check(answers, in: ledger, size)
        // What the sequencer has long forgotten is still known, and still contested.
        let again = await ledger.register(Array(items.prefix(2 * Self.contested)))
        for answer in again {
            if case .registered = answer { Issue.record("registered twice") }
        }
        #expect(ledger.head().size == size)
    }

    /// Holds the answers to each other, and the log to them.
    private func check(_ answers: [Registration], in ledger: Ledger, _ size: UInt64) throws {
        var indexes: [EntryID: UInt64] = [:]
        var registered = 0
        for answer in answers {
            switch answer {
            case .registered(let id, let receipt), .known(let id, let receipt):
                if case .registered = answer { registered += 1 }
                guard case .inclusion(let proof) = try Receipt(receipt).proof else { continue }
                let index = indexes[id, default: proof.leafIndex]
                #expect(index == proof.leafIndex)
                indexes[id] = index
            case .unpublished: Issue.record("no quorum is required")
            case .refused(let refusal, _):
                #expect(refusal.reason == .conflict, "\(refusal)")
            }
        }
        #expect(registered == Self.count)
        #expect(indexes.count == Self.count)
        #expect(Set(indexes.values).count == Self.count)
        var nonces: Set<[UInt8]> = []
        for (id, index) in indexes {
            #expect(index < size)
            let leaf = try #require(try ledger.statement(id))
            nonces.insert(try Statement(leaf: leaf).claimID)
        }
        #expect(nonces.count == Self.count)
    }
}
