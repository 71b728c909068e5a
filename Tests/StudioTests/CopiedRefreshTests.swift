import IndexMap
import Provenance
import Studio
import Synchronization
import TestLog
import TestSupport
import Testing

/// A refresh by a copy asks no ledger: records get their proofs of completeness, by the rules that
/// hold for those of a ledger.
@Suite struct CopiedRefreshTests {
    /// Proves by a ledger in memory, as a copy of its log does, and counts who asks at once.
    private final class Copy: CompleteSource {
        private let ledger: IndexedLedger
        private let fault: String?
        private let atOnce = Mutex((now: 0, most: 0))

        init(of ledger: IndexedLedger, failingBy fault: String? = nil) {
            (self.ledger, self.fault) = (ledger, fault)
        }

        var width: Int { 1 }

        /// The most questions that there were at once.
        var most: Int { atOnce.withLock { $0.most } }

        func proof(of names: [IndexName]) async throws(NewerCompleteError) -> CompleteProof? {
            atOnce.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            defer { atOnce.withLock { $0.now -= 1 } }
            // Others have their turn here, if there are others.
            for _ in 0..<16 { await Task.yield() }
            if let fault { throw .notMade(fault) }
            guard let proof = try? ledger.proof(names) else { throw .notMade("the fixture failed") }
            return proof
        }
    }

    private let folder: TemporaryFolder
    private let ledger: IndexedLedger

    init() throws {
        folder = try TemporaryFolder("copied-refresh")
        ledger = try IndexedLedger()
    }

    /// Two works under an index head.
    private func cover() throws {
        try ledger.add(["photo", "print"])
        try ledger.addHead()
    }

    private func write(_ record: TransparentStatement, to name: String) throws -> String {
        try folder.write(record.encoded(), to: name)
        return folder.path(name)
    }

    private func refresh(
        _ paths: [String], by copy: Copy? = nil
    ) async throws -> [RefreshEvent] {
        let events = Mutex<[RefreshEvent]>([])
        await RecordRefresh(
            completing: copy ?? Copy(of: ledger), by: try ledger.kit(),
            onEvent: { event in events.withLock { $0.append(event) } }
        ).run(paths)
        return events.withLock { $0 }
    }

    private func outcome(_ events: [RefreshEvent]) throws -> RefreshedRecord {
        for case .refreshed(let record) in events { return record }
        throw FixtureFault("a record is refreshed: \(events)")
    }

    private func failure(_ events: [RefreshEvent]) -> RefreshError? {
        for case .failed(_, let error, _) in events { return error }
        return nil
    }

    @Test func aRecordGetsItsNewestProofAndKeepsTheEarliest() async throws {
        try cover()
        let photo = try ledger.record(3)
        let path = try write(photo, to: "photo.colophon")
        for (round, sizes) in [[5], [7, 5], [9, 5]].enumerated() {
            if round > 0 {
                try ledger.add(["more \(round)"])
                try ledger.addHead()
            }
            let done = try outcome(try await refresh([path]))
            #expect(done.isChanged && done.index == 3 && done.completeDelay == nil)
            #expect(done.completeSize == UInt64(sizes[0]))
            let record = try RecordFile(path).content
            #expect(
                try record.completes.map { try CompleteProof($0).head.head.size }
                    == sizes.map { UInt64($0) })
            #expect(record.receipts == photo.receipts)
            let report = Verifier(try ledger.kit()).verify(
                file: record.encoded(), artifact: nil, recordOnly: true,
                requireComplete: [.artifact, .sub])
            #expect(report.ok && report.missingComplete.isEmpty, "\(report.findings)")
            let again = try outcome(try await refresh([path]))
            #expect(!again.isChanged && again.completeSize == done.completeSize)
        }
    }

    @Test func aRecordThatNoHeadCoversWaits() async throws {
        try cover()
        try ledger.add(["late"])
        let path = try write(ledger.record(6), to: "late.colophon")
        let late = try outcome(try await refresh([path]))
        #expect(!late.isChanged && late.completeDelay == .uncovered)
        // What nobody was asked for is not missed.
        #expect(!late.lacksWitnesses && !late.lacksTimestamps)
    }

    /// A copy has no receipts: without one nobody knows what covers the record.
    @Test func aRecordWithoutAReceiptStaysAsItIs() async throws {
        try cover()
        var bare = try ledger.record(3)
        bare.receipts = []
        let path = try write(bare, to: "photo.colophon")
        #expect(failure(try await refresh([path])) == .unplaced)
        #expect(try folder.bytes("photo.colophon") == bare.encoded())
    }

    @Test func aProofThatLeavesTheRecordOutIsNotTaken() async throws {
        ledger.leaveOut(3)
        try cover()
        let photo = try ledger.record(3)
        let path = try write(photo, to: "photo.colophon")
        guard case .complete(.refuted)? = failure(try await refresh([path])) else {
            Issue.record("a proof that leaves the record out was taken")
            return
        }
        #expect(try folder.bytes("photo.colophon") == photo.encoded())
    }

    @Test func whatTheCopyFailsByIsSaidOfEachRecord() async throws {
        try cover()
        let paths = try [3, 4].map { try write(ledger.record($0), to: "\($0).colophon") }
        let events = try await refresh(paths, by: Copy(of: ledger, failingBy: "no room"))
        let failed = events.filter { event in
            guard case .failed(_, .complete(.notMade("no room")), _) = event else { return false }
            return true
        }
        #expect(failed.count == 2, "\(events)")
    }

    @Test func aCopyIsAskedOneQuestionAtATime() async throws {
        try cover()
        let paths = try (0..<12).map { try write(ledger.record(3), to: "\($0).colophon") }
        let copy = Copy(of: ledger)
        let events = try await refresh(paths, by: copy)
        let refreshed = events.filter { if case .refreshed = $0 { true } else { false } }
        #expect(refreshed.count == 12 && copy.most == 1, "\(copy.most) at once")
    }
}
