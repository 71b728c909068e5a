import Anchoring
import Encoding
import Foundation
import Ledger
import LedgerServer
import Manifests
import Merkle
import Provenance
import TestHTTP
import Testing
import TestLedger

/// What caches and clients may keep, and how they ask whether it still holds.
@Suite(.serialized) struct CachingTests {
    private static let immutable = "public, max-age=31536000, immutable"

    /// Everything that can be asked for again, with what says how long it may be kept.
    private static func cacheable(_ location: String, _ kid: String) -> [(String, String)] {
        [
            ("/checkpoint", "public, max-age=2"), ("/heads/latest", "public, max-age=2"),
            ("/heads/3", "no-cache"), ("/heads/before/9999999999", "no-cache"),
            ("/tile/0/000.p/4", immutable),
            ("/tile/entries/000.p/4", immutable), ("/manifests/000.p/4", "no-cache"),
            ("/control", "no-cache"), ("/consistency?from=1&to=3", immutable),
            ("/consistency?from=1", "no-cache"), ("/.well-known/scitt-keys", "public, max-age=60"),
            ("/.well-known/scitt-keys/\(kid)", "public, max-age=60"),
            ("/subjects/\(Hash.sha256(Array("a".utf8)))", "no-cache"),
            ("/threads?iss=https://pops.example/berlin", "no-cache"), (location, "no-cache"),
            (location + "/statement", immutable), (location + "/manifest", "no-cache"),
            (location + "/transparent", "no-cache"), (location + "/tlog-proof", "no-cache"),
        ]
    }

