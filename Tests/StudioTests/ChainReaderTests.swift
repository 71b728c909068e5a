import Encoding
import HTTPCalls
import Keys
import Ledger
import LedgerClient
import LogReader
import Merkle
import Provenance
import Studio
import Synchronization
import TestLedger
import TestPeer
import TestSupport
import Testing

/// What is read of an issuer's entries, and what is believed of it.
@Suite struct ChainReaderTests {
    private static let hamburg: Text = "https://pops.example/hamburg"

    /// What a ledger does with the answers of this test.
    private final class Bending: Sendable {
        private let hidden = Mutex<Set<EntryID>>([])
        private let instead = Mutex<[String: [UInt8]]>([:])

        func hide(_ entry: EntryID) { hidden.withLock { _ = $0.insert(entry) } }

        func answer(_ start: String, _ bytes: [UInt8]) { instead.withLock { $0[start] = bytes } }

        func take(_ request: StubServer.Request, _ fixture: LedgerFixture) -> StubServer.Answer? {
            // Of several the one that says most of the path.
            let bytes = instead.withLock { instead in
                instead.filter { request.path.hasPrefix($0.key) }
                    .max { $0.key.count < $1.key.count }?.value
            }
            if let bytes { return .whole(200, [:], bytes) }
            return ListedLedger.answer(
                request, fixture.ledger, hiding: hidden.withLock { $0 })
        }
    }

    private static func run(
        _ body: (StubLedger, Bending) async throws -> Void
    ) async throws {
        let bending = Bending()
        try await StubLedger.run(instead: { bending.take($0, $1) }) { try await body($0, bending) }
    }

    /// Registers what a new spool of the PoP has sealed, and returns the records.
    private static func fill(_ stub: StubLedger, _ count: Int) async throws -> [SpoolContent] {
        let spool = try FilledSpool((0..<count).map { "\($0).jpg" }, by: stub.fixture.pop)
        let records = try spool.contents(.pending)
        for record in records { _ = try await stub.fixture.register(record.bytes) }
        return records
    }

    /// Registers statements of another PoP, so that those of the first are far between.
    private static func crowd(_ stub: StubLedger, _ count: Int) async throws {
        let key = KeyFile.generate(.ed25519)
        try await stub.fixture.addPoP(key.publicKey, issuer: hamburg)
        let items = try (0..<count).map {
            try stub.fixture.capture("crowd \($0)", by: key, issuer: hamburg)
        }
        _ = await stub.fixture.ledger.register(items)
    }

    private static func read(
        _ stub: StubLedger, _ issuer: Text = LedgerFixture.berlin, by kit: TrustKit? = nil,
        limit: Int = ChainReader.entryLimit
    ) async throws -> IssuerEntries {
        let kit = try kit ?? TrustKit(stub.fixture.ledger.trustKit())
        return try await stub.with { client in
            try await ChainReader(client, kit, limit: limit).entries(of: issuer, trusting: .word)
        }
    }

    private static func leavesAsked(_ stub: StubLedger) -> Int {
        stub.paths("GET").filter { $0.hasSuffix("/statement") }.count
    }

    private static func bundlesAsked(_ stub: StubLedger) -> Int {
        stub.paths("GET").filter { $0.hasPrefix("/tile/entries/") }.count
    }

    // MARK: - Reading

    @Test func aBundleThatIsFullOfThemIsReadOnce() async throws {
        try await Self.run { stub, _ in
            _ = try await Self.fill(stub, 50)
            let found = try await Self.read(stub)
            let chains = SpoolChain.all(of: found.numbered)
            #expect(chains.map(\.isWhole) == [true])
            #expect(chains.first?.highest == 49)
            #expect(Self.bundlesAsked(stub) == 1)
            #expect(Self.leavesAsked(stub) == 0)
        }
    }

    @Test func entriesThatAreFarBetweenAreAskedForByTheirNames() async throws {
        try await Self.run { stub, _ in
            try await Self.crowd(stub, 200)
            let records = try await Self.fill(stub, 10)
            let found = try await Self.read(stub)
            #expect(found.numbered.map(\.entry) == records.map(\.id))
            #expect(Self.leavesAsked(stub) == 10)
            #expect(Self.bundlesAsked(stub) == 0)
        }
    }

    @Test func statementsWithoutANumberAreCountedApart() async throws {
        try await Self.run { stub, _ in
            _ = try await stub.fixture.register(stub.fixture.capture("alone"))
            _ = try await Self.fill(stub, 3)
            let found = try await Self.read(stub)
            #expect(found.unnumberedCount == 1)
            #expect(found.numbered.count == 3)
        }
    }

    // MARK: - Lies

