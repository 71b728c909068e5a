import Crypto
import Encoding
import HTTPService
import TestHTTP
import TestSupport
import Testing

/// A service that is behind a router, and dials a bastion to be reached.
@Suite(.serialized) struct BastionTests {
    private let key = SigningKey.ed25519(Curve25519.Signing.PrivateKey())
    private let folder: TemporaryFolder

    /// 200 and 404 in the static table of HPACK (RFC 7541 A).
    private static let ok: UInt8 = 0x88
    private static let notFound: UInt8 = 0x8D

    init() async throws {
        folder = try TemporaryFolder("bastion")
        try await TestCertificate.make(in: folder)
    }

    /// The bastion as the service knows it; it is dialled again without a wait.
    ///
    /// It answers no ping, so on a busy machine the pulse would end a connection that a test uses.
    private func bastion(_ port: Int, authorities: String = "cert.pem") throws -> Bastion {
        var bastion = try Bastion(
            "https://localhost:\(port)", key: key, authorities: folder.bytes(authorities))
        bastion.firstWait = .zero
        bastion.connectTime = Patience.bound * 2
        bastion.pulse = Patience.bound * 2
        return bastion
    }

    private func run(
        _ bastion: Bastion, _ body: (TinyService) async throws -> Void
    ) async throws {
        try await TinyService.run(configure: { $0.bastion = bastion }, body)
    }

    @Test func requestsReachTheRoutesThroughABastion() async throws {
        try await TestBastion.run(folder) { bastion in
            try await run(self.bastion(bastion.port)) { service in
                try await bastion.accept { backend in
                    try await backend.send(
                        Frames.preface
                            + Frames.request(
                                1, "GET", "/book", [("x-forwarded-for", "203.0.113.9")]))
                    #expect(
                        try #require(await backend.answer(1)) == (Self.ok, Array("hello\n".utf8)))
                    try await backend.send(
                        Frames.post(3, "/sign", "text/plain")
                            + Frames.frame(.data, Frames.endStream, 3, Array("Ana".utf8)))
                    #expect(try #require(await backend.answer(3)) == (Self.ok, Array("Ana".utf8)))
                    #expect(service.metrics.text().contains("colophon_bastion_connected 1"))
                    // What is operational is for those who run it.
                    try await backend.send(Frames.request(5, "GET", "/health"))
                    #expect(try #require(await backend.answer(5)).status == Self.notFound)
                }
                #expect(try await service.send("GET", "/book").text == "Ana")
                let line = try await service.log.line(with: "203.0.113.9")
                #expect(line.contains("/book"), "\(line)")
            }
            // By its end the DER of a public key is the 32 bytes that are hashed.
            let shown = try #require(try bastion.shownKey())
            guard case .ed25519(let own) = key.publicKey.material else { return }
            #expect(Array(shown.suffix(32)) == own)
        }
    }

    /// All clients share the one connection; a bastion says whose each request is.
    @Test func oneClientLeavesStreamsOfTheConnectionForOthers() async throws {
        func post(_ stream: Int, _ client: String) -> [UInt8] {
            Frames.headers(
                stream,
                [
                    (":method", "POST"), (":scheme", "https"), (":authority", "a"),
                    (":path", "/slow"), ("x-forwarded-for", client),
                ], endsStream: false) + Frames.frame(.data, Frames.endStream, stream, [1])
        }
        try await TestBastion.run(folder) { bastion in
            let known = try self.bastion(bastion.port)
            try await TinyService.run(configure: { options in
                options.bastion = known
                options.limits.streamsPerConnection = 1
            }) { service in
                try await bastion.accept { backend in
                    try await backend.send(Frames.preface)
                    // Of eight streams: one more than are free then.
                    for stream in [1, 3, 5, 7, 9] {
                        try await backend.send(post(stream, "203.0.113.9"))
                    }
                    await service.book.awaitArrivals(5)
                    try await backend.send(
                        Frames.request(11, "GET", "/book", [("x-forwarded-for", "203.0.113.9")]))
                    #expect(try #require(await backend.answer(11)).status != Self.ok)
                    try await backend.send(
                        Frames.request(13, "GET", "/book", [("x-forwarded-for", "198.51.100.7")]))
                    #expect(try #require(await backend.answer(13)).status == Self.ok)
                    service.book.answerAll()
                }
            }
        }
    }

    @Test func clientsAreToldWhereTheKeyIs() throws {
        guard case .ed25519(let own) = key.publicKey.material else { return }
        let hash = Hex.encode(Array(SHA256.hash(data: own)))
        for (url, address) in [
            ("https://bastion.example", "https://bastion.example"),
            ("https://bastion.example:443/", "https://bastion.example"),
            ("https://bastion.example:8443", "https://bastion.example:8443"),
            ("https://[::1]:8443", "https://[::1]:8443"), ("https://[::1]", "https://[::1]"),
        ] {
            #expect(try Bastion(url, key: key).address == "\(address)/\(hash)")
        }
    }

