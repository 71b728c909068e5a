import Encoding
import HTTPCalls
import Ledger
import LedgerClient
import Manifests
import Merkle
import Provenance
import Studio
import Synchronization
import TestLedger
import TestPeer
import TestSupport
import Testing

/// Records go to a ledger and come back with receipts; whatever stops that leaves files whole.
@Suite struct RecordSubmissionTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Signs a record into a file of this folder and returns its path.
    private func sign(
        _ name: String, _ fixture: LedgerFixture, by key: SigningKey? = nil, seen: [UInt8]? = nil
    ) throws -> String {
        let work = try folder.write(name, to: name)
        var draft = ProvenanceDraft()
        draft.creator = "Ana Example"
        draft.record = RecordText(title: Text(name))
        draft.seen = try seen.map { try #require(Text(utf8: $0)) }
        let place = try NewRecordFile(beside: work)
        try place.write(
            Signer(issuer: LedgerFixture.berlin, key: key ?? fixture.pop)
                .sign(draft, of: Artifact(reading: work)))
        return place.path
    }

    /// Submits the records and returns what was told.
    private func submit(
        _ paths: [String], to ledger: StubLedger, storing: Bool = true
    ) async throws -> [SubmissionEvent] {
        let events = Mutex<[SubmissionEvent]>([])
        try await ledger.with { client in
            await RecordSubmission(
                client: client, storesReceipts: storing,
                onEvent: { event in events.withLock { $0.append(event) } }
            ).run(paths)
        }
        return events.withLock { $0 }
    }

    /// What became of the record at `path`, in one word.
    private func end(of path: String, in events: [SubmissionEvent]) -> String? {
        for event in events {
            switch event {
            case .registered(let file, _) where file.path == path: return "registered"
            case .known(let file, _) where file.path == path: return "known"
            case .pending(let file) where file.path == path: return "pending"
            case .failed(path, _): return "failed"
            default: continue
            }
        }
        return nil
    }

    private func failure(_ events: [SubmissionEvent]) -> SubmissionError? {
        for case .failed(_, let error) in events { return error }
        return nil
    }

    // MARK: - What goes well

    @Test func aRecordIsCompletedByAReceiptThatVerifies() async throws {
        try await StubLedger.run { ledger in
            let path = try sign("a", ledger.fixture)
            let events = try await submit([path], to: ledger)
            #expect(end(of: path, in: events) == "registered")
            let report = try ledger.fixture.verifier().verify(
                file: RecordFile(path).bytes, artifact: .sha256(Array("a".utf8)), require: .logged)
            #expect(report.ok, "\(report.findings)")
        }
    }

    @Test func submittingAgainChangesNothing() async throws {
        try await StubLedger.run { ledger in
            let path = try sign("a", ledger.fixture)
            _ = try await submit([path], to: ledger)
            let bytes = try RecordFile(path).bytes
            let size = ledger.fixture.ledger.head().size
            #expect(end(of: path, in: try await submit([path], to: ledger)) == "known")
            #expect(try RecordFile(path).bytes == bytes)
            #expect(ledger.fixture.ledger.head().size == size)
        }
    }

    @Test func oneThatIsRefusedDoesNotHoldUpTheRest() async throws {
        try await StubLedger.run { ledger in
            let good = try ["a", "b", "c"].map { try sign($0, ledger.fixture) }
            let stranger = try sign("d", ledger.fixture, by: ledger.fixture.admin)
            let picture = try folder.write("no record", to: "e.colophon")
            let paths = [good[0], stranger, picture, good[1], good[2]]
            let events = try await submit(paths, to: ledger)
            #expect(
                paths.map { end(of: $0, in: events) } == [
                    "registered", "failed", "failed", "registered", "registered",
                ])
            #expect(ledger.paths("POST") == ["/batch"])
            for path in good { #expect(try RecordFile(path).content.receipts.count == 1) }
            #expect(try RecordFile(stranger).content.receipts.isEmpty)
        }
    }

    @Test func aReceiptCanBeHadWithoutTouchingTheFile() async throws {
        try await StubLedger.run { ledger in
            let path = try sign("a", ledger.fixture)
            let bytes = try RecordFile(path).bytes
            let events = try await submit([path], to: ledger, storing: false)
            guard case .registered(_, let receipt)? = events.first else {
                Issue.record("\(events)")
                return
            }
            #expect(receipt.index == ledger.fixture.ledger.head().size - 1)
            #expect(try RecordFile(path).bytes == bytes)
        }
    }

    // MARK: - What does not

    @Test func aReceiptOfAnotherEntryIsNotStored() async throws {
        let other = Mutex<[UInt8]>([])
        try await StubLedger.run { request, _ in
            let receipt = other.withLock { $0 }
            return request.path == "/entries" && !receipt.isEmpty ? .whole(201, [:], receipt) : nil
        } _: { ledger in
            let path = try sign("a", ledger.fixture)
            let answer = try await ledger.fixture.register(ledger.fixture.capture("b"))
            guard case .registered(_, let receipt) = answer else {
                Issue.record("\(answer)")
                return
            }
            other.withLock { $0 = receipt }
            let bytes = try RecordFile(path).bytes
            let events = try await submit([path], to: ledger)
            #expect(failure(events) == .receipt(.wrongProof))
            #expect(try RecordFile(path).bytes == bytes)
        }
    }

    @Test func bytesThatAreNoReceiptAreNotStored() async throws {
        try await StubLedger.run(instead: { _, _ in .whole(201, [:], [1, 2, 3]) }) { ledger in
            let path = try sign("a", ledger.fixture)
            let bytes = try RecordFile(path).bytes
            let events = try await submit([path], to: ledger)
            #expect(end(of: path, in: events) == "failed")
            #expect(try RecordFile(path).bytes == bytes)
        }
    }

    @Test func aRecordThatWaitsForWitnessesIsPending() async throws {
        try await StubLedger.run(instead: { _, _ in .whole(202) }) { ledger in
            let path = try sign("a", ledger.fixture)
            let bytes = try RecordFile(path).bytes
            #expect(end(of: path, in: try await submit([path], to: ledger)) == "pending")
            #expect(try RecordFile(path).bytes == bytes)
        }
    }

    @Test func aLedgerOutOfReachIsToldOnce() async throws {
        try await StubLedger.run(instead: { _, _ in .broken([]) }) { ledger in
            let paths = try ["a", "b"].map { try sign($0, ledger.fixture) }
            let events = try await submit(paths, to: ledger)
            #expect(events.count == 1)
            guard case .stopped(.unreachable)? = events.first else {
                Issue.record("\(events)")
                return
            }
        }
    }

    // MARK: - The head that was seen

    @Test func aHeadThatWasSeenIsProvenOlder() async throws {
        try await StubLedger.run { ledger in
            let seen = ledger.fixture.ledger.head().note
            let path = try sign("a", ledger.fixture, seen: seen)
            let events = try await submit([path], to: ledger)
            #expect(end(of: path, in: events) == "registered")
            let receipts = try RecordFile(path).content.receipts.map { try Receipt($0) }
            #expect(receipts.count == 2)
            guard case .consistency(let proof)? = receipts.last?.proof else {
                Issue.record("\(receipts)")
                return
            }
            #expect(proof.newSize == proof.oldSize + 1)
        }
    }

    @Test func aReceiptIsKeptThoughTheSeenHeadIsNotProven() async throws {
        try await StubLedger.run { request, _ in
            request.path.hasPrefix("/consistency") ? .whole(404) : nil
        } _: { ledger in
            let path = try sign("a", ledger.fixture, seen: ledger.fixture.ledger.head().note)
            let events = try await submit([path], to: ledger)
            guard case .seen(.ledger(.refused))? = failure(events) else {
                Issue.record("\(events)")
                return
            }
            #expect(try RecordFile(path).content.receipts.count == 1)
        }
    }

    @Test func aLedgerThatCannotExtendTheSeenHeadIsNamed() async throws {
        try await StubLedger.run { request, _ in
            guard request.path.hasPrefix("/consistency") else { return nil }
            let hash = Base64.encode(Array(repeating: 7, count: 32))
            return .whole(200, [:], Array("\(hash)\n".utf8))
        } _: { ledger in
            let head = ledger.fixture.ledger.head()
            let path = try sign("a", ledger.fixture, seen: head.note)
            let events = try await submit([path], to: ledger)
            #expect(failure(events) == .seen(.forked(head.size)))
        }
    }
}
