import Encoding
import HTTPCalls
import LedgerClient
import Merkle
import Provenance
import Synchronization
import TestPeer
import Testing

/// An entry that is durable before a head with it is served: 202, then 204, then its receipt.
@Suite struct PendingTests {
    private let entry = EntryID(ofLeaf: [1])

    /// Runs `body` with a client of a server that answers so.
    private func with<Value: Sendable>(
        _ answer: StubServer.Answer, _ body: (LedgerClient) async throws -> Value
    ) async throws -> Value {
        try await StubServer.run { _ in
            answer
        } _: { server in
            try await LedgerClient.with(
                ServiceURL("http://127.0.0.1:\(server.port)"), options: .patient, body)
        }
    }

    @Test func aStatementThatIsDurableIsPendingForAsLongAsTheLedgerSays() async throws {
        let told = try await with(.whole(202, ["Retry-After": "2", "Location": "/entries/x"])) {
            try await $0.register([1])
        }
        #expect(told == .pending(retryAfter: .seconds(2)))
        let silent = try await with(.whole(202)) { try await $0.register([1]) }
        #expect(silent == .pending(retryAfter: nil))
    }

    @Test func aReceiptThatFollowsIsNoReceipt() async throws {
        let entry = entry
        let told = try await with(.whole(204, ["Retry-After": "3"])) {
            try await $0.receipt(of: entry)
        }
        #expect(told == .notYet(retryAfter: .seconds(3)))
        let there = try await with(.whole(200, [:], [7])) { try await $0.receipt(of: entry) }
        #expect(there == .receipt([7]))
    }

    @Test func anItemOfABatchMayBePendingToo() async throws {
        let item = CBOR.array([.unsigned(202), .bytes(entry.hash.bytes), .null]).encoded()
        let answers = try await with(.whole(200, [:], item)) { client in
            let answers = Mutex<[BatchAnswer]>([])
            try await client.registerBatch([[1]]) { _, answer in
                answers.withLock { $0.append(answer) }
            }
            return answers.withLock { $0 }
        }
        #expect(answers == [.accepted(.pending(retryAfter: nil))])
    }

    @Test func aHeadThatIsNotKeptIsNone() async throws {
        let gone = try await with(.whole(404)) { try await $0.checkpoint(ofSize: 7) }
        #expect(gone == nil)
        let there = try await with(.whole(200, [:], [1])) { try await $0.checkpoint(ofSize: 7) }
        #expect(there == [1])
        await #expect(throws: CallError.self) {
            try await with(.whole(403)) { try await $0.checkpoint(ofSize: 7) }
        }
    }
}
