import Auditing
import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// Control statements are folded as the ledger must have done (registry.md §2 to §10).
@Suite struct ReplayControlTests {
    private var ledger: MemoryLedger

    init() throws {
        ledger = try .withPoP()
    }

    /// A ledger that lived: rotation, policies, keys that came and went, recovery, erasures,
    /// foreign types.
    @Test mutating func aGoodLedgerThatLivedIsClean() async throws {
        let build = try ledger.values.ed25519("build")
        try ledger.apply(ledger.adding(build.publicKey, issuer: MemoryLedger.rome, roles: [.ci]))
        for number in 0..<300 { try ledger.add("photo \(number)") }
        let erased = try #require(ledger.manifests[7])
        try ledger.erase([7])
        let second = try ledger.values.ed25519("second")
        try ledger.addPoP(second.publicKey)
        let last = Int64(MemoryLedger.start)
        try ledger.apply(ledger.adding(ledger.pop.publicKey, .retire, signedUntil: last))
        try ledger.add("drained")
        try ledger.apply(ledger.adding(ledger.pop.publicKey, .revoke, suspectFrom: 5))
        try ledger.add("by the second key", by: second)
        var settings = ledger.registry.policy.settings
        settings.maxAhead = 60
        try ledger.apply(settings: settings)
        try ledger.rotateReceiptKey()
        let admin = try ledger.values.ed25519("rescue")
        try ledger.apply(
            ledger.adding(admin.publicKey, issuer: ledger.adminIssuer, roles: [.admin]),
            by: ledger.recovery, issuer: ledger.uri + "/recovery")
        // A later statement with the erased digest is admitted; its manifest is dropped.
        let manifest = try Manifest(erased)
        let again = ledger.add(try ledger.draft(manifest).sign(with: second), nil)
        let replayed = try await Replayed(ledger)
        #expect(replayed.isClean, "\(replayed.findings)")
        #expect(replayed.controls.count == ledger.controls.count)
        #expect(replayed.place?.registry?.newest == ledger.registry.newest)
        #expect(replayed.entries[7].manifestState == .absent)
        #expect(replayed.entries[Int(again)].manifestState == .absent)
        #expect(replayed.place?.erasures[try Manifest(erased).digest] != nil)
    }

    @Test mutating func anotherGenesisIsFoundAtOnce() async throws {
        let other = try MemoryLedger(seed: "other")
        let replayed = try await Replayed(ledger, pinned: other.registry.genesis)
        #expect(replayed.found(.control, at: 0, "the trust kit pins"))
        #expect(replayed.findings.count == 1, "\(replayed.findings)")
    }

    @Test mutating func aControlStatementOfAnotherSignerIsFound() async throws {
        let stranger = try ledger.values.ed25519("stranger")
        let statement = try ledger.control(
            ledger.adding(stranger.publicKey, issuer: MemoryLedger.rome), by: stranger)
        let index = ledger.append(statement)
        let replayed = try await Replayed(ledger)
        #expect(replayed.found(only: .control, at: index, "kid"))
        #expect(replayed.controls.last?.refusal != nil)
        #expect(replayed.place?.firstRefused == index)
    }

    /// What follows a statement that should have been refused names it.
    @Test mutating func aKeyOfARefusedStatementIsNotKnown() async throws {
        let key = try ledger.values.ed25519("smuggled")
        let statement = try ledger.control(
            ledger.adding(key.publicKey, issuer: MemoryLedger.rome), by: ledger.pop)
        let index = ledger.append(statement)
        let entry = try ledger.add("photo", by: key, issuer: MemoryLedger.rome)
        let replayed = try await Replayed(ledger)
        #expect(replayed.found(.control, at: index, "does not follow"))
        #expect(replayed.found(.key, at: entry, "kid"))
        #expect(replayed.findings.count == 2)
    }

    @Test mutating func aControlStatementOutOfTurnIsFound() async throws {
        let manifest = try ledger.adding(
            ledger.values.ed25519("one").publicKey, issuer: MemoryLedger.rome)
        let early = try ledger.control(manifest)
        try ledger.addPoP(ledger.values.ed25519("two").publicKey, issuer: MemoryLedger.rome)
        let index = ledger.append(early)
        #expect(try await Replayed(ledger).found(only: .control, at: index, "chain"))
    }

    @Test mutating func aLockOutIsFound() async throws {
        let statement = try ledger.control(
            ledger.adding(
                ledger.admin.publicKey, issuer: ledger.adminIssuer, roles: [.admin], .revoke))
        let index = ledger.append(statement)
        #expect(try await Replayed(ledger).found(only: .control, at: index, "administrator"))
    }

    @Test mutating func aSecondErasureOfOneManifestIsFound() async throws {
        let entry = try ledger.add("photo")
        let first = try ledger.erase([entry])
        let second = try ledger.erase([entry])
        let replayed = try await Replayed(ledger)
        #expect(replayed.found(only: .erasure, at: second, "entry \(first) has erased"))
    }

    /// A bundle with many control statements: each entry is judged by the registry at its place.
    @Test mutating func entriesBetweenManyControlStatementsAreJudgedEachByItsOwn() async throws {
        var wrong: [UInt64] = []
        for round in 0..<8 {
            let key = try ledger.values.ed25519("round \(round)")
            try ledger.addPoP(key.publicKey, issuer: MemoryLedger.rome)
            try ledger.add("\(round) in use", by: key, issuer: MemoryLedger.rome)
            try ledger.apply(
                ledger.adding(key.publicKey, issuer: MemoryLedger.rome, .revoke))
            wrong.append(
                try ledger.add("\(round) revoked", by: key, issuer: MemoryLedger.rome))
        }
        let replayed = try await Replayed(ledger)
        #expect(replayed.findings.map(\.place) == wrong.map { .entry($0) })
        #expect(replayed.findings.allSatisfy { $0.rule == .key })
        #expect(replayed.entries.allSatisfy { $0.manifestState != .wrong })
    }

    @Test mutating func aLogOfMoreControlStatementsThanAnAuditKeepsIsGivenUp() async throws {
        var place = ReplayPlace(beginningOf: ledger.registry.genesis)
        let leaf = ledger.leaves[2]
        let limit = UInt64(ReplayLimits.controls)
        for index in 0..<limit { try place.fold(kept: leaf, at: index) }
        #expect(place.controlCount == ReplayLimits.controls)
        #expect(throws: ReplayError.tooManyControls(at: limit)) {
            try place.fold(kept: leaf, at: limit)
        }
    }
}
