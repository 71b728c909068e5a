import Checkpoints
import Encoding
import Foundation
import HTTPService
import Ledger
import LedgerServer
import Manifests
import Merkle
import Provenance
import TestHTTP
import Testing
import TestLedger
import TestSupport

@Suite(.serialized) struct RouteTests {
    @Test func everyPathLiesBelowTheOriginAndAtTheRoot() async throws {
        try await TestServer.run { server in
            for path in ["/checkpoint", "/heads/latest", "/control", "/tile/0/000.p/3"] {
                let root = try await server.send("GET", path)
                let below = try await server.send("GET", "/prints" + path)
                #expect(root.status == 200)
                #expect(below.status == 200)
                #expect(root.body == below.body)
            }
            for path in ["/printscheckpoint", "/other", "/other/", "/other/checkpoint"] {
                #expect(try await server.send("GET", path).status == 404)
            }
        }
    }

    /// Whoever opens the address in a browser is told what it is, by any of its names.
    @Test func aPersonIsToldWhatTheLedgerIs() async throws {
        try await TestServer.run { server in
            for path in ["/", "/prints", "/prints/"] {
                let answer = try await server.send("GET", path, headers: ["Accept": "text/html"])
                #expect(answer.status == 200)
                #expect(answer["content-type"] == "text/plain; charset=utf-8")
                for word in [
                    "ledger.example/prints is an append-only ledger", "It has 3 entries",
                    "from\n\(path == "/" ? "" : "/prints")/trust-kit",
                    "\(server.fixture.ledger.genesis)",
                ] {
                    #expect(answer.text.contains(word), "\(answer.text)")
                }
                #expect(answer.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
            }
            #expect(try await server.send("POST", "/")["allow"] == "GET, HEAD")
        }
    }

    @Test func theTrustKitIsServedAsOneFile() async throws {
        try await TestServer.run { server in
            let first = try await server.send("GET", "/trust-kit")
            #expect(first.status == 200)
            #expect(first["content-type"] == "application/vnd.colophon.trust-kit.v1+cbor")
            #expect(first["cache-control"] == "no-cache")
            let files = try TrustKit.Files(oneFile: first.body)
            #expect(try files == server.fixture.ledger.trustKit())
            #expect(try TrustKit(files).size == 3)
            let tag = try #require(first["etag"])
            let again = ["If-None-Match": tag]
            #expect(try await server.send("GET", "/prints/trust-kit", headers: again).status == 304)
            _ = try await server.post(server.fixture.capture("a"))
            let next = try await server.send("GET", "/prints/trust-kit", headers: again)
            #expect(try TrustKit(TrustKit.Files(oneFile: next.body)).size == 4)
        }
    }

    @Test func theWellKnownKeysStayAtTheRoot() async throws {
        try await TestServer.run { server in
            let set = try await server.send("GET", "/.well-known/scitt-keys")
            #expect(set["content-type"] == "application/cbor")
            let keys = try #require(try CBOR.decode(set.body).arrayValue)
            let member = try #require(keys.first?.mapValue)
            let kid = try #require(member[2]?.bytesValue)
            #expect(try COSEKey(keySetMember: member).thumbprint == kid)
            let path = "/.well-known/scitt-keys/" + Base64.encodeURL(kid)
            let one = try await server.send("GET", path)
            #expect(try CBOR.decode(one.body) == keys[0])
            let other = try await server.send("GET", "/.well-known/scitt-keys/AAAA")
            #expect(other.status == 404)
            #expect(other.problem?.title == "No such key")
            #expect(try await server.send("GET", "/prints/.well-known/scitt-keys").status == 404)
        }
    }

