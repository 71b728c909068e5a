import Auditing
import HTTPCalls
import TestPeer
import TestSupport
import Testing

/// A service takes an event by a status below 300, and by nothing else.
@Suite struct WebhookReceiverTests {
    private static let line = MonitorScene.event("what happened").line

    /// Hands one event to a server; returns why it was not taken.
    private func failure(
        _ answer: StubServer.Answer, path: String = "/hook", user: String = "",
        time: Duration = Patience.bound
    ) async throws -> (failure: ReceiverFailure?, requests: [StubServer.Request]) {
        try await StubServer.run(answering: { _ in answer }) { server in
            let url = try WebhookURL("http://\(user)127.0.0.1:\(server.port)\(path)")
            let receiver = WebhookReceiver(url, number: 1, options: .patient, time: time)
            var failure: ReceiverFailure?
            do throws(ReceiverFailure) {
                try await receiver.take(Self.line)
            } catch {
                failure = error
            }
            await receiver.close()
            return (failure, server.requests)
        }
    }

    @Test(arguments: [200, 201, 202, 204, 299])
    func eachStatusBelow300TakesTheEvent(status: Int) async throws {
        let page = ["Content-Type": "text/html"]
        let (failure, requests) = try await failure(.whole(status, page, Array("<p>ok".utf8)))
        #expect(failure == nil)
        let request = try #require(requests.first)
        #expect(requests.count == 1 && request.method == "POST" && request.path == "/hook")
        #expect(request.fields["content-type"] == "application/json")
        #expect(request.body == Array(Self.line.utf8))
    }

    @Test(arguments: [301, 302, 307, 308, 400, 401, 404, 410, 429, 500, 503])
    func everyOtherStatusLeavesItWaiting(status: Int) async throws {
        let fields = ["Location": "http://127.0.0.1:1/elsewhere", "Retry-After": "7"]
        let (failure, requests) = try await failure(
            .whole(status, fields, Array("the secret is s3cret".utf8)), path: "/hook?token=s3cret")
        let failed = try #require(failure)
        #expect(requests.count == 1)
        #expect(failed.words.contains("\(status)"))
        #expect(failed.retryAfter == .seconds(7) && !failed.isFinal)
        #expect(!failed.words.contains("s3cret"))
    }

    @Test func anAnswerThatBreaksOffIsNone() async throws {
        let (failure, _) = try await failure(.broken(Array("HTTP/1.1 20".utf8)))
        #expect(failure != nil)
    }

    /// It has said that it has the event: what its body does afterwards changes nothing.
    @Test func aBodyThatNeverEndsTakesNothingBack() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut"
        #expect(try await failure(.broken(Array(head.utf8))).failure == nil)
        // More is not read than an answer has that says nothing.
        let body = Array(repeating: UInt8(ascii: "x"), count: 4 << 20)
        #expect(try await failure(.whole(200, [:], body)).failure == nil)
    }

    @Test func aServiceThatHangsIsGivenUp() async throws {
        let (failure, _) = try await failure(.stalled([]), time: .milliseconds(100))
        #expect(try #require(failure).words.contains("cannot be reached"))
    }

    @Test func nobodyThereIsAFailure() async throws {
        let url = try WebhookURL("http://127.0.0.1:\(try FreePort.next())/x?token=s3cret")
        let receiver = WebhookReceiver(
            url, number: 2, options: .patient, time: Patience.bound)
        await #expect {
            try await receiver.take(Self.line)
        } throws: {
            let words = ($0 as? ReceiverFailure)?.words ?? ""
            return words.contains("nothing listens") && !words.contains("s3cret")
        }
        #expect(receiver.name == "webhook-2")
        await receiver.close()
    }

    /// What a service gives out as an address is sent as it is, and shown to nobody.
    @Test func userAndQueryReachTheServiceAlone() async throws {
        let (failure, requests) = try await failure(
            .whole(500), path: "/a/b/?token=s3cret&x=%20y", user: "ana:p%40ss@")
        let request = try #require(requests.first)
        #expect(request.path == "/a/b/?token=s3cret&x=%20y")
        #expect(request.fields["authorization"] == "Basic YW5hOnBAc3M=")
        for secret in ["s3cret", "p@ss", "p%40ss", "ana", "/a/b"] {
            #expect(!(try #require(failure).words.contains(secret)))
        }
    }

    @Test(arguments: [
        ("https://hooks.example", "https://hooks.example"),
        ("HTTPS://Hooks.Example:443/T/B?k=v", "https://hooks.example"),
        ("http://localhost:8080/x", "http://localhost:8080"),
        ("http://[::1]:8080/x", "http://[::1]:8080"),
        ("https://a:b@hooks.example:8443/?q", "https://hooks.example:8443"),
    ])
    func anAddressShowsItsHostAlone(text: String, shown: String) throws {
        #expect(try WebhookURL(text).description == shown)
    }

    @Test(
        arguments: [
            "", "hooks.example", "ftp://hooks.example", "http://hooks.example/x", "https://",
            "https://a b/x", "https://hooks.example/#x", "https://hooks.exa\u{6D}ple\u{E9}/",
            "https://hooks.example:99999/", "https://a%zz@hooks.example/",
            "https://a%0A@h.example/",
            "https://h.example/\(String(repeating: "x", count: 2_048))",
            "http://127.0.0.1.example/",
        ] as [ShownText])
    func whatIsNoAddressIsRefusedWithoutRepeatingIt(address: ShownText) throws {
        let text = address.string
        do throws(WebhookURLError) {
            _ = try WebhookURL(text)
            Issue.record("\(text) is taken for an address")
        } catch {
            #expect(text.isEmpty || !"\(error)".contains(text))
        }
    }
}
