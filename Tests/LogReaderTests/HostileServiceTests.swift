import Compression
import HTTPCalls
import LogReader
import Merkle
import Synchronization
import TestPeer
import TestSupport
import Testing

/// Whatever a service answers: a file, an error that says what became of it, and never more memory
/// or another address than was asked for.
@Suite struct HostileServiceTests {
    private static let tile = LogLayout.tiles.file(
        .tile(TileID(level: 0, index: 0), width: 256))
    private static let bundle = LogLayout.tiles.file(.bundle(0, width: 256))
    private static let bytes = [UInt8](repeating: 7, count: LogLimits.tileBytes)

    /// Options of a test that tries again at once.
    private static var options: CallOptions {
        var options = CallOptions.patient
        options.firstDelay = .milliseconds(1)
        options.longestRetryAfter = .milliseconds(1)
        return options
    }

    /// Asks a service that gives one answer after the other, the last one for ever.
    private static func ask(
        _ answers: [StubServer.Answer], _ file: LogFile = tile, limit: Int = LogLimits.tileBytes,
        options: CallOptions = options
    ) async throws -> (result: Result<[UInt8]?, LogError>, requests: [StubServer.Request]) {
        let rest = Mutex(answers)
        return try await StubServer.run { _ in
            rest.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        } _: { server in
            let caller = HTTPCaller(
                try ServiceURL("http://127.0.0.1:\(server.port)/prefix"), options: options)
            let result: Result<[UInt8]?, LogError>
            do throws(LogError) {
                result = .success(try await LogService(caller).bytes(of: file, limit: limit))
            } catch {
                result = .failure(error)
            }
            await caller.close()
            return (result, server.requests)
        }
    }