    @Test(arguments: [
        "", "bastion.example", "http://bastion.example", "https://", "https://a/b",
        "https://u@a", "https://a:0", "https://a:b", "https://a?b", "https://a b", "https://a:1:2",
    ])
    func whatNamesNoBastionIsRefused(url: String) {
        #expect(throws: BastionError.malformedURL) { try Bastion(url, key: key) }
    }

    @Test func aBastionIsShownAnEd25519KeyOnly() {
        #expect(throws: BastionError.notEd25519) {
            try Bastion("https://a", key: .es256(P256.Signing.PrivateKey()))
        }
        #expect(throws: BastionError.malformedAuthorities) {
            try Bastion("https://a", key: key, authorities: Array("none".utf8))
        }
    }

    @Test func aConnectionThatEndsIsOpenedAgain() async throws {
        try await TestBastion.run(folder) { bastion in
            try await run(self.bastion(bastion.port)) { service in
                for _ in 0..<3 {
                    try await bastion.accept { backend in
                        try await backend.send(Frames.preface + Frames.request(1, "GET", "/book"))
                        #expect(try #require(await backend.answer(1)).status == Self.ok)
                    }
                }
                _ = try await service.log.line(with: "it closed the connection")
            }
        }
    }

    /// A router has forgotten the connection, or the bastion is stuck.
    @Test func aBastionThatAnswersNoPingIsDialledAgain() async throws {
        try await TestBastion.run(folder) { bastion in
            var known = try self.bastion(bastion.port)
            known.pulse = .milliseconds(20)
            try await run(known) { _ in
                // On a busy machine it may be given up before it has sent anything; what counts is
                // that it is dialled again, each time.
                for _ in 0..<2 {
                    try await bastion.accept { backend in
                        try? await backend.send(Frames.preface)
                        while let frame = try? await backend.frame(),
                            frame.kind != Frames.Kind.ping.rawValue
                        {}
                        _ = await backend.errorsOfGoAways()
                    }
                }
            }
        }
    }

    @Test func aServiceThatStopsTellsItsBastion() async throws {
        try await TestBastion.run(folder) { bastion in
            try await run(self.bastion(bastion.port)) { service in
                try await bastion.accept { backend in
                    try await backend.send(Frames.preface + Frames.request(1, "GET", "/book"))
                    #expect(try #require(await backend.answer(1)).status == Self.ok)
                    await service.stop()
                    let errors = await backend.errorsOfGoAways()
                    #expect(!errors.isEmpty && errors.allSatisfy { $0 == 0 }, "\(errors)")
                }
            }
        }
    }

    /// Packets to it may be thrown away: a service that is to stop does not wait for them.
    @Test func aServiceStopsWhileItDialsAHostThatIsSilent() async throws {
        try await SilentHost.run { port in
            var known = try self.bastion(port)
            // Waited for, it would end the test by its time.
            known.connectTime = .seconds(3600)
            try await run(known) { _ in try await SilentHost.isDialled(port) }
        }
    }

    /// Whoever answers at the bastion's name must have its certificate.
    @Test func aBastionWithAnotherCertificateIsSentNothing() async throws {
        try await TestCertificate.make(in: folder, prefix: "other-")
        try await TestBastion.run(folder) { bastion in
            try await run(self.bastion(bastion.port, authorities: "other-cert.pem")) { service in
                let line = try await service.log.line(with: "no connection to the bastion")
                #expect(line.contains("its certificate does not hold"), "\(line)")
                #expect(service.metrics.text().contains("colophon_bastion_connected 0"))
            }
            #expect(try bastion.shownKey() == nil)
        }
    }

    @Test func aBastionOfAnotherNameIsSentNothing() async throws {
        try await TestCertificate.make(in: folder, for: ["DNS:other.example"])
        try await TestBastion.run(folder) { bastion in
            try await run(self.bastion(bastion.port)) { service in
                let line = try await service.log.line(with: "no connection to the bastion")
                #expect(line.contains("its certificate is for another name"), "\(line)")
            }
        }
    }

    @Test func aServerThatIsNoBastionIsNotServed() async throws {
        try await TestBastion.run(folder, protocols: ["h2"]) { bastion in
            try await run(self.bastion(bastion.port)) { service in
                let line = try await service.log.line(with: "no connection to the bastion")
                #expect(line.contains("it is no bastion"), "\(line)")
            }
        }
    }

    @Test func aBastionThatDoesNotKnowOurKeySaysSo() async throws {
        try await TestBastion.run(folder, takesAll: false) { bastion in
            try await run(self.bastion(bastion.port)) { service in
                let line = try await service.log.line(with: "it does not take our key")
                #expect(line.contains("have its operator add"), "\(line)")
            }
        }
    }

    @Test func whereNothingListensTheServiceStillDoes() async throws {
        try await run(bastion(try FreePort.next())) { service in
            let line = try await service.log.line(with: "no connection to the bastion")
            #expect(line.contains("nothing listens there"), "\(line)")
            #expect(try await service.send("GET", "/book").text == "hello\n")
        }
    }
}
