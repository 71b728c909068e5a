import Auditing
import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import TestSupport
import Testing

/// A rollback without its postmortem in 8 business hours is found, once (milestones.md §6).
@Suite struct RollbackFactTests {
    private static let milestone: Text = "https://drops.example/estuary/m1"

    /// A Friday, 10:00 UTC.
    private static let friday: UInt64 = 1_795_773_600
    private static let hour: UInt64 = 3_600

    /// Monday of the week after, 11:00: 9 business hours later.
    private static let monday = friday + 73 * hour

    private let folder: TemporaryFolder
    private let audit: SceneAudit

    init() throws {
        folder = try TemporaryFolder(in: TemporaryFolder.memory)
        audit = SceneAudit(folder: folder)
    }

    /// What a test logs, each statement at the next index.
    private struct Rollout {
        var ledger: MemoryLedger
        let state: AuditState
        var index: UInt64 = 10
        var deciders: Set<Text> = []

        init(_ state: AuditState) throws {
            ledger = try MemoryLedger()
            self.state = state
        }

        @discardableResult
        mutating func add(_ manifest: Manifest, by issuer: Text) throws -> EntryID {
            let statement = try ledger.draft(
                manifest, issuer: issuer, audience: ledger.origin.text
            ).sign(with: ledger.pop)
            try state.add(rollout: statement, manifest, at: index, deciders: deciders)
            index += 1
            return statement.id
        }

        @discardableResult
        mutating func decide(
            _ decision: Text, by issuer: Text = MemoryLedger.berlin,
            of slice: Text = MemoryLedger.berlin
        ) throws -> EntryID {
            let metric: JSON = ["name": "n", "unit": "", "comparator": "<", "threshold": 1]
            return try add(
                Manifest.record(
                    PredicateType.milestone,
                    [
                        "milestone": .string(milestone), "slice": .string(slice),
                        "metric": metric, "decision": .string(decision), "evidence": [],
                    ], issuer: issuer, nonce: ledger.nonce()), by: issuer)
        }

        mutating func explain(
            _ entries: [EntryID], by issuer: Text = MemoryLedger.berlin,
            of milestone: Text = milestone
        ) throws {
            try add(
                Manifest.record(
                    PredicateType.postmortem,
                    [
                        "milestone": .string(milestone), "summary": "s", "timeline": [],
                        "actions": [],
                        "entries": .array(entries.map { .string(Text("\($0)")) }),
                    ], issuer: issuer, nonce: ledger.nonce()), by: issuer)
        }
    }

    /// Settles by heads of the given sizes, each of which was the newest at the given time.
    private func settle(
        _ state: AuditState, _ heads: [(UInt64, UInt64)], now: UInt64?
    ) throws -> [AuditFinding] {
        try state.settle(
            by: HeadTimeline(
                heads.map { HeadTimeline.Head(size: $0.0, seen: $0.1, newestAt: $0.1) }, seen: now,
                known: now))
        return state.findings.kept
    }

    @Test func aRollbackWithoutAPostmortemIsFoundOnceItIsLate() throws {
        let state = try audit.open()
        var rollout = try Rollout(state)
        try rollout.decide("start")
        try rollout.decide("rollback")
        let heads = [(UInt64(12), Self.friday)]
        #expect(try settle(state, heads, now: Self.friday + 7 * Self.hour).isEmpty)
        // The weekend does not count.
        #expect(try settle(state, heads, now: Self.monday - 2 * Self.hour).isEmpty)
        let found = try settle(state, heads, now: Self.monday)
        #expect(found.map(\.place) == [.entry(11)])
        #expect(found.map(\.rule) == [.rollback])
        #expect(found.first?.detail.contains("none is in the log") == true)
        #expect(try settle(state, heads, now: Self.monday + Self.hour).count == 1)
    }

    @Test func nothingIsLateThatNobodySawInTime() throws {
        let state = try audit.open()
        var rollout = try Rollout(state)
        try rollout.decide("rollback")
        // Only this audit dates a head, and it is the first.
        #expect(try settle(state, [], now: Self.monday).isEmpty)
        let heads = [(UInt64(11), Self.monday)]
        #expect(try settle(state, heads, now: Self.monday + 24 * Self.hour).isEmpty)
        #expect(try settle(state, heads, now: Self.monday + 25 * Self.hour).count == 1)
    }

    /// A copy that no witness has dated waits for a source that one has.
    @Test func withoutTheTimeOfAHeadNothingIsJudged() throws {
        let state = try audit.open()
        var rollout = try Rollout(state)
        let rollback = try rollout.decide("rollback")
        #expect(try settle(state, [], now: nil).isEmpty)
        try rollout.explain([rollback])
        #expect(try settle(state, [], now: nil).isEmpty)
        let heads = [(UInt64(11), Self.friday), (UInt64(11), Self.monday)]
        #expect(try settle(state, heads, now: Self.monday).count == 1)
    }

    @Test func aPostmortemInTimeIsEnough() throws {
        let state = try audit.open()
        var rollout = try Rollout(state)
        let rollback = try rollout.decide("rollback")
        #expect(try settle(state, [(11, Self.friday)], now: Self.friday).isEmpty)
        try rollout.explain([rollback])
        #expect(try settle(state, [(11, Self.friday)], now: Self.monday).isEmpty)
    }

