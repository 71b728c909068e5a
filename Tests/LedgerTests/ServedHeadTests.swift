import Checkpoints
import Encoding
import Foundation
import Ledger
import LedgerStore
import Merkle
import Provenance
import Synchronization
import Testing
import TestLedger
import TestSupport

/// Which head is served, and what may be seen where a quorum is required.
@Suite struct ServedHeadTests {
    private let group: WitnessGroup

    init() throws { group = try WitnessGroup() }

    private func fixture(requiresQuorum: Bool = false) throws -> LedgerFixture {
        let policy = try group.policy()
        return try LedgerFixture(configure: { options in
            options.witnessPolicy = policy
            options.requiresQuorum = requiresQuorum
            // Nobody waits for the end of it.
            options.quorumWait = .seconds(3600)
        })
    }

    private func lines(of note: [UInt8]?) throws -> [Text] {
        try SignedCheckpoint(parsing: #require(note)).cosignatures.map(\.name)
    }

    @Test func theServedHeadIsTheNewestThatMeetsTheQuorum() async throws {
        let fixture = try fixture()
        let ledger = fixture.ledger
        // None does yet: what was the newest at the start stays.
        let first = ledger.head()
        try await fixture.addPoP()
        #expect(ledger.servedHead() == first)
        #expect(ledger.newestHead() == ledger.head())
        let second = ledger.head()
        fixture.clock.advance(by: 7)
        try group.cosign(second, by: [2], in: ledger)
        #expect(ledger.servedHead() == first)
        #expect(ledger.unservedSeconds == 7)
        try group.cosign(second, by: [0], in: ledger)
        #expect(ledger.servedHead()?.size == second.size)
        #expect(ledger.unservedSeconds == 0)
        // A straggler is in it too.
        try group.cosign(second, by: [1], in: ledger)
        #expect(
            try lines(of: ledger.servedHead()?.note)
                == ["w0.example", "w1.example", "w2.example"])
        try fixture.reopen()
        #expect(fixture.ledger.servedHead()?.size == second.size)
        #expect(try lines(of: fixture.ledger.servedHead()?.note).count == 3)
    }

    @Test func theServedHeadNeverGoesBack() async throws {
        let fixture = try fixture()
        let ledger = fixture.ledger
        try await fixture.addPoP()
        let old = ledger.head()
        _ = try await fixture.register(fixture.capture("one"))
        let new = ledger.head()
        try group.cosign(new, in: ledger)
        try group.cosign(old, in: ledger)
        #expect(ledger.servedHead()?.size == new.size)
        // Not even where another quorum is asked for, which no head meets.
        try ledger.follow(WitnessGroup().policy())
        #expect(ledger.servedHead()?.size == new.size)
        // Without a quorum every head is as good.
        _ = try await fixture.register(fixture.capture("two"))
        try ledger.follow(nil)
        #expect(ledger.servedHead() == ledger.head())
        let newest = ledger.head()
        try ledger.follow(group.policy())
        _ = try await fixture.register(fixture.capture("three"))
        #expect(ledger.servedHead() == newest)
        // A head that lacked one quorum may meet another.
        try group.cosign(ledger.head(), by: [2], in: ledger)
        #expect(ledger.servedHead() == newest)
        let one = try group.policy().witnesses
        try ledger.follow(TrustPolicy(logs: [], witnesses: one, quorum: "w2"))
        #expect(ledger.servedHead()?.size == ledger.head().size)
    }

    /// Opens the ledger again, with another policy.
    private func restart(
        _ fixture: LedgerFixture, _ policy: TrustPolicy?, requiresQuorum: Bool = false
    ) throws -> Ledger {
        fixture.ledger.close()
        var options = fixture.options
        options.witnessPolicy = policy
        options.requiresQuorum = requiresQuorum
        return try LedgerFixture.open(options, fixture.clock)
    }

