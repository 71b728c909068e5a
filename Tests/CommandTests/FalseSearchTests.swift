import Foundation
import TestPeer
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A ledger that answers a search falsely, and `colophon find` as somebody runs it against it.
@Suite struct FalseSearchTests {
    private static let hash = String(repeating: "5", count: 64)

    private let shop: Workshop
    private let ledger: LedgerProcess

    init() async throws {
        shop = try await Workshop()
        ledger = try await LedgerProcess(in: shop)
        try await ledger.writeKit()
    }

    /// Runs `find` against a server that answers as the ledger does, but for searches.
    private func find(answered search: String) async throws -> Program.Outcome {
        let address = ledger.address
        return try await StubServer.run { request in
            if request.path == "/search/similar" {
                return .whole(200, [:], Array(search.utf8))
            }
            guard request.method == "GET", let url = URL(string: address + request.path),
                let (body, answer) = try? await URLSession.shared.data(from: url),
                let status = (answer as? HTTPURLResponse)?.statusCode
            else { return .whole(500) }
            return .whole(status, [:], Array(body))
        } _: { server in
            try await Program.run(
                "colophon",
                [
                    "find", "--trust", "trust", "--ledger", "http://127.0.0.1:\(server.port)",
                    "--pdq", Self.hash,
                ], in: shop.folder)
        }
    }

    private static func answer(
        _ size: Int, _ hits: String = "", isLoading: Bool = false, hasMore: Bool = false
    ) -> String {
        #"{"covered":\#(size),"entries":\#(size),"loading":\#(isLoading),"hits":[\#(hits)],"#
            + #""more":\#(hasMore)}"#
    }

    @Test func nothingIsSaidByAnAnswerAboutFewerEntriesThanTheLogHas() async throws {
        let honest = try await find(answered: Self.answer(2))
        #expect(honest.status == 1 && honest.words.contains("among 2 entries"), "\(honest.words)")
        let found = try await find(answered: Self.answer(0))
        #expect(found.status == 3 && found.output.isEmpty, "\(found.words)")
        #expect(found.words.contains("is about 0 entries of a log that has 2"), "\(found.words)")
        // It has no way to do without the ledger's word, and offers none.
        #expect(!found.words.contains("--from-tiles"))
        #expect(found.words.contains("tell the ledger's operator"))
    }

    @Test func anEntryThatIsNamedTwiceIsNoAnswer() async throws {
        let name = String(repeating: "A", count: 43)
        let hit = #"{"index":1,"entry":"\#(name)","distance":0,"orientation":0}"#
        let found = try await find(answered: Self.answer(2, "\(hit),\(hit)"))
        #expect(found.status == 3 && found.output.isEmpty, "\(found.words)")
        #expect(found.words.contains("is not a list of entries"), "\(found.words)")
    }

    /// That there is more than nothing is no sign that nothing looks like it.
    @Test func moreThanIsNamedIsNoAbsence() async throws {
        let found = try await find(answered: Self.answer(2, hasMore: true))
        #expect(found.status == 3 && found.output.isEmpty, "\(found.words)")
        #expect(found.words.contains("says that there are entries, and names none"))
    }

    /// All entries are covered, and an answer is not whole before the ledger says so.
    @Test func aLedgerThatStillLoadsIsNotSaidToHaveOthers() async throws {
        let found = try await find(answered: Self.answer(2, isLoading: true))
        #expect(found.status == 3, "\(found.words)")
        #expect(found.words.contains("among 2 entries; the ledger is still loading"))
        #expect(!found.words.contains("the others"))
    }
}
