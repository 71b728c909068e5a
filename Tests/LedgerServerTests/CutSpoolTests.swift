import Encoding
import HTTPCalls
import Ledger
import LedgerClient
import Manifests
import Merkle
import Provenance
import Studio
import TestHTTP
import TestLedger
import TestPeer
import TestSupport
import Testing

/// A spool is synced with a real server through connections that end at any byte (spool.md §4).
@Suite(.serialized) struct CutSpoolTests {
    /// Records of a spool: more than one request has, until the ledger has said that it takes gzip.
    private static let count = 4

    /// Syncs with the server behind `relay`, with no wait between two tries.
    private static func sync(
        _ spool: FilledSpool, through relay: CuttingRelay
    ) async throws -> SyncEnd {
        await LedgerClient.with(
            try ServiceURL("http://127.0.0.1:\(relay.port)"), options: .patient
        ) { client in
            await SpoolSync(
                of: spool.spool, client: client, kit: nil, wait: { _, _ in .milliseconds(1) },
                onEvent: { _ in }
            ).run(following: false)
        }
    }

    /// Syncs a new spool through these cuts; each record is an entry once, and has its receipt.
    private static func syncs(
        _ server: TestServer, through cuts: [CuttingRelay.Cut]
    ) async throws -> (up: Int, down: Int) {
        let ledger = server.fixture.ledger
        let name = randomBytes().description
        let spool = try FilledSpool((0..<count).map { "\(name) \($0)" }, by: server.fixture.pop)
        let size = ledger.head().size
        let traffic = try await CuttingRelay.run(to: server.port, cuts) { relay in
            let end = try await sync(spool, through: relay)
            #expect(end.sum.registered == count && end.sum.waiting == 0, "\(cuts): \(end)")
            return relay.traffic
        }
        #expect(ledger.head().size == size + UInt64(count), "\(cuts)")
        let indexes = try spool.contents(.registered).map { content in
            try FittingReceipt(
                #require(content.content.receipts.first), for: content.content.statement
            ).index
        }
        // Once each, in the order of their numbers.
        #expect(indexes == (0..<UInt64(count)).map { size + $0 }, "\(cuts)")
        return traffic
    }

    /// Bytes between two cuts: no multiple of anything that a record is made of, and every part of
    /// one is met.
    private static let step = 127

    @Test func aConnectionThatEndsAtAnyByteOfTheRequestLosesAndDoublesNothing() async throws {
        try await TestServer.run { server in
            let whole = try await Self.syncs(server, through: [])
            for place in stride(from: 0, through: whole.up + Self.step, by: Self.step) {
                _ = try await Self.syncs(server, through: [.up(place)])
            }
        }
    }

    @Test func aConnectionThatEndsAtAnyByteOfTheAnswerLosesAndDoublesNothing() async throws {
        try await TestServer.run { server in
            let whole = try await Self.syncs(server, through: [])
            for place in stride(from: 0, through: whole.down + Self.step, by: Self.step) {
                _ = try await Self.syncs(server, through: [.down(place)])
            }
        }
    }

    @Test(arguments: 0..<8)
    func manyConnectionsThatEndInARowLoseAndDoubleNothing(round: Int) async throws {
        var random = SeededRandom(seed: UInt64(round))
        try await TestServer.run { server in
            let cuts = (0..<4).map { _ in
                Bool.random(using: &random)
                    ? CuttingRelay.Cut.up(.random(in: 0...3_000, using: &random))
                    : .down(.random(in: 0...2_000, using: &random))
            }
            _ = try await Self.syncs(server, through: cuts)
        }
    }
}
