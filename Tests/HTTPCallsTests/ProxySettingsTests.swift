import HTTPCalls
import Synchronization
import TestPeer
import TestSupport
import Testing

/// Which proxy is taken, for whom, and what a value that is none is called.
@Suite struct ProxySettingsTests {
    private static func proxy(
        _ address: String, _ environment: [String: String]
    ) throws -> String? {
        try ProxySettings(environment: environment).proxy(for: ServiceURL(address))?.description
    }

    @Test func theSchemeOfTheServiceDecidesWhichOne() throws {
        let both = ["https_proxy": "http://s.example:3128", "http_proxy": "p.example:8080"]
        #expect(try Self.proxy("https://ledger.example/a", both) == "http://s.example:3128")
        #expect(try Self.proxy("http://ledger.example", both) == "http://p.example:8080")
        #expect(try Self.proxy("https://ledger.example", ["HTTPS_PROXY": "q.example"]) != nil)
        // A web server fills this one from a request.
        #expect(try Self.proxy("http://ledger.example", ["HTTP_PROXY": "q.example"]) == nil)
        #expect(try Self.proxy("https://ledger.example", ["https_proxy": ""]) == nil)
    }

    @Test func aPasswordIsNotShown() throws {
        let shown = try Self.proxy(
            "https://l.example", ["https_proxy": "http://ana:s%40cret@p.example:1"])
        #expect(shown == "http://p.example:1")
    }

    @Test(arguments: [
        ("ledger.example", true), ("example", true), (".example", true), ("*.example", true),
        ("*", true), ("a.b, ledger.example", true), ("ledger.example:443", true),
        ("LEDGER.example", true), ("ledger.example:8443", false), ("edger.example", false),
        ("other.ledger.example", false), ("", false), (".", false),
    ])
    func noProxyNamesHostsAndDomains(list: String, isDirect: Bool) throws {
        for name in ["no_proxy", "NO_PROXY"] {
            let proxy = try Self.proxy(
                "https://ledger.example/prints", ["https_proxy": "p.example:1", name: list])
            #expect((proxy == nil) == isDirect, "\(list)")
        }
    }

    @Test(arguments: ["http://localhost:1", "http://127.0.0.9", "http://[::1]:8080/x"])
    func thisMachineIsSpokenToDirectly(address: String) throws {
        #expect(try Self.proxy(address, ["http_proxy": "p.example:1"]) == nil)
    }

    @Test func whatIsNoProxyIsRefusedByTheNameOfTheVariable() {
        #expect(throws: ProxyError.scheme(variable: "https_proxy")) {
            try Self.proxy("https://l.example", ["https_proxy": "socks5://p.example:1"])
        }
        #expect(throws: ProxyError.malformed(variable: "https_proxy")) {
            try Self.proxy("https://l.example", ["https_proxy": "http://p.example:http"])
        }
    }

    /// The proxy gets the whole address, and user and password where it wants them.
    @Test func aCallGoesThroughTheProxy() async throws {
        try await StubServer.run { _ in
            .whole(200, [:], [7])
        } _: { server in
            var options = CallOptions.patient
            let service = try ServiceURL("http://ledger.example/prints")
            options.proxy = try ProxySettings(
                environment: ["http_proxy": "http://ana:secret@127.0.0.1:\(server.port)"]
            ).proxy(for: service)
            let caller = HTTPCaller(service, options: options)
            let answer = try await caller.send(
                CallRequest("GET", "/checkpoint", accept: "*/*"), limit: 9)
            await caller.close()
            #expect(answer.body == [7])
            let request = try #require(server.requests.first)
            // The way to a service is a tunnel, with TLS or without.
            #expect(request.method == "CONNECT")
            #expect(request.path == "ledger.example:80")
            #expect(request.fields["proxy-authorization"] == "Basic YW5hOnNlY3JldA==")
        }
    }
}
