import Checkpoints
import Encoding
import Ledger
import Provenance
import Studio
import Synchronization
import TestLedger
import TestPeer
import TestSupport
import Testing

/// No line that does not verify gets into a file, and one that is there goes (record.md §2).
@Suite struct VerifiedLinesTests {
    /// The time of the first cosignatures: heads are made by the system's clock.
    private static let early = TestClock.system.now

    private let folder: TemporaryFolder
    private let witness: TestWitness
    private let stranger: TestWitness

    init() throws {
        folder = try TemporaryFolder()
        witness = try TestWitness("witness.example")
        stranger = try TestWitness("stranger.example")
    }

    /// Signs a record and has the ledger complete it, by the kit where there is one.
    private func submitted(
        _ name: String, to ledger: StubLedger, until kit: TrustKit? = nil
    ) async throws -> String {
        let path = try folder.signWork(name, by: ledger.fixture)
        try await ledger.with { client in
            await RecordSubmission(
                client: client, until: kit,
                patience: SubmissionPatience(.seconds(3_600), firstWait: .milliseconds(1)),
                onEvent: { _ in }
            ).run([path])
        }
        return path
    }

    private func changes(_ events: [RefreshEvent]) -> [Bool] {
        events.compactMap { event in
            if case .refreshed(let record) = event { record.isChanged } else { nil }
        }
    }

    /// A line in the name of a witness that it never signed.
    private func garbage(_ note: [UInt8]) throws -> NoteSignature {
        let line = try witness.cosign(note, at: Self.early)
        var signature = line.signature
        signature[signature.count - 1] ^= 1
        return try NoteSignature(name: line.name, keyID: line.keyID, signature: signature)
    }

    private func adding(_ lines: [NoteSignature], to note: [UInt8]) throws -> [UInt8] {
        let note = try SignedNote(parsing: note)
        return try SignedNote(text: note.text, signatures: note.signatures + lines).encoded
    }

