import Encoding
import HTTPCalls
import LedgerClient
import Manifests
import Provenance
import TestPeer
import TestSupport
import Testing

/// What a client takes of an answer to a search for pictures that look alike.
@Suite struct SimilarListTests {
    private static let hash = PDQHash(1, 2, 3, 4)
    private static let entry = EntryID(ofLeaf: [1])

    private static let hit =
        #"{"index":3,"entry":"\#(entry)","distance":6,"orientation":0,"band":"re-saved"}"#

    private static let other = hit(4, EntryID(ofLeaf: [2]))
    private static let third = hit(5, EntryID(ofLeaf: [3]))

    private static func hit(_ index: Int, _ entry: EntryID) -> String {
        #"{"index":\#(index),"entry":"\#(entry)","distance":6,"orientation":0}"#
    }

    private static func body(_ hits: String, covered: String = "9") -> [UInt8] {
        Array(
            #"{"covered":\#(covered),"entries":9,"loading":false,"hits":[\#(hits)],"more":true}"#
                .utf8)
    }

    /// Asks a server that answers so, and returns what was sent too.
    private func ask(
        _ answer: StubServer.Answer, limit: Int = 2, after: LikenessPlace? = nil
    ) async throws -> (list: SimilarList, requests: [StubServer.Request]) {
        try await StubServer.run { _ in
            answer
        } _: { server in
            let url = try ServiceURL("http://127.0.0.1:\(server.port)")
            let list = try await LedgerClient.with(url, options: .patient) { client in
                try await client.similar(
                    to: [Self.hash], within: 31, limit: limit, after: after)
            }
            return (list, server.requests)
        }
    }

    @Test func hashesAreSentAndEntriesAreRead() async throws {
        let (list, requests) = try await ask(.whole(200, [:], Self.body(Self.hit)))
        #expect(list.entries.map(\.entry) == [Self.entry] && list.entries[0].index == 3)
        #expect(list.coversAll && list.hasMore && list.covered == 9)
        let sent = try #require(requests.first)
        #expect(sent.method == "POST" && sent.path == "/search/similar")
        let body = try JSON.decode(sent.body)
        #expect(body["value"]?.array == [.string(Text("\(Self.hash)"))])
        #expect(body["alg"] == "pdq" && body["limit"]?.integer == 2)
        // A ledger that cannot go on would refuse the member.
        #expect(body["after"] == nil && list.next == nil)
    }

    /// An older ledger names a document, or nothing: it has no page to open.
    @Test(arguments: [
        (#""/likeness""#, true), (#""/prints/likeness""#, true),
        (#""Schemas/perceptual.md""#, false), ("null", false),
    ])
    func aLedgerHasTheTableWhoseAnswerNamesItsPath(table: String, hasTable: Bool) async throws {
        let answer = String(decoding: Self.body(Self.hit), as: UTF8.self)
            .replacing(#""more":true"#, with: #""more":true,"table":\#(table)"#)
        let (list, _) = try await ask(.whole(200, [:], Array(answer.utf8)))
        #expect(list.hasTable == hasTable)
        #expect(try await !ask(.whole(200, [:], Self.body(Self.hit))).list.hasTable)
    }

    @Test func aPlaceIsSentAndRead() async throws {
        let place = try #require(LikenessPlace(distance: 6, index: 3))
        let answer = String(decoding: Self.body(Self.hit), as: UTF8.self)
            .replacing(#""more":true"#, with: #""more":true,"next":"6:4""#)
        let (list, requests) = try await ask(.whole(200, [:], Array(answer.utf8)), after: place)
        #expect(list.next == LikenessPlace(distance: 6, index: 4))
        let body = try JSON.decode(try #require(requests.first).body)
        #expect(body["after"]?.text == "6:3")
    }

    @Test func severalEntriesAreRead() async throws {
        let hits = "\(Self.hit),\(Self.other)"
        let (list, _) = try await ask(.whole(200, [:], Self.body(hits)))
        #expect(list.entries.map(\.index) == [3, 4])
    }

    @Test func aPartIsNotAll() async throws {
        let (list, _) = try await ask(.whole(200, [:], Self.body("", covered: "8")))
        #expect(!list.coversAll)
    }

    private static let others: [[UInt8]] = [
        [], Array("[]".utf8), Array("{}".utf8), Array(#"{"covered":1}"#.utf8),
        body(#"{"index":3}"#),
        body(hit.replacing(#""orientation":0"#, with: #""orientation":1"#)),
        body(hit.replacing(#""distance":6"#, with: #""distance":257"#)),
        body("\(hit),\(other),\(third)"), body(hit, covered: "-1"),
        // Named twice, by index or by name, and more looked at than there is.
        body("\(hit),\(hit)"), body("\(hit),\(hit.replacing(#""index":3"#, with: #""index":4"#))"),
        body("\(hit),\(other.replacing(#""index":4"#, with: #""index":3"#))"),
        body(hit, covered: "10"),
    ]

    @Test(arguments: others.map { ShownBytes($0) })
    func anAnswerOfAnotherFormIsNone(body: ShownBytes) async throws {
        let error = await #expect(throws: CallError.self) {
            try await ask(.whole(200, [:], body.bytes))
        }
        guard case .unexpected? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// A ledger without the search will not have it a second later.
    @Test func aLedgerWithoutTheSearchIsAskedOnce() async throws {
        let error = await #expect(throws: CallError.self) { try await ask(.whole(501)) }
        #expect(error?.isTransient == false)
    }
}
