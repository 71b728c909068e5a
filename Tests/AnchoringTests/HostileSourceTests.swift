import Anchoring
import Merkle
import OpenTimestamps
import TestPeer
import TestSupport
import Testing
import Timestamping

/// Authorities and calendars that answer anything: each is named, and nothing of it is kept.
@Suite struct HostileSourceTests {
    /// What a hostile source answers, and what is said of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: String

        /// What the words have in them.
        let words: String
        let answer: @Sendable (StubServer.Request) async throws -> StubServer.Answer

        init(
            _ name: String, _ kind: String, _ words: String,
            _ answer: @escaping @Sendable (StubServer.Request) async throws -> StubServer.Answer
        ) {
            testDescription = name
            self.kind = kind
            self.words = words
            self.answer = answer
        }

        init(_ status: Int, _ kind: String) {
            self.init("status \(status)", kind, "status \(status)") { _ in .whole(status) }
        }
    }

    /// What is no answer of either, whose media type is `type` and whose limit is `limit`.
    private static func cases(_ type: String, limit: Int) -> [Case] {
        let tooLarge = "an answer of more than \(limit) bytes"
        return [
            Case(400, "refused"), Case(403, "refused"), Case(415, "refused"),
            Case(429, "too_often"), Case(500, "broken"), Case(503, "broken"),
            Case("a redirect", "unexpected", "status 302, a redirect") { _ in
                .whole(302, ["Location": "http://127.0.0.1:1/"])
            },
            Case("another good status", "unexpected", "status 202") { _ in
                .whole(202, ["Content-Type": type], [1])
            },
            Case("a page", "media_type", "text/html") { _ in
                .whole(200, ["Content-Type": "text/html; charset=utf-8"], Array("<p>".utf8))
            },
            Case("another media type", "media_type", "application/json") { _ in
                .whole(200, ["Content-Type": "application/json"], Array("{}".utf8))
            },
            Case("no media type", "media_type", "without a media type") { _ in .whole(200) },
            Case("more than is read", "unexpected", tooLarge) { _ in
                .whole(200, ["Content-Type": type], .init(repeating: 0x30, count: limit + 1))
            },
            Case("10 GB", "unexpected", tooLarge) { _ in
                let head =
                    "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\n"
                    + "Content-Length: 10000000000\r\n\r\n"
                return .stalled(Array(head.utf8) + .init(repeating: 0x30, count: 1 << 20))
            },
            Case("a connection that is cut", "unreachable", "") { _ in
                .broken(Array("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nhalf".utf8))
            },
            Case("a connection that ends at once", "unreachable", "") { _ in .broken([]) },
        ]
    }

    // MARK: - Authorities

    private static let authorityCases =
        cases("application/timestamp-reply", limit: TimestampLimit.tokenBytes) + [
            Case("nothing", "malformed", "cut off") { _ in FakeAuthority.reply([]) },
            Case("garbage", "malformed", "no timestamp of RFC 3161") { _ in
                FakeAuthority.reply(Array("\u{1b}[2J\u{202e}OK\n".utf8))
            },
            Case("a refusal with words", "rejected", "status 2: ask <U+001B>later") { _ in
                let words = Array("ask \u{1b}later".utf8)
                let text = [0x0c, UInt8(words.count)] + words
                let texts = [0x30, UInt8(text.count)] + text
                let info = [0x30, UInt8(texts.count + 3), 2, 1, 2] + texts
                return FakeAuthority.reply([0x30, UInt8(info.count)] + info)
            },
        ]

    @Test(arguments: authorityCases)
    func anAuthoritysHostileAnswerIsNamedAndNothingOfItIsKept(_ hostile: Case) async throws {
        let bad = try FakeAuthority(try await TestAuthority())
        bad.play(hostile.answer)
        try await Self.check(hostile, [bad])
    }

    /// What a real authority can be made to answer wrongly.
    @Test(arguments: ["other_digest", "other_nonce", "untrusted", "out_of_term", "malformed"])
    func aTokenThatDoesNotHoldIsNamedAndNotKept(kind: String) async throws {
        let authority = try await TestAuthority { plan in
            if kind == "out_of_term" { plan.signerTerm.1 = "20210101000000Z" }
        }
        let bad = try FakeAuthority(authority)
        let stranger = try await TestAuthority()
        let hostile = Case(kind, kind, "") { request in
            let query = TimestampQuery(digest: FakeDatedLog.input(5).digest, nonce: 1)
            let other = TimestampQuery(digest: .sha256([]), nonce: 1)
            switch kind {
            case "other_digest":
                return FakeAuthority.reply(try await authority.reply(to: other.bytes))
            case "other_nonce":
                return FakeAuthority.reply(try await authority.reply(to: query.bytes))
            case "untrusted":
                return FakeAuthority.reply(try await stranger.reply(to: request.body))
            case "malformed":
                return FakeAuthority.reply(try await authority.reply(to: request.body) + [0])
            default: return FakeAuthority.reply(try await authority.reply(to: request.body))
            }
        }
        bad.play(hostile.answer)
        try await Self.check(hostile, [bad])
    }

    /// Beside a hostile source there is a good calendar, which it does not hold up.
    private static func check(
        _ hostile: Case, _ authorities: [FakeAuthority], calendars: Int = 1
    ) async throws {
        let log = try FakeDatedLog()
        try await DatingScene.set(log, authorities: authorities, calendars: calendars) { scene in
            if authorities.isEmpty { scene.calendars[0].play { try await hostile.answer($0) } }
            try await scene.running { conductor in
                let failure = try await scene.failure(of: conductor)
                #expect(failure.kind == hostile.kind)
                #expect("\(failure)".contains(hostile.words))
                let good = scene.calendar(calendars - 1)
                try await eventually("a promise of the good one") {
                    log.rows.contains { $0.source == good }
                }
                // However often it is tried, it is named once.
                try await scene.whileTimePasses {
                    authorities.isEmpty
                        ? scene.calendars[0].posted.count >= 3
                        : authorities[0].questions.count >= 3
                }
                #expect(log.rows.count == 1)
            }
            let lines = scene.lines.all.filter { $0.contains(" failed: ") }
            #expect(lines.count == 1)
            #expect(lines[0].contains(hostile.words))
            #expect(!lines[0].contains("\u{1b}") && !lines[0].contains("U+000A"))
        }
    }

    // MARK: - Calendars

    private static let calendarCases =
        cases("application/octet-stream", limit: 10_000) + [
            Case(404, "refused"),
            Case("nothing", "bad_proof", "ends too early") { _ in FakeCalendar.tree([]) },
            Case("garbage", "bad_proof", "no known kind") { _ in FakeCalendar.tree([0x99]) },
            Case("bytes behind the tree", "bad_proof", "bytes follow") { _ in
                FakeCalendar.tree(FakeCalendar.promise() + [0])
            },
            Case("a tree without a promise", "no_promise", "promised nothing") { _ in
                FakeCalendar.tree([0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 0xff])
            },
            Case("words that move a cursor", "refused", "busy<U+001B>[2J") { _ in
                .whole(409, ["Content-Type": "text/plain"], Array("busy\u{1b}[2J\r\n".utf8))
            },
        ]

    @Test(arguments: calendarCases)
    func aCalendarsHostileAnswerIsNamedAndNothingOfItIsKept(_ hostile: Case) async throws {
        try await Self.check(hostile, [], calendars: 2)
    }

    @Test(arguments: cases("application/octet-stream", limit: 10_000))
    func aHostileAnswerAboutAPromiseIsNamedAndChangesNothing(_ hostile: Case) async throws {
        let log = try FakeDatedLog()
        try await DatingScene.set(log, calendars: 1) { scene in
            scene.calendars[0].play { request in
                request.method == "GET" ? try await hostile.answer(request) : nil
            }
            try await scene.running { conductor in
                try await eventually("a promise") { log.rows.count == 1 }
                let promise = log.rows
                try await scene.whileTimePasses(.seconds(10)) {
                    conductor.health.sources[0].failure?.kind == hostile.kind
                }
                #expect(log.rows == promise)
                scene.calendars[0].play(nil)
                scene.calendars[0].mine()
                try await scene.whileTimePasses(.seconds(10)) {
                    log.rows.map(\.state) == [.complete]
                }
            }
        }
    }

    @Test(arguments: [
        ("another tree", [0x99] as [UInt8], "bad_proof"), ("bytes behind", [], "bad_proof"),
    ])
    func aProofThatIsNoneIsNotKept(name: String, reply: [UInt8], kind: String) async throws {
        let log = try FakeDatedLog()
        try await DatingScene.set(log, calendars: 1) { scene in
            scene.calendars[0].play { request in
                guard request.method == "GET" else { return nil }
                return FakeCalendar.tree(
                    reply.isEmpty ? FakeCalendar.block(1) + [0] : reply)
            }
            try await scene.running { conductor in
                try await scene.whileTimePasses(.seconds(10)) {
                    conductor.health.sources[0].failure?.kind == kind
                }
            }
            #expect(log.rows.map(\.state) == [.pending])
        }
    }

    // MARK: - Time

    @Test func whatIsLateOrDripsIsGivenUp() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n"
        for start in ["", head + "Content-Length: 90\r\n\r\nd"] {
            let slow = try FakeAuthority(try await TestAuthority())
            slow.play { _ in .stalled(Array(start.utf8)) }
            try await DatingScene.set(try FakeDatedLog(), authorities: [slow]) {
                // The time for a call is itself what this is about.
                $0.answerTime = .milliseconds(50)
            } _: { scene in
                try await scene.running { conductor in
                    let failure = try await scene.failure(of: conductor)
                    #expect(failure.kind == "unreachable")
                }
            }
        }
    }
}
