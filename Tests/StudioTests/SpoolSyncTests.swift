import Encoding
import Files
import Foundation
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

/// Records of a spool go to a ledger once each, whatever it answers (spool.md §4).
@Suite struct SpoolSyncTests {
    /// What a sync has told.
    private final class Told: Sendable {
        let events = Mutex<[SyncEvent]>([])

        @Sendable func take(_ event: SyncEvent) { events.withLock { $0.append(event) } }

        var forks: [UInt64] {
            events.withLock { events in
                events.compactMap { if case .seenForked(_, let size) = $0 { size } else { nil } }
            }
        }

        var copies: [CopyError] {
            events.withLock { events in
                events.compactMap { if case .copyLeft(_, _, let error) = $0 { error } else { nil } }
            }
        }
    }

    /// Syncs once, and waits for nothing.
    @discardableResult
    private func sync(
        _ spool: FilledSpool, with ledger: StubLedger, kit: TrustKit? = nil,
        gate: (any RecordGate)? = nil, _ told: Told = Told()
    ) async throws -> SyncEnd {
        try await ledger.with { client in
            await SpoolSync(
                of: spool.spool, client: client, kit: kit, wait: { _, _ in .zero },
                gate: gate.map { gate in { @Sendable _ in gate } }, onEvent: told.take
            ).run(following: false)
        }
    }

    private func trouble(_ spool: FilledSpool) throws -> String? {
        try SpoolTrouble.last(in: spool.spool)?.words
    }

    /// The names of the works whose entries the ledger has, by their places in the log.
    private func order(_ spool: FilledSpool) throws -> [String] {
        try spool.contents(.registered).map { content in
            let receipt = try #require(content.content.receipts.first)
            return (
                content.record.name,
                try FittingReceipt(receipt, for: content.content.statement).index
            )
        }.sorted { $0.1 < $1.1 }.map(\.0)
    }

    // MARK: - What goes well

    @Test func everyRecordGetsAReceiptThatVerifiesInTheOrderOfItsNumber() async throws {
        try await StubLedger.run { ledger in
            let works = (0..<40).map { "work \($0)" }
            let spool = try FilledSpool(works, by: ledger.fixture.pop)
            let size = ledger.fixture.ledger.head().size
            let end = try await sync(spool, with: ledger)
            #expect(end.failure == nil && end.spoolError == nil)
            #expect(end.sum.registered == 40 && end.sum.waiting == 0 && end.sum.sentAgain == 0)
            #expect(try spool.works(.registered) == works)
            #expect(try order(spool) == works)
            #expect(try spool.works(.pending).isEmpty && spool.works(.submitted).isEmpty)
            #expect(ledger.fixture.ledger.head().size == size + 40)
            let verifier = try ledger.fixture.verifier()
            for content in try spool.contents(.registered) {
                let report = verifier.verify(
                    file: content.bytes, artifact: .sha256(Array(content.record.name.utf8)),
                    require: .logged)
                #expect(report.ok, "\(report.findings)")
            }
        }
    }

    @Test func theCopyBesideTheWorkIsCompletedToo() async throws {
        try await StubLedger.run { ledger in
            let works = ["a", "b", "c", "d"]
            let spool = try FilledSpool(works, by: ledger.fixture.pop, besideWorks: true)
            let copy = spool.folder.path("a.colophon")
            try spool.folder.write(try RecordFile(copy).bytes, to: "b.colophon")
            for name in ["c.colophon", "d.colophon"] {
                try FileManager.default.removeItem(at: spool.folder.url(name))
            }
            try spool.folder.write("the work", to: "d")
            let told = Told()
            try await sync(spool, with: ledger, told)
            #expect(try RecordFile(copy).bytes == spool.contents(.registered)[0].bytes)
            // Another record lies there now, and one is gone with its work: both stay so.
            #expect(told.copies == [.other, .missing])
            #expect(try RecordFile(spool.folder.path("b.colophon")).content.receipts.isEmpty)
            #expect(try !spool.folder.names().contains("c.colophon"))
            // One was never written: its work is there.
            let last = try spool.contents(.registered)[3].bytes
            #expect(try RecordFile(spool.folder.path("d.colophon")).bytes == last)
            #expect(try spool.works(.registered) == works)
        }
    }

