import Auditing
import Encoding
import Files
import TestSupport
import Testing

/// What rounds come to is told once: a state when it begins and when it ends, a finding when it is
/// new.
@Suite struct MonitorRoundTests {
    private let scene: MonitorScene
    private let clock = ManualClock()

    init() throws { scene = try MonitorScene() }

    private func events(_ monitor: Monitor) throws -> [JSON] {
        var events: [JSON] = []
        while let batch = try monitor.outbox.batch(for: "stdout") {
            events += try batch.lines.map { try JSON.decode(Array($0.utf8)) }
            _ = monitor.outbox.taken(batch.lines.count, of: batch, by: "stdout")
        }
        try monitor.outbox.settle("stdout")
        return events
    }

    private func names(_ monitor: Monitor) throws -> [String] {
        try events(monitor).map { event in
            let words = [event["event"], event["state"], event["subject"]].compactMap {
                $0?.text?.string
            }
            return words.joined(separator: " ")
        }
    }

    private func round(
        _ conditions: [MonitorRound.Condition] = [], _ findings: [AuditFinding] = [],
        ending: MonitorRound.Ending = .whole
    ) -> MonitorRound {
        var round = MonitorRound()
        round.size = 10
        round.judgedEvidence = ["rfc3161", "opentimestamps"]
        round.conditions = conditions
        for finding in findings { round.findings.add(finding) }
        round.ending = ending
        return round
    }

    @Test func aStateIsToldWhenItBeginsAndWhenItEnds() throws {
        let monitor = try scene.monitor(clock: clock)
        let lost = MonitorRound.Condition(.quorum, "no witness cosigned it")
        try monitor.take(round([lost]))
        try monitor.take(round([lost]))
        clock.advance(600)
        try monitor.take(round())
        try monitor.take(round())
        try monitor.take(round([lost]))
        let events = try events(monitor)
        #expect(events.map { $0["state"]?.text } == ["begins", "ends", "begins"])
        #expect(events[1]["words"]?.text?.string.contains("after 10 minutes") == true)
        #expect(Set(events.map { $0["id"]?.text }).count == 3)
        #expect(events.allSatisfy { $0["head"]?.integer == 10 && $0["event"]?.text == "quorum" })
    }

    @Test func aStateThatGoesOnOverARestartIsNotToldAgain() throws {
        let stale = MonitorRound.Condition(.stale, "old")
        try scene.monitor(clock: clock).take(round([stale]))
        let monitor = try scene.monitor(clock: clock)
        try monitor.take(round([stale]))
        #expect(try names(monitor) == ["stale begins"])
        try monitor.take(round())
        #expect(try names(monitor) == ["stale ends"])
    }

