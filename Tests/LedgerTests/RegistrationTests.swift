import Encoding
import Foundation
import Ledger
import Manifests
import Merkle
import Provenance
import Testing
import TestLedger
import TestSupport

@Suite struct RegistrationTests {
    let fixture: LedgerFixture

    init() async throws {
        fixture = try LedgerFixture()
        try await fixture.addPoP()
    }

    @Test func aNewLedgerHasAHeadOfTwoEntries() throws {
        let fresh = try LedgerFixture()
        #expect(fresh.ledger.head().size == 2)
        let kit = try TrustKit(fresh.ledger.trustKit())
        #expect(kit.genesis == fresh.ledger.genesis)
        #expect(kit.size == 2)
    }

    @Test func aRegisteredStatementVerifiesOffline() async throws {
        let bytes = try fixture.capture("photo")
        let answer = try await fixture.register(bytes)
        guard case .registered(let id, let receipt) = answer else {
            Issue.record("not registered: \(answer)")
            return
        }
        var file = try TransparentStatement(bytes)
        file.receipts = [receipt]
        let report = try fixture.verifier().verify(
            file: file.encoded(), artifact: .sha256(Array("photo".utf8)))
        #expect(report.entry == id)
        #expect(report.reached == .logged)
        #expect(report.ok, "\(report.findings)")
        #expect(report.index == 3)
    }

    /// Readers rest while it says so, and no longer.
    @Test func aLedgerRegistersWhileEntriesComeAndAMomentLonger() async throws {
        var number = 0
        try await eventually("it says so of an entry that has come") {
            number += 1
            _ = try await fixture.register(fixture.capture("busy \(number)"))
            return fixture.ledger.isRegistering
        }
        try await eventually("it is at rest") { !fixture.ledger.isRegistering }
    }

    @Test func theSameStatementAgainHasTheSameIndexAlsoAfterARestart() async throws {
        let bytes = try fixture.capture("photo")
        let first = try await fixture.register(bytes)
        let size = fixture.ledger.head().size
        for _ in 0..<2 {
            let again = try await fixture.register(bytes)
            guard case .registered(let id, _) = first, case .known(let same, let receipt) = again
            else {
                Issue.record("\(first) then \(again)")
                return
            }
            #expect(id == same)
            #expect(try Receipt(receipt).treeSize == size)
            #expect(fixture.ledger.head().size == size)
            try fixture.reopen()
        }
    }

    @Test func manyCopiesAtOnceGetOneIndex() async throws {
        let bytes = try fixture.capture("photo")
        let ledger = fixture.ledger
        let answers = await withTaskGroup(of: [Registration].self) { group in
            for _ in 0..<32 { group.addTask { await ledger.register([bytes, bytes]) } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(fixture.ledger.head().size == 4)
        var registered = 0
        for answer in answers {
            switch answer {
            case .registered: registered += 1
            case .known: break
            case .unpublished: Issue.record("no quorum is required")
            case .refused(let refusal, _): Issue.record("\(refusal)")
            }
        }
        #expect(registered == 1)
        #expect(answers.count == 64)
    }

    @Test func aBatchGetsRisingIndexesAndOneBadItemFailsAlone() async throws {
        var items = try (0..<40).map { try fixture.capture("photo \($0)") }
        items[7][items[7].count - 1] ^= 1
        let answers = await fixture.ledger.register(items)
        var indexes: [UInt64] = []
        for (position, answer) in answers.enumerated() {
            switch answer {
            case .registered(_, let receipt):
                guard case .inclusion(let proof) = try Receipt(receipt).proof else { continue }
                indexes.append(proof.leafIndex)
            case .refused(let refusal, _):
                #expect(position == 7)
                #expect(refusal.reason == .signature)
            case .known, .unpublished: Issue.record("item \(position) was not new")
            }
        }
        #expect(indexes == Array(3..<42))
    }

    @Test func aSecondStatementWithTheSameNonceNamesTheFirst() async throws {
        let nonce = randomBytes()
        let first = try await fixture.register(fixture.capture("one", claimID: nonce))
        guard case .registered(let id, _) = first else {
            Issue.record("\(first)")
            return
        }
        let second = try await fixture.register(fixture.capture("two", claimID: nonce))
        guard case .refused(let refusal, _) = second else {
            Issue.record("\(second)")
            return
        }
        #expect(refusal.reason == .conflict)
        #expect(refusal.existing == id.hash)
    }

    @Test func whatIsWrongIsRefusedWithItsFieldAndRule() async throws {
        let stranger = SigningKeyMaker.ed25519()
        let future = fixture.clock.now + 86_401
        let head = try IndexHeadDraft(
            origin: "ledger.example/prints", size: 2, tree: .zero, map: .zero, issuedAt: 0,
            chain: Chain(id: Array(repeating: 1, count: 16), sequence: 0, previous: .zero)
        ).sign(with: stranger)
        let cases: [(String, [UInt8], Refusal.Reason)] = [
            ("unknown key", try fixture.capture("a", by: stranger), .unknownKey),
            ("another iss", try fixture.capture("b", issuer: "https://pops.example/rome"), .issuer),
            ("from the future", try fixture.capture("c", issuedAt: future), .clock),
            ("another ledger", try fixture.capture("d", audience: "other.example"), .audience),
            ("empty", [], .malformed),
            ("trailing byte", try fixture.capture("e") + [0], .malformed),
            ("an index head", head.leaf, .unknownType),
            ("no manifest", try Submission(fixture.capture("f")).leaf, .missingManifest),
        ]
        let size = fixture.ledger.head().size
        for (name, bytes, reason) in cases {
            let answer = try await fixture.register(bytes)
            guard case .refused(let refusal, _) = answer else {
                Issue.record("\(name): \(answer)")
                continue
            }
            #expect(refusal.reason == reason, "\(name): \(refusal)")
            #expect(!refusal.field.isEmpty && !refusal.rule.isEmpty)
        }
        #expect(fixture.ledger.head().size == size)
    }

    @Test func aStatementMayComeExactlyMaxAheadOfTheClock() async throws {
        let answer = try await fixture.register(
            fixture.capture("edge", issuedAt: fixture.clock.now + 86_400))
        guard case .registered = answer else {
            Issue.record("\(answer)")
            return
        }
    }

    @Test func aManifestOfAnotherStatementIsRefused() async throws {
        var one = try TransparentStatement(fixture.capture("one"))
        one.manifest = try TransparentStatement(fixture.capture("two")).manifest
        let answer = try await fixture.register(one.encoded())
        guard case .refused(let refusal, _) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(refusal.reason == .mismatch)
    }

    @Test func aClockThatJumpsBackNeverMakesAHeadOlderThanTheOneBefore() async throws {
        _ = try await fixture.register(fixture.capture("one"))
        let before = fixture.ledger.head()
        fixture.clock.advance(by: -5000)
        _ = try await fixture.register(fixture.capture("two"))
        let after = fixture.ledger.head()
        #expect(after.size == before.size + 1)
        #expect(after.time == before.time)
    }
}
