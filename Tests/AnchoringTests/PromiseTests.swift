import Anchoring
import Encoding
import Merkle
import OpenTimestamps
import TestPeer
import TestSupport
import Testing

/// What becomes of calendars' promises in hours and days, through real calls; time goes on by hand.
@Suite struct PromiseTests {
    private static let start: UInt64 = 1_900_000_000
    private static let day: UInt64 = 86_400

    /// A log and calendars that are asked once an hour.
    private static func set(
        _ log: FakeDatedLog, calendars count: Int = 1,
        _ body: @escaping (DatingScene) async throws -> Void
    ) async throws {
        try await DatingScene.set(log, calendars: count, time: DatingTime(from: start)) {
            $0.calendarInterval = .seconds(3_600)
        } _: { scene in
            try await body(scene)
        }
    }

    /// A promise of a calendar about the head of a size, as a row has it.
    private static func row(
        _ size: UInt64, of source: AnchorSource, ago: UInt64, uri: String = FakeCalendar.uri
    ) throws -> KeptAnchor {
        let input = FakeDatedLog.input(size)
        let proof = try CalendarSubmission(of: input.digest)
            .proof(reply: FakeCalendar.promise(uri: uri))
        return KeptAnchor(
            of: source, about: input, state: .pending, askedAt: start - ago, time: start - ago,
            evidence: proof.encoded)
    }

    private static func commitments(_ row: KeptAnchor?) throws -> [String] {
        try DetachedTimestamp(parsing: try found(row, "a row").evidence)
            .pending.map { Hex.encode($0.commitment) }
    }

    // MARK: - Kept

    @Test func aPromiseIsKeptAfterDaysAndNeverAskedAboutAgain() async throws {
        let log = try FakeDatedLog()
        try await Self.set(log) { scene in
            let calendar = scene.calendars[0]
            try await scene.running { conductor in
                try await eventually("a promise") { log.rows.count == 1 }
                let promise = try Self.commitments(log.rows.first)
                try await scene.whileTimePasses(.seconds(600)) {
                    scene.time.seconds >= Self.start + 23 * 3_600
                }
                #expect(conductor.health.overdue.isEmpty)
                try await scene.whileTimePasses(.seconds(3_600)) {
                    scene.time.seconds >= Self.start + 2 * Self.day - 7_200
                }
                #expect(conductor.health.overdue.map(\.overdueSince) == [Self.start + Self.day])
                // The argument is the commitment at the promise, never the digest.
                #expect(Set(calendar.asked) == Set(promise))
                #expect(log.rows.map(\.state) == [.pending])
                calendar.mine()
                try await scene.whileTimePasses(.seconds(600)) {
                    log.rows.map(\.state) == [.complete]
                }
                #expect(log.rows[0].time > Self.start + Self.day)
                try await eventually("nothing overdue") { conductor.health.overdue.isEmpty }
                let asked = calendar.asked.count
                log.grow(to: 9)
                try await scene.whileTimePasses(.seconds(600)) {
                    log.rows.map(\.state) == [.complete, .complete]
                }
                #expect(!calendar.asked.dropFirst(asked).contains(promise[0]))
            }
            #expect(calendar.posted.count == 2)
            // Waiting is no failure.
            #expect(scene.lines.all.count == 1)
        }
    }

    @Test func aRestartGoesOnWithThePromisesThatThereAre() async throws {
        let log = try FakeDatedLog(size: 9)
        try await Self.set(log) { scene in
            let calendar = scene.calendars[0]
            for size: UInt64 in [5, 9] {
                try log.keep(try Self.row(size, of: scene.calendar(), ago: 600))
            }
            // It knows them all, and has a block.
            calendar.play { request in
                request.method == "GET" ? FakeCalendar.tree(FakeCalendar.block(7)) : nil
            }
            let promises = try log.rows.reversed().flatMap { try Self.commitments($0) }
            try await scene.running { _ in
                try await scene.whileTimePasses {
                    log.rows.map(\.state) == [.complete, .complete]
                }
            }
            #expect(calendar.asked == promises && calendar.posted.isEmpty)
        }
    }

    @Test func onlyTheCalendarThatWasConfiguredIsAsked() async throws {
        let log = try FakeDatedLog()
        try await StubServer.run { _ in
            FakeCalendar.tree(FakeCalendar.block(1))
        } _: { other in
            try await Self.set(log) { scene in
                let foreign = "http://127.0.0.1:\(other.port)"
                // A row of a calendar that is not configured any more, and a promise that names it.
                let gone = AnchorSource(.openTimestamps, url: foreign)
                try log.keep(try Self.row(3, of: gone, ago: 600, uri: foreign))
                try log.keep(try Self.row(5, of: scene.calendar(), ago: 600, uri: foreign))
                try await scene.running { _ in
                    try await scene.whileTimePasses(.seconds(600)) {
                        scene.calendars[0].asked.count == 3
                    }
                }
                #expect(other.requests.isEmpty)
                #expect(log.rows.map(\.state) == [.pending, .pending])
                let promise = try Self.commitments(log.rows.last)
                #expect(Set(scene.calendars[0].asked) == Set(promise))
            }
        }
    }

    // MARK: - Not kept