    /// Whoever has seen a larger head would see the log go back.
    @Test func theServedHeadDoesNotGoBackThroughARestartWithAStricterPolicy() async throws {
        let fixture = try fixture()
        try await fixture.addPoP()
        // All three have signed this one, and two the next.
        try group.cosign(fixture.ledger.head(), by: [0, 1, 2], in: fixture.ledger)
        _ = try await fixture.register(fixture.capture("one"))
        try group.cosign(fixture.ledger.head(), in: fixture.ledger)
        let seen = try #require(fixture.ledger.servedHead())
        _ = try await fixture.register(fixture.capture("two"))
        let all = try TrustPolicy(
            logs: [], witnesses: group.policy().witnesses,
            groups: [.init(name: "all", threshold: 3, members: ["w0", "w1", "w2"])], quorum: "all")
        do {
            let ledger = try restart(fixture, all, requiresQuorum: true)
            defer { ledger.close() }
            #expect(ledger.servedHead() == nil)
            // The smaller one is not shown either.
            try #expect(ledger.head(size: 3) == nil)
        }
        let ledger = try restart(fixture, all)
        defer { ledger.close() }
        #expect(ledger.servedHead() == seen)
        try group.cosign(ledger.head(), by: [0, 1, 2], in: ledger)
        #expect(ledger.servedHead()?.size == seen.size + 1)
    }

