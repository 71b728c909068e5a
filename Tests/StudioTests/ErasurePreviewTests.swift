import Encoding
import Ledger
import Provenance
import Studio
import Synchronization
import TestLedger
import TestPeer
import Testing

/// What a person is shown who is asked to approve an erasure.
@Suite struct ErasurePreviewTests {
    /// A look that fails is no absence: that there may be more is shown.
    @Test(arguments: [nil, "/transparent", "/subjects/", "/statement"])
    func whatALedgerDoesNotSayMayBeMore(failing: String?) async throws {
        let fails = Mutex(false)
        try await StubLedger.run(instead: { request, fixture in
            if let failing, fails.withLock({ $0 }), request.path.contains(failing) {
                return .whole(503)
            }
            return try? Self.statement(request.path, fixture)
        }) { ledger in
            var entries: [EntryID] = []
            for _ in 0..<2 {
                let bytes = try ledger.fixture.capture("photo")
                _ = try await ledger.fixture.register(bytes)
                entries.append(try TransparentStatement(bytes).statement.id)
            }
            try await ledger.fixture.awaitLists()
            let first = entries[0]
            let preview = try await ledger.with { client in
                let change = try await ErasureChange(
                    of: [first], reason: "asked for", authority: "the person shown", client)
                fails.withLock { $0 = true }
                return await ErasurePreview(of: change, client)
            }
            #expect(preview.isCut == (failing != nil))
            let named = failing == "/transparent" ? [] : [first]
            #expect(preview.targets.map(\.entry) == named)
        }
    }

    /// Answers `/entries/ENTRY/statement`.
    private static func statement(
        _ path: String, _ fixture: LedgerFixture
    ) throws -> StubServer.Answer? {
        let parts = path.split(separator: "/")
        guard parts.count == 3, parts[0] == "entries", parts[2] == "statement",
            let entry = EntryID(Text(String(parts[1]))),
            let leaf = try fixture.ledger.statement(entry)
        else { return nil }
        return .whole(200, [:], leaf)
    }
}
