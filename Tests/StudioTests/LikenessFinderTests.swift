import Cards
import Encoding
import Ledger
import Manifests
import Provenance
import Studio
import TestLedger
import TestPeer
import TestSupport
import Testing

/// What a ledger answers to a search is held to its own log: it names no fewer entries than that
/// has, and what it does not show is not said to be absent.
@Suite struct LikenessFinderTests {
    private static let hash = PDQHash(1, 2, 3, 4)

    /// An answer that names these entries, and says that it is about so many.
    private static func answer(_ names: [EntryID], of size: UInt64) -> StubServer.Answer {
        let hits: [JSON] = names.enumerated().map { number, name in
            [
                "index": .integer(Int64(number)), "entry": .string(Text("\(name)")),
                "distance": 0, "orientation": 0,
            ]
        }
        let answer: JSON = [
            "covered": .integer(Int64(size)), "entries": .integer(Int64(size)),
            "loading": false, "more": false, "hits": .array(hits),
        ]
        return .whole(200, [:], answer.encoded())
    }

    /// Searches in a ledger whose answer is made of the entry of a picture and of its head's size.
    private func find(
        _ body: (ProvingLedger, EntryID, UInt64) throws -> Void
    ) async throws -> FoundLikeness? {
        var found: FoundLikeness?
        try await ProvingLedger.run(works: 2) { log in
            let picture = try log.stub.fixture.capture("picture", looks: .of(Self.hash))
            _ = try await log.stub.fixture.register(picture)
            let name = try TransparentStatement(picture).statement.id
            try body(log, name, log.ledger.head().size)
            found = try await log.with { proven in
                try await LikenessFinder(proven, by: log.oldKit)
                    .find([Self.hash], within: 31, limit: 10)
            }
        }
        return found
    }

    @Test func anEntryThatIsNearIsProvenAndMeasured() async throws {
        let found = try #require(
            try await find { log, name, size in
                log.replaced.set("/search/similar", Self.answer([name], of: size))
            })
        #expect(found.coversAll && found.erasedCount == 0)
        #expect(found.entries.map(\.distance) == [0])
        #expect(found.entries.first?.step.facts?.record.title == "Photograph picture")
    }

    /// Whoever registers a work over and over holds nobody up who looks for it, and it is said that
    /// not all was read.
    @Test func ofAFloodOfLaterEntriesAHundredAreRead() async throws {
        try await ProvingLedger.run(works: 2) { log in
            var names: [EntryID] = []
            for _ in 0...101 {
                let picture = try log.stub.fixture.capture("picture", looks: .of(Self.hash))
                _ = try await log.stub.fixture.register(picture)
                names.append(try TransparentStatement(picture).statement.id)
            }
            let size = log.ledger.head().size
            for (place, count) in [(0, 101), (1, 101), (2, 100), (100, 2), (101, 1)] {
                log.replaced.set("/search/similar", Self.answer([names[place]], of: size))
                let found = try await log.with { proven in
                    try await LikenessFinder(proven, by: log.oldKit)
                        .find([Self.hash], within: 31, limit: 10)
                }
                let history = try #require(found?.history)
                #expect(history.steps.count == count)
                #expect(history.isCut == (place == 0))
                #expect(found?.entries.map(\.step.entry) == [names[place]])
            }
        }
    }

    /// Nothing can be said of entries that the ledger does not speak of.
    @Test func anAnswerAboutFewerEntriesThanTheHeadIsRefused() async throws {
        for (names, missing) in [(0, 1), (1, 1), (0, 3)] as [(Int, UInt64)] {
            let error = await #expect(throws: ProvingError.self) {
                _ = try await find { log, name, size in
                    let named = names == 1 ? [name] : []
                    log.replaced.set(
                        "/search/similar", Self.answer(named, of: size - missing))
                }
            }
            guard case .wrong("the answer to the search", let reason)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(reason.contains("entries of a log that has"))
        }
    }

    @Test func aManifestThatIsNotGivenOutIsCounted() async throws {
        let answer = try #require(
            try await find { log, name, size in
                log.replaced.set("/search/similar", Self.answer([name], of: size))
                let statement = try Statement(
                    leaf: found(try log.ledger.statement(name), "a leaf"))
                log.replaced.set(
                    "/entries/\(name)/transparent",
                    try .record(of: statement, [found(try log.ledger.receipt(name), "a receipt")]))
            })
        #expect(answer.entries.isEmpty && answer.erasedCount == 1)
    }

    @Test func anEntryThatIsNotNearIsRefused() async throws {
        let error = await #expect(throws: ProvingError.self) {
            _ = try await find { log, _, size in
                log.replaced.set("/search/similar", Self.answer([log.works[0]], of: size))
            }
        }
        guard case .wrong(_, let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("does not look like the picture"))
    }
}