    @Test func eachAuthorityIsOverdueForItself() throws {
        let monitor = try scene.monitor()
        let tokens = MonitorRound.Condition(.overdue, subject: "rfc3161", "no token")
        let proofs = MonitorRound.Condition(.overdue, subject: "opentimestamps", "no proof")
        try monitor.take(round([tokens, proofs]))
        try monitor.take(round([proofs]))
        #expect(
            try names(monitor) == [
                "overdue begins rfc3161", "overdue begins opentimestamps", "overdue ends rfc3161",
            ])
    }

    /// A round that did not come to its end has not looked: nothing has ended by it.
    @Test func aRoundThatWasCutEndsNoState() throws {
        let monitor = try scene.monitor()
        let overdue = MonitorRound.Condition(.overdue, subject: "rfc3161", "no token")
        let behind = MonitorRound.Condition(.behind, "an older head")
        try monitor.take(round([overdue, behind]))
        _ = try events(monitor)
        try monitor.take(round(ending: .cut))
        #expect(try names(monitor) == [])
        // One that is held up by a finding has judged the heads.
        try monitor.take(round(ending: .blocked))
        #expect(try names(monitor) == ["behind ends"])
        try monitor.take(round())
        #expect(try names(monitor) == ["overdue ends rfc3161"])
    }

    /// Evidence that could not be checked may be good, and may be none.
    @Test func whatNobodyCanJudgeGoesOn() throws {
        let monitor = try scene.monitor()
        let tokens = MonitorRound.Condition(.overdue, subject: "rfc3161", "no token")
        let proofs = MonitorRound.Condition(.overdue, subject: "opentimestamps", "no proof")
        try monitor.take(round([tokens, proofs]))
        var partly = round()
        partly.judgedEvidence = ["opentimestamps"]
        try monitor.take(partly)
        #expect(
            try names(monitor) == [
                "overdue begins rfc3161", "overdue begins opentimestamps",
                "overdue ends opentimestamps",
            ])
        try monitor.take(round())
        #expect(try names(monitor) == ["overdue ends rfc3161"])
    }

    /// A checkpoint that is refused says nothing of heads: who waits for them is not told that all
    /// is well.
    @Test func aRoundThatBelievesNoHeadEndsNoState() throws {
        let monitor = try scene.monitor()
        let lasting = [
            MonitorRound.Condition(.behind, "an older head"),
            MonitorRound.Condition(.stale, "old"), MonitorRound.Condition(.quorum, "nobody"),
        ]
        try monitor.take(round(lasting))
        _ = try events(monitor)
        let refused = AuditFinding(.checkpoint, .file("checkpoint"), "is not signed")
        for ending in [MonitorRound.Ending.blocked, .whole] {
            var round = round([], [refused], ending: ending)
            round.size = nil
            try monitor.take(round)
            #expect(monitor.numbers.hasQuorum == nil)
        }
        #expect(try names(monitor) == ["finding"])
        try monitor.take(round())
        #expect(try names(monitor) == ["behind ends", "stale ends", "quorum ends"])
    }

    @Test func theTimeOfAHeadIsThatOfTheNewestThatWasJudged() throws {
        let monitor = try scene.monitor()
        var round = round()
        (round.headTime, round.hasQuorum) = (1_000, true)
        try monitor.take(round)
        (round.size, round.headTime, round.hasQuorum) = (nil, nil, nil)
        try monitor.take(round)
        #expect(monitor.numbers.headTime == 1_000 && monitor.numbers.hasQuorum == nil)
        round.size = 11
        try monitor.take(round)
        #expect(monitor.numbers.headTime == nil)
    }

    /// What was gone and comes back is another incident: a receiver that drops doubles takes it.
    @Test func aFindingThatComesBackIsToldAgain() throws {
        let refused = AuditFinding(.checkpoint, .file("checkpoint"), "is not signed")
        let kept = AuditFinding(.signature, .entry(7), "does not verify")
        let monitor = try scene.monitor()
        try monitor.take(round([], [kept, refused], ending: .blocked))
        let first = try events(monitor)
        #expect(first.count == 2)
        // Nobody knows whether it is gone.
        try monitor.take(round([], [kept], ending: .cut))
        try monitor.take(round([], [kept], ending: .blocked))
        try monitor.take(round([], [kept, refused], ending: .blocked))
        #expect(try names(monitor).isEmpty)
        // Now it is.
        try monitor.take(round([], [kept]))
        let again = try scene.monitor()
        try again.take(round([], [kept, refused], ending: .blocked))
        let second = try events(again)
        #expect(second.map { $0["rule"]?.text } == ["checkpoint"])
        #expect(!first.contains { $0["id"] == second.first?["id"] })
    }

    @Test func aNumberThatFellAndGrowsAgainIsToldAgain() throws {
        let monitor = try scene.monitor()
        let findings = (0..<150).map { AuditFinding(.manifest, .entry(UInt64($0)), "missing") }
        try monitor.take(round([], findings))
        let first = try events(monitor).last
        try monitor.take(round([], Array(findings.prefix(120)), ending: .cut))
        try monitor.take(round([], findings))
        #expect(try names(monitor).isEmpty)
        try monitor.take(round([], Array(findings.prefix(120))))
        try monitor.take(round([], findings))
        let second = try events(monitor)
        #expect(second.map { $0["event"]?.text } == ["more"])
        #expect(second.first?["count"]?.integer == 150 && second.first?["id"] != first?["id"])
    }

    /// Whoever serves a log can show other wrong things in each round, for as long as he likes.
    @Test(arguments: [MonitorRound.Ending.whole, .blocked])
    func whatIsRememberedHasABound(ending: MonitorRound.Ending) throws {
        let monitor = try scene.monitor()
        for number in 0..<400 {
            let findings = (0..<100).map {
                AuditFinding(.chain, .entry(UInt64($0)), "a gap of round \(number)")
            }
            try monitor.take(round([], findings, ending: ending))
            try monitor.take(round([], findings, ending: ending))
            #expect(try events(monitor).count == 100)
        }
        let file = try #require(try scene.folder().read("standing.json", limit: 1 << 20))
        #expect(file.count < 16 << 10)
        #expect(try scene.monitor().hasBegun == (ending == .whole))
    }

    @Test func aFindingIsToldOnceAlsoAfterARestart() throws {
        let findings = [
            AuditFinding(.signature, .entry(7), "does not verify"),
            AuditFinding(.chain, .entry(9), "a gap"),
        ]
        try scene.monitor().take(round([], findings))
        let monitor = try scene.monitor()
        try monitor.take(round([], findings + [AuditFinding(.key, .entry(11), "unknown")]))
        let told = try events(monitor)
        #expect(told.map { $0["rule"]?.text } == ["signature", "chain", "key"])
        #expect(told.map { $0["weight"]?.text } == ["violation", "notice", "violation"])
        #expect(told.first?["entry"]?.integer == 7)
        #expect(told.first?["words"]?.text == "entry 7: does not verify")
    }

    /// The standing was lost between the events and its own write: they are told again, under the
    /// same identifiers.
    @Test func whatIsToldTwiceHasOneIdentifier() throws {
        let findings = [AuditFinding(.signature, .entry(7), "does not verify")]
        let lost = MonitorRound.Condition(.quorum, "no witness cosigned it")
        let monitor = try scene.monitor(clock: clock)
        try monitor.take(round([lost], findings))
        let first = try events(monitor)
        try scene.folder().remove("standing.json")
        clock.advance(60)
        let again = try scene.monitor(clock: clock)
        try again.take(round([lost], findings))
        let second = try events(again)
        #expect(first.count == 2 && second.count == 2)
        #expect(first.map { $0["id"] } == second.map { $0["id"] })
    }

    @Test func aRuleThatIsBrokenAllOverIsToldAHundredTimesAndThenCounted() throws {
        let monitor = try scene.monitor()
        let findings = (0..<250).map { AuditFinding(.signature, .entry(UInt64($0)), "bad") }
        try monitor.take(round([], findings))
        let events = try events(monitor)
        #expect(events.count { $0["event"]?.text == "finding" } == 100)
        let more = try #require(events.last)
        #expect(more["event"]?.text == "more" && more["count"]?.integer == 250)
        try monitor.take(round([], findings))
        #expect(try names(monitor).isEmpty)
        try monitor.take(round([], findings + [AuditFinding(.signature, .entry(251), "bad")]))
        #expect(try names(monitor) == ["more"])
    }

    @Test func aForkIsASplitViewAndNamesItsProof() throws {
        let monitor = try scene.monitor()
        var round = round([], [AuditFinding(.fork, .head(9), "two trees")])
        round.evidence = { _ in "/state/fork-9-9-0.misbehaviour" }
        try monitor.take(round)
        let event = try #require(try events(monitor).first)
        #expect(event["event"]?.text == "split-view")
        #expect(event["evidence"]?.text == "/state/fork-9-9-0.misbehaviour")
        #expect(event["head"]?.integer == 9)
    }

    @Test func aSourceThatFailsIsToldOnceThatLasts() throws {
        let monitor = try scene.monitor(clock: clock)
        let begun = clock.now
        try monitor.unreadable(since: begun, after: .seconds(900), "no answer")
        clock.advance(899)
        try monitor.unreadable(since: begun, after: .seconds(900), "no answer")
        #expect(try names(monitor).isEmpty)
        clock.advance(1)
        try monitor.unreadable(since: begun, after: .seconds(900), "no answer")
        try monitor.unreadable(since: begun, after: .seconds(900), "another reason")
        // A round that was whole ends other states, not this one.
        try monitor.take(round())
        #expect(try names(monitor) == ["unreadable begins"])
        try monitor.readable()
        try monitor.readable()
        #expect(try names(monitor) == ["unreadable ends"])
    }

    @Test func theNumbersAreThoseOfTheRounds() throws {
        let monitor = try scene.monitor(clock: clock)
        #expect(monitor.numbers.lastSuccess == nil)
        try monitor.take(round([], [AuditFinding(.key, .entry(1), "x")], ending: .cut))
        #expect(monitor.numbers.lastSuccess == nil && monitor.numbers.findings == [.key: 1])
        try monitor.take(round([.init(.stale, "old")]))
        let numbers = monitor.numbers
        #expect(numbers.lastSuccess == clock.now && numbers.size == 10)
        #expect(numbers.events == [.finding: 1, .stale: 1])
        #expect(numbers.waiting.map(\.count) == [2])
    }

    @Test func aStandingThatIsNoneIsNamed() throws {
        try scene.folder().write(Array("{}".utf8), to: "standing.json", .new(.secret))
        #expect {
            try scene.monitor()
        } throws: {
            "\($0)".contains("standing.json: is not what a monitor left")
        }
    }
}

