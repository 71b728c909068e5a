import Encoding
import Foundation
import HTTPCalls
import Keys
import LedgerClient
import Manifests
import Merkle
import Provenance
import Studio
import TestLedger
import TestPeer
import TestSupport
import Testing

/// The gate lets a record of a drop go by one statement alone: the newest whose window covers it,
/// balanced, and adding up.
@Suite struct ReconciliationGateTests {
    /// When the copies were signed.
    private static let signedAt: UInt64 = 1_760_000_000

    /// Signs a copy of the drop, or a work that belongs to none.
    private func record(
        of ledger: StubLedger, edition: Bool = true, at time: UInt64 = signedAt
    ) throws -> TransparentStatement {
        var draft = ProvenanceDraft()
        draft.creator = "Ana"
        draft.record = RecordText(title: "Estuary")
        if edition { draft.edition = try Edition("2/10", of: StubLedger.drop) }
        let work = Artifact(
            name: "print.tif", digest: .sha256(.random(Hash.byteCount)), mediaType: "image/tiff")
        let signed = try Signer(issuer: LedgerFixture.berlin, key: ledger.fixture.pop)
            .sign(draft, of: work, Freshness(issuedAt: time))
        return try TransparentStatement(signed.bytes)
    }

    /// Asks a gate of now about a record.
    private func answer(
        _ record: TransparentStatement, from ledger: StubLedger, reconcilers: [Text] = [],
        hasKit: Bool = true, now: UInt64? = nil
    ) async throws -> GateAnswer {
        try await ledger.with { client in
            let gate = ReconciliationGate(
                kit: hasKit ? try ledger.kit() : nil, pop: LedgerFixture.berlin,
                reconcilers: reconcilers, client: client, now: { now ?? ledger.fixture.clock.now })
            return await gate.answer(for: record)
        }
    }

    /// Why a copy that was signed at this time is held; nil where it may go.
    private func hold(
        from ledger: StubLedger, at time: UInt64 = signedAt, reconcilers: [Text] = []
    ) async throws -> String? {
        let copy = try record(of: ledger, at: time)
        switch try await answer(copy, from: ledger, reconcilers: reconcilers) {
        case .held(let reason): return "\(reason)"
        case .open: return nil
        case .free: throw FixtureError.unexpected("a copy that is bound to no drop")
        }
    }