    private static func head(_ fields: String) -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\n\(fields)\r\n\r\n".utf8)
    }

    /// Cut off, busy, broken, and told when to come back: asked again, and then it is there.
    @Test func whatMayPassIsTriedAgain() async throws {
        let cut = StubServer.Answer.broken(
            Self.head("Content-Length: \(Self.bytes.count)") + Self.bytes.prefix(100))
        let failures = [
            cut, .broken([]), .whole(503), .whole(500), .whole(429, ["Retry-After": "1"]),
            .whole(204), .whole(206, [:], Array(Self.bytes.prefix(100))),
        ]
        for failure in failures {
            let (result, requests) = try await Self.ask([failure, .whole(200, [:], Self.bytes)])
            #expect(result == .success(Self.bytes))
            #expect(requests.count == 2)
        }
    }

    @Test func whatDoesNotPassIsNobodysWord() async throws {
        let cut = StubServer.Answer.broken(
            Self.head("Content-Length: \(Self.bytes.count)") + Self.bytes.prefix(100))
        for failure in [
            cut, .broken([]), .whole(503), .whole(403), .whole(429), .whole(204),
        ] {
            let (result, _) = try await Self.ask([failure])
            guard case .failure(let error) = result else {
                Issue.record("it was read")
                continue
            }
            #expect(error.meaning == .unreadable)
            #expect(error.file?.part == Self.tile.part)
        }
    }

    /// Gigabytes under the name of a tile, with a length or without an end: no more is read than a
    /// tile has.
    @Test(arguments: ["Content-Length: 8000000000", "Transfer-Encoding: chunked"])
    func noMoreIsReadThanTheLimit(length: String) async throws {
        let many = [UInt8](repeating: 0, count: 3 * LogLimits.tileBytes)
        let body =
            length.hasPrefix("T") ? Array("\(String(many.count, radix: 16))\r\n".utf8) + many : many
        let (result, requests) = try await Self.ask([.stalled(Self.head(length) + body)])
        guard case .failure(.tooLarge(_, LogLimits.tileBytes)) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(requests.count == 1)
    }

    /// A body that stands still, or drips, is given up, is asked for again, and says nothing of the
    /// log.
    ///
    /// On a machine that is busy the time may run out before the body has begun; then there is
    /// twice as much of it.
    @Test(.timeLimit(.minutes(Patience.minutes))) func aSlowBodyIsGivenUp() async throws {
        let begun = Self.head("Content-Length: 8192") + Self.bytes.prefix(100)
        var reasons: [CallError] = []
        var time = Duration.milliseconds(50)
        let stalled = "its answer comes with less than \(Self.highestRate) bytes a second"
        while reasons != [.unreachable(stalled), .unreachable(stalled)] {
            var options = Self.options
            options.answerTimeout = time
            options.lowestRate = Self.highestRate
            options.tries = 2
            let retried = Mutex<[CallError]>([])
            options.onRetry = { error, _ in retried.withLock { $0.append(error) } }
            let (result, _) = try await Self.ask([.stalled(begun)], options: options)
            guard case .failure(let error) = result, case .service(_, let last) = error else {
                Issue.record("\(result)")
                return
            }
            #expect(error.meaning == .unreadable)
            reasons = retried.withLock { $0 } + [last]
            #expect(reasons.count == 2)
            time *= 2
        }
    }

    /// Bytes a second with which no byte buys any time.
    private static let highestRate = 1 << 30

    @Test func gzipThatUnfoldsWithoutEndIsCut() async throws {
        let bomb = GzipDeflater.deflated([UInt8](repeating: 0, count: 20 << 20))
        let (result, _) = try await Self.ask(
            [.whole(200, ["Content-Encoding": "gzip"], bomb)], Self.bundle,
            limit: LogLimits.bundleBytes)
        guard case .failure(let error) = result, case .tooLarge = error else {
            Issue.record("\(result)")
            return
        }
        #expect(error.file?.part == Self.bundle.part)
    }

    /// Zeros are no manifests: gigabytes of them are refused at the first, while the service still
    /// sends.
    @Test func aBombInThePlaceOfManifestsIsRefusedWhereItBegins() async throws {
        let bomb = GzipDeflater.deflated([UInt8](repeating: 0, count: 20 << 20))
        let file = LogLayout.tiles.file(.manifests(0, width: 3))
        let begun = Self.head("Content-Encoding: gzip\r\nContent-Length: \(bomb.count)")
        let (result, requests) = try await Self.ask(
            [.stalled(begun + bomb.prefix(bomb.count / 2))], file,
            limit: LogLimits.manifestsBytes)
        guard case .failure(.malformed(let place, let rule)) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(place.part == file.part)
        #expect(rule.hasPrefix("must hold 3 byte strings or nulls"))
        #expect(requests.count == 1)
    }

    /// Manifests that follow the form are taken up to the number of entries, whatever unfolds
    /// behind them.
    @Test func moreManifestsThanEntriesAreRefusedWhereTheyBegin() async throws {
        let manifest = [0x5A, 0x00, 0x04, 0x00, 0x00] + [UInt8](repeating: 7, count: 256 << 10)
        let bomb = GzipDeflater.deflated((0..<20).flatMap { _ in manifest })
        let file = LogLayout.tiles.file(.manifests(0, width: 3))
        let begun = Self.head("Content-Encoding: gzip\r\nContent-Length: \(bomb.count)")
        let (result, _) = try await Self.ask(
            [.stalled(begun + bomb.prefix(bomb.count / 2))], file,
            limit: LogLimits.manifestsBytes)
        guard case .failure(.malformed) = result else {
            Issue.record("\(result)")
            return
        }
    }

    /// Nothing is asked of the address that an answer points to.
    @Test(arguments: [301, 302, 303, 307, 308])
    func noRedirectIsFollowed(status: Int) async throws {
        let (result, requests) = try await Self.ask([
            .whole(status, ["Location": "/elsewhere"]), .whole(200, [:], Self.bytes),
        ])
        guard case .failure(.redirected(let file, status)) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(file.path.hasSuffix("/prefix/\(Self.tile.path)"))
        #expect(requests.map(\.path) == ["/prefix/\(Self.tile.path)"])
    }

    /// A network that wants a log-in gives its page, whatever was asked for.
    @Test func aPageIsNoFile() async throws {
        let (result, _) = try await Self.ask([
            .whole(200, ["Content-Type": "text/html"], Array("<html>".utf8))
        ])
        guard case .failure(let error) = result else {
            Issue.record("it was read")
            return
        }
        #expect(error.meaning == .unreadable)
    }

    /// Gzip is read whether it was asked for or not.
    @Test(arguments: [bundle, LogLayout.staticCT.file(.bundle(0, width: 256)), tile])
    func gzipIsReadAlsoWhereItWasNotAskedFor(file: LogFile) async throws {
        let (result, requests) = try await Self.ask(
            [.whole(200, ["Content-Encoding": "gzip"], GzipDeflater.deflated(Self.bytes))], file)
        #expect(result == .success(Self.bytes))
        #expect((requests.first?.fields["accept-encoding"] == "gzip") == (file != Self.tile))
    }

    /// What is asked for again, because it was wrong, is asked past all caches.
    @Test func aWrongFileIsAskedForPastCaches() async throws {
        let log = try MadeLog(300)
        let stale = try MadeLog(300, fork: 3)
        try await StubServer.run { request in
            let isFresh = request.fields["cache-control"] == "no-cache"
            let path = String(request.path.dropFirst())
            let shown = isFresh || path == "checkpoint" ? log : stale
            guard let bytes = try? shown.file(path) else { return .whole(404) }
            return .whole(200, [:], bytes)
        } _: { server in
            let caller = HTTPCaller(
                try ServiceURL("http://127.0.0.1:\(server.port)"), options: Self.options)
            let source = LogService(caller, patience: [.milliseconds(1)])
            let tree = try await TiledLog(source, trust: log.trust).newest()
            #expect(try await tree.entry(at: 3) == log.leaves[3])
            await caller.close()
        }
    }
}