    /// Without a quorum each head was seen as it was signed.
    @Test func theServedHeadDoesNotGoBackWhereAPolicyIsNew() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        try group.cosign(fixture.ledger.head(), in: fixture.ledger)
        _ = try await fixture.register(fixture.capture("one"))
        let seen = fixture.ledger.servedHead()
        let ledger = try restart(fixture, group.policy())
        #expect(ledger.servedHead() == seen)
        // What a policy lets go of while it runs is remembered as well.
        try ledger.follow(nil)
        let more = try fixture.capture("two")
        #expect(await ledger.register([more]).first?.refusal == nil)
        let newest = ledger.servedHead()
        #expect(newest?.size == 5)
        ledger.close()
        let again = try restart(fixture, group.policy())
        defer { again.close() }
        #expect(again.servedHead() == newest)
    }

    @Test func receiptsAreOfTheServedHeadWhereItCoversTheEntry() async throws {
        let fixture = try fixture()
        let ledger = fixture.ledger
        try await fixture.addPoP()
        let answers = [
            try await fixture.register(fixture.capture("one")),
            try await fixture.register(fixture.capture("two")),
        ]
        var ids: [EntryID] = []
        for answer in answers {
            guard case .registered(let id, _) = answer else {
                throw FixtureError.unexpected("\(answer)")
            }
            ids.append(id)
        }
        try group.cosign(#require(try ledger.head(size: 4)), in: ledger)
        let receipts = try ids.map { try Receipt(#require(try ledger.receipt($0))) }
        #expect(receipts.map(\.treeSize) == [4, 5])
        #expect(try lines(of: receipts[0].note) == ["w0.example", "w1.example"])
        let proofs = try ids.map { try TLogProof(parsing: #require(try ledger.tlogProof($0))) }
        #expect(proofs.map(\.inclusion.treeSize) == [4, 5])
        let record = try TransparentStatement(#require(try ledger.transparent(ids[0])))
        #expect(try record.receipts.map { try Receipt($0).treeSize } == [4])
    }

    @Test func whatLacksARequiredQuorumIsShownToNobody() async throws {
        let fixture = try fixture(requiresQuorum: true)
        let ledger = fixture.ledger
        #expect(ledger.servedHead() == nil && ledger.newestHead() == nil)
        #expect(ledger.readableSize == 0)
        #expect(throws: ledger.unmetQuorum) { try ledger.trustKit() }
        #expect(try ledger.head(size: 2) == nil)
        try group.cosign(ledger.head(), in: ledger)
        #expect(ledger.newestHead()?.size == 2)
        try await fixture.addPoP()
        let bytes = try fixture.capture("one")
        let answer = try await fixture.register(bytes)
        guard case .unpublished(let id, 3, isKnown: false) = answer else {
            throw FixtureError.unexpected("\(answer)")
        }
        #expect(try ledger.isUnpublished(id))
        #expect(try ledger.receipt(id) == nil && ledger.transparent(id) == nil)
        #expect(try ledger.statement(id) == nil && ledger.tlogProof(id) == nil)
        #expect(try ledger.head(size: 4) == nil)
        #expect(try ledger.tile(.init(level: 0, index: 0), width: 4) == nil)
        #expect(throws: ReadRefusal.beyondTree(size: 2)) {
            try ledger.consistency(from: 2, to: 4)
        }
        // The kit is that of the published head, without the PoP; an administrator sees all.
        #expect(try TrustKit(ledger.trustKit()).registry.sequence == 2)
        #expect(try fixture.newestControl().chain?.sequence == 2)
        guard case .unpublished(id, 3, isKnown: true) = try await fixture.register(bytes) else {
            throw FixtureError.unexpected("another answer")
        }
        try group.cosign(ledger.head(), by: [1, 2], in: ledger)
        guard case .registered(id, let receipt) = ledger.published(answer) else {
            throw FixtureError.unexpected("\(ledger.published(answer))")
        }
        #expect(try lines(of: Receipt(receipt).note) == ["w1.example", "w2.example"])
        #expect(try TrustKit(ledger.trustKit()).registry.sequence == 3)
        #expect(ledger.readableSize == 4)
        // The head between was never published.
        #expect(try ledger.head(size: 3) == nil)
        #expect(try ledger.head(before: .max)?.size == 4)
        try fixture.reopen()
        #expect(fixture.ledger.newestHead()?.size == 4)
    }

    /// The registry below a published head is folded anew where a newer one is not published.
    @Test func aKitAfterAStartIsThatOfThePublishedHead() async throws {
        let fixture = try fixture(requiresQuorum: true)
        try group.cosign(fixture.ledger.head(), in: fixture.ledger)
        try await fixture.addPoP()
        try fixture.reopen()
        #expect(try TrustKit(fixture.ledger.trustKit()).registry.sequence == 2)
        try group.cosign(fixture.ledger.head(), in: fixture.ledger)
        #expect(try TrustKit(fixture.ledger.trustKit()).registry.sequence == 3)
    }

    @Test func aRegistrationWaitsForItsHeadAndNoLonger() async throws {
        let fixture = try fixture(requiresQuorum: true)
        let ledger = fixture.ledger
        try await fixture.addPoP()
        let answer = try await fixture.register(fixture.capture("one"))
        // Ends with the head, long before the hour is over.
        async let waiting: Void = ledger.whenPublished([answer], by: .now + .seconds(3600))
        try group.cosign(ledger.head(), in: ledger)
        await waiting
        guard case .registered = ledger.published(answer) else {
            throw FixtureError.unexpected("\(ledger.published(answer))")
        }
        let late = try await fixture.register(fixture.capture("two"))
        await ledger.whenPublished([late], by: .now + .milliseconds(20))
        #expect(ledger.published(late).isUnpublished)
        // Nobody waits beyond the end.
        async let last: Void = ledger.whenPublished([late], by: .now + .seconds(3600))
        ledger.close()
        await last
    }

    /// A batch has waited since it began: whoever comes later may be due earlier.
    @Test func whoIsDueEarlierIsAnsweredEarlier() async throws {
        let fixture = try fixture(requiresQuorum: true)
        let ledger = fixture.ledger
        try await fixture.addPoP()
        let answer = try await fixture.register(fixture.capture("one"))
        let called = Atomic(0)
        ledger.whenPublished(DecidedRegistration(answer)) { called.add(1, ordering: .relaxed) }
        await ledger.whenPublished([answer], by: .now + .milliseconds(20))
        #expect(ledger.published(answer).isUnpublished)
        #expect(called.load(ordering: .relaxed) == 0)
        ledger.close()
        #expect(called.load(ordering: .relaxed) == 1)
    }

    @Test func aLimitedNumberOfRequestsWaits() async throws {
        let fixture = try fixture(requiresQuorum: true)
        let ledger = fixture.ledger
        try await fixture.addPoP()
        let answer = try await fixture.register(fixture.capture("one"))
        let called = Atomic(0)
        for _ in 0..<10_001 {
            ledger.whenPublished(DecidedRegistration(answer)) { called.add(1, ordering: .relaxed) }
        }
        #expect(called.load(ordering: .relaxed) == 1)
        try group.cosign(ledger.head(), in: ledger)
        #expect(called.load(ordering: .relaxed) == 10_001)
    }

    @Test func theKitAsksForTheWitnessesOfThePolicyWithoutTheirAddresses() async throws {
        var witnesses = try group.policy().witnesses
        witnesses[0] = .init(
            name: witnesses[0].name, key: witnesses[0].key, url: "http://10.0.0.1:9000")
        let policy = try TrustPolicy(
            logs: [], witnesses: witnesses, groups: group.policy().groups, quorum: "two")
        let fixture = try LedgerFixture(configure: { $0.witnessPolicy = policy })
        let kit = try TrustKit(fixture.ledger.trustKit())
        #expect(kit.policy.witnesses == (try group.policy().witnesses))
        #expect(kit.policy.groups == policy.groups && kit.policy.quorum == "two")
        #expect(kit.policy.logs.map(\.key) == fixture.ledger.noteKeys)
    }
}
