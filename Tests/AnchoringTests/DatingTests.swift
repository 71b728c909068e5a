import Anchoring
import HTTPCalls
import Logging
import Merkle
import OpenTimestamps
import TestPeer
import TestSupport
import Testing
import Timestamping

/// What is dated by whom, through real calls; time goes on by hand.
@Suite struct DatingTests {
    private static func authority() async throws -> FakeAuthority {
        try FakeAuthority(try await TestAuthority())
    }

    // MARK: - Heads

    @Test func aHeadIsDatedAndTheCalendarsProofSealsItsToken() async throws {
        let authority = try await Self.authority()
        let log = try FakeDatedLog()
        try await DatingScene.set(log, authorities: [authority], calendars: 1) { scene in
            try await scene.running { conductor in
                try await eventually("a token and a promise") { log.rows.count == 2 }
                let token = try found(log.rows(.timestamp).first, "a token")
                #expect(token.source == scene.authority() && token.state == .complete)
                #expect(token.input == FakeDatedLog.input(5))
                let checked = try TimestampToken(token.evidence).check(
                    digest: token.input.digest, by: authority.trust, now: scene.time.seconds)
                #expect(token.time == checked.bound && token.askedAt <= checked.bound)

                let promise = try found(log.rows(.openTimestamps).first, "a promise")
                #expect(promise.source == scene.calendar() && promise.state == .pending)
                #expect(conductor.health.sources.map(\.pending) == [0, 1])
                scene.calendars[0].mine()
                try await scene.whileTimePasses {
                    log.rows(.openTimestamps).first?.state == .complete
                }
                let row = try found(log.rows(.openTimestamps).first, "a proof")
                let proof = try DetachedTimestamp(parsing: row.evidence)
                #expect(proof.digest == token.input.digest)
                #expect(proof.bitcoin.map(\.height) == [100])
                #expect(proof.bitcoin[0].sealed == [Hash.sha256(token.evidence)])
                #expect(row.askedAt == promise.askedAt && row.time >= promise.time)
                try await eventually("the count of promises") {
                    conductor.health.sources.map(\.pending) == [0, 0]
                }
                let newest = conductor.health.sources.map(\.newestTime)
                #expect(newest == [token.time, row.time])
            }
            #expect(authority.questions.count == 1)
        }
    }

    @Test func withoutAuthoritiesACalendarGetsAHeadAloneAndNoTwoGetTheSameDigest() async throws {
        let log = try FakeDatedLog()
        try await DatingScene.set(log, calendars: 2) { scene in
            try await scene.running { _ in
                try await eventually("two promises") { log.rows.count == 2 }
            }
            let posted = scene.calendars.flatMap(\.posted)
            #expect(posted.count == 2 && posted[0] != posted[1])
            #expect(!posted.contains(FakeDatedLog.input(5).digest.bytes))
        }
    }

    @Test func whereNoHeadMayBeDatedNobodyIsAsked() async throws {
        let authority = try await Self.authority()
        let log = try FakeDatedLog(size: 0)
        try await DatingScene.set(log, authorities: [authority], calendars: 1) { scene in
            try await scene.running { _ in
                scene.time.advance(by: .seconds(100))
                // Now the quorum is there.
                log.grow(to: 7)
                try await scene.whileTimePasses { log.rows.count == 2 }
            }
            #expect(log.rows.allSatisfy { $0.input == FakeDatedLog.input(7) })
            #expect(authority.questions.count == 1 && scene.calendars[0].posted.count == 1)
        }
    }

    @Test func aSilentAuthorityHoldsNeitherAnotherNorACalendar() async throws {
        let (silent, good) = (try await Self.authority(), try await Self.authority())
        silent.play { _ in .stalled([]) }
        let log = try FakeDatedLog()
        try await DatingScene.set(log, authorities: [silent, good], calendars: 1) { scene in
            scene.calendars[0].mine()
            try await scene.running { _ in
                try await eventually("a token") { log.rows.count == 1 }
                #expect(scene.calendars[0].posted.isEmpty)
                try await scene.whileTimePasses {
                    log.rows(.openTimestamps).first?.state == .complete
                }
            }
            let token = try found(log.rows(.timestamp).first, "a token")
            #expect(token.source == scene.authority(1))
            let proof = try DetachedTimestamp(
                parsing: try found(log.rows(.openTimestamps).first, "a proof").evidence)
            #expect(proof.bitcoin[0].sealed == [Hash.sha256(token.evidence)])
        }
    }

