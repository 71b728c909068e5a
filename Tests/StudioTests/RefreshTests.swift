import Checkpoints
import Encoding
import HTTPCalls
import Ledger
import Merkle
import Provenance
import Studio
import Synchronization
import TestLedger
import TestPeer
import TestSupport
import Testing

/// A record gets what witnesses have signed since; what does not hold leaves it as it was.
@Suite struct RefreshTests {
    /// The time of the first cosignatures: heads are made by the system's clock.
    private static let early = TestClock.system.now

    private let folder: TemporaryFolder
    private let witness: TestWitness

    init() throws {
        folder = try TemporaryFolder()
        witness = try TestWitness("witness.example")
    }

    /// Signs a record, and has the ledger complete it.
    private func submitted(_ name: String, to ledger: StubLedger) async throws -> String {
        let path = try await ledger.submitted(name, in: folder)
        try #require(try RecordFile(path).content.receipts.count == 1)
        return path
    }

    private func outcomes(_ events: [RefreshEvent]) -> [RefreshedRecord] {
        events.compactMap { event in
            guard case .refreshed(let record) = event else { return nil }
            return record
        }
    }

    private func failure(_ events: [RefreshEvent]) -> NewerReceiptsError? {
        for case .failed(_, .receipts(let error), _) in events { return error }
        return nil
    }

    private func sizes(of path: String) throws -> [UInt64] {
        try RecordFile(path).content.receipts.map { try Receipt($0).treeSize }
    }

    // MARK: - Two bounds