    @Test func tilesBundlesAndHeadsAgree() async throws {
        try await TestServer.run { server in
            let note = try await server.send("GET", "/checkpoint")
            #expect(note["content-type"] == "text/plain; charset=utf-8")
            let checkpoint = try Checkpoint(parsing: SignedNote(parsing: note.body).text)
            #expect(checkpoint.size == 3)
            let tile = try await server.send("GET", "/tile/0/000.p/3")
            #expect(tile["content-type"] == "application/octet-stream")
            var range = CompactRange()
            for start in stride(from: 0, to: 96, by: 32) {
                range.append(try #require(Hash(tile.body[start..<start + 32])))
            }
            #expect(range.root == checkpoint.root)
            let bundle = try await server.send("GET", "/tile/entries/000.p/3")
            let leaves = RecordedLog.split(bundle.body)
            #expect(leaves.count == 3)
            var again = CompactRange()
            for leaf in leaves { again.append(.leaf(leaf)) }
            #expect(again.root == checkpoint.root)
            #expect(try await server.send("GET", "/heads/3").body == note.body)
            #expect(try await server.send("GET", "/heads/before/9999999999").body == note.body)
        }
    }

    @Test(arguments: [
        "/tile/0/000", "/tile/0/000.p/4", "/tile/1/000.p/1", "/tile/entries/001.p/1",
        "/tile/0/0", "/tile/0/000.p/0", "/tile/0/000.p/256", "/tile/00/000.p/1",
        "/tile/0/x000/000.p/1", "/tile/0/../0/000.p/1", "/tile/8/000.p/1", "/tile/64/000.p/1",
        "/manifests/000", "/manifests/000.p/4", "/heads/4", "/heads/18446744073709551615",
        "/nothing", "/entries/", "/heads", "/heads/", "/.well-known/other", "//", "//checkpoint",
        "/prints//", "/trust-kit/",
        "/heads/before/1", "/heads/before/", "/heads/before", "/heads/before/01",
        "/heads/before/-1",
    ])
    func whatIsNotThereIsNotFound(path: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.send("GET", path)
            #expect([400, 404].contains(answer.status))
            #expect(answer.problem != nil)
            #expect(answer["cache-control"] == "no-store")
        }
    }

    @Test func consistencyIsProvenBetweenAnyTwoSizes() async throws {
        try await TestServer.run { server in
            _ = try await server.post(server.fixture.capture("a"))
            let old = try await server.send("GET", "/heads/3")
            let new = try await server.send("GET", "/checkpoint")
            let proof = try await server.send("GET", "/consistency?from=3&to=4")
            let path = proof.text.split(separator: "\n").compactMap {
                Base64.decode(String($0)).flatMap { Hash($0) }
            }
            let roots = try [old, new].map {
                try Checkpoint(parsing: SignedNote(parsing: $0.body).text).root
            }
            try ConsistencyProof(oldSize: 3, newSize: 4, path: path)
                .verify(old: roots[0], new: roots[1])
            #expect(try await server.send("GET", "/consistency?from=3").body == proof.body)
            for empty in ["from=0", "from=0&to=3", "from=3&to=3", "from=4"] {
                let answer = try await server.send("GET", "/consistency?\(empty)")
                #expect(answer.status == 200)
                #expect(answer.body.isEmpty)
            }
        }
    }

    @Test(arguments: [
        ("from=4&to=3", 400), ("from=1&to=5", 404), ("from=9", 404), ("", 400), ("to=3", 400),
        ("from=-1", 400), ("from=01", 400), ("from=1&from=2", 400), ("from=1&too=2", 400),
        ("from=99999999999999999999", 400), ("from=%zz", 400), ("from=+1", 400),
    ])
    func badConsistencyQueriesSayWhatIsWrong(query: String, status: Int) async throws {
        try await TestServer.run { server in
            _ = try await server.post(server.fixture.capture("a"))
            let answer = try await server.send("GET", "/consistency?\(query)")
            #expect(answer.status == status)
            #expect(answer.problem?.detail.isEmpty == false)
        }
    }

    @Test func anEntryHasFourForms() async throws {
        try await TestServer.run { server in
            let file = try server.fixture.capture("a")
            let location = try #require(try await server.post(file)["location"])
            let receipt = try await server.send("GET", location)
            #expect(receipt["content-type"] == "application/cose")
            #expect(try Receipt(receipt.body).origin == "ledger.example/prints")
            let statement = try TransparentStatement(file).statement
            let leaf = try await server.send("GET", location + "/statement")
            #expect(leaf.body == statement.leaf)
            let whole = try await server.send("GET", location + "/transparent")
            let kit = try TrustKit(server.fixture.ledger.trustKit())
            let report = Verifier(kit).verify(
                file: whole.body, artifact: .sha256(Array("a".utf8)))
            #expect(report.ok, "\(report.findings)")
            #expect(report.reached == .logged)
            let proof = try await server.send("GET", location + "/tlog-proof")
            #expect(proof.text.hasPrefix("c2sp.org/tlog-proof@v1\n"))
            let manifest = try await server.send("GET", location + "/manifest")
            #expect(manifest["content-type"] == "application/vnd.in-toto+json")
            #expect(Hash.sha256(manifest.body).bytes == statement.payloadBytes)
        }
    }