    @Test func onlyRecordsOfADropAreHeld() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            let work = try record(of: ledger, edition: false)
            guard case .free = try await answer(work, from: ledger) else {
                Issue.record("a work without an edition is held")
                return
            }
            #expect(ReconciliationGate.drop(of: work) == nil)
            #expect(try ReconciliationGate.drop(of: record(of: ledger)) == StubLedger.drop)
            // Without its manifest the thread tells.
            var bare = try record(of: ledger)
            bare.manifest = nil
            #expect(ReconciliationGate.drop(of: bare) == StubLedger.drop)
            #expect(ledger.paths("GET").isEmpty)
        }
    }

    @Test func silenceHoldsAndABalancedWindowOpens() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            let reason = try await hold(from: ledger)
            #expect(reason?.contains("no reconciliation") == true, "\(reason ?? "it goes")")
            let entry = try await ledger.reconcile(
                from: Self.signedAt - 60, to: Self.signedAt)
            let copy = try record(of: ledger)
            guard case .open(entry) = try await answer(copy, from: ledger) else {
                Issue.record("it is held")
                return
            }
        }
    }

    @Test func bothEndsOfTheWindowBelongToIt() async throws {
        let clock = TestClock(at: Self.signedAt + 100)
        try await StubLedger.run(clock: clock) { ledger in
            try await ledger.reconcile(from: Self.signedAt, to: Self.signedAt + 10)
            #expect(try await hold(from: ledger, at: Self.signedAt) == nil)
            #expect(try await hold(from: ledger, at: Self.signedAt + 10) == nil)
            for outside in [Self.signedAt - 1, Self.signedAt + 11] {
                let reason = try await hold(from: ledger, at: outside)
                #expect(reason?.contains("no window") == true)
            }
        }
    }

    /// No count covers what is signed after it was made.
    @Test func aWindowIntoTheFutureEndsWhereTheCountWasMade() async throws {
        try await StubLedger.run(clock: TestClock(at: Self.signedAt)) { ledger in
            try await ledger.reconcile(from: 0, to: UTC.latest)
            #expect(try await hold(from: ledger, at: Self.signedAt) == nil)
            #expect(try await hold(from: ledger, at: Self.signedAt + 1) != nil)
            try await ledger.reconcile(
                from: Self.signedAt + 1, to: UTC.latest, verdict: "mismatch")
            #expect(try await hold(from: ledger, at: Self.signedAt) == nil)
        }
    }

    @Test func aManifestThatCannotBeReadIsHeld() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            var record = try record(of: ledger, edition: false)
            record.manifest = Array("{}".utf8)
            guard case .held(.unreadable) = try await answer(record, from: ledger) else {
                Issue.record("it goes")
                return
            }
        }
    }

    @Test func theNewestWindowThatCoversDecides() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            let (from, to) = (Self.signedAt - 60, Self.signedAt)
            try await ledger.reconcile(from: from, to: to, verdict: "mismatch")
            #expect(try await hold(from: ledger)?.contains("mismatch") == true)
            try await ledger.reconcile(from: from, to: to)
            #expect(try await hold(from: ledger) == nil)
            // A newer window elsewhere says nothing of this record.
            try await ledger.reconcile(from: from - 9, to: from - 1, verdict: "mismatch")
            #expect(try await hold(from: ledger) == nil)
            try await ledger.reconcile(from: from, to: to, verdict: "mismatch")
            #expect(try await hold(from: ledger)?.contains("mismatch") == true)
        }
    }

    @Test func aBalanceThatDoesNotAddUpIsAMismatch() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            let (from, to) = (Self.signedAt, Self.signedAt)
            try await ledger.reconcile(from: from, to: to, allotted: 11)
            #expect(try await hold(from: ledger)?.contains("11 allotted are not") == true)
            try await ledger.reconcile(from: from, to: to, serials: [[1, 2]])
            #expect(try await hold(from: ledger)?.contains("2 serials are not the 3") == true)
            try await ledger.reconcile(from: from, to: to, serials: [])
            #expect(try await hold(from: ledger)?.contains("0 serials") == true)
            let most = JSON.maximumInteger
            try await ledger.reconcile(
                from: from, to: to, allotted: most, sold: most, returned: most, remaining: most,
                serials: [[1, .integer(most)]])
            #expect(try await hold(from: ledger)?.contains("allotted are not") == true)
            try await ledger.reconcile(
                from: from, to: to, allotted: most, sold: most, returned: 0, remaining: 0,
                serials: [[1, .integer(most)]])
            #expect(try await hold(from: ledger) == nil)
            try await ledger.reconcile(
                from: from, to: to, allotted: 0, sold: 0, returned: 0, remaining: 0, serials: [])
            #expect(try await hold(from: ledger) == nil)
        }
    }

    @Test func onlyThePoPAndItsReconcilersCount() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            let hamburg = KeyFile.generate(.ed25519)
            try await ledger.fixture.addPoP(hamburg.publicKey, issuer: StubLedger.hamburg)
            let (from, to) = (Self.signedAt, Self.signedAt)
            try await ledger.reconcile(
                from: from, to: to, by: hamburg, issuer: StubLedger.hamburg)
            #expect(try await hold(from: ledger)?.contains("no reconciliation") == true)
            #expect(try await hold(from: ledger, reconcilers: [StubLedger.hamburg]) == nil)
        }
    }

    @Test func anErasedStatementThatIsNewerHolds() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            let (from, to) = (Self.signedAt, Self.signedAt)
            try await ledger.reconcile(from: from, to: to)
            let newer = try await ledger.reconcile(from: from, to: to, verdict: "mismatch")
            let found = try await ledger.registered(about: StubLedger.drop)
            let manifest = try #require(found.statements.last).manifest
            var chain = try ControlChain(ledger.fixture)
            let erasure = try chain.sign(erasing: manifest.digest, of: [newer])
            #expect(try await ledger.fixture.register(erasure).refusal == nil)
            #expect(try await hold(from: ledger)?.contains("erased") == true)
            try await ledger.reconcile(from: from, to: to)
            #expect(try await hold(from: ledger) == nil)
        }
    }

    @Test func whatCannotBeAskedOrJudgedHolds() async throws {
        let clock = TestClock()
        try await StubLedger.run(
            clock: clock,
            instead: { request, fixture in
                // One that answers everything but what the gate asks for.
                fixture.clock.now == 1_770_000_000 && request.path.hasPrefix("/subjects")
                    ? .whole(503) : nil
            }
        ) { ledger in
            try await ledger.reconcile(from: Self.signedAt, to: Self.signedAt)
            let copy = try record(of: ledger)
            guard case .held(.noKit) = try await answer(copy, from: ledger, hasKit: false) else {
                Issue.record("it goes without a kit")
                return
            }
            let late = clock.now + 601
            guard case .held(.unknown(.stale)) = try await answer(copy, from: ledger, now: late)
            else {
                Issue.record("it goes by an old head")
                return
            }
            clock.advance(by: 10_000_000)
            let answer = try await answer(copy, from: ledger, now: 1_760_000_000)
            guard case .held(.unknown(.ledger)) = answer else {
                Issue.record("\(answer)")
                return
            }
        }
    }
}
