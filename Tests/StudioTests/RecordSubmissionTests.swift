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
        _ paths: [String], to ledger: StubLedger, storing: Bool = true,
        _ patience: SubmissionPatience? = nil
    ) async throws -> [SubmissionEvent] {
        let events = Mutex<[SubmissionEvent]>([])
        try await ledger.with { client in
            await RecordSubmission(
                client: client, storesReceipts: storing, patience: patience,
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
            case .failed(path, _, _): return "failed"
            default: continue
            }
        }
        return nil
    }

    private func failure(_ events: [SubmissionEvent]) -> SubmissionError? {
        for case .failed(_, let error, _) in events { return error }
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

    /// U+00E9, and "e" with U+0301: to a Swift string they are one.
    @Test func recordsWhoseNamesLookTheSameAllGetTheirReceipts() async throws {
        try await StubLedger.run { ledger in
            let paths = try ["e\u{301}", "\u{E9}"].map { try sign($0, ledger.fixture) }
            let events = try await submit(paths, to: ledger)
            let registered = events.compactMap { event -> [UInt8]? in
                guard case .registered(let file, _) = event else { return nil }
                return Array(file.path.utf8)
            }
            #expect(Set(registered) == Set(paths.map { Array($0.utf8) }))
            for path in paths { #expect(try RecordFile(path).content.receipts.count == 1) }
        }
    }

    /// One of the two is refused for good, and does not end the other.
    @Test func aRefusedRecordDoesNotEndOneWhoseNameLooksTheSame() async throws {
        let isFirst = Mutex(true)
        try await StubLedger.run(
            instead: { request, _ in
                guard request.path == "/entries" || request.path == "/batch" else { return nil }
                let isFirst = isFirst.withLock { isFirst in
                    defer { isFirst = false }
                    return isFirst
                }
                return isFirst ? .whole(503) : nil
            },
            { ledger in
                let damaged = try folder.write("no record", to: "e\u{301}.colophon")
                let good = try sign("\u{E9}", ledger.fixture)
                let patience = SubmissionPatience(.seconds(3_600), firstWait: .milliseconds(1))
                _ = try await submit([damaged, good], to: ledger, patience)
                #expect(try RecordFile(good).content.receipts.count == 1)
            })
    }

    /// `sign --force` ran while the ledger was asked: it has told that the new record is there.
    @Test func aRecordThatWasReplacedMeanwhileStays() async throws {
        let place = Mutex<(NewRecordFile, SignedRecord)?>(nil)
        try await StubLedger.run(
            instead: { request, _ in
                guard request.path == "/entries" else { return nil }
                place.withLock { place in
                    if let (place, record) = place { _ = try? place.write(record) }
                }
                return nil
            },
            { ledger in
                let path = try sign("a", ledger.fixture)
                let work = folder.path("a")
                var draft = ProvenanceDraft()
                draft.creator = "Ana Example"
                draft.record = RecordText(title: "Second")
                let second = try Signer(issuer: LedgerFixture.berlin, key: ledger.fixture.pop)
                    .sign(draft, of: Artifact(reading: work))
                let output = try NewRecordFile(beside: work, replacing: true)
                place.withLock { $0 = (output, second) }
                #expect(failure(try await submit([path], to: ledger)) == .file(.replaced(path)))
                #expect(try RecordFile(path).bytes == second.bytes)
            })
    }

    /// The place was found before a large work was read; `submit` ran meanwhile.
    @Test func aRecordThatGetsItsReceiptBeforeItIsReplacedIsKept() async throws {
        try await StubLedger.run { ledger in
            let path = try sign("a", ledger.fixture)
            let work = folder.path("a")
            let place = try NewRecordFile(beside: work, replacing: true)
            _ = try await submit([path], to: ledger)
            let whole = try RecordFile(path).bytes
            var draft = ProvenanceDraft()
            draft.creator = "Ana Example"
            draft.record = RecordText(title: "Second")
            let second = try Signer(issuer: LedgerFixture.berlin, key: ledger.fixture.pop)
                .sign(draft, of: Artifact(reading: work))
            #expect(try place.write(second) == work + ".1.colophon")
            #expect(try RecordFile(work + ".1.colophon").bytes == whole)
            #expect(try RecordFile(path).bytes == second.bytes)
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

    // MARK: - Waiting, and what stands between

    /// What a submission in another task has told.
    private final class Told: Sendable {
        let events = Mutex<[SubmissionEvent]>([])

        @Sendable func take(_ event: SubmissionEvent) {
            events.withLock { $0.append(event) }
        }
    }

    @Test func whatWaitingCannotMendEndsAtOnce() async throws {
        try await StubLedger.run(instead: { _, _ in .whole(301) }) { ledger in
            let path = try sign("a", ledger.fixture)
            let patience = SubmissionPatience(.seconds(3_600), firstWait: .milliseconds(1))
            let events = try await submit([path], to: ledger, patience)
            #expect(events.count == 1)
            guard case .stopped(.unexpected)? = events.first else {
                Issue.record("\(events)")
                return
            }
        }
    }

    /// Ctrl-C: the files are as they were or complete, and that it was stopped is told.
    @Test func aSubmissionThatIsStoppedSaysSo() async throws {
        try await StubLedger.run(instead: { _, _ in .stalled([]) }) { ledger in
            let path = try sign("a", ledger.fixture)
            let bytes = try RecordFile(path).bytes
            let told = Told()
            try await ledger.with { client in
                let work = Task {
                    await RecordSubmission(client: client, onEvent: told.take).run([path])
                }
                try await eventually("the request has arrived") { !ledger.paths("POST").isEmpty }
                work.cancel()
                await work.value
            }
            guard case .interrupted? = told.events.withLock({ $0.last }) else {
                Issue.record("\(told.events.withLock { $0 })")
                return
            }
            #expect(try RecordFile(path).bytes == bytes)
        }
    }

    /// A proxy's limit, such as nginx has: half as many, and the size that went through is kept.
    @Test(arguments: [3_000, 100])
    func aBodyThatIsTooLargeIsSentInHalves(limit: Int) async throws {
        try await StubLedger.run { request, _ in
            request.body.count > limit ? .whole(413) : nil
        } _: { ledger in
            let paths = try (0..<9).map { try sign("\($0)", ledger.fixture) }
            let events = try await submit(paths, to: ledger)
            let wanted = limit > 1_000 ? "registered" : "failed"
            #expect(paths.map { end(of: $0, in: events) } == paths.map { _ in wanted })
            if wanted == "failed", case .refused(let problem, _)? = failure(events) {
                #expect(problem.status == 413)
            }
            let tooLarge = ledger.server.requests.count { $0.body.count > limit }
            #expect(tooLarge < ledger.server.requests.count || wanted == "failed")
        }
    }

    // MARK: - Copies of an edition

    private func signCopy(_ name: String, _ fixture: LedgerFixture) throws -> String {
        let work = try folder.write(name, to: name)
        var draft = ProvenanceDraft()
        draft.creator = "Ana Example"
        draft.record = RecordText(title: Text(name))
        draft.edition = try Edition("7/50", of: "https://drops.example/estuary")
        let place = try NewRecordFile(beside: work)
        try place.write(
            Signer(issuer: LedgerFixture.berlin, key: fixture.pop)
                .sign(draft, of: Artifact(reading: work)))
        return place.path
    }

    @Test func aSecondRecordOfACopyIsToldOfTheFirst() async throws {
        let entry = String(repeating: "A", count: 43)
        try await StubLedger.run { request, _ in
            guard request.path.hasPrefix("/threads") else { return nil }
            let list = "[{\"index\":4,\"entry\":\"\(entry)\",\"location\":\"x\"}]"
            return .whole(200, ["Content-Type": "application/json"], Array(list.utf8))
        } _: { ledger in
            let paths = [try signCopy("a", ledger.fixture), try sign("b", ledger.fixture)]
            let events = try await submit(paths, to: ledger)
            let told = events.compactMap { event -> [UInt64]? in
                guard case .secondOfCopy(let file, let entries) = event, file.path == paths[0]
                else { return nil }
                return entries.map(\.index)
            }
            #expect(told == [[4]])
            #expect(
                ledger.paths("GET") == [
                    "/threads?sub=https%3A%2F%2Fdrops.example%2Festuary%237&limit=500"
                ])
            #expect(paths.map { end(of: $0, in: events) } == ["registered", "registered"])
        }
    }

    @Test func twoRecordsOfOneCopyInOneRunAreTold() async throws {
        try await StubLedger.run { request, _ in
            request.path.hasPrefix("/threads") ? .whole(200, [:], Array("[]".utf8)) : nil
        } _: { ledger in
            let paths = try ["a", "b"].map { try signCopy($0, ledger.fixture) }
            let events = try await submit(paths, to: ledger)
            let told = events.compactMap { event -> String? in
                guard case .sameCopy(let file, let earlier) = event, file.path == paths[1]
                else { return nil }
                return earlier
            }
            #expect(told == [paths[0]])
        }
    }
}
