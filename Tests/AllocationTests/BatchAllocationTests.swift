import AllocationCounter
import Checkpoints
import Encoding
import Foundation
import Keys
import Ledger
import LedgerCheck
import Logging
import Manifests
import Merkle
import Provenance
import Synchronization
import Testing

/// How often the sequencer allocates for an entry: looking its names up, planning, the rows of
/// its batch with RocksDB's own work in them, the head.
///
/// Counted on the sequencer's thread, which asks the ledger's clock once for each batch.
@Suite(.serialized, .enabled(if: allocations_are_counted(), "needs glibc and no sanitizer"))
final class BatchAllocationTests {
    private static let origin: Text = "ledger.example/prints"
    private static let berlin: Text = "https://pops.example/berlin"
    private static let now: UInt64 = 1_760_000_000

    /// Entries in one batch: what belongs to the batch itself hardly counts.
    private static let batch = 1024

    /// What one entry may cost, with a little room for the blocks that RocksDB gets at once.
    private static let limit = 1.8

    private let folder = FileManager.default.temporaryDirectory.appending(path: "bench-\(UUID())")
    private let admin = KeyFile.generate(.ed25519)
    private let pop = KeyFile.generate(.ed25519)
    private let samples = Samples()
    private let ledger: Ledger

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var options = LedgerOptions(data: folder.appending(path: "data").path())
        // Threads that ask for the time on their own, when the test takes a minute.
        options.upkeepSeconds = 24 * 3600
        options.scrub.entriesPerSecond = 0
        try Ledger.initialize(
            options, origin: Origin(Self.origin), admin: admin.publicKey, recovery: nil,
            clock: { Self.now })
        let samples = samples
        ledger = try Ledger.open(options, logger: Logger(label: "test")) {
            samples.take()
            return Self.now
        }
    }

    deinit {
        ledger.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Measured 1.54: one hasher for each new node, and the blocks that RocksDB gets; keys and
    /// values of all rows are written in the same memory.
    @Test func anEntryOfABatchAllocatesLessThanTwice() async throws {
        try await addPoP()
        for round in 0..<4 {
            let statements = try (0..<Self.batch).map { try capture("\(round)-\($0)") }
            let answers = await ledger.register(statements)
            #expect(
                answers.allSatisfy { if case .registered = $0 { true } else { false } })
        }
        // From the commit of one batch to that of the next: the first ones are warm-up.
        let counts = samples.differences().suffix(2)
        let mean = Double(counts.reduce(0, +)) / Double(counts.count * Self.batch)
        #expect(counts.count == 2)
        #expect(mean <= Self.limit, "\(mean) allocations an entry")
    }

    private func addPoP() async throws {
        let change = KeyManifest(
            .add, coseKey: Text(pop.publicKey.string), issuer: Self.berlin, roles: [.pop],
            notBefore: 0)
        var reader = CBORSequenceReader(itemLimit: 1 << 20)
        reader.append(try ledger.control())
        var newest: Statement?
        while case .bytes(let leaf) = try reader.next() { newest = try Statement(leaf: leaf) }
        let previous = try #require(newest)
        let chain = try #require(previous.chain)
        let uri = Text("https://") + Self.origin
        let statement = try StatementDraft(
            manifest: change.manifest(origin: Self.origin, nonce: bytes("key nonce")),
            issuer: uri + "/admin", subject: uri, audience: Self.origin, issuedAt: Self.now,
            claimID: bytes("key cti"),
            chain: Chain(
                id: chain.id, sequence: chain.sequence + 1, previous: previous.id.hash)
        ).sign(with: admin)
        let answer = try #require(await ledger.register([statement.leaf]).first)
        guard case .registered = answer else {
            Issue.record("the key was not added: \(answer)")
            return
        }
    }

    private func capture(_ name: String) throws -> [UInt8] {
        let subject = Subject(
            name: Text(name), digest: .sha256(Array(name.utf8)), mediaType: "image/jpeg")
        let predicate: JSON.Object = [
            "event": "capture",
            "creator": ["name": "Ana Example"],
            "pop": .string(Self.berlin),
            "capturedAt": ["at": "2025-10-09T10:10:00+02:00", "clock": "gnss"],
            "record": ["lang": "en", "title": .string(Text("Photograph \(name)"))],
        ]
        let manifest = try Manifest.provenance(
            of: [subject], predicate, nonce: bytes("nonce \(name)"))
        let statement = try StatementDraft(
            manifest: manifest, issuer: Self.berlin, subject: Text("urn:example:\(name)"),
            audience: nil, issuedAt: Self.now, claimID: bytes("cti \(name)")
        ).sign(with: pop)
        return try TransparentStatement(statement, manifest: manifest.bytes).encoded()
    }

    private func bytes(_ seed: String) -> [UInt8] {
        Array(Hash.sha256(Array(seed.utf8)).bytes.prefix(16))
    }
}

/// The counter of each thread that asked for the time, when it did.
private final class Samples: Sendable {
    private struct Sample {
        let thread: UInt64
        let before: UInt64
        let after: UInt64
    }

    private let taken = Mutex<[Sample]>([])

    func take() {
        let before = allocations_on_this_thread()
        taken.withLock { taken in
            taken.append(
                Sample(
                    thread: allocating_thread(), before: before,
                    after: allocations_on_this_thread()))
        }
    }

    /// What the sequencer's thread allocated between two batches: it is the last that asks for
    /// the time when statements are registered.
    func differences() -> [Int] {
        let taken = taken.withLock { $0 }
        let own = taken.filter { $0.thread == taken.last?.thread }
        return zip(own, own.dropFirst()).map { Int($1.before - $0.after) }
    }
}
