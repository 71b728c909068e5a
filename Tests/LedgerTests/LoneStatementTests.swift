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

    /// The limits of a sender who may ask, or may not, whose issuers may register, or may not, and
    /// who has had so many counted.
    private final class Sender: AdmissionGate {
        private let isWelcome: Bool
        private let hasShare: Bool
        private let refusalCount = Atomic(0)
        private let takenCount = Atomic(0)

        init(isWelcome: Bool = true, hasShare: Bool = true) {
            self.isWelcome = isWelcome
            self.hasShare = hasShare
        }

        var refusals: Int { refusalCount.load(ordering: .relaxed) }

        /// Statements that were found to be signed by their issuers' keys.
        var taken: Int { takenCount.load(ordering: .relaxed) }

        func mayAsk() -> Bool { isWelcome }
        func hasRoom(issuer: Text) -> Bool { true }
        func refused() { refusalCount.add(1, ordering: .relaxed) }

        func take(issuer: Text) -> Bool {
            takenCount.add(1, ordering: .relaxed)
            return hasShare
        }
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
        let (welcome, unwelcome) = (Sender(), Sender(isWelcome: false))
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

    /// Over its sender's rate, a control statement leads nowhere: not for the next sender, and not
    /// for the statements that came with it.
    @Test func aRefusedControlStatementJudgesNobody() async throws {
        let key = KeyFile.generate(.ed25519)
        var chain = try ControlChain(fixture)
        let add = try chain.sign(.add, key.publicKey)
        let (poor, next) = (Sender(hasShare: false), Sender())
        let answers = try await register([
            (add, poor), (fixture.capture("one", by: key), next),
            (fixture.capture("two", by: key), nil),
        ])
        #expect(
            answers.map(\.refusal?.reason) == [.rate, .unknownKey, .unknownKey], "\(answers)")
        // By the ledger's registry, the key has signed nothing.
        #expect(poor.taken == 1 && next.taken == 0)
        #expect(next.refusals == 1)
        let together = Sender(hasShare: false)
        let chunk = await fixture.ledger.register(
            [add, try fixture.capture("three", by: key)], gate: together)
        #expect(chunk.map(\.refusal?.reason) == [.rate, .unknownKey], "\(chunk)")
        #expect(together.taken == 1)
        // Nothing is left of it: the same statement is the next of its chain.
        #expect(try await fixture.register(add).index == 3)
        #expect(try await fixture.register(fixture.capture("four", by: key)).index == 4)
    }

    @Test func eachIsToldThatTheStoreCannotBeRead() async throws {
        let statements = try ["one", "two"].map { try fixture.capture($0) }
        fixture.ledger.close()
        let answers = try await register(statements.map { ($0, nil) })
        #expect(answers.map(\.refusal?.reason) == [.storage, .storage])
    }
}