    @Test func evidenceThatTheCopyHasAlreadyStays() async throws {
        try await StubLedger.run { ledger in
            let spool = try FilledSpool(["a"], by: ledger.fixture.pop, besideWorks: true)
            let copy = spool.folder.path("a.colophon")
            _ = try await ledger.with { client in
                await RecordSubmission(client: client, onEvent: { _ in }).run([copy])
            }
            let before = try RecordFile(copy).content.receipts
            _ = try await ledger.fixture.register(ledger.fixture.capture("another"))
            try await sync(spool, with: ledger)
            let after = try RecordFile(copy).content.receipts
            #expect(before.count == 1 && after.count == 2 && after.contains(before[0]))
        }
    }

    @Test func compressionIsUsedOnlyWhereTheLedgerOffersIt() async throws {
        for offers in [true, false] {
            try await StubLedger.run(instead: { request, fixture in
                guard !offers, request.path == "/batch",
                    case .whole(let status, _, let body)? = try? await StubLedger.batch(
                        request, fixture.ledger)
                else { return nil }
                return .whole(status, [:], body)
            }) { ledger in
                let spool = try FilledSpool((0..<12).map { "w\($0)" }, by: ledger.fixture.pop)
                let end = try await sync(spool, with: ledger)
                #expect(end.sum.registered == 12)
                let encodings = ledger.server.requests.map { $0.fields["content-encoding"] }
                #expect(encodings.first == .some(nil))
                #expect(encodings.dropFirst().allSatisfy { $0 == (offers ? "gzip" : nil) })
                #expect(encodings.count > 1)
                #expect(
                    ledger.server.requests.allSatisfy { $0.fields["accept-encoding"] == "gzip" })
            }
        }
    }

    // MARK: - The head that was seen

    /// One request for all records with the same two heads.
    @Test func aHeadThatWasSeenIsProvenOlderInTheSpoolAndInTheCopy() async throws {
        try await StubLedger.run { ledger in
            let spool = try FilledSpool([], by: ledger.fixture.pop)
            let seen = ledger.fixture.ledger.head().note
            let works = ["a", "b", "c"]
            for work in works { try spool.seal(work, besideWork: true, seen: seen) }
            let end = try await sync(spool, with: ledger)
            #expect(end.sum.registered == 3 && end.sum.withoutProof == 0)
            var sizes: Set<UInt64> = []
            for content in try spool.contents(.registered) {
                let receipts = try content.content.receipts.map { try Receipt($0) }
                #expect(receipts.count == 2)
                guard case .consistency(let proof)? = receipts.last?.proof else {
                    Issue.record("\(receipts)")
                    return
                }
                sizes.insert(proof.newSize)
                let copy = spool.folder.path("\(content.record.name).colophon")
                #expect(try RecordFile(copy).bytes == content.bytes)
            }
            #expect(ledger.paths("GET").count == sizes.count)
        }
    }

    @Test func aLedgerThatCannotExtendTheSeenHeadIsNamedAndTheReceiptStays() async throws {
        try await StubLedger.run { request, _ in
            guard request.path.hasPrefix("/consistency") else { return nil }
            let hash = Base64.encode(Array(repeating: 7, count: 32))
            return .whole(200, [:], Array("\(hash)\n".utf8))
        } _: { ledger in
            let spool = try FilledSpool([], by: ledger.fixture.pop)
            let head = ledger.fixture.ledger.head()
            try spool.seal("a", seen: head.note)
            let told = Told()
            let end = try await sync(spool, with: ledger, told)
            #expect(end.sum.registered == 1)
            #expect(told.forks == [head.size])
            #expect(try spool.contents(.registered)[0].content.receipts.count == 1)
        }
    }

    // MARK: - What is lost on the way

    @Test func anAnswerThatIsLostIsAskedForAndNothingIsSentAgain() async throws {
        let isFirst = Mutex(true)
        try await StubLedger.run { request, fixture in
            guard
                isFirst.withLock({ isFirst in
                    defer { isFirst = false }; return isFirst
                })
            else { return nil }
            _ = try? await StubLedger.batch(request, fixture.ledger)
            return .broken([])
        } _: { ledger in
            let spool = try FilledSpool(["a", "b"], by: ledger.fixture.pop)
            let size = ledger.fixture.ledger.head().size
            let end = try await sync(spool, with: ledger)
            #expect(end.sum.registered == 2 && end.sum.sent == 2 && end.sum.asked == 2)
            #expect(ledger.fixture.ledger.head().size == size + 2)
        }
    }

    /// The ledger has got the first part of a body.
    ///
    /// A dozen questions find out which, and the order of the numbers is kept.
    @Test(arguments: [0, 1, 17, 28])
    func aBodyThatBreaksOffIsSentAgainFromWhereItBroke(arriving: Int) async throws {
        let batches = Mutex(0)
        let lost = Mutex(0)
        try await StubLedger.run { request, fixture in
            // The first says that gzip is taken; the second has all the others.
            guard
                batches.withLock({
                    $0 += 1; return $0
                }) == 2
            else { return nil }
            guard let items = try? StubLedger.items(of: request.body, isGzip: true) else {
                return nil
            }
            for item in items.prefix(arriving) {
                _ = await StubLedger.answer(to: item, fixture.ledger)
            }
            lost.withLock { $0 = max(0, items.count - arriving) }
            return .broken([])
        } _: { ledger in
            let works = (0..<30).map { "work \($0)" }
            let spool = try FilledSpool(works, by: ledger.fixture.pop)
            let size = ledger.fixture.ledger.head().size
            let end = try await sync(spool, with: ledger)
            #expect(end.sum.registered == 30)
            #expect(ledger.fixture.ledger.head().size == size + 30)
            #expect(try order(spool) == works)
            // Between two questions there are two records: so many are sent in vain.
            let gone = lost.withLock { $0 }
            #expect((gone...(gone + 3)).contains(end.sum.sentAgain), "\(end.sum)")
        }
    }

    @Test func aRequestThatIsLostIsSentAgainOnceTheLedgerSaysSo() async throws {
        let isFirst = Mutex(true)
        try await StubLedger.run { _, _ in
            isFirst.withLock({ isFirst in
                defer { isFirst = false }; return isFirst
            })
                ? .broken([]) : nil
        } _: { ledger in
            let spool = try FilledSpool(["a", "b"], by: ledger.fixture.pop)
            let end = try await sync(spool, with: ledger)
            #expect(end.sum.registered == 2 && end.sum.sentAgain == 2 && end.sum.asked == 2)
            #expect(try order(spool) == ["a", "b"])
        }
    }

    /// A kill came after the record had its receipt, and before it was moved.
    @Test func aSubmittedRecordThatHasItsReceiptIsMovedWithoutAQuestion() async throws {
        try await StubLedger.run { ledger in
            let spool = try FilledSpool(["a"], by: ledger.fixture.pop, besideWorks: true)
            try await sync(spool, with: ledger)
            let copy = try RecordFile(spool.folder.path("a.colophon")).bytes
            let record = try #require(try spool.contents(.registered).first)
            try spool.spool.move([record.record], to: .submitted)
            let bare = try TransparentStatement(
                record.content.statement, manifest: record.content.manifest
            ).encoded()
            try spool.folder.write(bare, to: "a.colophon")
            let end = try await sync(spool, with: ledger)
            #expect(end.sum.requests == 0 && end.sum.registered == 1)
            #expect(try spool.contents(.registered).map(\.bytes) == [record.bytes])
            #expect(try RecordFile(spool.folder.path("a.colophon")).bytes == copy)
        }
    }

    /// A power cut came while a record was moved.
    @Test(arguments: [
        [SpoolRecord.State.pending, .submitted], [.submitted, .registered],
    ])
    func aRecordThatACrashHasLeftTwiceIsOne(states: [SpoolRecord.State]) async throws {
        try await StubLedger.run { ledger in
            let spool = try FilledSpool(["a", "b"], by: ledger.fixture.pop)
            let record = try spool.spool.records(in: .pending)[0]
            let bytes = try spool.spool.content(of: record).bytes
            try spool.spool.move([record], to: states[1])
            try spool.folder.write(
                bytes, to: "spool/\(states[0].rawValue)/\(record.fileName)")
            let size = ledger.fixture.ledger.head().size
            let end = try await sync(spool, with: ledger)
            #expect(end.spoolError == nil && end.sum.waiting == 0)
            #expect(try spool.works(.registered) == ["a", "b"])
            #expect(ledger.fixture.ledger.head().size == size + 2)
        }
    }

    @Test(arguments: [
        StubServer.Answer.broken([]), .broken(Array("HTTP/1.1 200 OK\r\n".utf8)), .whole(503),
        .whole(200, ["Content-Type": "text/html"], Array("<html>log in</html>".utf8)),
        .whole(200, [:], [0xFF]), .whole(200, [:], [0x01]), .whole(200), .whole(404), .whole(301),
        .whole(200, [:], [0x83, 0x18, 0xC8, 0xF6, 0xF6]),
    ])
    func whatALedgerAnswersInsteadLosesNothing(answer: StubServer.Answer) async throws {
        let isHonest = Mutex(false)
        try await StubLedger.run { _, _ in
            isHonest.withLock { $0 } ? nil : answer
        } _: { ledger in
            let spool = try FilledSpool(["a", "b"], by: ledger.fixture.pop)
            let end = try await sync(spool, with: ledger)
            #expect(end.failure != nil && end.sum.waiting == 2 && end.sum.refused == 0)
            #expect(try trouble(spool) == end.failure.map { "the ledger \($0)" })
            #expect(try spool.works(.submitted) == ["a", "b"])
            isHonest.withLock { $0 = true }
            #expect(try await sync(spool, with: ledger).sum.registered == 2)
            #expect(try trouble(spool) == nil)
        }
    }

    /// The body reached the ledger in part, and it says so about the item where that ended.
    @Test func aBodyThatTheLedgerGotInPartRefusesNothing() async throws {
        let isFirst = Mutex(true)
        let cut = CBOR.array([
            .unsigned(400), .null, .map(CBORMap([(-2, .text("body: was cut in item 0"))])),
        ]).encoded()
        try await StubLedger.run { _, _ in
            isFirst.withLock({ isFirst in
                defer { isFirst = false }; return isFirst
            })
                ? .whole(200, [:], cut) : nil
        } _: { ledger in
            let spool = try FilledSpool(["a", "b"], by: ledger.fixture.pop)
            let end = try await sync(spool, with: ledger)
            #expect(end.sum.registered == 2 && end.sum.refused == 0)
        }
    }

    /// It has said that it takes gzip, and something before it does not.
    @Test func aBodyIsSentAsItIsWhereCompressionIsRefused() async throws {
        try await StubLedger.run { request, _ in
            request.fields["content-encoding"] == "gzip" ? .whole(415) : nil
        } _: { ledger in
            let spool = try FilledSpool((0..<9).map { "w\($0)" }, by: ledger.fixture.pop)
            let end = try await sync(spool, with: ledger)
            #expect(end.sum.registered == 9 && end.failure == nil)
        }
    }

    @Test func aBodyThatIsTooLargeIsSentInHalves() async throws {
        try await StubLedger.run { request, _ in
            request.body.count > 3_000 ? .whole(413) : nil
        } _: { ledger in
            let spool = try FilledSpool((0..<9).map { "w\($0)" }, by: ledger.fixture.pop)
            let end = try await sync(spool, with: ledger)
            #expect(end.sum.registered == 9 && end.sum.refused == 0 && end.failure == nil)
        }
    }

    /// A ledger says of one record that it is too large; a proxy, without a reason, says so of all.
    @Test(arguments: [true, false])
    func aRecordThatIsTooLargeIsRefusedByALedgerAlone(isLedger: Bool) async throws {
        let words = #"{"title": "Content Too Large", "detail": "manifest: is too large"}"#
        let problem = StubServer.Answer.whole(
            413, ["Content-Type": "application/problem+json"], Array(words.utf8))
        try await StubLedger.run(instead: { _, _ in isLedger ? problem : .whole(413) }) { ledger in
            let spool = try FilledSpool(["a", "b", "c"], by: ledger.fixture.pop)
            let end = try await sync(spool, with: ledger)
            #expect(end.sum.refused == (isLedger ? 3 : 0))
            #expect(end.sum.waiting == (isLedger ? 0 : 3))
            #expect((end.failure == nil) == isLedger)
        }
    }

    /// `submit` has put the receipt into the record in the spool.
    @Test func aPendingRecordThatHasItsReceiptIsNotSent() async throws {
        try await StubLedger.run { ledger in
            let spool = try FilledSpool(["a"], by: ledger.fixture.pop)
            let record = try spool.spool.records(in: .pending)[0]
            let path = spool.folder.path("spool/pending/\(record.fileName)")
            _ = try await ledger.with { client in
                await RecordSubmission(client: client, onEvent: { _ in }).run([path])
            }
            let end = try await sync(spool, with: ledger)
            #expect(end.sum.registered == 1 && end.sum.requests == 0)
            #expect(try spool.contents(.registered)[0].content.receipts.count == 1)
        }
    }
}