    @Test func cosignaturesThatCameLaterAreAddedToTheHeadThatTheFileHas() async throws {
        try await StubLedger.run { ledger in
            let path = try await submitted("a", to: ledger)
            let before = try Receipt(RecordFile(path).content.receipts[0])
            try ledger.cosign(by: witness, at: Self.early)
            let kit = try ledger.kit(askingFor: witness)
            let record = try #require(
                outcomes(try await ledger.refresh([path], kit: kit)).first)
            #expect(record.isChanged && record.witnessedAt == Self.early)
            #expect(!record.lacksWitnesses)
            let after = try Receipt(RecordFile(path).content.receipts[0])
            #expect(try sizes(of: path) == [before.treeSize])
            #expect(after.noting(before.note ?? []) == before.encoded())
            let again = outcomes(try await ledger.refresh([path], kit: kit))
            #expect(again.map(\.isChanged) == [false])
        }
    }

    @Test func theEarliestCosignedHeadStaysBesideTheNewest() async throws {
        try await StubLedger.run { ledger in
            let path = try await submitted("a", to: ledger)
            let first = ledger.fixture.ledger.head().size
            try ledger.cosign(by: witness, at: Self.early)
            var expected = [first]
            for round in 1...3 as ClosedRange<UInt64> {
                try await ledger.grow(by: 2)
                try ledger.cosign(by: witness, at: Self.early + 100 * round)
                let kit = try ledger.kit(askingFor: witness)
                let events = try await ledger.refresh([path], kit: kit)
                #expect(outcomes(events).map(\.isChanged) == [true], "\(events)")
                expected.append(ledger.fixture.ledger.head().size)
            }
            #expect(try sizes(of: path) == expected)
            let kit = try ledger.kit(askingFor: witness)
            let bytes = try RecordFile(path).bytes
            let report = Verifier(kit).verify(
                file: bytes, artifact: .sha256(Array("a".utf8)))
            #expect(report.ok && report.reached == .witnessed, "\(report.findings)")
            #expect(report.witnessing?.completeAt == Self.early)
            #expect(report.witnessing?.freshAt == Self.early + 300)
        }
    }

    /// The file's head may be newer than any that is cosigned: the earlier one says more.
    @Test func aCosignedHeadThatIsOlderThanTheFilesIsAddedBeforeIt() async throws {
        let older = Mutex<StubServer.Answer?>(nil)
        try await StubLedger.run { request, _ in
            guard request.method == "GET", request.path.hasPrefix("/entries/") else { return nil }
            return older.withLock { $0 }
        } _: { ledger in
            let path = try folder.signWork("a", by: ledger.fixture)
            let statement = try RecordFile(path).content.statement
            _ = try await ledger.fixture.register(RecordFile(path).bytes)
            try ledger.cosign(by: witness, at: Self.early)
            let early = try #require(try ledger.fixture.ledger.receipt(statement.id))
            try await ledger.grow()
            try await ledger.with { client in
                await RecordSubmission(client: client, onEvent: { _ in }).run([path])
            }
            let late = try sizes(of: path)
            let answer = try StubServer.Answer.record(of: statement, [early])
            older.withLock { $0 = answer }
            let kit = try ledger.kit(askingFor: witness)
            let events = try await ledger.refresh([path], kit: kit)
            #expect(outcomes(events).map(\.witnessedAt) == [Self.early], "\(events)")
            #expect(try sizes(of: path) == [try Receipt(early).treeSize] + late)
        }
    }

    /// As after a theft of the ledger's key: what it signed proves nothing any more.
    @Test func aFileWhoseReceiptsProveNothingGetsTheNewestAlsoWithoutWitnesses() async throws {
        try await StubLedger.run { ledger in
            let path = try await submitted("a", to: ledger)
            var record = try RecordFile(path).content
            let receipt = try Receipt(record.receipts[0])
            let note = try SignedNote(parsing: try #require(receipt.note))
            let stranger = try witness.cosign(note.encoded, at: Self.early)
            record.receipts = [
                receipt.noting(try SignedNote(text: note.text, signatures: [stranger]).encoded)
            ]
            try folder.write(record.encoded(), to: "a.colophon")
            try await ledger.grow()
            let kit = try ledger.fixture.verifier().kit
            let events = try await ledger.refresh([path], kit: kit)
            #expect(outcomes(events).map(\.isChanged) == [true], "\(events)")
            let verdict = Verifier(kit).verify(
                file: try RecordFile(path).bytes, artifact: .sha256(Array("a".utf8)))
            #expect(verdict.ok, "\(verdict.findings)")
        }
    }

    @Test(arguments: [true, false])
    func aHeadThatNobodyElseHasSeenIsNotAdded(hasKit: Bool) async throws {
        try await StubLedger.run { ledger in
            let path = try await submitted("a", to: ledger)
            let bytes = try RecordFile(path).bytes
            try await ledger.grow()
            let kit = hasKit ? try ledger.kit(askingFor: witness) : nil
            let record = try #require(
                outcomes(try await ledger.refresh([path], kit: kit)).first)
            #expect(!record.isChanged && record.lacksWitnesses == hasKit)
            #expect(try RecordFile(path).bytes == bytes)
        }
    }

    @Test func aStrangersCosignatureIsNotTheQuorumsOfAKit() async throws {
        try await StubLedger.run { ledger in
            let path = try await submitted("a", to: ledger)
            try await ledger.grow()
            try ledger.cosign(by: try TestWitness("stranger.example"), at: Self.early)
            let kit = try ledger.kit(askingFor: witness)
            let record = try #require(
                outcomes(try await ledger.refresh([path], kit: kit)).first)
            #expect(!record.isChanged && record.lacksWitnesses)
        }
    }

    /// A line under a name that the kit does not know may be bad, and would stay for ever.
    @Test(arguments: [true, false])
    func aLineThatNobodyVerifiedIsNotPutUnderAHeadOfTheFile(hasKit: Bool) async throws {
        try await StubLedger.run { ledger in
            let path = try await submitted("a", to: ledger)
            let bytes = try RecordFile(path).bytes
            let kit = hasKit ? try ledger.kit(askingFor: witness) : nil
            try ledger.cosign(by: try TestWitness("stranger.example"), at: Self.early)
            let events = try await ledger.refresh([path], kit: kit)
            #expect(outcomes(events).map(\.isChanged) == [false], "\(events)")
            #expect(try RecordFile(path).bytes == bytes)
        }
    }

    @Test func aRecordWithoutAReceiptGetsItsFirst() async throws {
        try await StubLedger.run { ledger in
            let path = try folder.signWork("a", by: ledger.fixture)
            _ = try await ledger.fixture.register(RecordFile(path).bytes)
            let events = try await ledger.refresh([path])
            #expect(outcomes(events).map(\.isChanged) == [true], "\(events)")
            #expect(try RecordFile(path).content.receipts.count == 1)
        }
    }

    @Test func manyRecordsAreRefreshedAndOneThatCannotBeIsNamed() async throws {
        try await StubLedger.run { ledger in
            var paths: [String] = []
            for number in 0..<20 { paths.append(try await submitted("\(number)", to: ledger)) }
            try ledger.cosign(by: witness, at: Self.early)
            let damaged = try folder.write("no record", to: "x.colophon")
            let events = try await ledger.refresh(
                paths + [damaged], kit: ledger.kit(askingFor: witness))
            let done = outcomes(events).map(\.file.path)
            #expect(done.sorted() == paths.sorted())
            #expect(!outcomes(events).contains { !$0.isChanged })
            let failed = events.compactMap { event -> String? in
                guard case .failed(let path, .file, _) = event else { return nil }
                return path
            }
            #expect(failed == [damaged])
        }
    }

    // MARK: - What gives way

    /// Puts this receipt alone into the file, and has it refreshed by a kit.
    private func replace(
        _ path: String, by bytes: [UInt8], from ledger: StubLedger
    ) async throws {
        var record = try RecordFile(path).content
        record.receipts = [bytes]
        try folder.write(record.encoded(), to: "a.colophon")
        let kit = try ledger.fixture.verifier().kit
        let events = try await ledger.refresh([path], kit: kit)
        let places = outcomes(events).flatMap(\.putAside)
        #expect(outcomes(events).map(\.isChanged) == [true], "\(events)")
        try #require(places.count == 1)
        #expect(places[0].hasPrefix("\(path).refused-") && places[0].hasSuffix(".receipt"))
        #expect(try folder.bytes(String(places[0].split(separator: "/").last ?? "")) == bytes)
        let verdict = Verifier(kit).verify(
            file: try RecordFile(path).bytes, artifact: .sha256(Array("a".utf8)))
        #expect(verdict.ok, "\(verdict.findings)")
    }

    @Test func aReceiptThatTheKitFindsFalseGivesWayAndIsKeptBeside() async throws {
        try await StubLedger.run { ledger in
            let path = try await submitted("a", to: ledger)
            var bytes = try RecordFile(path).content.receipts[0]
            bytes[bytes.count - 1] ^= 1
            try await replace(path, by: bytes, from: ledger)
        }
    }

    /// A thief had a key of the ledger, and a studio submitted to the thief's fork.
    @Test func aReceiptOfAForkGivesWayToAProvenOneAndOnlyByAKit() async throws {
        try await StubLedger.run { ledger in
            let path = try await submitted("a", to: ledger)
            let file = try RecordFile(path).content
            let other = try LedgerFixture(clock: .system)
            try await other.addPoP(ledger.fixture.pop.publicKey)
            _ = try await other.register(other.capture("before", by: ledger.fixture.pop))
            _ = try await other.register(
                TransparentStatement(file.statement, manifest: file.manifest).encoded())
            let forked = try #require(try other.ledger.receipt(file.statement.id))
            var record = file
            record.receipts = [forked]
            try folder.write(record.encoded(), to: "a.colophon")
            let error = failure(try await ledger.refresh([path]))
            guard case .receipt(.otherIndex, _?)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try RecordFile(path).content.receipts == [forked])
            try await replace(path, by: forked, from: ledger)
        }
    }

    // MARK: - What is not written

    /// Submits a record, has the ledger answer otherwise, and returns why nothing was written.
    private func refusal(
        kit hasKit: Bool = false,
        _ forge: (StubLedger, Statement, ReplacedAnswers) async throws -> Void
    ) async throws -> NewerReceiptsError? {
        let answers = ReplacedAnswers()
        return try await StubLedger.run(instead: answers.answer) { ledger in
            let path = try await submitted("a", to: ledger)
            let statement = try RecordFile(path).content.statement
            let kit = hasKit ? try ledger.kit(askingFor: witness) : nil
            try await forge(ledger, statement, answers)
            let bytes = try RecordFile(path).bytes
            let events = try await ledger.refresh([path], kit: kit)
            #expect(outcomes(events).isEmpty)
            #expect(try RecordFile(path).bytes == bytes)
            for case .failed(_, .receipts(.receipt(let error, _?)), let kept) in events {
                let speaksAgainstIt =
                    switch error {
                    case .otherIndex, .twoTrees, .notExtended: true
                    default: false
                    }
                // What speaks against the file lies beside it by the time that this is told.
                let names = try folder.names().filter { $0.hasPrefix("a.colophon.refused-") }
                #expect(names.count == (speaksAgainstIt ? 1 : 0))
                #expect(try kept?.get() == names.first.map { folder.path($0) })
            }
            return failure(events)
        }
    }

    /// Registers a statement in another ledger of the same name, which so is a fork of the first.
    private func fork(
        _ ledger: StubLedger, _ statement: Statement, growing count: Int = 0
    ) async throws -> LedgerFixture {
        let other = try LedgerFixture(clock: .system)
        try await other.addPoP(ledger.fixture.pop.publicKey)
        let file = try RecordFile(folder.path("a.colophon")).content
        _ = try await other.register(
            TransparentStatement(statement, manifest: file.manifest).encoded())
        for number in 0..<count {
            _ = try await other.register(other.capture("\(number)", by: ledger.fixture.pop))
        }
        let note = other.ledger.head().note
        try other.ledger.add(
            [witness.cosign(note, at: Self.early)], of: [witness.verifierKey],
            toHeadOf: other.ledger.head().size)
        return other
    }

    @Test func anotherTreeOfASizeThatTheFileHasIsRefused() async throws {
        let error = try await refusal { ledger, statement, answers in
            let other = try await fork(ledger, statement)
            answers.set(
                "/entries/",
                try .record(of: statement, [#require(try other.ledger.receipt(statement.id))]))
        }
        guard case .receipt(.twoTrees, _?)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [404, 200])
    func aTreeThatDoesNotExtendTheFilesIsRefused(status: Int) async throws {
        let error = try await refusal { ledger, statement, answers in
            let other = try await fork(ledger, statement, growing: 3)
            answers.set(
                "/entries/",
                try .record(of: statement, [#require(try other.ledger.receipt(statement.id))]))
            let hash = Base64.encode(Array(repeating: 7, count: 32))
            answers.set("/consistency", .whole(status, [:], Array("\(hash)\n".utf8)))
        }
        guard case .receipt(.notExtended, _?)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func aKitRefusesTheReceiptOfKeysThatItDoesNotKnow() async throws {
        let error = try await refusal(kit: true) { ledger, statement, answers in
            let other = try await fork(ledger, statement, growing: 3)
            answers.set(
                "/entries/",
                try .record(of: statement, [#require(try other.ledger.receipt(statement.id))]))
        }
        guard case .receipt(.unproven(_, isUnknown: true), _?)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func theNoteOfAnotherTreeIsRefused() async throws {
        let error = try await refusal(kit: true) { ledger, statement, answers in
            let other = try await fork(ledger, statement)
            answers.set("/heads/", .whole(200, [:], other.ledger.head().note))
            try await ledger.grow()
        }
        guard case .receipt(.twoTrees, _?)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func bytesThatAreNoReceiptAreRefused() async throws {
        let error = try await refusal { _, statement, answers in
            answers.set("/entries/", try .record(of: statement, [[1, 2, 3]]))
        }
        guard case .receipt(.malformed, nil)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func anEntryThatTheLedgerDoesNotKnowIsNamed() async throws {
        let error = try await refusal { _, _, answers in answers.set("/entries/", .whole(404)) }
        #expect(error == .noEntry)
    }

    @Test func aReceiptThatFollowsIsNotYetThere() async throws {
        let error = try await refusal { _, _, answers in
            answers.set("/entries/", .whole(204, ["Retry-After": "7"]))
        }
        #expect(error == .notYet(retryAfter: .seconds(7)))
    }

    @Test func aLedgerOutOfReachIsToldOnce() async throws {
        let answers = ReplacedAnswers()
        try await StubLedger.run(instead: answers.answer) { ledger in
            var paths: [String] = []
            for name in ["a", "b", "c"] { paths.append(try await submitted(name, to: ledger)) }
            answers.set("/entries/", .broken([]))
            let events = try await ledger.refresh(paths)
            guard events.count == 1, case .stopped(.unreachable)? = events.first else {
                Issue.record("\(events)")
                return
            }
        }
    }

    /// The map may be in the making while all else is served.
    @Test func anIndexThatIsAwayIsNoLedgerOutOfReach() async throws {
        let answers = ReplacedAnswers()
        try await StubLedger.run(instead: answers.answer) { ledger in
            var paths: [String] = []
            for number in 0..<10 { paths.append(try await submitted("\(number)", to: ledger)) }
            answers.set("/complete", .whole(503))
            let events = try await ledger.refresh(
                paths, kit: ledger.kit(askingFor: witness), withComplete: true)
            let failed = events.compactMap { event -> String? in
                guard case .failed(let path, .complete(.call(.ledger(.unavailable))), _) = event
                else { return nil }
                return path
            }
            #expect(failed.sorted() == paths.sorted(), "\(events)")
            let stops = events.filter { if case .stopped = $0 { true } else { false } }
            #expect(stops.isEmpty)
        }
    }

    /// A wrong answer is the failure of the record that it is about.
    @Test func aWrongAnswerAboutOneHeadStopsNoOtherRecord() async throws {
        let answers = ReplacedAnswers()
        try await StubLedger.run(instead: answers.answer) { ledger in
            var paths: [String] = []
            // More than are asked about at once.
            for number in 0..<10 { paths.append(try await submitted("\(number)", to: ledger)) }
            let size = try #require(try sizes(of: paths[0]).first)
            answers.set("/heads/\(size)", .whole(200, [:], Array("no note\n".utf8)))
            try await ledger.grow()
            try ledger.cosign(by: witness, at: Self.early)
            let before = try RecordFile(paths[0]).bytes
            let events = try await ledger.refresh(
                paths, kit: ledger.kit(askingFor: witness))
            #expect(
                outcomes(events).filter(\.isChanged).map(\.file.path).sorted()
                    == paths.dropFirst().sorted())
            guard case .ledger(.unexpected)? = failure(events) else {
                Issue.record("\(events)")
                return
            }
            #expect(try RecordFile(paths[0]).bytes == before)
            let stops = events.filter { if case .stopped = $0 { true } else { false } }
            #expect(stops.isEmpty)
        }
    }

    /// A head that was removed is no fault: no proof needs it.
    @Test func aHeadThatIsNotKeptIsPassedOver() async throws {
        let answers = ReplacedAnswers()
        try await StubLedger.run(instead: answers.answer) { ledger in
            let path = try await submitted("a", to: ledger)
            answers.set("/heads/", .whole(404))
            try await ledger.grow()
            try ledger.cosign(by: witness, at: Self.early)
            let events = try await ledger.refresh(
                [path], kit: ledger.kit(askingFor: witness))
            #expect(outcomes(events).map(\.isChanged) == [true], "\(events)")
            #expect(try sizes(of: path).count == 2)
        }
    }
}
