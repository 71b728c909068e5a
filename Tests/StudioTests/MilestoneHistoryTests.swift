import Encoding
import Foundation
import Keys
import Manifests
import Provenance
import Studio
import TestLedger
import TestSupport
import Testing

/// What a pipeline is told follows from the newest round, and from nothing that is not clear.
@Suite struct MilestoneHistoryTests {
    /// The answer in one word, and why it is unclear.
    private func word(_ answer: MilestoneAnswer) -> (String, String) {
        switch answer {
        case .nothing: ("nothing", "")
        case .unclear(let words): ("unclear", words)
        case .decided(let decision): (decision.decision.rawValue, "")
        }
    }

    @Test func theNewestDecisionOfTheNewestRoundAnswers() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            #expect(word(try await ledger.history().answer).0 == "nothing")
            try await ledger.decide("promote", at: 0)
            #expect(word(try await ledger.history().answer).0 == "nothing")
            try await ledger.decide("start")
            #expect(word(try await ledger.history().answer).0 == "start")
            try await ledger.decide("promote", at: 0.01)
            #expect(word(try await ledger.history().answer).0 == "promote")
            try await ledger.decide("rollback", at: 0.02)
            #expect(word(try await ledger.history().answer).0 == "rollback")
            try await ledger.decide("hold")
            #expect(word(try await ledger.history().answer).0 == "hold")
            try await ledger.decide("start", threshold: 1)
            #expect(word(try await ledger.history().answer).0 == "start")
        }
    }

    @Test func aPromotionThatDoesNotFollowIsUnclear() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            try await ledger.decide("start")
            try await ledger.decide("promote", at: 0.02)
            #expect(word(try await ledger.history().answer).1.contains("against its threshold"))
            try await ledger.decide("promote")
            #expect(word(try await ledger.history().answer).1.contains("without an observed"))
            try await ledger.decide("promote", at: 0.02, threshold: 1)
            #expect(word(try await ledger.history().answer).1.contains("another metric"))
            for nothing in ["", " \n", 5, .null] as [JSON] {
                try await ledger.decide("promote", at: 0.02, override: nothing)
                #expect(word(try await ledger.history().answer).0 == "unclear")
            }
            try await ledger.decide("promote", at: 0.02, override: "the artist insists")
            let answer = try await ledger.history().answer
            guard case .decided(let decision) = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(decision.decision == .promote)
            #expect(decision.override == "the artist insists")
        }
    }

    @Test func theSliceAndThoseWhoCountAreTheOnlyOnes() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            let hamburg = KeyFile.generate(.ed25519)
            try await ledger.fixture.addPoP(hamburg.publicKey, issuer: StubLedger.hamburg)
            try await ledger.decide("start")
            try await ledger.decide("promote", at: 0)
            // Another PoP says something of this slice, and this PoP something of another slice.
            try await ledger.decide("rollback", at: 1, by: hamburg, issuer: StubLedger.hamburg)
            try await ledger.decide("rollback", at: 1, slice: StubLedger.hamburg)
            #expect(word(try await ledger.history().answer).0 == "promote")
            let deciders: Set<Text> = [LedgerFixture.berlin, StubLedger.hamburg]
            #expect(word(try await ledger.history(by: deciders).answer).0 == "rollback")
        }
    }

    /// What lay in a spool without a network knows nothing of what was registered meanwhile.
    @Test func aPromotionThatComesLateDecidesNothing() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            let first = try await ledger.decide("start")
            let rollback = try await ledger.decide("rollback", at: 1)
            try await ledger.decide("promote", at: 0, evidence: [first])
            #expect(word(try await ledger.history().answer).1.contains("\(rollback)"))
            // A reason does not make it know of the rollback.
            try await ledger.decide("promote", at: 1, override: "why", evidence: [first])
            #expect(word(try await ledger.history().answer).0 == "unclear")
            #expect(try await ledger.history().inForce == nil)
            try await ledger.decide("promote", at: 0, evidence: [first, rollback])
            #expect(word(try await ledger.history().answer).0 == "promote")
            // One of an earlier round says nothing of this one.
            try await ledger.decide("start")
            try await ledger.decide("promote", at: 0, evidence: [first, rollback])
            #expect(word(try await ledger.history().answer).1.contains("the start of this round"))
        }
    }

    @Test func aValueFromBeforeTheStartPromotesNothing() async throws {
        let clock = TestClock()
        try await StubLedger.run(clock: clock) { ledger in
            let old = clock.now - 1
            try await ledger.decide("start")
            for window in [(old, old), (old, clock.now), (clock.now, clock.now + 1)] {
                try await ledger.decide("promote", at: 0, window: window)
                let words = word(try await ledger.history().answer).1
                #expect(words.contains("not observed in this round"))
            }
            let start = try #require(try await ledger.history().start)
            let value = try #require(MetricNumber("0"))
            let plan = try MilestonePlan(
                about: StubLedger.milestone, for: LedgerFixture.berlin, after: start,
                Observation(value, at: old))
            #expect(plan.decision == .hold)
            #expect(plan.members["observed"] == nil)
        }
    }

    @Test func aPostmortemPaysForTheRollbackThatItNames() async throws {
        let clock = TestClock()
        try await StubLedger.run(clock: clock) { ledger in
            try await ledger.decide("start")
            let first = try await ledger.decide("rollback", at: 1)
            let second = try await ledger.decide("rollback", at: 1)
            let other = try await ledger.decide("rollback", at: 1, slice: StubLedger.hamburg)
            func postmortem(_ entries: [EntryID]) async throws -> EntryID {
                try await ledger.register(
                    PredicateType.postmortem,
                    [
                        "milestone": .string(StubLedger.milestone), "summary": "the printer",
                        "timeline": [], "actions": [],
                        "entries": .array(entries.map { .string(Text("\($0)")) }),
                    ])
            }
            func paid() async throws -> [EntryID?] {
                let history = try await ledger.history()
                return history.decisions.filter { $0.decision == .rollback }
                    .map { history.postmortem(of: $0)?.entry }
            }
            _ = try await postmortem([other])
            #expect(try await paid() == [nil, nil])
            let general = try await postmortem([])
            #expect(try await paid() == [nil, general])
            let named = try await postmortem([first])
            #expect(try await paid() == [named, general])
            _ = second
        }
    }

    /// An erased decision may have been a rollback; a new round needs it no more.
    @Test func whatIsUnclearCountsUntilANewRoundBegins() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            try await ledger.decide("start")
            let rollback = try await ledger.decide("rollback", at: 1)
            try await ledger.decide("promote", at: 0)
            let registered = try await ledger.registered()
            let erased = try #require(registered.statements.first { $0.entry == rollback })
            var chain = try ControlChain(ledger.fixture)
            let erasure = try chain.sign(erasing: erased.manifest.digest, of: [rollback])
            #expect(try await ledger.fixture.register(erasure).refusal == nil)
            #expect(word(try await ledger.history().answer).1.contains("\(rollback)"))
            try await ledger.decide("start")
            try await ledger.decide("promote", at: 0)
            #expect(word(try await ledger.history().answer).0 == "promote")
        }
    }

    @Test func aDecisionFollowsFromValueComparatorAndThreshold() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            try await ledger.decide("start")
            let start = try #require(try await ledger.history().start)
            func plan(
                _ value: String?, wanted: MilestoneDecision? = nil, reason: Text? = nil
            ) throws(MilestonePlanError) -> MilestonePlan {
                try MilestonePlan(
                    about: StubLedger.milestone, for: LedgerFixture.berlin, after: start,
                    value.flatMap { MetricNumber($0) }.map {
                        Observation($0, at: ledger.fixture.clock.now)
                    },
                    wanted: wanted, reason: reason)
            }
            #expect(try plan("0.01").decision == .promote)
            #expect(try plan("0.010001").decision == .rollback)
            #expect(try plan(nil).decision == .hold)
            #expect(try plan(nil).members["observed"] == nil)
            #expect(try plan("1", wanted: .promote, reason: "why").override == "why")
            #expect(try plan("1", reason: "why").decision == .promote)
            // What follows anyway needs no reason, and has none.
            #expect(try plan("0", wanted: .promote, reason: "why").override == nil)
            #expect(throws: MilestonePlanError.self) { try plan("1", wanted: .promote) }
            #expect(throws: MilestonePlanError.self) { try plan("0", wanted: .rollback) }
            #expect(throws: MilestonePlanError.self) { try plan(nil, wanted: .promote) }
        }
    }

    @Test func aRollbackOwesAPostmortemWithinEightBusinessHours() async throws {
        // 2025-10-09, a Thursday, 08:53:20 UTC.
        let clock = TestClock(at: 1_760_000_000)
        try await StubLedger.run(clock: clock) { ledger in
            try await ledger.decide("start")
            // The first head of its hour is kept for ever: 09:00:01.
            clock.advance(by: 401)
            let first = try await ledger.decide("rollback", at: 1)
            // A weekend lies between: the hours of Thursday are over, and those of Friday not.
            clock.advance(by: 8 * 3_600 + 400)
            let second = try await ledger.decide("rollback", at: 1)
            #expect(try await late(in: ledger, at: clock) == [first: false, second: false])
            clock.advance(by: 24 * 3_600)
            try await ledger.decide("hold")
            #expect(try await late(in: ledger, at: clock) == [first: true, second: false])
            try await ledger.register(
                PredicateType.postmortem,
                [
                    "milestone": .string(StubLedger.milestone), "summary": "the printer",
                    "timeline": [], "actions": [], "entries": [.string(Text("\(second)"))],
                ])
            clock.advance(by: 30 * 86_400)
            try await ledger.decide("hold")
            #expect(try await late(in: ledger, at: clock) == [first: true, second: false])
        }
    }

    /// Whether the postmortem of each rollback is late.
    private func late(in ledger: StubLedger, at clock: TestClock) async throws -> [EntryID: Bool] {
        let debts = try await ledger.with { client in
            let fresh = try await FreshLedger(
                by: ledger.kit(), at: client, maxAge: nil, now: clock.now)
            let found = try await RegisteredStatements(
                about: StubLedger.milestone, of: MilestoneHistory.types,
                by: [LedgerFixture.berlin], in: fresh, trusting: .proof)
            return try await MilestoneHistory(of: LedgerFixture.berlin, in: found).debts(
                by: HeadTimes(of: fresh), newest: fresh.kit.time, in: .usual)
        }
        return Dictionary(
            uniqueKeysWithValues: debts.map { ($0.rollback.registered.entry, $0.isLate) })
    }
}
