import Anchoring
import Checkpoints
import Encoding
import Ledger
import Manifests
import Merkle
import Provenance
import Testing
import TestLedger
import TestSupport

/// How early others have seen an entry: what its record carries of that (http.md §15).
@Suite struct BoundsTests {
    private let group: WitnessGroup

    init() throws { group = try WitnessGroup() }

    private func fixture(_ policy: TrustPolicy? = nil) async throws -> LedgerFixture {
        let asked = try policy ?? group.policy()
        let fixture = try LedgerFixture(configure: { $0.witnessPolicy = asked })
        try await fixture.addPoP()
        return fixture
    }

    private func enter(_ name: String, in fixture: LedgerFixture) async throws -> EntryID {
        let answer = try await fixture.register(fixture.capture(name))
        guard case .registered(let id, _) = answer else {
            throw FixtureError.unexpected("\(answer)")
        }
        return id
    }

    private func record(_ id: EntryID, in ledger: Ledger) throws -> TransparentStatement {
        try TransparentStatement(#require(try ledger.transparent(id)))
    }

    private func sizes(_ id: EntryID, in ledger: Ledger) throws -> [UInt64] {
        try record(id, in: ledger).receipts.map { try Receipt($0).treeSize }
    }

    // MARK: - Receipts

    @Test func aRecordHasTheFirstHeadThatMetTheQuorumBesideTheNewest() async throws {
        let fixture = try await fixture()
        let ledger = fixture.ledger
        let id = try await enter("one", in: fixture)
        let alone = ledger.head()
        try group.cosign(alone, by: [1], in: ledger)
        _ = try await enter("two", in: fixture)
        let first = ledger.head()
        // Nothing is served that covers it: the ledger's own word, and the newest receipt.
        #expect(try sizes(id, in: ledger) == [alone.size, first.size])
        try group.cosign(first, in: ledger)
        #expect(try sizes(id, in: ledger) == [alone.size, first.size])
        for name in ["three", "four"] {
            _ = try await enter(name, in: fixture)
            try group.cosign(ledger.head(), in: ledger)
        }
        let newest = ledger.head()
        #expect(try sizes(id, in: ledger) == [alone.size, first.size, newest.size])
        // A straggler completes the quorum of an older head: that is the first then.
        try group.cosign(alone, by: [2], in: ledger)
        #expect(try sizes(id, in: ledger) == [alone.size, newest.size])
        let verdict = try fixture.verifier().verify(
            file: #require(try ledger.transparent(id)), artifact: .sha256(Array("one".utf8)))
        #expect(verdict.ok && verdict.reached == .witnessed, "\(verdict.findings)")
        // The heads are of one second: the newest had its quorum before the straggler came.
        #expect(verdict.witnessing?.completeAt == alone.time + 1)
    }

    @Test func withoutAQuorumTheFirstHeadThatAnybodySawIsInIt() async throws {
        let policy = try TrustPolicy(
            logs: [], witnesses: group.policy().witnesses, quorum: .none)
        let fixture = try await fixture(policy)
        let ledger = fixture.ledger
        let id = try await enter("one", in: fixture)
        let kept = ledger.head()
        _ = try await enter("two", in: fixture)
        let seen = ledger.head()
        try group.cosign(seen, by: [2], in: ledger)
        _ = try await enter("three", in: fixture)
        #expect(try sizes(id, in: ledger) == [kept.size, seen.size, ledger.head().size])
        try ledger.follow(nil)
        #expect(try sizes(id, in: ledger) == [kept.size, ledger.head().size])
    }

    /// The word of the ledger does not get weaker with each entry that comes later.
    @Test func withoutWitnessesTheFirstKeptHeadIsInTheRecordWhateverCameAfterIt() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        let ledger = fixture.ledger
        let id = try await enter("one", in: fixture)
        let first = ledger.head()
        #expect(try sizes(id, in: ledger) == [first.size])
        for name in ["two", "three"] {
            fixture.clock.advance(by: 600)
            _ = try await enter(name, in: fixture)
            #expect(try sizes(id, in: ledger) == [first.size, ledger.head().size])
        }
        let verdict = try fixture.verifier().verify(
            file: #require(try ledger.transparent(id)), artifact: .sha256(Array("one".utf8)))
        #expect(verdict.ok && verdict.loggedAt == first.time, "\(verdict.findings)")
    }

    /// Witnesses that came later have seen what the ledger said before.
    @Test func aHeadFromBeforeTheWitnessesStaysTheFirst() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        let ledger = fixture.ledger
        let id = try await enter("one", in: fixture)
        let first = ledger.head()
        try ledger.follow(group.policy())
        var seen: [UInt64] = []
        for name in ["two", "three"] {
            fixture.clock.advance(by: 600)
            _ = try await enter(name, in: fixture)
            try group.cosign(ledger.head(), in: ledger)
            seen.append(ledger.head().size)
        }
        #expect(try sizes(id, in: ledger) == [first.size] + seen)
    }

    @Test func aHeadThatAThiefMayHaveSignedIsNoBound() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        let ledger = fixture.ledger
        let id = try await enter("one", in: fixture)
        let stolen = ledger.head().size
        _ = try await enter("two", in: fixture)
        let rotation = try ledger.rotate(.note, suspectFrom: stolen)
        #expect(rotation.entry?.lastSize == stolen + 1)
        let own = ledger.head().size
        _ = try await enter("three", in: fixture)
        #expect(try sizes(id, in: ledger) == [own, ledger.head().size])
    }