    @Test func aPromiseThatIsNotKeptIsRepeatedBesideTheFirst() async throws {
        let log = try FakeDatedLog()
        try await Self.set(log) { scene in
            let calendar = scene.calendars[0]
            try await scene.running { _ in
                try await eventually("a promise") { log.rows.count == 1 }
                let first = try Self.commitments(log.rows.first)
                try await scene.whileTimePasses(.seconds(1_800)) { calendar.posted.count == 2 }
                let now = scene.time.seconds
                #expect((Self.start + 2 * Self.day...Self.start + 3 * Self.day).contains(now))
                try await eventually("both promises") {
                    try Self.commitments(log.rows.first).count == 2
                }
                #expect(log.rows.map(\.state) == [.pending])
                #expect(log.rows.map(\.askedAt) == [Self.start])
                // The first goes on being asked about, too.
                let asked = calendar.asked.count
                let both = try Set(Self.commitments(log.rows.first))
                #expect(both.isSuperset(of: first))
                try await scene.whileTimePasses(.seconds(1_800)) {
                    both.isSubset(of: calendar.asked.dropFirst(asked))
                }
                calendar.mine()
                try await scene.whileTimePasses(.seconds(1_800)) {
                    log.rows.map(\.state) == [.complete]
                }
            }
        }
    }

    @Test func aPromiseThatALaterHeadCoversIsNotRepeated() async throws {
        let log = try FakeDatedLog(size: 9)
        try await Self.set(log) { scene in
            let calendar = scene.calendars[0]
            let old = try Self.row(5, of: scene.calendar(), ago: 5 * Self.day)
            var new = try Self.row(9, of: scene.calendar(), ago: Self.day)
            new.state = .complete
            for row in [old, new] { try log.keep(row) }
            try await scene.running { conductor in
                try await scene.whileTimePasses(.seconds(1_800)) { calendar.asked.count == 3 }
                // It covers every entry that the old one does.
                #expect(conductor.health.overdue.isEmpty)
                #expect(conductor.health.sources[0].pending == 1)
            }
            #expect(calendar.posted.isEmpty)
        }
    }

    @Test func aPromiseOfSixtyDaysIsGivenUpAndItsHeadDatedAnew() async throws {
        let log = try FakeDatedLog(size: 9)
        try await Self.set(log) { scene in
            let calendar = scene.calendars[0]
            for size: UInt64 in [5, 9] {
                try log.keep(try Self.row(size, of: scene.calendar(), ago: 60 * Self.day))
            }
            try await scene.running { _ in
                try await scene.whileTimePasses {
                    log.rows.map(\.state) == [.abandoned, .pending] && calendar.posted.count == 1
                }
                #expect(log.rows[1].askedAt >= Self.start)
                calendar.mine()
                try await scene.whileTimePasses(.seconds(600)) {
                    log.rows.map(\.state) == [.abandoned, .complete]
                }
            }
            #expect(scene.lines.all.count { $0.hasPrefix("a promise is given up") } == 2)
        }
    }

    @Test func nothingIsGivenUpWhileTheCalendarDoesNotAnswer() async throws {
        let log = try FakeDatedLog()
        try await Self.set(log) { scene in
            let calendar = scene.calendars[0]
            calendar.play { _ in .whole(502) }
            try log.keep(try Self.row(5, of: scene.calendar(), ago: 90 * Self.day))
            try await scene.running { conductor in
                try await scene.whileTimePasses { calendar.asked.count == 3 }
                #expect(log.rows.map(\.state) == [.pending])
                #expect(conductor.health.sources[0].failure?.kind == "broken")
                calendar.play { _ in FakeCalendar.tree(FakeCalendar.block(7)) }
                try await scene.whileTimePasses { log.rows.map(\.state) == [.complete] }
            }
        }
    }

    @Test func whatACalendarForgetsIsToldOnceAndWaitingNever() async throws {
        let log = try FakeDatedLog()
        try await Self.set(log) { scene in
            let calendar = scene.calendars[0]
            try await scene.running { conductor in
                try await eventually("a promise") { log.rows.count == 1 }
                try await scene.whileTimePasses(.seconds(600)) { calendar.asked.count == 3 }
                #expect(!scene.lines.all.contains { $0.contains("promise") })
                calendar.forget()
                try await scene.whileTimePasses(.seconds(600)) { calendar.asked.count == 7 }
                let lines = scene.lines.all.filter { $0.contains("forgot a promise") }
                #expect(lines.count == 1)
                #expect(lines[0].contains("knows nothing of what it has promised (404: Not found)"))
                #expect(log.rows.map(\.state) == [.pending])
                // It answers, so it is not down.
                #expect(conductor.health.sources[0].isUp == true)
            }
        }
    }

    @Test func aClockThatJumpsGivesUpNothingThatIsNotAskedForAnew() async throws {
        let log = try FakeDatedLog()
        try await Self.set(log) { scene in
            let calendar = scene.calendars[0]
            try await scene.running { _ in
                try await eventually("a promise") { log.rows.count == 1 }
                scene.time.setClock(ahead: 100 * Int64(Self.day))
                try await scene.whileTimePasses(.seconds(600)) {
                    calendar.posted.count == 2 && log.rows.map(\.state) == [.pending]
                }
                // The clock is right again, and behind what the row says.
                scene.time.setClock(ahead: 0)
                #expect(log.rows[0].askedAt > scene.time.seconds)
                calendar.mine()
                try await scene.whileTimePasses(.seconds(600)) {
                    log.rows.map(\.state) == [.complete]
                }
                log.grow(to: 9)
                try await scene.whileTimePasses(.seconds(600)) {
                    log.rows.map(\.state) == [.complete, .complete]
                }
            }
        }
    }
}