    @Test func acceptDecidesAboutReceiptsAndErrors() async throws {
        try await TestServer.run { server in
            let location = try await server.location(of: "a")
            for accept in [
                "application/cose", "*/*", "application/*", "application/scitt-receipt+cose",
                "text/html, application/cose;q=0.5",
            ] {
                let answer = try await server.send("GET", location, headers: ["Accept": accept])
                #expect(answer.status == 200, "\(accept)")
            }
            let none = try await server.send("GET", location, headers: ["Accept": "image/png"])
            #expect(none.status == 406)
            #expect(none.problem?.title == "Not Acceptable")
            for accept in ["application/json", "text/html", "application/problem+json, */*;q=0.1"] {
                let answer = try await server.send("GET", "/nope", headers: ["Accept": accept])
                #expect(answer["content-type"] == "application/problem+json")
                let json = try JSON.decode(answer.body)
                #expect(json["status"]?.integer == 404)
                #expect(json["title"]?.text == "Not Found")
            }
        }
    }

    @Test func headIsGetWithoutTheBody() async throws {
        try await TestServer.run { server in
            let location = try await server.location(of: "a")
            let paths = [
                "/", "/trust-kit",
                "/checkpoint", "/heads/3", "/control", "/tile/0/000.p/3", "/tile/entries/000.p/3",
                "/manifests/000.p/3", "/.well-known/scitt-keys", "/healthz", "/readyz",
                "/consistency?from=1", location, location + "/statement", location + "/manifest",
                location + "/transparent", location + "/tlog-proof", "/nope",
            ]
            for path in paths {
                let get = try await server.send("GET", path)
                try await Connection.open(port: server.port) { connection in
                    try await connection.send("HEAD", path)
                    let head = try await connection.answer(isHead: true)
                    #expect(head.status == get.status, "\(path)")
                    for field in ["content-type", "content-length", "etag", "cache-control"] {
                        #expect(head[field] == get[field], "\(path) \(field)")
                    }
                    // Nothing stands between this answer and the next.
                    try await connection.send("GET", "/healthz")
                    #expect(try await connection.answer().text == "ok\n")
                }
            }
        }
    }

    @Test func otherMethodsAreRefusedWithTheOnesThatWork() async throws {
        try await TestServer.run { server in
            for method in ["DELETE", "PUT", "POST", "OPTIONS", "BREW"] {
                let answer = try await server.send(method, "/checkpoint")
                #expect([400, 405].contains(answer.status), "\(method)")
                #expect(answer.problem != nil)
                if answer.status == 405 { #expect(answer["allow"] == "GET, HEAD") }
            }
            for path in ["/entries", "/batch", "/prints/batch"] {
                let answer = try await server.send("GET", path)
                #expect(answer.status == 405)
                #expect(answer["allow"] == "POST")
            }
        }
    }

    @Test func cachesAreToldWhatNeverChanges() async throws {
        try await TestServer.run { server in
            let location = try await server.location(of: "a")
            let immutable = ["/tile/0/000.p/3", "/tile/entries/000.p/3", location + "/statement"]
            for path in immutable {
                let answer = try await server.send("GET", path)
                #expect(answer["cache-control"]?.contains("immutable") == true, "\(path)")
            }
            let head = try await server.send("GET", "/checkpoint")
            #expect(head["cache-control"] == "public, max-age=2")
            for path in ["/manifests/000.p/3", location + "/manifest", location] {
                #expect(try await server.send("GET", path)["cache-control"] == "no-cache")
            }
        }
    }

    @Test func anUnchangedManifestIsNotSentAgain() async throws {
        try await TestServer.run { server in
            let location = try await server.location(of: "a")
            for path in [location + "/manifest", "/manifests/000.p/4"] {
                let first = try await server.send("GET", path)
                let tag = try #require(first["etag"])
                for field in [tag, "\"x\", \(tag)", "*", tag.replacing("W/", with: "")] {
                    let again = try await server.send(
                        "GET", path, headers: ["If-None-Match": field])
                    #expect(again.status == 304, "\(path) \(field)")
                    #expect(again["etag"] == tag)
                }
                let other = try await server.send(
                    "GET", path, headers: ["If-None-Match": "\"other\""])
                #expect(other.body == first.body)
            }
        }
    }

    @Test func anErasedManifestIsGoneAndItsErasureIsNamed() async throws {
        try await TestServer.run { server in
            let file = try server.fixture.capture("a")
            let location = try #require(try await server.post(file)["location"])
            let manifest = try await server.send("GET", location + "/manifest")
            let id = try TransparentStatement(file).statement.id
            let erasure = ErasureManifest(
                entries: [Text("\(id)")], sha256: .sha256(manifest.body), reason: "asked for",
                authority: "the person shown")
            let statement = try server.fixture.control(
                erasure.manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes()))
            #expect(try await server.post(statement).status == 201)
            let gone = try await server.send("GET", location + "/manifest")
            #expect(gone.status == 410)
            let eraser = try Statement(leaf: statement).id
            #expect(gone.problem?.detail.contains("\(eraser)") == true)
            // The leaf and its proof stay.
            #expect(try await server.send("GET", location).status == 200)
            let bundle = try await server.send("GET", "/manifests/000.p/5")
            #expect(bundle.body.suffix(2) == [0xF6, 0xF6])
            // A retry does not bring it back.
            #expect(try await server.post(file).status == 200)
            #expect(try await server.send("GET", location + "/manifest").status == 410)
        }
    }

