import Encoding
import HTTPService
import TestHTTP
import Testing
import TestSupport

/// What a service has without a ledger, and without a line of its own.
@Suite(.serialized) struct HTTPServiceTests {
    private static let plain = ["Content-Type": "text/plain"]

    // MARK: - Routes and problems

    @Test func aRouteIsReadAndConditional() async throws {
        try await TinyService.run { service in
            let answer = try await service.send("GET", "/book")
            #expect(answer.status == 200)
            #expect(answer.text == "hello\n")
            #expect(answer["date"] != nil)
            let tag = try #require(answer["etag"])
            let again = try await service.send("GET", "/book", headers: ["If-None-Match": tag])
            #expect(again.status == 304)
            #expect(again.body.isEmpty)
            let head = try await service.send("HEAD", "/book")
            #expect(head["content-length"] == "6")
        }
    }

    @Test func aBodyIsTakenWholeAndAnswered() async throws {
        try await TinyService.run { service in
            let signed = try await service.send(
                "POST", "/sign", headers: Self.plain, body: Array("Ana".utf8))
            #expect(signed.status == 200)
            #expect(try await service.send("GET", "/book").text == "Ana")
            // As it comes in chunks, too, and after leave to send it.
            try await Connection.open(port: service.port) { connection in
                try await connection.send(
                    "POST", "/sign",
                    headers: Self.plain.merging(["Transfer-Encoding": "chunked"]) { $1 })
                try await connection.sendChunk(Array("Be".utf8))
                try await connection.sendChunk(Array("rta".utf8))
                try await connection.send("0\r\n\r\n")
                #expect(try await connection.answer().text == "Berta")
                let fields = ["Expect": "100-continue", "Content-Length": "5"]
                try await connection.send(
                    "POST", "/sign", headers: Self.plain.merging(fields) { $1 })
                #expect(try await connection.head().status == 100)
                try await connection.send("Clara")
                #expect(try await connection.answer().text == "Clara")
            }
        }
    }

    @Test func whateverIsWrongIsAProblemInTheFormThatIsAccepted() async throws {
        try await TinyService.run { service in
            let absent = try await service.send("GET", "/nothing")
            #expect(absent.status == 404)
            #expect(absent.problem?.detail == "no such resource")
            let method = try await service.send("DELETE", "/book")
            #expect(method.status == 405)
            #expect(method["allow"] == "GET, HEAD")
            #expect(method.problem?.detail == "/book has GET, HEAD")
            let type = try await service.send("POST", "/sign", body: [1])
            #expect(type.status == 415)
            let accepting = Self.plain.merging(["Accept": "application/json"]) { $1 }
            let large = try await service.send(
                "POST", "/sign", headers: accepting, body: Array(repeating: 0x61, count: 1025))
            #expect(large.status == 413)
            #expect(large["content-type"] == "application/problem+json")
            let problem = try JSON.decode(large.body)
            #expect(problem["status"]?.integer == 413)
            #expect(problem["detail"]?.text == "body: must not exceed 1024 bytes")
        }
    }

    // MARK: - The end

    /// Rounds of connections that arrive while a listener ends: in two of five some are accepted at
    /// that very moment.
    private static let ends = 6

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func everyConnectionEndsWithItsListenerAlsoOneThatWasJustAccepted() async throws {
        for _ in 0..<Self.ends {
            try await TinyService.run { service in
                try await Connection.open(port: service.port) { slow in
                    // The service goes on until this one is answered.
                    try await slow.send("POST", "/slow", body: [1])
                    await service.book.awaitArrivals(1)
                    await withDiscardingTaskGroup { group in
                        for _ in 0..<24 {
                            group.addTask { await Self.askUntilRefused(service) }
                        }
                        await service.stop()
                    }
                    service.book.answerAll()
                    #expect(try await slow.answer().status == 200)
                }
            }
        }
    }

    /// Asks on a new connection each time, until nothing listens any more.
    private static func askUntilRefused(_ service: TinyService) async {
        while true {
            let isAccepted =
                (try? await Connection.open(port: service.port) { connection in
                    // It may end at any moment; what is held to here is that it ends.
                    try? await connection.send("GET", "/book")
                    _ = try? await connection.answer()
                    return true
                }) ?? false
            guard isAccepted else { return }
        }
    }

    // MARK: - Limits and fairness

    @Test func aHeaderHasALimit() async throws {
        try await TinyService.run {
            $0.limits.headerBytes = 1024
        } _: { service in
            let long = String(repeating: "a", count: 2000)
            let answer = try await service.send("GET", "/book", headers: ["X-Long": long])
            #expect(answer.status == 431)
        }
    }

