import Encoding
import Foundation
import Keys
import Ledger
import LedgerCheck
import Manifests
import Merkle
import Provenance
import Testing
import TestLedger

/// A statement is judged by the registry at its place, whatever was in force when it came.
@Suite(.serialized) struct PlaceTests {
    let fixture: LedgerFixture

    init() throws {
        fixture = try LedgerFixture()
    }

    private func reasons(_ answers: [Registration]) -> [Refusal.Reason?] {
        answers.map { $0.refusal?.reason }
    }

    /// Holds all that was answered to what an auditor comes to who has the log.
    private func expectSound() throws {
        var options = CheckOptions()
        options.signatures = true
        let report = try fixture.ledger.check(options)
        #expect(report.isClean, "\(report.findings)")
    }

    // MARK: - What a policy decides

    /// A rule that becomes stricter, what it forbids from then on, and how it is refused.
    struct Stricter: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let reason: Refusal.Reason
        let change: @Sendable (inout PolicyManifest.Settings) -> Void

        static let all = [
            Stricter(testDescription: "manifestBytes", reason: .tooLarge) {
                $0.manifestBytes = 1_500
            },
            Stricter(testDescription: "statementBytes", reason: .tooLarge) {
                $0.statementBytes = 200
            },
            Stricter(testDescription: "maxAhead", reason: .clock) { $0.maxAhead = 30 },
            Stricter(testDescription: "predicateTypes", reason: .predicate) {
                $0.predicateTypes = [PredicateType.milestone]
            },
            Stricter(testDescription: "algorithms", reason: .algorithm) { $0.algorithms = [-8] },
        ]
    }

    /// Nothing is decided by what was in force when it came.
    @Test(arguments: Stricter.all, [1, 4])
    func aPolicyBindsWhatComesAfterItInItsBatch(rule: Stricter, chunk: Int) async throws {
        let other = SigningKeyMaker.es256()
        try await fixture.addPoP(other.publicKey)
        func strange(_ name: String) throws -> [UInt8] {
            try fixture.capture(
                name, by: other, issuedAt: fixture.clock.now + 60, padding: 2_000)
        }
        var chain = try ControlChain(fixture)
        let batch = [
            try strange("before"), try chain.sign(policy: rule.change), try strange("after"),
            // The policy of before once more.
            try chain.sign(policy: { _ in }), try strange("after both"),
            try chain.sign(policy: rule.change),
        ]
        let answers = await fixture.ledger.register(batch, inChunksOf: chunk)
        #expect(reasons(answers) == [nil, nil, rule.reason, nil, nil, nil])
        try expectSound()
        // The same a moment later.
        let late = try await fixture.register(strange("later"))
        #expect(late.refusal?.reason == rule.reason)
    }

    @Test(arguments: [1, 4])
    func whatAPolicyPermitsIsAdmittedInTheSameBatch(chunk: Int) async throws {
        try await fixture.addPoP()
        var chain = try ControlChain(fixture)
        let strict = try chain.sign(policy: { $0.manifestBytes = 1_500 })
        #expect(try await fixture.register(strict).refusal == nil)
        func large(_ name: String) throws -> [UInt8] {
            try fixture.capture(name, padding: 2_000)
        }
        let batch = [
            try large("too early"), try chain.sign(policy: { $0.manifestBytes = 9_000 }),
            try large("in time"),
        ]
        let answers = await fixture.ledger.register(batch, inChunksOf: chunk)
        #expect(reasons(answers) == [.tooLarge, nil, nil])
        try expectSound()
    }

    // MARK: - Keys

    @Test(arguments: [1, 3, 1000])
    func aKeyCanBeUsedInTheBatchThatAddsIt(chunk: Int) async throws {
        var chain = try ControlChain(fixture)
        let batch =
            [try fixture.capture("too early"), try chain.sign(.add)]
            + (try (0..<40).map { try fixture.capture("in time \($0)") })
        let answers = await fixture.ledger.register(batch, inChunksOf: chunk)
        #expect(answers.first?.refusal?.reason == .unknownKey)
        #expect(answers.dropFirst().map(\.index) == (2..<43).map { $0 })
        try expectSound()
        let verifier = try fixture.verifier()
        for item in batch[2...] {
            let id = try TransparentStatement(item).statement.id
            let file = try #require(try fixture.ledger.transparent(id))
            #expect(verifier.verify(file: file, artifact: nil).reached == .logged)
        }
    }

    @Test(arguments: [1, 2, 1000])
    func aBatchMayHoldAChainOfControlStatements(chunk: Int) async throws {
        let second = SigningKeyMaker.ed25519()
        let issuer: Text = "https://admins.example/2"
        var chain = try ControlChain(fixture)
        var batch = [
            try chain.sign(.add, second.publicKey, issuer: issuer, roles: [.admin])
        ]
        // Signed by the administrator whom the first one adds.
        let add = KeyManifest(
            .add, coseKey: Text(fixture.pop.publicKey.string), issuer: LedgerFixture.berlin,
            roles: [.pop], notBefore: 0
        )
        batch.append(
            try chain.sign(
                add.manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes()), by: second,
                issuer: issuer))
        batch.append(try fixture.capture("valid"))
        batch.append(try chain.sign(.retire, signedUntil: Int64(fixture.clock.now)))
        batch.append(try fixture.capture("signed before"))
        batch.append(try fixture.capture("signed after", issuedAt: fixture.clock.now + 1))
        batch.append(try chain.sign(.add))
        batch.append(try fixture.capture("valid again", issuedAt: fixture.clock.now + 1))
        batch.append(try chain.sign(.revoke))
        batch.append(try fixture.capture("revoked"))
        let answers = await fixture.ledger.register(batch, inChunksOf: chunk)
        #expect(
            reasons(answers) == [nil, nil, nil, nil, nil, .keyState, nil, nil, nil, .keyState])
        try expectSound()
    }

    @Test(arguments: [1, 4])
    func aRetryInTheBatchThatRevokesItsKeyIsKnown(chunk: Int) async throws {
        try await fixture.addPoP()
        var chain = try ControlChain(fixture)
        let item = try fixture.capture("once")
        let batch = [item, try chain.sign(.revoke), item, try fixture.capture("never")]
        let answers = await fixture.ledger.register(batch, inChunksOf: chunk)
        #expect(reasons(answers) == [nil, nil, nil, .keyState])
        #expect(answers[2].isKnown && answers[2].index == answers[0].index)
    }

    /// A known statement is answered before anything else of it is looked at.
    @Test(arguments: [1, 4])
    func aCopyWithoutItsManifestIsKnownInTheSameBatch(chunk: Int) async throws {
        try await fixture.addPoP()
        let item = try fixture.capture("whole")
        let bare = try TransparentStatement(
            TransparentStatement(item).statement, manifest: nil
        ).encoded()
        let answers = await fixture.ledger.register([bare, item, bare], inChunksOf: chunk)
        #expect(reasons(answers) == [.missingManifest, nil, nil])
        #expect(answers[2].isKnown && answers[2].index == answers[1].index)
    }

    // MARK: - When a guess is wrong

    /// What admission foresaw does not come: the erasure names an entry that is not there, and so
    /// nothing that is signed on top of it follows.
    private func misleading(
        _ chain: inout ControlChain, _ next: (inout ControlChain) throws -> [UInt8]
    ) throws -> [[UInt8]] {
        let nothing = EntryID(Hash.sha256([1]))
        return [try chain.sign(erasing: .sha256([2]), of: [nothing]), try next(&chain)]
    }

    @Test(arguments: [1, 1000])
    func whatAWrongGuessAdmittedIsRefused(chunk: Int) async throws {
        var chain = try ControlChain(fixture)
        let batch =
            try misleading(&chain) { try $0.sign(.add) } + [try fixture.capture("never")]
        let answers = await fixture.ledger.register(batch, inChunksOf: chunk)
        #expect(reasons(answers) == [.schema, .outOfTurn, .unknownKey])
        try expectSound()
    }

    @Test(arguments: [1, 1000])
    func whatAWrongGuessRefusedIsAdmittedAfterEveryCheck(chunk: Int) async throws {
        try await fixture.addPoP()
        var chain = try ControlChain(fixture)
        let whole = try TransparentStatement(fixture.capture("damaged"))
        var leaf = whole.statement.leaf
        leaf[leaf.count - 1] ^= 1
        let damaged = try TransparentStatement(Statement(leaf: leaf), manifest: whole.manifest)
        let other = try TransparentStatement(fixture.capture("other"))
        let swapped = try TransparentStatement(fixture.capture("swapped")).statement
        let foreign = try TransparentStatement(swapped, manifest: other.manifest)
        let batch =
            try misleading(&chain) { try $0.sign(.revoke) } + [
                try fixture.capture("good"), damaged.encoded(), foreign.encoded(),
                try TransparentStatement(swapped, manifest: nil).encoded(),
            ]
        let answers = await fixture.ledger.register(batch, inChunksOf: chunk)
        #expect(
            reasons(answers) == [
                .schema, .outOfTurn, nil, .signature, .mismatch, .missingManifest,
            ])
        try expectSound()
    }

    /// Nobody makes the sequencer check signatures for long.
    @Test func tooMuchToJudgeAgainIsAskedToComeAgain() async throws {
        try await fixture.addPoP()
        var chain = try ControlChain(fixture)
        let items = try (0..<300).map { try fixture.capture("work \($0)") }
        let batch = try misleading(&chain) { try $0.sign(.revoke) } + items
        let answers = Array(await fixture.ledger.register(batch).dropFirst(2))
        let busy = answers.indices.filter { answers[$0].refusal?.reason == .busy }
        #expect(busy == Array(256..<300))
        #expect(answers.count { $0.refusal == nil } == 256)
        let again = await fixture.ledger.register(items)
        #expect(again.allSatisfy { $0.refusal == nil })
        try expectSound()
    }
}