    @Test func aPostmortemThatWasNotThereInTimeIsLate() throws {
        let state = try audit.open()
        var rollout = try Rollout(state)
        let rollback = try rollout.decide("rollback")
        try rollout.explain([rollback])
        let heads = [(UInt64(11), Self.friday), (11, Self.monday), (12, Self.monday + 60)]
        let found = try settle(state, heads, now: Self.monday + 60)
        #expect(found.map(\.place) == [.entry(10)])
        #expect(found.first?.detail.contains("entry 11") == true)
    }

    /// A cosignature that was made late does not say that the log had no more by then.
    @Test func aHeadThatIsSeenLateSaysNothingOfWhatWasNotThereYet() throws {
        let state = try audit.open()
        var rollout = try Rollout(state)
        let rollback = try rollout.decide("rollback")
        try rollout.explain([rollback])
        let heads = [
            HeadTimeline.Head(size: 11, seen: Self.friday, newestAt: Self.friday),
            HeadTimeline.Head(size: 11, seen: Self.monday, newestAt: nil),
        ]
        let later = Self.monday + 60
        try state.settle(by: HeadTimeline(heads, seen: later, known: later))
        #expect(state.findings.isEmpty)
    }

    /// What an old view of the log does not have may be there.
    @Test func nothingIsLateWhereNobodyKnowsTheNewestOfTheLog() throws {
        let state = try audit.open()
        var rollout = try Rollout(state)
        try rollout.decide("rollback")
        let heads = [HeadTimeline.Head(size: 11, seen: Self.friday, newestAt: nil)]
        let later = Self.monday + 24 * Self.hour
        try state.settle(by: HeadTimeline(heads, seen: later, known: nil))
        #expect(state.findings.isEmpty)
        try state.settle(by: HeadTimeline(heads, seen: later, known: later))
        #expect(state.findings.counts == [.rollback: 1])
    }

    @Test func aPostmortemWithoutNamesIsThatOfTheNewestRollback() throws {
        let state = try audit.open()
        var rollout = try Rollout(state)
        try rollout.decide("rollback")
        try rollout.decide("rollback")
        try rollout.explain([])
        let found = try settle(state, [(12, Self.friday)], now: Self.monday)
        #expect(found.map(\.place) == [.entry(10)])
    }

    @Test(arguments: ["another milestone", "another entry", "a stranger"])
    func onlyItsOwnPostmortemCounts(wrong: String) throws {
        let state = try audit.open()
        var rollout = try Rollout(state)
        let rollback = try rollout.decide("rollback")
        switch wrong {
        case "another milestone":
            try rollout.explain([rollback], of: "https://drops.example/other")
        case "another entry": try rollout.explain([EntryID(.sha256([1]))])
        default: try rollout.explain([rollback], by: MemoryLedger.rome)
        }
        #expect(try settle(state, [(11, Self.friday)], now: Self.monday).count == 1)
    }

    @Test func whoCountsDecidesAndNobodyElse() throws {
        let state = try audit.open()
        var rollout = try Rollout(state)
        try rollout.decide("rollback", by: MemoryLedger.rome)
        #expect(try settle(state, [(12, Self.friday)], now: Self.monday).isEmpty)
        rollout.deciders = [MemoryLedger.rome]
        try rollout.decide("rollback", by: MemoryLedger.rome)
        #expect(try settle(state, [(12, Self.friday)], now: Self.monday).count == 1)
    }

    @Test func anOpenRollbackIsKeptThroughARestart() throws {
        var state: AuditState? = try audit.open()
        var rollout = try Rollout(try #require(state))
        try rollout.decide("rollback")
        try state?.commit(size: 12)
        state = nil
        // The value above has the state, too.
        rollout = try Rollout(try AuditState(folder.path("other"), of: SceneAudit.log))
        let again = try audit.open()
        #expect(try settle(again, [(12, Self.friday)], now: Self.monday).count == 1)
    }

    /// What nobody pays is let go at some number, so that a state stays small.
    @Test func tooManyOpenRollbacksAreLetGo() throws {
        let state = try audit.open()
        var rollout = try Rollout(state)
        let manifest = try Manifest.record(
            PredicateType.milestone,
            [
                "milestone": .string(Self.milestone), "slice": .string(MemoryLedger.berlin),
                "metric": ["name": "n", "unit": "", "comparator": "<", "threshold": 1],
                "decision": "rollback", "evidence": [],
            ], issuer: MemoryLedger.berlin, nonce: rollout.ledger.nonce())
        let statement = try rollout.ledger.draft(
            manifest, audience: rollout.ledger.origin.text
        ).sign(with: rollout.ledger.pop)
        for index in 10..<4_200 as Range<UInt64> {
            try state.add(rollout: statement, manifest, at: index)
        }
        _ = try settle(state, [(5_000, Self.friday)], now: Self.monday)
        #expect(state.findings.counts[.rollback] == 4_096)
        // 94 were let go before anybody could judge them.
        #expect(state.unchecked.contains { $0.hasPrefix("whether 94 rollbacks") })
        try state.commit(size: 4_200)
    }
}