    // MARK: - Catching up

    @Test func afterAnOutageTheNewestHeadAloneIsDated() async throws {
        let authority = try await Self.authority()
        authority.play { _ in .whole(503) }
        let log = try FakeDatedLog()
        try await DatingScene.set(log, authorities: [authority]) { scene in
            try await scene.running { conductor in
                for size: UInt64 in [20, 50, 100] {
                    log.grow(to: size)
                    let digest = FakeDatedLog.input(size).digest.bytes
                    try await scene.whileTimePasses(.milliseconds(100)) {
                        authority.questions.last.map { Self.contains(digest, $0) } ?? false
                    }
                }
                authority.play(nil)
                try await scene.whileTimePasses { !log.rows.isEmpty }
                #expect(log.rows.map(\.input.size) == [100])
                #expect(conductor.health.sources[0].isUp == true)
            }
            #expect(log.rows.count == 1)
            // How it failed, and that it answers: once each, however often it was tried.
            let lines = scene.lines.all
            #expect(lines.count { $0.hasPrefix("timestamp authority failed") } == 1)
            #expect(lines.count { $0.hasPrefix("timestamp authority answers") } == 1)
            #expect(lines.allSatisfy { $0.contains("url=\(scene.authority().url)") })
        }
    }

    private static func contains(_ digest: [UInt8], _ question: [UInt8]) -> Bool {
        question.indices.contains { question[$0...].starts(with: digest) }
    }

    @Test func whatACrashLosesBetweenAnswerAndDiskIsAskedForOnceMore() async throws {
        let authority = try await Self.authority()
        let log = try FakeDatedLog()
        log.setLosing(true)
        try await DatingScene.set(log, authorities: [authority], calendars: 1) { scene in
            try await scene.running { conductor in
                let failure = try await scene.failure(of: conductor)
                #expect(failure.kind == "log")
                try await eventually("an answer of each") { log.keeps == 2 }
            }
            #expect(log.rows.isEmpty)
            log.setLosing(false)
            try await scene.running { _ in
                try await eventually("a token and a promise") { log.rows.count == 2 }
            }
            #expect(authority.questions.count == 2 && scene.calendars[0].posted.count == 2)
            #expect(log.rows.allSatisfy { $0.input.size == 5 })
        }
    }

    @Test func manyRestartsAskNobodyBeforeTheIntervalIsOver() async throws {
        let authority = try await Self.authority()
        let log = try FakeDatedLog()
        try await DatingScene.set(log, authorities: [authority]) { scene in
            try await scene.running { _ in
                try await eventually("a token") { log.rows.count == 1 }
            }
            for size: UInt64 in 6...8 {
                log.grow(to: size)
                try await scene.running { conductor in
                    try await eventually("what was given") {
                        conductor.health.sources[0].datedSize == 5
                    }
                    scene.time.advance(by: .seconds(1))
                }
            }
            try await scene.running { _ in
                try await scene.whileTimePasses { log.rows.count == 2 }
            }
            #expect(log.rows.map(\.input.size) == [5, 8])
            #expect(authority.questions.count == 2)
            #expect(log.rows[1].askedAt >= log.rows[0].askedAt + 9)
        }
    }

    @Test func aClockThatWasAheadSilencesNobody() async throws {
        let authority = try await Self.authority()
        let log = try FakeDatedLog(size: 9)
        try await DatingScene.set(log, authorities: [authority]) { scene in
            let ahead = KeptAnchor(
                of: scene.authority(), about: FakeDatedLog.input(5), state: .complete,
                askedAt: scene.time.seconds + 10_000_000, time: 1, evidence: [])
            try log.keep(ahead)
            try await scene.running { _ in
                // No time passes.
                try await eventually("a token") { log.rows.count == 2 }
            }
            #expect(log.rows[1].input.size == 9)
        }
    }

    @Test func aLogThatFailsIsTriedAgain() async throws {
        let authority = try await Self.authority()
        let log = try FakeDatedLog()
        log.setBroken(true)
        try await DatingScene.set(log, authorities: [authority]) { scene in
            try await scene.running { _ in
                try await eventually("words about it") { !scene.lines.all.isEmpty }
                log.setBroken(false)
                try await scene.whileTimePasses { log.rows.count == 1 }
            }
            #expect(scene.lines.all[0].hasPrefix("evidence cannot be read"))
        }
    }

    // MARK: - The end

