import Checkpoints
import Encoding
import HTTPCalls
import Ledger
import LedgerClient
import Merkle
import Provenance
import Studio
import Synchronization
import TestLedger
import TestPeer
import TestSupport
import Testing

/// What a ledger has taken is not sent again: its receipt is asked for, and then its witnesses.
@Suite struct FollowingTests {
    /// The time of the first cosignatures: heads are made by the system's clock.
    private static let early = TestClock.system.now

    private let folder: TemporaryFolder
    private let witness: TestWitness

    /// Time enough for a test, with waits that nobody notices.
    private var patience: SubmissionPatience {
        SubmissionPatience(.seconds(3_600), firstWait: .milliseconds(1))
    }

    init() throws {
        folder = try TemporaryFolder()
        witness = try TestWitness("witness.example")
    }

    /// Submits records and returns what was told, a word each but for progress.
    private func submit(
        _ paths: [String], to ledger: StubLedger, until kit: TrustKit? = nil,
        _ patience: SubmissionPatience?
    ) async throws -> [String] {
        let words = Mutex<[String]>([])
        try await ledger.with { client in
            await RecordSubmission(
                client: client, until: kit, patience: patience,
                onEvent: { event in
                    if let word = Self.word(event) { words.withLock { $0.append(word) } }
                }
            ).run(paths)
        }
        return words.withLock { $0 }
    }

    private static func word(_ event: SubmissionEvent) -> String? {
        switch event {
        case .pending: "pending"
        case .waiting(nil, _, _): "waiting"
        case .registered: "registered"
        case .known: "known"
        case .witnessed(_, _, let time): "witnessed \(time)"
        case .unwitnessed: "unwitnessed"
        case .timestamped(_, _, let time): "timestamped \(time)"
        case .untimestamped: "untimestamped"
        case .answered: nil
        case .failed, .refusedEvidence, .secondOfCopy, .sameCopy, .copiesUnknown, .stopped,
            .interrupted,
            .waiting:
            "\(event)"
        }
    }

    /// Counts down: true so many times.
    private final class Countdown: Sendable {
        private let left: Mutex<Int>

        init(_ count: Int) { left = Mutex(count) }

        func isOpen() -> Bool {
            left.withLock { left in
                left -= 1
                return left >= 0
            }
        }
    }

    /// Registers what is sent, and answers that the receipts follow.
    private static func taking(
        _ request: StubServer.Request, _ fixture: LedgerFixture
    ) async -> StubServer.Answer {
        if request.path == "/entries" {
            _ = try? await fixture.register(request.body)
            return .whole(202, ["Retry-After": "0"])
        }
        var reader = CBORSequenceReader(itemLimit: 1 << 20)
        reader.append(request.body)
        var answers: [UInt8] = []
        while let part = try? reader.next(), case .bytes(let item) = part {
            guard let statement = try? TransparentStatement(item).statement else { continue }
            _ = try? await fixture.register(item)
            answers += CBOR.array([.unsigned(202), .bytes(statement.id.hash.bytes), .null])
                .encoded()
        }
        return .whole(200, [:], answers)
    }

    @Test(arguments: [1, 3])
    func aReceiptThatFollowsIsAskedForAndTheRecordNotSentAgain(count: Int) async throws {
        let early = Countdown(2)
        try await StubLedger.run { request, fixture in
            if request.method == "POST" { return await Self.taking(request, fixture) }
            guard request.path.hasPrefix("/entries/"), early.isOpen() else { return nil }
            return .whole(204, ["Retry-After": "0"])
        } _: { ledger in
            let paths = try (0..<count).map { try folder.signWork("\($0)", by: ledger.fixture) }
            let told = try await submit(paths, to: ledger, patience)
            let all = paths.map { _ in "pending" } + ["waiting", "waiting", "waiting"]
            #expect(told == all + paths.map { _ in "registered" })
            #expect(ledger.paths("POST").count == 1)
            for path in paths {
                #expect(try RecordFile(path).content.receipts.count == 1)
            }
        }
    }

    @Test func withoutPatienceAReceiptThatFollowsIsLeftToRefresh() async throws {
        try await StubLedger.run { request, fixture in
            request.method == "POST" ? await Self.taking(request, fixture) : nil
        } _: { ledger in
            let path = try folder.signWork("a", by: ledger.fixture)
            #expect(try await submit([path], to: ledger, nil) == ["pending"])
            #expect(ledger.paths("GET").isEmpty)
        }
    }

    /// A ledger that was restored from an old copy: nothing is lost, the record is sent again.
    @Test func whatIsNotKnownAnyMoreIsSentAgain() async throws {
        let first = Countdown(1)
        try await StubLedger.run { request, fixture in
            guard request.method == "POST", first.isOpen() else { return nil }
            return .whole(202)
        } _: { ledger in
            let path = try folder.signWork("a", by: ledger.fixture)
            let told = try await submit([path], to: ledger, patience)
            #expect(told == ["pending", "waiting", "waiting", "registered"])
            #expect(ledger.paths("POST").count == 2)
        }
    }

    // MARK: - Until witnesses have signed

    @Test(arguments: [1, 3])
    func theFileIsCompleteOnceTheQuorumHasSeenIt(count: Int) async throws {
        let witness = witness
        let isSigned = Mutex(false)
        let rounds = Countdown(2)
        try await StubLedger.run { request, fixture in
            // The witness signs after the second look.
            guard request.method == "GET", request.path.hasPrefix("/entries/"),
                !rounds.isOpen(), !isSigned.withLock({ $0 })
            else { return nil }
            isSigned.withLock { $0 = true }
            let head = fixture.ledger.head()
            if let line = try? witness.cosign(head.note, at: Self.early) {
                try? fixture.ledger.add(
                    [line], of: [witness.verifierKey], toHeadOf: head.size)
            }
            return nil
        } _: { ledger in
            let paths = try (0..<count).map { try folder.signWork("\($0)", by: ledger.fixture) }
            let kit = try ledger.kit(askingFor: witness)
            let told = try await submit(paths, to: ledger, until: kit, patience)
            #expect(told.filter { $0 == "registered" }.count == count, "\(told)")
            #expect(told.suffix(count) == paths.map { _ in "witnessed \(Self.early)" }[...])
            #expect(ledger.paths("POST").count == 1)
            for path in paths {
                let file = try RecordFile(path).bytes
                let report = Verifier(kit).verify(file: file, artifact: nil, recordOnly: true)
                #expect(report.reached == .witnessed, "\(report.findings)")
            }
        }
    }

    @Test func afterItsTimeTheFileKeepsTheReceiptThatItHas() async throws {
        try await StubLedger.run { ledger in
            let path = try folder.signWork("a", by: ledger.fixture)
            let kit = try ledger.kit(askingFor: witness)
            let told = try await submit(
                [path], to: ledger, until: kit, SubmissionPatience(.zero))
            #expect(told == ["registered", "unwitnessed"])
            #expect(try RecordFile(path).content.receipts.count == 1)
        }
    }

    @Test func aKitThatDoesNotKnowTheLedgerKeepsTheReceiptAndSaysSo() async throws {
        try await StubLedger.run { ledger in
            let path = try folder.signWork("a", by: ledger.fixture)
            let stranger = try await StubLedger.run { try $0.kit(askingFor: witness) }
            let told = try await submit([path], to: ledger, until: stranger, patience)
            #expect(
                told.first == "registered" && told.last?.contains("does not prove it") == true,
                "\(told)")
            #expect(try RecordFile(path).content.receipts.count == 1)
        }
    }
}