    @Test func anEntryThatTheListLacksIsSeenInItsBundle() async throws {
        try await Self.run { stub, bending in
            let records = try await Self.fill(stub, 20)
            bending.hide(records[7].id)
            let found = try await Self.read(stub)
            #expect(found.unlisted.map(\.entry) == [records[7].id])
            #expect(SpoolChain.all(of: found.numbered).map(\.isWhole) == [true])
        }
    }

    /// What is registered while the list is read is behind its end: no lie, and not looked at.
    @Test func whatCameAfterTheListIsNotMissed() async throws {
        try await Self.run { stub, bending in
            let records = try await Self.fill(stub, 20)
            for record in records[17...] { bending.hide(record.id) }
            let found = try await Self.read(stub)
            #expect(found.unlisted == [])
            #expect(found.numbered.map(\.entry) == records[..<17].map(\.id))
        }
    }

    @Test func anEntryThatIsHiddenAmongOthersIsAGap() async throws {
        try await Self.run { stub, bending in
            try await Self.crowd(stub, 200)
            let records = try await Self.fill(stub, 10)
            bending.hide(records[7].id)
            let found = try await Self.read(stub)
            let missing = SpoolChain.all(of: found.numbered).flatMap(\.missing)
            #expect(missing.map(\.last) == [7])
            #expect(missing.map(\.entry) == [records[7].id])
        }
    }

    @Test func aListThatNamesAnotherEntryIsFalse() async throws {
        try await Self.run { stub, bending in
            _ = try await Self.fill(stub, 3)
            let other = EntryID(.sha256([1]))
            bending.answer(
                "/threads?iss=https%3A%2F%2Fpops.example%2Fberlin&limit=500",
                JSON.array([["index": 3, "entry": .string(Text("\(other)"))]]).encoded())
            // The same page again has no index after its own: an empty one ends the list.
            bending.answer(
                "/threads?iss=https%3A%2F%2Fpops.example%2Fberlin&limit=500&after=3", [0x5B, 0x5D])
            await #expect {
                try await Self.read(stub)
            } throws: { error in
                guard case .listRefuted(index: 3, other)? = error as? ChainCheckError else {
                    return false
                }
                return true
            }
        }
    }

    @Test func aBundleThatIsNotTheLogsIsNotBelieved() async throws {
        try await Self.run { stub, bending in
            let records = try await Self.fill(stub, 20)
            let size = stub.fixture.ledger.head().size
            let whole = try stub.fixture.ledger.entryBundle(index: 0, width: Int(size))
            var bundle = try #require(whole)
            bundle[bundle.count - records[19].content.statement.signature.count] ^= 1
            bending.answer("/tile/entries/000.p/\(size)", bundle)
            await #expect {
                try await Self.read(stub)
            } throws: { error in
                guard case .log(.refuted)? = error as? ChainCheckError else { return false }
                return true
            }
        }
    }

    @Test func aCheckpointThatIsOlderThanTheKitIsNotBelieved() async throws {
        try await Self.run { stub, bending in
            bending.answer("/checkpoint", stub.fixture.ledger.head().note)
            _ = try await Self.fill(stub, 3)
            await #expect {
                try await Self.read(stub)
            } throws: { error in
                guard case .log(.behind)? = error as? ChainCheckError else { return false }
                return true
            }
        }
    }

    @Test func whatIsNewerThanTheCheckpointIsCountedAndNotRead() async throws {
        try await Self.run { stub, bending in
            _ = try await Self.fill(stub, 3)
            let kit = try TrustKit(stub.fixture.ledger.trustKit())
            bending.answer("/checkpoint", stub.fixture.ledger.head().note)
            _ = try await Self.fill(stub, 2)
            let found = try await Self.read(stub, by: kit)
            #expect(found.newerCount == 2)
            #expect(found.numbered.count == 3)
        }
    }

    // MARK: - Who cannot be judged

    @Test func aKeyThatIsNewerThanTheKitIsUnknown() async throws {
        try await Self.run { stub, _ in
            let kit = try TrustKit(stub.fixture.ledger.trustKit())
            try await Self.crowd(stub, 3)
            let found = try await Self.read(stub, Self.hamburg, by: kit)
            #expect(found.unknown.count == 3)
            #expect(found.numbered.isEmpty)
        }
    }

    @Test func moreEntriesThanAreTakenAreAnError() async throws {
        try await Self.run { stub, _ in
            _ = try await Self.fill(stub, 5)
            await #expect {
                try await Self.read(stub, limit: 4)
            } throws: { error in
                guard case .tooMany(limit: 4)? = error as? ChainCheckError else { return false }
                return true
            }
        }
    }

    @Test func anIssuerWithoutAnEntryHasNone() async throws {
        try await Self.run { stub, _ in
            let found = try await Self.read(stub, "https://pops.example/nobody")
            #expect(found.count == 0)
        }
    }
}