    private static func kid(_ server: TestServer) async throws -> String {
        let set = try await server.send("GET", "/.well-known/scitt-keys")
        let member = try CBOR.decode(set.body).arrayValue?.first?.mapValue
        return Base64.encodeURL(try #require(member?[2]?.bytesValue))
    }

    @Test func whatIsKnownAlreadyIsNotSentAgain() async throws {
        try await TestServer.run { server in
            let location = try await server.location(of: "a")
            for (path, cache) in Self.cacheable(location, try await Self.kid(server)) {
                let first = try await server.send("GET", path)
                #expect(first.status == 200, "\(path)")
                #expect(first["cache-control"] == cache, "\(path)")
                let tag = try #require(first["etag"], "\(path)")
                for field in [tag, "\"x\", \(tag)", "*", tag.replacing("W/", with: "")] {
                    let again = try await server.send(
                        "GET", path, headers: ["If-None-Match": field])
                    #expect(again.status == 304, "\(path) \(field)")
                    #expect(again.body.isEmpty)
                    for name in ["etag", "cache-control", "vary"] {
                        #expect(again[name] == first[name], "\(path) \(name)")
                    }
                    #expect(again["content-length"] == nil, "\(path)")
                    #expect(again["transfer-encoding"] == nil, "\(path)")
                }
                let other = try await server.send(
                    "GET", path, headers: ["If-None-Match": "\"other\", W/\"another\""])
                #expect(other.status == 200, "\(path)")
                #expect(other.body == first.body, "\(path)")
            }
        }
    }

    /// Whoever has the record from before asks whether there is more evidence.
    @Test func aRecordIsAnotherOnceOthersHaveDatedItsHead() async throws {
        try await TestServer.run(configure: { options in
            options.evidenceIntervals.witnesses = .seconds(5)
            options.evidenceIntervals.timestamps = .milliseconds(200)
        }) { server in
            let path = try await server.location(of: "a") + "/transparent"
            let before = try await server.send("GET", path)
            #expect(before["evidence-interval"] == "witnesses=5, rfc3161=1")
            #expect(try TransparentStatement(before.body).anchors.isEmpty)
            let log = DatedLog(server.fixture.ledger)
            try log.keep(
                KeptAnchor(
                    of: AnchorSource(.timestamp, url: "http://a.example"),
                    about: #require(try log.newestHeadToDate()), state: .complete, askedAt: 1,
                    time: 2, evidence: [1, 2, 3]))
            let tag = try #require(before["etag"])
            let after = try await server.send("GET", path, headers: ["If-None-Match": tag])
            #expect(after.status == 200 && after["etag"] != tag)
            #expect(try TransparentStatement(after.body).anchors.count == 1)
        }
    }

    @Test func whereNobodyIsAskedNoIntervalIsSaid() async throws {
        try await TestServer.run { server in
            let path = try await server.location(of: "a") + "/transparent"
            #expect(try await server.send("GET", path)["evidence-interval"] == nil)
        }
    }

    @Test func aConnectionGoesOnAfterNothingNew() async throws {
        try await TestServer.run { server in
            let tag = try #require(try await server.send("GET", "/tile/0/000.p/3")["etag"])
            for method in ["GET", "HEAD"] {
                try await Connection.open(port: server.port) { connection in
                    try await connection.send(
                        method, "/tile/0/000.p/3", headers: ["If-None-Match": tag])
                    let answer = try await connection.answer(isHead: method == "HEAD")
                    #expect(answer.status == 304)
                    try await connection.send("GET", "/healthz")
                    #expect(try await connection.answer().text == "ok\n")
                }
            }
        }
    }

    /// A full tile is read once, and answered as it is to whoever asks.
    @Test func aFullTileIsTheSameEachTimeItIsAsked() async throws {
        try await TestServer.run { server in
            let files = try (0..<260).map { try server.fixture.capture("file-\($0)") }
            let registered = await server.fixture.ledger.register(files)
            #expect(registered.count == 260)
            let first = try await server.send("GET", "/tile/0/000")
            #expect(first.status == 200)
            #expect(first.body.count == 8192)
            let tag = try #require(first["etag"])
            for headers in [[:], ["Accept-Encoding": "gzip"], ["If-None-Match": "\"other\""]] {
                let again = try await server.send("GET", "/tile/0/000", headers: headers)
                #expect(again.status == 200)
                #expect(again.body == first.body)
                #expect(again["etag"] == tag)
                #expect(again["cache-control"] == first["cache-control"])
                #expect(again["content-encoding"] == nil)
                #expect(again["content-length"] == "8192")
            }
            let head = try await server.send("HEAD", "/tile/0/000")
            #expect(head.status == 200)
            #expect(head["etag"] == tag)
            #expect(head["content-length"] == "8192")
            let known = try await server.send(
                "GET", "/tile/0/000", headers: ["If-None-Match": tag])
            #expect(known.status == 304)
            #expect(known.body.isEmpty)
            #expect(try await server.send("GET", "/tile/0/000").body == first.body)
        }
    }

    @Test func tagsOfDifferentThingsDiffer() async throws {
        try await TestServer.run { server in
            _ = try await server.location(of: "a")
            var tags: Set<String> = []
            let paths = [
                "/tile/0/000.p/3", "/tile/0/000.p/4", "/tile/entries/000.p/3",
                "/tile/entries/000.p/4", "/manifests/000.p/3", "/manifests/000.p/4", "/heads/3",
                "/heads/4", "/control",
            ]
            for path in paths {
                tags.insert(try #require(try await server.send("GET", path)["etag"]))
            }
            #expect(tags.count == paths.count)
        }
        // The same tile of another log is another tile.
        var tiles: Set<String> = []
        for _ in 0..<2 {
            try await TestServer.run { server in
                let answer = try await server.send("GET", "/tile/0/000.p/3")
                tiles.insert(try #require(answer["etag"]))
            }
        }
        #expect(tiles.count == 2)
    }

    @Test func aTagSaysWhenSomethingHasChanged() async throws {
        try await TestServer.run { server in
            let location = try await server.location(of: "a")
            let paths = ["/checkpoint", location, location + "/tlog-proof"]
            var before: [String] = []
            for path in paths {
                before.append(try #require(try await server.send("GET", path)["etag"]))
            }
            _ = try await server.location(of: "b")
            for (path, tag) in zip(paths, before) {
                let answer = try await server.send("GET", path, headers: ["If-None-Match": tag])
                #expect(answer.status == 200, "\(path)")
                #expect(answer["etag"] != tag, "\(path)")
            }
        }
    }

    @Test func whatIsNotThereIsNotKnownEither() async throws {
        try await TestServer.run { server in
            for path in ["/tile/0/000.p/4", "/tile/entries/000.p/4", "/manifests/000.p/4"] {
                let answer = try await server.send("GET", path, headers: ["If-None-Match": "*"])
                #expect(answer.status == 404, "\(path)")
            }
        }
    }

    @Test(arguments: [
        ("gzip", true), ("x-gzip", true), ("*", true), ("GZIP", true), ("gzip;q=0.001", true),
        ("br, gzip;q=0.8", true), ("gzip;q=1, identity;q=0.5", true), ("identity;q=0, *", true),
        ("deflate, *;q=0.1", true), ("gzip ; q=1", true), ("gzip;q=0.5, identity;q=0.5", true),
        ("", false), ("identity", false), ("gzip;q=0", false), ("gzip;q=0.000", false),
        ("gzip;q=0, *", false), ("*;q=0", false), ("br", false), ("identity, gzip;q=0.5", false),
        ("gzip;q=x", false),
    ])
    func bundlesAreCompressedAsTheClientAsks(field: String, isCompressed: Bool) async throws {
        try await TestServer.run { server in
            for path in ["/tile/entries/000.p/3", "/control"] {
                let plain = try await server.send("GET", path)
                let answer = try await server.send(
                    "GET", path, headers: ["Accept-Encoding": field])
                #expect(answer["content-encoding"] == (isCompressed ? "gzip" : nil), "\(path)")
                #expect(answer["vary"] == "Accept-Encoding")
                #expect(answer["etag"] == plain["etag"])
                let body = isCompressed ? try Gunzip.inflated(answer.body) : answer.body
                #expect(body == plain.body)
                #expect(answer["content-length"] == "\(answer.body.count)")
            }
        }
    }

    @Test func hashesAndReceiptsAreNeverCompressed() async throws {
        try await TestServer.run { server in
            let location = try await server.location(of: "a")
            for path in ["/tile/0/000.p/3", location, location + "/manifest"] {
                let answer = try await server.send(
                    "GET", path, headers: ["Accept-Encoding": "gzip"])
                #expect(answer["content-encoding"] == nil)
                #expect(answer["vary"] == nil)
            }
        }
    }

    /// A full bundle is kept compressed; a manifest that is erased does not stay in it.
    @Test func aFullBundleIsTheSameEachTimeAndForgetsWhatIsErased() async throws {
        try await TestServer.run { server in
            let fixture = server.fixture
            let files = try (0..<253).map { try fixture.capture("file-\($0)") }
            let answers = await fixture.ledger.register(files)
            #expect(answers.count == 253)
            let gzip = ["Accept-Encoding": "gzip"]
            for path in ["/tile/entries/000", "/manifests/000"] {
                let plain = try await server.send("GET", path)
                let first = try await server.send("GET", path, headers: gzip)
                let again = try await server.send("GET", path, headers: gzip)
                #expect(first["content-encoding"] == "gzip")
                #expect(first.body == again.body)
                #expect(
                    first.fields.filter { $0.key != "date" }
                        == again.fields.filter { $0.key != "date" })
                #expect(try Gunzip.inflated(first.body) == plain.body)
                let head = try await server.send("HEAD", path, headers: gzip)
                #expect(head["content-length"] == "\(first.body.count)")
                #expect(head["content-encoding"] == "gzip")
            }
            let before = try await server.send("GET", "/manifests/000", headers: gzip)
            let statement = try TransparentStatement(files[100]).statement
            let manifest = try await server.send("GET", "/entries/\(statement.id)/manifest")
            let erasure = ErasureManifest(
                entries: [Text("\(statement.id)")], sha256: .sha256(manifest.body),
                reason: "asked for", authority: "the person shown")
            let erasing = try fixture.control(
                erasure.manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes()))
            #expect(try await server.post(erasing).status == 201)
            let after = try await server.send("GET", "/manifests/000", headers: gzip)
            #expect(after["etag"] != before["etag"])
            let text = String(decoding: try Gunzip.inflated(after.body), as: UTF8.self)
            #expect(!text.contains("file-100\""))
            #expect(text.contains("file-101\""))
            let stale = try await server.send(
                "GET", "/manifests/000", headers: ["If-None-Match": try #require(before["etag"])])
            #expect(stale.status == 200)
        }
    }
}
