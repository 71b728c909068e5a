import Encoding
import Foundation
import HTTPCalls
import Ledger
import LedgerClient
import Manifests
import Provenance
import Studio
import TestLedger
import TestSupport

/// Statements about a URI, and how they are read again.
extension StubLedger {
    static let milestone: Text = "https://drops.example/estuary/m1"
    static let drop: Text = "https://drops.example/estuary"
    static let hamburg: Text = "https://pops.example/hamburg"

    /// Registers a record of this type, by the PoP in Berlin where nobody else is named.
    @discardableResult
    func register(
        _ type: Text, _ members: JSON.Object, by key: SigningKey? = nil,
        issuer: Text = LedgerFixture.berlin
    ) async throws -> EntryID {
        let signer = Signer(
            issuer: issuer, key: key ?? fixture.pop, audience: Text(LedgerFixture.origin))
        let record = try signer.sign(type, members, Freshness(issuedAt: fixture.clock.now))
        let answer = try await fixture.register(record.bytes)
        if let refusal = answer.refusal { throw FixtureError.unexpected("\(refusal)") }
        return record.id
    }

    /// Registers a decision about the slice Berlin.
    @discardableResult
    func decide(
        _ decision: String, at value: Double? = nil, threshold: JSON = 0.01,
        override: JSON? = nil, slice: Text = LedgerFixture.berlin, by key: SigningKey? = nil,
        issuer: Text = LedgerFixture.berlin, about milestone: Text = milestone,
        evidence: [EntryID]? = nil, window: (UInt64, UInt64)? = nil
    ) async throws -> EntryID {
        var members: JSON.Object = [
            "milestone": .string(milestone), "slice": .string(slice),
            "metric": [
                "name": "refused", "unit": "share", "comparator": "<=", "threshold": threshold,
            ], "decision": .string(Text(decision)), "evidence": [],
        ]
        if let value {
            let (from, to) = window ?? (fixture.clock.now, fixture.clock.now)
            members["observed"] = [
                "value": .decimal(value),
                "window": [
                    "from": .string(Text(UTC.text(from))), "to": .string(Text(UTC.text(to))),
                ],
            ]
        }
        if decision == "promote" {
            let known = try await history(by: [LedgerFixture.berlin, Self.hamburg]).decisions
            let entries = evidence ?? known.map(\.registered.entry)
            members["evidence"] = .array(entries.map { .string(Text("\($0)")) })
        }
        if let override { members["ext"] = ["override": override] }
        return try await register(PredicateType.milestone, members, by: key, issuer: issuer)
    }

    /// Registers a count of the drop, whose window has these ends.
    @discardableResult
    func reconcile(
        from: UInt64, to: UInt64, allotted: Int64 = 10, sold: Int64 = 3, returned: Int64 = 1,
        remaining: Int64 = 6, serials: JSON = [[1, 2], ["from": 5, "to": 5]],
        verdict: Text = "balanced", by key: SigningKey? = nil, issuer: Text = LedgerFixture.berlin
    ) async throws -> EntryID {
        try await register(
            PredicateType.reconciliation,
            [
                "drop": .string(Self.drop),
                "window": [
                    "from": .string(Text(UTC.text(from))), "to": .string(Text(UTC.text(to))),
                ],
                "counts": [
                    "allotted": .integer(allotted), "sold": .integer(sold),
                    "returned": .integer(returned), "remaining": .integer(remaining),
                ], "serials": serials, "verdict": .string(verdict),
            ], by: key, issuer: issuer)
    }

    /// The trust kit of now.
    func kit() throws -> TrustKit.Files { try fixture.ledger.trustKit() }

    /// What these issuers have registered about `uri`, as of the ledger's own clock.
    func registered(
        about uri: Text = milestone, by issuers: Set<Text> = [LedgerFixture.berlin],
        kit: TrustKit.Files? = nil, maxAge: Duration? = FreshLedger.usualAge, now: UInt64? = nil,
        trusting trust: ListTrust = .proof, readLimit: UInt64 = FreshLedger.usualReadLimit,
        memory: ListMemory = ListMemory()
    ) async throws -> RegisteredStatements {
        try await with { client in
            let ledger = try await FreshLedger(
                by: kit ?? fixture.ledger.trustKit(), at: client, maxAge: maxAge,
                now: now ?? fixture.clock.now, readLimit: readLimit, memory: memory)
            return try await RegisteredStatements(
                about: uri, of: MilestoneHistory.types + [PredicateType.reconciliation],
                by: issuers, in: ledger, trusting: trust)
        }
    }

    /// All that is registered about the milestone for the slice Berlin.
    func history(by issuers: Set<Text> = [LedgerFixture.berlin]) async throws -> MilestoneHistory {
        MilestoneHistory(of: LedgerFixture.berlin, in: try await registered(by: issuers))
    }
}