    @Test func entriesAreListedByArtifactAndByThread() async throws {
        try await TestServer.run { server in
            var ids: [String] = []
            for _ in 0..<5 {
                let answer = try await server.post(server.fixture.capture("a"))
                ids.append(String(try #require(answer["location"]).suffix(43)))
            }
            let digest = Hash.sha256(Array("a".utf8)).description
            let list = try await server.send("GET", "/subjects/\(digest)")
            #expect(list["content-type"] == "application/json")
            #expect(try Self.ids(list) == ids)
            // Page by page, as `Link` says.
            var path: String? = "/prints/subjects/\(digest)?limit=2"
            var paged: [String] = []
            while let next = path {
                let page = try await server.send("GET", next)
                paged += try Self.ids(page)
                path = page["link"].map { String($0.dropFirst().prefix { $0 != ">" }) }
            }
            #expect(paged == ids)
            let unknown = String(repeating: "0", count: 64)
            #expect(try await Self.ids(server.send("GET", "/subjects/\(unknown)")) == [])
            for bad in [digest.uppercased(), "00", "\(digest)?limit=0"] {
                #expect(try await server.send("GET", "/subjects/\(bad)").status == 400)
            }
            try await eventually("the threads are indexed") {
                let thread = try await server.send("GET", "/threads?sub=urn:example:a")
                let issuer = try await server.send(
                    "GET", "/threads?iss=https%3A%2F%2Fpops.example%2Fberlin")
                return try Self.ids(thread) == ids && Self.ids(issuer) == ids
            }
            // However the query is escaped, the next page is the next one.
            for query in [
                "sub=urn:example:a&limit=2&%61fter=0", "%73ub=urn%3aexample%3Aa&%6C%69mit=%32",
                "&&limit=2&&sub=urn:example:%61&", "after=2&sub=urn:example:a&limit=1",
            ] {
                var path: String? = "/prints/threads?\(query)"
                var paged: [String] = []
                while let next = path, paged.count < 10 {
                    let page = try await server.send("GET", next)
                    paged += try Self.ids(page)
                    path = page["link"].map { String($0.dropFirst().prefix { $0 != ">" }) }
                    #expect(path?.contains("after=") != false && path?.contains("%61f") != true)
                }
                #expect(paged.count == Set(paged).count && paged.last == ids.last, "\(query)")
            }
            for bad in ["", "?sub=a&iss=b", "?subject=a"] {
                #expect(try await server.send("GET", "/threads\(bad)").status == 400)
            }
        }
    }

    private static func ids(_ answer: HTTPAnswer) throws -> [String] {
        try #require(try JSON.decode(answer.body).array).compactMap { $0["entry"]?.text?.string }
    }

    @Test func bundlesAreCompressedForThoseWhoAccept() async throws {
        try await TestServer.run { server in
            for path in ["/tile/entries/000.p/3", "/control"] {
                let plain = try await server.send("GET", path)
                #expect(plain["content-encoding"] == nil)
                #expect(plain["vary"] == "Accept-Encoding")
                let small = try await server.send(
                    "GET", path, headers: ["Accept-Encoding": "br, gzip;q=0.8"])
                #expect(small["content-encoding"] == "gzip")
                #expect(small.body.count < plain.body.count)
                #expect(try Gunzip.inflated(small.body) == plain.body)
                let refused = try await server.send(
                    "GET", path, headers: ["Accept-Encoding": "gzip;q=0, *"])
                #expect(refused["content-encoding"] == nil)
            }
        }
    }

    @Test func operationsMoveToTheirOwnAddress() async throws {
        try await TestServer.run {
            $0.service.operations = ListenAddress(host: "127.0.0.1", port: 0)
        } _: { server in
            for path in ["/metrics", "/healthz", "/readyz"] {
                #expect(try await server.send("GET", path).status == 404)
                let answer = try await server.send("GET", path, port: server.operationsPort)
                #expect(answer.status == 200)
            }
            #expect(try await server.send("GET", "/checkpoint").status == 200)
            let other = try await server.send("GET", "/checkpoint", port: server.operationsPort)
            #expect(other.status == 404)
        }
    }
}
