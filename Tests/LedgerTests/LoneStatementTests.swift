import Encoding
import Keys
import Ledger
import Manifests
import Synchronization
import Testing
import TestLedger
import TestSupport

/// Statements that came at the same time are looked up together, and are nobody's but their
/// sender's all the same.
@Suite struct LoneStatementTests {
    private let fixture: LedgerFixture

    init() async throws {
        fixture = try LedgerFixture()
        try await fixture.addPoP()
    }

    /// The limits of a sender who may ask, or may not, and who has had so many refused.
    private final class Sender: AdmissionGate {
        private let isWelcome: Bool
        private let counted = Atomic(0)

        init(isWelcome: Bool) {
            self.isWelcome = isWelcome
        }

        var refusals: Int { counted.load(ordering: .relaxed) }

        func mayAsk() -> Bool { isWelcome }
        func hasRoom(issuer: Text) -> Bool { true }
        func take(issuer: Text) -> Bool { true }
        func refused() { counted.add(1, ordering: .relaxed) }
    }

    /// Registers them together; returns their answers, each of which must come once.
    private func register(
        _ statements: [(bytes: [UInt8], gate: (any AdmissionGate)?)]
    ) async throws -> [Registration] {
        let decided = Mutex<[Int: [DecidedRegistration]]>([:])
        fixture.ledger.register(
            statements.enumerated().map { position, statement in
                LoneStatement(statement.bytes, gate: statement.gate) { answer in
                    decided.withLock { $0[position, default: []].append(answer) }
                }
            })
        try await eventually("all are decided about") {
            decided.withLock { $0.count } == statements.count
        }
        return try statements.indices.map { position in
            let answers = decided.withLock { $0[position] ?? [] }
            #expect(answers.count == 1)
            return try found(answers.first, "an answer").registration()
        }
    }

    @Test func eachIsAnsweredAsIfItHadComeAlone() async throws {
        let nonce = randomBytes()
        let key = KeyFile.generate(.ed25519)
        var chain = try ControlChain(fixture)
        var forged = try fixture.capture("forged")
        forged[forged.count - 1] ^= 1
        let first = try fixture.capture("one", claimID: nonce)
        let answers = try await register(
            [
                first,
                forged,
                [0xFF],
                first,
                fixture.capture("two", claimID: nonce),
                chain.sign(.add, key.publicKey),
                fixture.capture("three", by: key),
                chain.sign(.revoke, key.publicKey),
            ].map { ($0, nil) })
        #expect(answers[0].index == 3 && !answers[0].isKnown)
        #expect(answers[1].refusal?.reason == .signature)
        #expect(answers[2].refusal?.reason == .malformed)
        #expect(answers[3].index == 3 && answers[3].isKnown)
        #expect(answers[4].refusal?.reason == .conflict)
        #expect(answers[5].index == 4)
        #expect(answers[6].index == 5, "\(answers[6])")
        #expect(answers[7].index == 6, "\(answers[7])")
    }

    @Test func eachMeetsTheLimitsOfItsOwnSender() async throws {
        let (welcome, unwelcome) = (Sender(isWelcome: true), Sender(isWelcome: false))
        var forged = try fixture.capture("forged")
        forged[forged.count - 1] ^= 1
        let answers = try await register([
            (fixture.capture("one"), welcome),
            (fixture.capture("two"), unwelcome),
            (forged, welcome),
            (fixture.capture("three"), nil),
        ])
        #expect(answers[0].index == 3)
        #expect(answers[1].refusal?.reason == .rate)
        #expect(answers[2].refusal?.reason == .signature)
        #expect(answers[3].index == 4)
        #expect(welcome.refusals == 1)
        #expect(unwelcome.refusals == 0)
    }

    @Test func eachIsToldThatTheStoreCannotBeRead() async throws {
        let statements = try ["one", "two"].map { try fixture.capture($0) }
        fixture.ledger.close()
        let answers = try await register(statements.map { ($0, nil) })
        #expect(answers.map(\.refusal?.reason) == [.storage, .storage])
    }
}