    @Test func theEndDatesTheNewestHeadOnceMore() async throws {
        let authority = try await Self.authority()
        let log = try FakeDatedLog()
        try await DatingScene.set(log, authorities: [authority], calendars: 1) {
            ($0.timestampInterval, $0.calendarInterval) = (.seconds(600), .seconds(3_600))
        } _: { scene in
            let conductor = try scene.conductor()
            let running = Task { await conductor.run() }
            try await eventually("a token and a promise") { log.rows.count == 2 }
            running.cancel()
            await running.value
            log.grow(to: 9)
            // Long before an interval is over, and a minute after the last question.
            scene.time.advance(by: .seconds(60))
            await conductor.finish()
            await conductor.close()
            #expect(log.rows(.timestamp).map(\.input.size) == [5, 9])
            #expect(log.rows(.openTimestamps).map(\.input.size) == [5, 9])
            let token = log.rows(.timestamp)[1]
            let proof = try DetachedTimestamp(parsing: log.rows(.openTimestamps)[1].evidence)
            // The promise commits to the token, too: with it, the calendar's answer is a proof.
            let commitment = proof.pending[0].commitment
            let block = try proof.adding(reply: FakeCalendar.block(1), at: commitment)
            #expect(block.bitcoin[0].sealed == [Hash.sha256(token.evidence)])
        }
    }

    @Test func theEndWaitsForNobodyLongerThanItsTime() async throws {
        let authority = try await Self.authority()
        authority.play { _ in .stalled([]) }
        let log = try FakeDatedLog()
        try await DatingScene.set(log, authorities: [authority], calendars: 1) { scene in
            scene.calendars[0].play { _ in .stalled([]) }
            let conductor = try scene.conductor()
            async let end: Void = conductor.finish(within: .seconds(5))
            try await eventually("a question") { authority.questions.count == 1 }
            #expect(scene.calendars[0].posted.isEmpty)
            // Half of the time is the calendar's.
            scene.time.advance(by: .milliseconds(2_500))
            try await eventually("a digest") { scene.calendars[0].posted.count == 1 }
            scene.time.advance(by: .milliseconds(2_500))
            await end
            await conductor.close()
            #expect(authority.questions.count == 1 && log.rows.isEmpty)
            // Who was given up has not failed.
            #expect(scene.lines.all.isEmpty)
        }
    }

    // MARK: - What is told

    @Test func whatIsOverdueIsNamedWithItsTimeUntilItIsThere() async throws {
        let authority = try await Self.authority()
        authority.play { _ in .whole(500) }
        let log = try FakeDatedLog()
        try await DatingScene.set(log, authorities: [authority]) { scene in
            try await scene.running { conductor in
                _ = try await scene.failure(of: conductor)
                #expect(conductor.health.overdue.isEmpty)
                #expect(conductor.health.overdueLine == nil)
                scene.time.advance(by: .seconds(30))
                let overdue = try found(conductor.health.overdue.first, "what is overdue")
                let since = try found(overdue.overdueSince, "a time")
                // Three intervals after the head was there.
                #expect((scene.time.seconds - 2...scene.time.seconds).contains(since))
                let line = try found(conductor.health.overdueLine, "a line")
                #expect(line.hasPrefix("overdue: rfc3161 by \(scene.authority().url) since 20"))
                authority.play(nil)
                try await scene.whileTimePasses { conductor.health.overdue.isEmpty }
            }
            #expect(log.rows.count == 1)
        }
    }

    @Test func whatCannotBeAskedIsRefusedByName() async throws {
        let trust = try await Self.authority().trust
        func refusal(_ change: (inout AnchorOptions) -> Void) throws -> AnchorSetupError? {
            var options = AnchorOptions()
            change(&options)
            let log = try FakeDatedLog()
            do throws(AnchorSetupError) {
                _ = try AnchorConductor(
                    log: log, options: options, clock: DatingTime().clock,
                    logger: .init(label: "test"))
                return nil
            } catch {
                return error
            }
        }
        let url = "https://a.example/tsr"
        #expect(
            try refusal { $0.calendars = ["ftp://a.example"] } == .url("ftp://a.example", .scheme))
        #expect(try refusal { $0.calendars = [url, url + "/"] } == .twice(url + "/"))
        #expect(
            try refusal { options in
                options.calendars = (0..<5).map { "https://\($0).example" }
            } == .tooMany("calendars"))
        #expect(
            try refusal {
                $0.authorities = [.init(url: url, trust: trust)]
                $0.calendars = [url]
                $0.calendarInterval = .seconds(599)
            } == .intervals)
    }
}
