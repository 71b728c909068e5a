import Anchoring
import Foundation
import Logging
import Synchronization
import TestPeer
import TestSupport
import Timestamping

/// A log, authorities and calendars that listen, and a conductor between them.
final class DatingScene: Sendable {
    let log: FakeDatedLog
    let authorities: [FakeAuthority]
    let calendars: [FakeCalendar]
    let time: DatingTime
    let lines = LogLines(level: .info)
    private let options: AnchorOptions

    private init(
        _ log: FakeDatedLog, _ authorities: [FakeAuthority], _ calendars: [FakeCalendar],
        _ time: DatingTime, _ options: AnchorOptions
    ) {
        self.log = log
        self.authorities = authorities
        self.calendars = calendars
        self.time = time
        self.options = options
    }

    /// Where a calendar is, as rows name it.
    func calendar(_ index: Int = 0) -> AnchorSource {
        AnchorSource(.openTimestamps, url: options.calendars[index])
    }

    /// Where an authority is, as rows name it.
    func authority(_ index: Int = 0) -> AnchorSource {
        AnchorSource(.timestamp, url: options.authorities[index].url)
    }

    /// Runs `body` with a log, authorities and calendars; no conductor runs.
    ///
    /// Heads are dated every 10 s by each of both kinds unless `change` says otherwise: a token's
    /// time is the real one, and a test must not get too far away from it.
    static func set(
        _ log: FakeDatedLog, authorities: [FakeAuthority] = [], calendars count: Int = 0,
        time: DatingTime = DatingTime(), _ change: (inout AnchorOptions) -> Void = { _ in },
        _ body: @escaping (DatingScene) async throws -> Void
    ) async throws {
        let calendars = (0..<count).map { _ in FakeCalendar() }
        let answers: [StubServer.Answering] =
            authorities.map { $0.answer } + calendars.map { $0.answer }
        try await StubServer.run(answering: answers) { ports in
            var options = AnchorOptions()
            options.timestampInterval = .seconds(10)
            options.calendarInterval = .seconds(10)
            // No call is late on a busy machine; time goes on by hand.
            options.answerTime = Patience.bound
            let urls = ports.map { "http://127.0.0.1:\($0)/a" }
            options.authorities = zip(authorities, urls).map { .init(url: $1, trust: $0.trust) }
            options.calendars = Array(urls.dropFirst(authorities.count))
            change(&options)
            try await body(DatingScene(log, authorities, calendars, time, options))
        }
    }

    /// Runs `body` while a new conductor runs, as after a start.
    func running(_ body: (AnchorConductor) async throws -> Void) async throws {
        let conductor = try conductor()
        let running = Task { await conductor.run() }
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(conductor))
        } catch {
            outcome = .failure(error)
        }
        running.cancel()
        await running.value
        await conductor.close()
        try outcome.get()
    }

    /// A conductor that does not run; it must be closed.
    func conductor() throws -> AnchorConductor {
        try AnchorConductor(
            log: log, options: options, clock: time.clock, logger: lines.logger)
    }

    /// Lets time pass, `step` a look, until something has happened.
    func whileTimePasses(
        _ step: Duration = .seconds(1), _ event: String = "what needs time",
        _ hasHappened: () throws -> Bool
    ) async throws {
        try await eventually(event) {
            guard try !hasHappened() else { return true }
            time.advance(by: step)
            return false
        }
    }

    /// Waits until a source has failed, and returns how.
    func failure(of conductor: AnchorConductor, _ index: Int = 0) async throws -> AnchorFailure {
        try await eventually("a failure of source \(index)") {
            conductor.health.sources[index].failure
        }
    }
}

/// Time that goes on when a test says so, from the real one or from another.
final class DatingTime: Sendable {
    private let passed = Mutex(Duration.zero)
    private let jump = Mutex<Int64>(0)
    private let start: UInt64?

    /// Creates time whose POSIX seconds begin at `start`, or are the real ones.
    init(from start: UInt64? = nil) { self.start = start }

    func advance(by duration: Duration) { passed.withLock { $0 += duration } }

    /// Sets the clock to another time, while time itself does not jump.
    func setClock(ahead seconds: Int64) { jump.withLock { $0 = seconds } }

    var seconds: UInt64 {
        let base = start.map { Int64($0) } ?? Int64(Date().timeIntervalSince1970)
        let passed = passed.withLock { $0.components.seconds }
        return UInt64(base + passed + jump.withLock { $0 })
    }

    var clock: ConductorClock {
        ConductorClock(
            seconds: { self.seconds }, elapsed: { self.passed.withLock { $0 } },
            sleepUntil: { end in
                try await eventually("the time \(end)") { self.passed.withLock { $0 } >= end }
            })
    }
}

/// An authority that `openssl` plays, unless it is told otherwise.
final class FakeAuthority: Sendable {
    /// What a test has it do in its place; nil for what an authority does.
    typealias Trick = @Sendable (StubServer.Request) async throws -> StubServer.Answer?

    private struct State {
        var questions: [[UInt8]] = []
        var trick: Trick?
    }

    let authority: TestAuthority
    let trust: TimestampAuthorities
    private let state = Mutex(State())

    init(_ authority: TestAuthority) throws {
        self.authority = authority
        trust = try TimestampAuthorities(pem: authority.root())
    }

    /// What it was asked, in order.
    var questions: [[UInt8]] { state.withLock { $0.questions } }

    func play(_ trick: Trick?) { state.withLock { $0.trick = trick } }

    static func reply(_ bytes: [UInt8]) -> StubServer.Answer {
        .whole(200, ["Content-Type": "application/timestamp-reply"], bytes)
    }

    func answer(_ request: StubServer.Request) async -> StubServer.Answer {
        let trick = state.withLock { state in
            state.questions.append(request.body)
            return state.trick
        }
        do {
            if let answer = try await trick?(request) { return answer }
            return Self.reply(try await authority.reply(to: request.body))
        } catch {
            return .whole(500)
        }
    }
}