@Suite struct MonitorEventTests {
    /// What a log holds reaches no terminal as it is.
    @Test func noCharacterOfALineActsOnATerminal() throws {
        let words = "a\u{1B}[2J\u{202E}b\u{7}\r\nc\u{85}\u{2028}\"\\"
        let event = MonitorScene.event("x", words: words)
        #expect(event.line.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
        #expect(try JSON.decode(Array(event.line.utf8))["words"]?.text?.string == words)
    }

    @Test func theIdentifierFollowsFromWhatHappenedAlone() {
        let one = MonitorEvent(.finding, of: "a", key: "k", time: 1, words: "x")
        let later = MonitorEvent(.finding, of: "a", key: "k", time: 2, words: "y")
        #expect(one.id == later.id)
        let others = [
            MonitorEvent(.match, of: "a", key: "k", time: 1, words: "x"),
            MonitorEvent(.finding, of: "b", key: "k", time: 1, words: "x"),
            MonitorEvent(.finding, of: "a", key: "l", time: 1, words: "x"),
            MonitorEvent(.finding, of: "a", key: "k", turn: .begins, time: 1, words: "x"),
        ]
        #expect(Set(others.map(\.id) + [one.id]).count == 5)
        #expect(one.id.utf8.count == 32)
    }

    @Test func aTimeIsWrittenAsDatesAre() throws {
        let event = MonitorEvent(.finding, of: "a", key: "k", time: 0, words: "x")
        #expect(event.json["time"]?.text == "1970-01-01T00:00:00Z")
        let late = MonitorEvent(.finding, of: "a", key: "k", time: .max, words: "x")
        #expect(late.json["time"]?.text == "9999-12-31T23:59:59Z")
    }
}

