import Checkpoints
import Encoding
import Foundation
import Ledger
import LedgerStore
import Manifests
import Merkle
import Provenance
import Synchronization
import Testing
import TestLedger
import TestSupport

/// Nothing is signed before the witnesses were asked, or against what they remember.
@Suite struct SigningHoldTests {
    private let fixture: LedgerFixture

    init() async throws {
        fixture = try LedgerFixture()
        try await fixture.addPoP()
    }

    private func open() throws -> Ledger {
        fixture.ledger.close()
        var options = fixture.options
        options.asksWitnesses = true
        return try LedgerFixture.open(options, fixture.clock)
    }

    private func refusal(_ ledger: Ledger, _ name: String) async throws -> Refusal? {
        await ledger.register([try fixture.capture(name)]).first?.refusal
    }

    @Test func nothingIsRegisteredUntilTheWitnessesWereAsked() async throws {
        let ledger = try open()
        defer { ledger.close() }
        #expect(ledger.readiness?.contains("witnesses are being asked") == true)
        #expect(ledger.remedy == .wait)
        #expect(try await refusal(ledger, "early")?.reason == .storage)
        #expect(ledger.head().size == 3)
        // Reads go on.
        #expect(try TrustKit(ledger.trustKit()).size == 3)
        ledger.releaseSigning()
        #expect(ledger.readiness == nil)
        #expect(try await refusal(ledger, "late") == nil)
        #expect(ledger.head().size == 4)
    }

    /// A ledger whose next batch is stored, and whose head fails at `step`; with that batch's
    /// statement.
    private func crashed(at failing: WriteStep) async throws -> (LedgerFixture, [UInt8]) {
        let isArmed = Mutex(true)
        let fixture = try LedgerFixture(faultHook: { step in
            // Until the end: the ledger tries again by itself.
            step == failing && isArmed.withLock { $0 } ? .lost : nil
        })
        let change = KeyManifest(
            .add, coseKey: Text(fixture.pop.publicKey.string), issuer: LedgerFixture.berlin,
            roles: [.pop], notBefore: 0)
        let bytes = try fixture.control(change)
        #expect(await fixture.ledger.register([bytes]).first?.refusal != nil)
        fixture.ledger.close()
        isArmed.withLock { $0 = false }
        return (fixture, bytes)
    }

    /// Somebody may have seen it: a note is shown before it is surely on the disk.
    @Test func theHeadThatTheHighWaterFileRemembersIsShownAtOnce() async throws {
        let (fixture, bytes) = try await crashed(at: .head)
        var options = fixture.options
        options.asksWitnesses = true
        let ledger = try LedgerFixture.open(options, fixture.clock)
        defer { ledger.close() }
        #expect(ledger.servedHead()?.size == 3)
        #expect(ledger.readiness?.contains("witnesses are being asked") == true)
        // Its statement is known; what comes next is not signed yet.
        #expect(await ledger.register([bytes]).first?.refusal == nil)
        #expect(ledger.head().size == 3)
    }

    /// A crash between batch and note leaves a head that is signed only once that is permitted.
    @Test func theHeadThatACrashLeftIsSignedAfterwards() async throws {
        let (fixture, bytes) = try await crashed(at: .highWater)
        var options = fixture.options
        options.asksWitnesses = true
        let ledger = try LedgerFixture.open(options, fixture.clock)
        defer { ledger.close() }
        #expect(ledger.head().size == 2 && SignedLog(ledger).treeSize == 3)
        #expect(try SignedLog(ledger).newestSignedHead().claim.size == 2)
        #expect(try TrustKit(ledger.trustKit()).registry.sequence == 2)
        #expect(await ledger.register([bytes]).first?.refusal?.reason == .storage)
        let root = try SignedLog(ledger).root(ofSize: 3)
        ledger.releaseSigning()
        try await SignedLog(ledger).signedHead(above: 2)
        #expect(ledger.head().size == 3 && ledger.head().root == root)
        #expect(await ledger.register([bytes]).first?.isKnown == true)
    }

    @Test func whatAWitnessRemembersStopsSigningAndMayBeTakenBack() async throws {
        let ledger = try open()
        defer { ledger.close() }
        ledger.releaseSigning()
        #expect(try await refusal(ledger, "one") == nil)
        ledger.holdSigning(.held("witness w says that it has seen 9 entries"))
        #expect(ledger.readiness == "witness w says that it has seen 9 entries")
        #expect(ledger.remedy == .look)
        #expect(try await refusal(ledger, "two")?.description.contains("9 entries") == true)
        #expect(ledger.head().size == 4)
        ledger.releaseSigning()
        #expect(try await refusal(ledger, "three") == nil)
    }

    /// A folder that is an old copy stays one, whatever witnesses say.
    @Test func whatTheStoreForbidsStaysForbidden() async throws {
        let backups = fixture.folder.appending(path: "backups").path()
        _ = try fixture.ledger.backup(to: backups)
        _ = try await fixture.register(fixture.capture("lost"))
        fixture.ledger.close()
        try FileManager.default.removeItem(atPath: fixture.options.data)
        _ = try Ledger.restore(from: backups, to: fixture.options)
        let ledger = try open()
        defer { ledger.close() }
        let reason = try #require(ledger.readiness)
        #expect(reason.contains("old copy"))
        ledger.releaseSigning()
        #expect(ledger.readiness == reason)
        ledger.holdSigning(.held("witness w says that it has seen 9 entries"))
        #expect(ledger.readiness == reason)
        #expect(ledger.head().size == 3)
    }

    @Test func whoeverWaitsForAHeadIsToldOrCancelled() async throws {
        let ledger = fixture.ledger
        try await SignedLog(ledger).signedHead(above: 2)
        async let next: Void = SignedLog(ledger).signedHead(above: 3)
        _ = try await fixture.register(fixture.capture("one"))
        try await next
        let waiting = Task { try await SignedLog(ledger).signedHead(above: 1000) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test func aCheckpointUnderOurKeyIsTold() async throws {
        let ledger = fixture.ledger
        let own = try SignedLog(ledger).newestSignedHead()
        #expect(SignedLog(ledger).hasSigned(own))
        let other = try LedgerFixture()
        #expect(!SignedLog(ledger).hasSigned(try SignedLog(other.ledger).newestSignedHead()))
        #expect(try SignedLog(ledger).consistency(from: 2, to: 3).count == 1)
        #expect(try SignedLog(ledger).root(ofSize: 3) == own.claim.root)
    }
}