    /// The names under the notes of a file, receipt by receipt.
    private func names(in path: String) throws -> [[String]] {
        try RecordFile(path).content.receipts.map { bytes in
            try SignedNote(parsing: try #require(try Receipt(bytes).note)).signatures
                .map(\.name.string)
        }
    }

    private func isWitnessed(_ path: String, by kit: TrustKit) throws -> Bool {
        let report = Verifier(kit).verify(
            file: try RecordFile(path).bytes, artifact: nil, recordOnly: true)
        return report.ok && report.reached == .witnessed
    }

    @Test func aBadLineUnderAServedHeadIsLeftOutAndTheGoodOneIsTakenLater() async throws {
        let answers = ReplacedAnswers()
        try await StubLedger.run(instead: answers.answer) { ledger in
            let path = try await submitted("a", to: ledger)
            let kit = try ledger.kit(askingFor: witness)
            let bytes = try RecordFile(path).bytes
            let head = ledger.fixture.ledger.head()
            let bad = try garbage(head.note)
            let other = try stranger.cosign(head.note, at: Self.early)
            answers.set("/heads/", .whole(200, [:], try adding([bad, other], to: head.note)))
            try await ledger.grow()
            let events = try await ledger.refresh([path], kit: kit)
            #expect(changes(events) == [false], "\(events)")
            #expect(try RecordFile(path).bytes == bytes)
            let good = try witness.cosign(head.note, at: Self.early)
            answers.set("/heads/", .whole(200, [:], try adding([bad, good], to: head.note)))
            #expect(changes(try await ledger.refresh([path], kit: kit)) == [true])
            #expect(try isWitnessed(path, by: kit))
        }
    }

    /// As a submission without a kit may have taken it: with the kit the record is whole again.
    @Test(arguments: [true, false])
    func aBadLineThatAFileHasGoes(isSignedSince: Bool) async throws {
        try await StubLedger.run { ledger in
            let path = try await submitted("a", to: ledger)
            let kit = try ledger.kit(askingFor: witness)
            var record = try RecordFile(path).content
            let good = record.receipts
            let note = try #require(try Receipt(good[0]).note)
            record.receipts = [
                try Receipt(good[0]).noting(try adding([try garbage(note)], to: note))
            ]
            try folder.write(record.encoded(), to: "a.colophon")
            let spoiled = Verifier(kit).verify(
                file: try RecordFile(path).bytes, artifact: nil, recordOnly: true)
            #expect(spoiled.findings.contains { $0.verdict == .refuted })
            if isSignedSince { try ledger.cosign(by: witness, at: Self.early) }
            #expect(changes(try await ledger.refresh([path], kit: kit)) == [true])
            #expect(try isWitnessed(path, by: kit) == isSignedSince)
            if !isSignedSince { #expect(try RecordFile(path).content.receipts == good) }
        }
    }

    /// Without a kit a submission takes what is served, be it sixteen lines of nobody.
    @Test func linesOfNobodyKeepNoGoodOneOut() async throws {
        try await StubLedger.run { ledger in
            let path = try await submitted("a", to: ledger)
            let kit = try ledger.kit(askingFor: witness)
            var record = try RecordFile(path).content
            let note = try #require(try Receipt(record.receipts[0]).note)
            let junk = try (0..<15).map { try TestWitness(Text("w\($0).example")) }
                .map { try $0.cosign(note, at: Self.early) }
            record.receipts = [
                try Receipt(record.receipts[0]).noting(try adding(junk, to: note))
            ]
            try folder.write(record.encoded(), to: "a.colophon")
            try ledger.cosign(by: witness, at: Self.early)
            #expect(changes(try await ledger.refresh([path], kit: kit)) == [true])
            #expect(try isWitnessed(path, by: kit))
            let lines = try #require(try names(in: path).first)
            #expect(lines.count == 16 && lines.contains("w13.example"))
            #expect(!lines.contains("w14.example"))
        }
    }

    @Test func aReceiptThatIsAddedHasTheVerifiedLinesAlone() async throws {
        let answers = ReplacedAnswers()
        try await StubLedger.run(instead: answers.answer) { ledger in
            let path = try await submitted("a", to: ledger)
            let statement = try RecordFile(path).content.statement
            try await ledger.grow()
            let served = try Receipt(
                try #require(try ledger.fixture.ledger.receipt(statement.id)))
            let note = try #require(served.note)
            let lines = [
                try garbage(note), try stranger.cosign(note, at: Self.early),
                try witness.cosign(note, at: Self.early + 5),
                try witness.cosign(note, at: Self.early),
            ]
            answers.set(
                "/entries/",
                try .record(of: statement, [served.noting(try adding(lines, to: note))]))
            let kit = try ledger.kit(askingFor: witness)
            let events = try await ledger.refresh([path], kit: kit)
            #expect(changes(events) == [true], "\(events)")
            let own = try #require(try names(in: path).first)
            #expect(try names(in: path) == [own, own + ["witness.example"]])
            #expect(try isWitnessed(path, by: kit))
            let report = Verifier(kit).verify(
                file: try RecordFile(path).bytes, artifact: nil, recordOnly: true)
            #expect(report.witnessing?.completeAt == Self.early)
        }
    }

    /// Nobody can say which of the lines are good, so none is taken.
    @Test func withoutAKitAFileThatHasAReceiptStays() async throws {
        try await StubLedger.run { ledger in
            let path = try await submitted("a", to: ledger)
            let bytes = try RecordFile(path).bytes
            try ledger.cosign(by: witness, at: Self.early)
            #expect(changes(try await ledger.refresh([path])) == [false])
            try await ledger.grow()
            try ledger.cosign(by: witness, at: Self.early + 100)
            #expect(changes(try await ledger.refresh([path])) == [false])
            #expect(try RecordFile(path).bytes == bytes)
        }
    }

    @Test func aSubmissionByAKitTakesTheVerifiedLinesAlone() async throws {
        let (witness, stranger) = (witness, stranger)
        let lines = Mutex<[NoteSignature]>([])
        try await StubLedger.run { request, fixture in
            if request.method == "POST" {
                // The receipt follows, and so is asked for.
                _ = try? await fixture.register(request.body)
                return .whole(202, ["Retry-After": "0"])
            }
            guard request.path.hasPrefix("/entries/"),
                let id = EntryID(Text(String(request.path.dropFirst("/entries/".count)))),
                let bytes = try? fixture.ledger.receipt(id), let served = try? Receipt(bytes),
                let note = served.note,
                let one = try? witness.cosign(note, at: Self.early),
                let other = try? stranger.cosign(note, at: Self.early),
                let bad = try? NoteSignature(
                    name: one.name, keyID: one.keyID, signature: one.signature.reversed()),
                let forged = try? SignedNote(parsing: note).adding([bad, other, one])
            else { return nil }
            lines.withLock { $0 = forged.signatures }
            return .whole(200, [:], served.noting(forged.encoded))
        } _: { ledger in
            let kit = try ledger.kit(askingFor: witness)
            let path = try await submitted("a", to: ledger, until: kit)
            let served = lines.withLock { $0.map(\.name.string) }
            let own = served.filter { !["witness.example", "stranger.example"].contains($0) }
            #expect(served.count == own.count + 3)
            #expect(try names(in: path) == [own + ["witness.example"]])
            #expect(try isWitnessed(path, by: kit))
        }
    }
}