    @Test func whoNeverEndsAHeaderIsToldSo() async throws {
        try await TinyService.run {
            $0.limits.headerTime = .seconds(1)
        } _: { service in
            try await Connection.open(port: service.port) { connection in
                try await connection.send("GET /book HTTP/1.1\r\n")
                #expect(try await connection.answer().status == 408)
                #expect(await connection.isClosed())
            }
        }
    }

    /// One client has half of all room at most, and gets it back with its answer.
    @Test func bodiesOfOneClientTakeNoMoreThanIsFree() async throws {
        try await TinyService.run {
            $0.limits.bodyMemory = 64 * 1024
        } _: { service in
            let body = [UInt8](repeating: 0, count: 24 * 1024)
            try await Connection.open(port: service.port) { first in
                try await first.send("POST", "/slow", body: body)
                await service.book.awaitArrivals(1)
                let refused = try await service.send("POST", "/slow", body: body)
                #expect(refused.status == 503)
                #expect(refused["retry-after"] == "1")
                service.book.answerAll()
                #expect(try await first.answer().text == "24576\n")
                try await first.send("POST", "/slow", body: body)
                await service.book.awaitArrivals(1)
                service.book.answerAll()
                #expect(try await first.answer().status == 200)
            }
        }
    }

    @Test func aLargeAnswerTakesRoomOrIsRefused() async throws {
        try await TinyService.run {
            $0.limits.bodyMemory = 1 << 20
        } _: { service in
            // Answers have half of all.
            let refused = try await service.send("GET", "/large")
            #expect(refused.status == 503)
            let head = try await service.send("HEAD", "/large")
            #expect(head["content-length"] == "1048576")
        }
        try await TinyService.run { service in
            let answer = try await service.send("GET", "/large")
            #expect(answer.body.count == 1 << 20)
        }
    }