@Suite struct FollowerTests {
    private func follower(_ interval: Duration, spread: Double = 0.5) -> Follower {
        Follower(every: interval, sleep: { _ in }, spread: { spread })
    }

    @Test func theIntervalIsSpreadByATenth() {
        func milliseconds(_ spread: Double) -> Int {
            Int(
                (follower(.seconds(60), spread: spread).wait(after: 0) / .milliseconds(1)).rounded()
            )
        }
        #expect([0, 0.5, 1].map(milliseconds) == [54_000, 60_000, 66_000])
    }

    @Test func aSourceThatFailsIsAskedLessAndLess() {
        let follower = follower(.seconds(60))
        #expect(
            (0...5).map { follower.wait(after: $0) }.map(\.components.seconds)
                == [60, 120, 240, 480, 900, 900])
        #expect(follower.wait(after: 1_000) == .seconds(900))
        // One that looks once a day goes on doing so.
        #expect(self.follower(.seconds(86_400)).wait(after: 9) == .seconds(86_400))
    }

    @Test func roundsGoOnUntilTheTaskIsCancelled() async throws {
        let (rounds, failures) = (Tally(), Tally())
        let follower = Follower(
            every: .seconds(60), sleep: { _ in await Task.yield() }, spread: { 0.5 })
        let task = Task {
            await follower.run { () async -> Follower.RoundEnd in
                rounds.add() == 3 ? .failed("away") : .whole
            } onWait: { end, wait in
                guard case .failed = end else {
                    #expect(wait == .seconds(60))
                    return
                }
                failures.add()
                #expect(wait == .seconds(120))
            }
        }
        try await eventually("seven rounds") { rounds.count >= 7 }
        task.cancel()
        await task.value
        #expect(failures.count == 1)
    }

    @Test func whatARoundThrowsEndsIt() async {
        await #expect(throws: MonitorStateError.damaged("x", "y")) {
            try await follower(.seconds(1)).run {
                () async throws(MonitorStateError) -> Follower.RoundEnd in
                throw .damaged("x", "y")
            } onWait: { _, _ throws(MonitorStateError) in
            }
        }
    }
}