    @Test func aHeadThatLacksARequiredQuorumIsNoBound() async throws {
        let policy = try group.policy()
        let fixture = try LedgerFixture(configure: { options in
            (options.witnessPolicy, options.requiresQuorum) = (policy, true)
            // Nobody waits for the end of it.
            options.quorumWait = .seconds(3600)
        })
        let ledger = fixture.ledger
        try group.cosign(ledger.head(), in: ledger)
        try await fixture.addPoP()
        let answer = try await fixture.register(fixture.capture("one"))
        guard case .unpublished(let id, _, isKnown: false) = answer else {
            throw FixtureError.unexpected("\(answer)")
        }
        #expect(try ledger.transparent(id) == nil)
        var seen: [UInt64] = []
        for name in ["two", "three"] {
            _ = try await fixture.register(fixture.capture(name))
            try group.cosign(ledger.head(), in: ledger)
            seen.append(ledger.head().size)
            #expect(try sizes(id, in: ledger) == seen)
        }
    }

    @Test func byAStricterPolicyTheFirstHeadIsOneThatMeetsIt() async throws {
        let fixture = try await fixture()
        let ledger = fixture.ledger
        let id = try await enter("one", in: fixture)
        let first = ledger.head()
        try group.cosign(first, in: ledger)
        let all = try TrustPolicy(
            logs: [], witnesses: group.policy().witnesses,
            groups: [.init(name: "all", threshold: 3, members: ["w0", "w1", "w2"])], quorum: "all")
        try ledger.follow(all)
        var met: [UInt64] = []
        for name in ["two", "three"] {
            _ = try await enter(name, in: fixture)
            try group.cosign(ledger.head(), by: [0, 1, 2], in: ledger)
            met.append(ledger.head().size)
        }
        #expect(try sizes(id, in: ledger) == [first.size] + met)
    }

    // MARK: - Anchors

    private func input(of ledger: Ledger) throws -> AnchorInput {
        try #require(try DatedLog(ledger).newestHeadToDate())
    }

    private func keep(
        _ evidence: String, of url: String, _ kind: AnchorKind, about input: AnchorInput,
        _ state: KeptAnchor.State = .complete, in ledger: Ledger
    ) throws {
        try DatedLog(ledger).keep(
            KeptAnchor(
                of: AnchorSource(kind, url: url), about: input, state: state, askedAt: 1,
                time: 2, evidence: Array(evidence.utf8)))
    }

    private func evidence(_ id: EntryID, in ledger: Ledger) throws -> [String] {
        try record(id, in: ledger).anchors.map { map in
            let anchor = try Anchor(map)
            #expect(
                try SignedCheckpoint(parsing: anchor.checkpoint).claim.root
                    == anchor.inclusion.root(from: .leaf(#require(try ledger.statement(id)))))
            return
                "\(anchor.inclusion.treeSize) \(String(decoding: anchor.evidence, as: UTF8.self))"
        }
    }

    @Test func aRecordHasTheEarliestCompleteEvidenceOfEachSource() async throws {
        let fixture = try await fixture(TrustPolicy(logs: [], witnesses: [], quorum: .none))
        let ledger = fixture.ledger
        let before = try input(of: ledger)
        try keep("older", of: "http://a.example", .timestamp, about: before, in: ledger)
        let id = try await enter("one", in: fixture)
        #expect(try evidence(id, in: ledger) == [])
        var inputs: [AnchorInput] = []
        for name in ["two", "three", "four"] {
            _ = try await enter(name, in: fixture)
            inputs.append(try input(of: ledger))
        }
        let (first, second, third) = (inputs[0], inputs[1], inputs[2])
        try keep("a1", of: "http://a.example", .timestamp, about: first, in: ledger)
        try keep("a2", of: "http://a.example", .timestamp, about: second, in: ledger)
        try keep("b2", of: "http://b.example", .timestamp, about: second, in: ledger)
        try keep("c1", of: "http://c.example", .openTimestamps, about: first, .pending, in: ledger)
        try keep("a3", of: "http://a.example", .timestamp, about: third, in: ledger)
        let (one, two, three) = (first.size, second.size, third.size)
        #expect(try evidence(id, in: ledger) == ["\(one) a1", "\(two) b2"])
        // The calendar's proof is made over the tokens of its head: they come with it.
        try keep("c3", of: "http://c.example", .openTimestamps, about: third, in: ledger)
        #expect(
            try evidence(id, in: ledger)
                == ["\(one) a1", "\(two) b2", "\(three) a3", "\(three) c3"])
        // An earlier promise that is kept later is the earlier bound.
        try keep("c1", of: "http://c.example", .openTimestamps, about: first, in: ledger)
        #expect(try evidence(id, in: ledger) == ["\(one) a1", "\(one) c1", "\(two) b2"])
        let later = try await enter("five", in: fixture)
        #expect(try evidence(later, in: ledger) == [])
    }

    @Test func aRecordHasNoMoreOfAKindThanItMay() async throws {
        let fixture = try await fixture(TrustPolicy(logs: [], witnesses: [], quorum: .none))
        let ledger = fixture.ledger
        let id = try await enter("one", in: fixture)
        let input = try input(of: ledger)
        for number in 0..<20 {
            for kind in AnchorKind.allCases {
                try keep("x", of: "http://\(number).example", kind, about: input, in: ledger)
            }
        }
        let anchors = try record(id, in: ledger).anchors.map { try Anchor($0).type }
        #expect(anchors.count <= Limits.anchors)
        #expect(anchors.count(where: { $0 == Anchor.openTimestamps }) == 4)
    }
}
