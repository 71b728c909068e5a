import Encoding
import Foundation
import HTTPService
import Ledger
import LedgerServer
import LedgerStore
import Manifests
import Merkle
import Provenance
import Similarity
import Synchronization
import TestHTTP
import TestLedger
import TestSupport
import Testing

/// `POST /search/similar` (http.md §17).
@Suite(.serialized) struct SimilarTests {
    private static let hash = PDQHash(
        0x0123_4567_89ab_cdef, 0x1111_2222_3333_4444, 0xfeed, 0xcafe_f00d)

    /// The hash with so many bits changed.
    private static func near(_ bits: Int) -> PDQHash {
        var words = hash.words
        for bit in 0..<bits { words[bit % 4] ^= 1 << UInt64(bit) }
        return PDQHash(words[0], words[1], words[2], words[3])
    }

    private static func ask(
        _ server: TestServer, _ body: String, type: String = "application/json"
    ) async throws -> HTTPAnswer {
        try await server.send(
            "POST", "/search/similar", headers: ["Content-Type": type], body: Array(body.utf8))
    }

    private static func question(_ hashes: PDQHash..., more: String = "") -> String {
        let values = hashes.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"alg":"pdq","value":[\#(values)]\#(more)}"#
    }

    private static let bounded = question(hash, more: #","distance":12,"limit":1"#)
    private static let turned = question(PDQHash(0, 0, 0, 0), hash)

    /// The answer to a search once the index covers all.
    private static func search(
        _ server: TestServer, _ body: String
    ) async throws -> JSON.Object {
        try await eventually("the index covers the ledger") {
            let answer = try await ask(server, body)
            #expect(answer.status == 200 && answer["content-type"] == "application/json")
            #expect(answer["cache-control"] == "no-store")
            let object = try #require(try JSON.decode(answer.body).object)
            return object["loading"]?.bool == false ? object : nil
        }
    }

    private static func register(
        _ server: TestServer, _ name: String, _ looks: PerceptualHash?
    ) async throws -> String {
        let answer = try await server.post(
            server.fixture.capture(name, title: "Title of \(name)", looks: looks))
        #expect(answer.status == 201, "\(String(describing: answer.problem))")
        return try #require(answer["location"])
    }

    /// Registers a picture for each number of bits that differ, and returns their locations.
    private static func registerNear(
        _ server: TestServer, _ distances: [Int]
    ) async throws -> [String] {
        var locations: [String] = []
        for bits in distances {
            let looks = PerceptualHash.of(near(bits))
            let location = try await register(server, "near-\(bits)", looks)
            locations.append(location)
        }
        return locations
    }

    @Test func theNearestComesFirstWithItsDistanceInWords() async throws {
        try await TestServer.run { server in
            let locations = try await Self.registerNear(server, [31, 12, 0, 40])
            let found = try await Self.search(server, Self.question(Self.hash))
            let hits = try #require(found["hits"]?.array)
            #expect(hits.map { $0["distance"]?.integer } == [0, 12, 31])
            #expect(hits.map { $0["band"]?.text } == ["re-saved", "resized", "similar"])
            #expect(
                hits.map { $0["location"]?.text?.string }
                    == [locations[2], locations[1], locations[0]])
            #expect(hits[0]["title"]?.text == "Title of near-0")
            #expect(hits[0]["issuer"]?.text == LedgerFixture.berlin)
            #expect(found["warning"]?.text?.string.contains("likeness is not identity") == true)
            // This server has no pages.
            #expect(found["table"] == .null)
            #expect(found["more"]?.bool == false)
            #expect(found["covered"] == found["entries"])
            // The index is that of the log, below which the receipt is.
            let receipt = try await server.send("GET", locations[2])
            #expect(receipt.status == 200)
        }
    }

    /// An answer never names a page that is not there.
    @Test func theTableThatAnAnswerNamesIsThere() async throws {
        try await TestServer.run(site: true) { server in
            let found = try await Self.search(server, Self.question(Self.hash))
            let path = try #require(found["table"]?.text?.string)
            #expect(path == "/prints/likeness")
            let page = try await server.send("GET", path)
            #expect(page.status == 200 && page["content-type"] == "text/html; charset=utf-8")
        }
    }

    @Test func aSearchIsBoundedAndMayBeTurned() async throws {
        try await TestServer.run { server in
            _ = try await Self.registerNear(server, [12, 0])
            let less = try await Self.search(server, Self.bounded)
            #expect(less["hits"]?.array?.count == 1 && less["more"]?.bool == true)
            let next = try #require(less["next"]?.text)
            let more = #","distance":12,"limit":1,"after":"\#(next)""#
            let behind = try await Self.search(server, Self.question(Self.hash, more: more))
            #expect(behind["hits"]?.array?.first?["distance"]?.integer == 12)
            #expect(behind["more"]?.bool == false && behind["next"] == .null)
            let turned = try await Self.search(server, Self.turned)
            #expect(turned["hits"]?.array?.first?["orientation"]?.integer == 1)
        }
    }

    /// A picture that is too plain, or hashed in another way, is not compared.
    @Test func whatCannotBeComparedIsNotFound() async throws {
        try await TestServer.run { server in
            let value = Text("\(Self.hash)")
            for (name, looks) in [
                ("plain", .of(Self.hash, quality: 49)),
                (
                    "profile",
                    PerceptualHash(
                        algorithm: "pdq", value: value, quality: 90, profile: "pdq-2")
                ),
                (
                    "algorithm",
                    PerceptualHash(
                        algorithm: "iscc", value: value, quality: 90, profile: "pdq-1")
                ),
                (
                    "none",
                    PerceptualHash(
                        algorithm: "pdq", value: "none", quality: 90, profile: "pdq-1")
                ), ("nothing", nil),
            ] as [(String, PerceptualHash?)] {
                _ = try await Self.register(server, name, looks)
            }
            let found = try await Self.search(server, Self.question(Self.hash))
            #expect(found["hits"]?.array?.isEmpty == true)
            _ = try await Self.register(server, "just", .of(Self.hash, quality: 50))
            let hit = try await Self.search(server, Self.question(Self.hash))
            #expect(hit["hits"]?.array?.count == 1)
        }
    }

    @Test func aBadSearchIsToldItsFieldAndItsRule() async throws {
        try await TestServer.run { server in
            for (body, detail) in [
                ("{", "body: must be JSON"), (#"{"alg":"pdq"}"#, "value: is missing"),
                (Self.question(Self.hash, more: #","distance":32"#), "distance: must be"),
                (Self.question(Self.hash, more: #","image":"x""#), "never a picture"),
            ] {
                let answer = try await Self.ask(server, body)
                #expect(answer.status == 400)
                #expect(answer.problem?.detail.contains(detail) == true, "\(body)")
            }
            let type = try await Self.ask(server, "{}", type: "image/jpeg")
            #expect(type.status == 415)
            let large = try await Self.ask(
                server, String(repeating: " ", count: SimilarityLimit.searchBytes + 1))
            #expect(large.status == 413)
        }
    }

    @Test func aLedgerWithoutTheSearchSaysSo() async throws {
        try await TestServer.run(configure: { $0.similar = nil }) { server in
            let answer = try await Self.ask(server, Self.question(Self.hash))
            #expect(answer.status == 501)
            #expect(answer.problem?.detail.contains("--similar on") == true)
        }
    }

    /// An erased manifest is in no answer from then on, and the erasure is done, its hash gone.
    @Test func anErasedPictureIsNotFound() async throws {
        try await TestServer.run { server in
            let location = try await Self.register(server, "secret", .of(Self.hash))
            let found = try await Self.search(server, Self.question(Self.hash))
            #expect(found["hits"]?.array?.count == 1)
            let manifest = try await server.send("GET", location + "/manifest")
            let erasure = ErasureManifest(
                entries: [Text(String(location.suffix(43)))], sha256: .sha256(manifest.body),
                reason: "asked for", authority: "the person shown")
            let statement = try server.fixture.control(
                erasure.manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes()))
            #expect(try await server.post(statement).status == 201)
            let gone = try await Self.search(server, Self.question(Self.hash))
            #expect(gone["hits"]?.array?.isEmpty == true && gone["more"] != nil)
            try await eventually("the erasure is done") {
                let answer = try await server.send("GET", location + "/manifest")
                return answer.status == 410 && answer["retry-after"] == nil
            }
            let last = try await Self.search(server, Self.question(Self.hash))
            #expect(last["hits"]?.array?.isEmpty == true && last["more"]?.bool == false)
        }
    }

    /// However much one client asks, another one is let in.
    @Test func aClientHasItsShareOfWhatWaits() async throws {
        let fixture = try LedgerFixture()
        let similar = SimilarEntries(
            fixture.ledger, path: fixture.options.places.similar, logger: CapturedLog().logger)
        let gate = Gate(isShut: true)
        let query = try LikenessQuery([Self.hash])
        let (one, other) = (IPAddress("192.0.2.1")?.network, IPAddress("192.0.2.2")?.network)
        let count = Atomic(0)
        for _ in 0..<SimilarityLimit.waitingOfClient {
            try similar.search(query, for: one) { _ in
                gate.pass()
                count.add(1, ordering: .relaxed)
            }
        }
        #expect(throws: SimilarityError.busy) { try similar.search(query, for: one) { _ in } }
        try similar.search(query, for: other) { _ in count.add(1, ordering: .relaxed) }
        gate.open()
        try await eventually("all are answered") {
            count.load(ordering: .relaxed) == SimilarityLimit.waitingOfClient + 1
        }
        try similar.search(query, for: one) { _ in }
        similar.close()
    }

    @Test func theMetricsSayHowFarItIs() async throws {
        try await TestServer.run { server in
            _ = try await Self.register(server, "a", .of(Self.hash))
            let found = try await Self.search(server, Self.question(Self.hash))
            let size = try #require(found["entries"]?.integer)
            let text = try await server.send("GET", "/metrics").text
            #expect(text.contains("colophon_similar_entries \(size)"))
            #expect(text.contains("colophon_similar_pictures 1"))
            #expect(text.contains("colophon_similar_loading 0"))
        }
    }
}