    @Test func answersComeInTheOrderOfTheRequests() async throws {
        try await TinyService.run { service in
            try await Connection.open(port: service.port) { connection in
                let slow = "POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                let rest = ["/book", "/large", "/nothing"].map {
                    "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n"
                }.joined()
                try await connection.send(slow + rest)
                await service.book.awaitArrivals(1)
                service.book.answerAll()
                #expect(try await connection.answer().text == "3\n")
                #expect(try await connection.answer().text == "hello\n")
                #expect(try await connection.answer().body.count == 1 << 20)
                #expect(try await connection.answer().status == 404)
            }
        }
    }

    // MARK: - Metrics, logs, operations

    @Test func requestsAreCountedAndLogged() async throws {
        try await TinyService.run { service in
            for path in ["/book", "/book", "/nothing"] {
                _ = try await service.send("GET", path)
            }
            let exposition = try Exposition(service.metrics.text())
            func count(_ route: String, _ status: Int) -> Double? {
                let labels = "method=\"GET\",route=\"\(route)\",status=\"\(status)\""
                return exposition.samples["colophon_http_requests_total{\(labels)}"]
            }
            #expect(count("/book", 200) == 2)
            #expect(count("none", 404) == 1)
            let timed = "colophon_http_request_seconds_count{route=\"/book\"}"
            #expect(exposition.samples[timed] == 2)
            #expect(service.log.all.count { $0.contains(" path=/book status=200") } == 2)
        }
    }

    @Test func whatIsOperationalMayHaveAnotherAddress() async throws {
        try await TinyService.run {
            $0.operations = ListenAddress(host: "127.0.0.1", port: 0)
        } _: { service in
            let port = try #require(service.addresses.operations).port
            #expect(try await service.send("GET", "/health").status == 404)
            #expect(try await service.send("GET", "/health", port: port).text == "ok\n")
            #expect(try await service.send("GET", "/book", port: port).status == 404)
        }
    }

    @Test func anAddressThatIsTakenIsNamed() async throws {
        try await TinyService.run { service in
            let options = ServiceOptions(listen: service.addresses.listen)
            await #expect(throws: ServerError.self) {
                try await TinyService.run {
                    $0 = options
                } _: { _ in
                }
            }
        }
    }

    // MARK: - TLS

    /// Runs `body` with a service that speaks TLS.
    private static func runSecurely(
        configure: (inout ServiceOptions) -> Void = { _ in },
        _ body: (TinyService, ServerCertificate) async throws -> Void
    ) async throws {
        let made = try await ServerCertificate()
        try await TinyService.run {
            $0.certificate = made.certificate
            configure(&$0)
        } _: { service in
            try await body(service, made)
        }
    }

    /// Asks for what is not answered, on each of `streams`, and resets them when it has come.
    private static func askAndReset(
        _ streams: [Int], on connection: Connection, _ service: TinyService
    ) async throws {
        for stream in streams {
            try await connection.send(Frames.request(stream, "POST", "/slow"))
        }
        await service.book.awaitArrivals(streams.count)
        for stream in streams {
            try await connection.send(Frames.frame(.reset, 0, stream, [0, 0, 0, 8]))
        }
    }

    /// A task may end long after its stream: what a client has reset is its own until then.
    @Test func streamsThatAreResetCountUntilTheirTasksHaveEnded() async throws {
        try await Self.runSecurely {
            // With those of a connection, 160 tasks of all clients: one has 81 of them at most.
            $0.limits.streams = 64
        } _: { service, _ in
            func fill(_ counts: [Int]) async throws {
                guard let count = counts.first else {
                    return try await Connection.open(port: service.port, tls: ["h2"]) { last in
                        try await last.send(Frames.preface + Frames.request(1, "GET", "/book"))
                        #expect(try await last.answer(1) == nil)
                        let other = try await service.send(
                            "GET", "/book", tls: ["http/1.1"], from: "127.0.0.2")
                        #expect(other.status == 200)
                        service.book.answerAll()
                        var stream = 1
                        try await eventually("the tasks have ended") {
                            stream += 2
                            try await last.send(Frames.request(stream, "GET", "/book"))
                            return try await last.answer(stream) != nil
                        }
                    }
                }
                try await Connection.open(port: service.port, tls: ["h2"]) { connection in
                    try await connection.send(Frames.preface)
                    try await Self.askAndReset(
                        (0..<count).map { 2 * $0 + 1 }, on: connection, service)
                    try await fill(Array(counts.dropFirst()))
                }
            }
            try await fill([32, 32, 17])
        }
    }

    /// A connection is not read on while as many of its streams as may be open are closed, and
    /// their tasks have not ended.
    @Test func whoResetsStreamsWaitsForTheirTasks() async throws {
        try await Self.runSecurely { service, _ in
            try await Connection.open(port: service.port, tls: ["h2"]) { connection in
                try await connection.send(Frames.preface)
                try await Self.askAndReset((0..<32).map { 2 * $0 + 1 }, on: connection, service)
                // A read that was asked for before the last stream was closed is not held any more.
                // The first may come with the last reset: then the second takes that read.
                let ping = Frames.frame(.ping, 0, 0, Array(repeating: 0, count: 8))
                try await connection.send(ping)
                while try await connection.frame().kind != Frames.Kind.ping.rawValue {}
                try await connection.send(ping)
                try await pause(atLeast: .milliseconds(300))
                try await connection.send(Frames.request(65, "POST", "/slow"))
                // A silence in which nothing may come.
                try await pause(atLeast: .milliseconds(300))
                #expect(service.book.count == 32)
                service.book.answerAll()
                await service.book.awaitArrivals(1)
                service.book.answerAll()
                #expect(try await connection.answer(65) != nil)
            }
        }
    }

    @Test func aCertificateIsEnoughForTLSAndHTTP2() async throws {
        try await Self.runSecurely { service, _ in
            let answer = try await service.send("GET", "/book", tls: ["http/1.1"])
            #expect(answer.text == "hello\n")
            try await Connection.open(port: service.port, tls: ["h2"]) { connection in
                let request = Frames.request(1, "GET", "/book")
                try await connection.send(Frames.preface + request)
                let body = try #require(try await connection.data(1))
                #expect(String(decoding: body, as: UTF8.self) == "hello\n")
            }
        }
    }

    @Test func aCertificateThatIsNoneLeavesTheOneBefore() async throws {
        try await Self.runSecurely { service, made in
            try made.folder.write("", to: "cert.pem")
            #expect(throws: TLSError.self) { try made.certificate.reload() }
            // The one before stays.
            #expect(try await service.send("GET", "/book", tls: ["http/1.1"]).status == 200)
            try await TestCertificate.make(in: made.folder)
            try made.certificate.reload()
            #expect(try await service.send("GET", "/book", tls: ["http/1.1"]).status == 200)
        }
    }

    // MARK: - The end

    @Test func whatWasAcceptedIsAnsweredBeforeTheEnd() async throws {
        try await TinyService.run { service in
            try await Connection.open(port: service.port) { connection in
                try await connection.send("POST", "/slow", body: [1, 2, 3])
                await service.book.awaitArrivals(1)
                await service.stop()
                service.book.answerAll()
                #expect(try await connection.answer().text == "3\n")
                #expect(await connection.isClosed())
            }
        }
    }
}
