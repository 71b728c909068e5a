import Encoding
import IndexMap
import LedgerClient
import Merkle
import Provenance
import Studio
import TestLog
import TestPeer
import Testing

/// A record gets the newest proof of completeness and keeps the earliest; nothing false is taken.
@Suite struct NewerCompleteTests {
    private func newer(
        for record: TransparentStatement, from ledger: IndexedLedger
    ) async throws -> NewerComplete {
        let kit = try ledger.kit()
        return try await ledger.with { client, _ in
            try await NewerComplete(
                for: record.statement, from: LedgerCompletes(client), by: kit,
                now: MemoryLedger.start + 100_000)
        }
    }

    /// What a record becomes, and the sizes that its proofs cover, in their order.
    private func completed(
        _ record: TransparentStatement, from ledger: IndexedLedger
    ) async throws -> (NewerComplete.Completed, sizes: [UInt64]) {
        let completed = try await newer(for: record, from: ledger).completed(record)
        let sizes = try completed.record.completes.map { try CompleteProof($0).head.head.size }
        return (completed, sizes)
    }

    private func ledger() throws -> (IndexedLedger, photo: TransparentStatement) {
        let ledger = try IndexedLedger()
        try ledger.add(["photo", "print"])
        try ledger.addHead()
        return (ledger, try ledger.record(3))
    }

    @Test func aRecordSaysThenThatItsListingsAreComplete() async throws {
        let (ledger, photo) = try ledger()
        let (completed, sizes) = try await completed(photo, from: ledger)
        #expect(sizes == [5] && completed.size == 5 && completed.delay == nil)
        let report = Verifier(try ledger.kit()).verify(
            file: completed.record.encoded(), artifact: .sha256(Array("photo".utf8)),
            requireComplete: [.artifact, .sub])
        #expect(report.ok && report.missingComplete.isEmpty, "\(report.findings)")
        #expect(completed.record.receipts == photo.receipts)
    }

    @Test func theEarliestProofStaysBesideTheNewest() async throws {
        let (ledger, photo) = try ledger()
        var record = photo
        for (round, expected) in [[5], [7, 5], [9, 5], [11, 5]].enumerated() {
            if round > 0 {
                try ledger.add(["more \(round)"])
                try ledger.addHead()
            }
            let (completed, sizes) = try await completed(record, from: ledger)
            #expect(sizes == expected.map { UInt64($0) })
            #expect(completed.removed.isEmpty)
            record = completed.record
            let again = try await self.completed(record, from: ledger).0
            #expect(again.record.completes == record.completes, "nothing new, nothing changed")
        }
        let report = Verifier(try ledger.kit()).verify(
            file: record.encoded(), artifact: nil, recordOnly: true)
        #expect(report.ok && report.completeness.count == 2)
    }

    /// Anybody can make a head of any size: it is neither the newest nor the earliest.
    @Test(arguments: [5, 9_007_199_254_740_991] as [UInt64])
    func aHeadThatNobodyProvesIsNeverTheNewestOrTheEarliest(size: UInt64) async throws {
        let (ledger, photo) = try ledger()
        let good = try ledger.proof([.work("print")])
        let head = good.head.head
        let draft = IndexHeadDraft(
            origin: head.origin, size: size, tree: head.tree, map: head.map,
            issuedAt: head.issuedAt, chain: head.chain)
        let stranger = try MemoryLedger(seed: "stranger").ledger
        let made = try CompleteProof(
            TransparentIndexHead(draft.sign(with: stranger)), good.proofs
        ).encoded()
        try ledger.add(["later"])
        try ledger.addHead()
        var record = photo
        record.completes = [made]
        let (first, sizes) = try await completed(record, from: ledger)
        #expect(sizes == [7, size] && first.size == 7 && first.removed.isEmpty)
        try ledger.add(["latest"])
        try ledger.addHead()
        let (second, later) = try await completed(first.record, from: ledger)
        #expect(later == [9, 7] && second.size == 9 && second.removed.isEmpty)
    }

    /// The same head with fewer names says less.
    @Test func aProofOfMoreNamesTakesThePlaceOfOneByTheSameHead() async throws {
        let (ledger, photo) = try ledger()
        var record = photo
        record.completes = [try ledger.proof([.work("photo")]).encoded()]
        let (completed, sizes) = try await completed(record, from: ledger)
        #expect(sizes == [5])
        #expect(try CompleteProof(completed.record.completes[0]).proofs.count == 2)
    }

    /// A ledger that is behind takes nothing away.
    @Test func aNewerProofThatIsThereStays() async throws {
        let (ledger, photo) = try ledger()
        try ledger.add(["later"])
        try ledger.addHead()
        let record = try await completed(photo, from: ledger).0.record
        ledger.goBack()
        let (behind, sizes) = try await completed(record, from: ledger)
        #expect(sizes == [7] && behind.record.completes == record.completes)
    }

    @Test func aRecordThatNoHeadCoversWaits() async throws {
        let (ledger, _) = try ledger()
        try ledger.add(["late"])
        let (late, sizes) = try await completed(ledger.record(6), from: ledger)
        #expect(late.delay == .uncovered && sizes.isEmpty && late.size == nil)
        ledger.answer(with: .whole(204))
        let unserved = try await completed(ledger.record(3), from: ledger).0
        #expect(unserved.delay == .uncovered && unserved.record.completes.isEmpty)
    }

    @Test func aProofThatLeavesTheRecordOutIsNotTaken() async throws {
        let ledger = try IndexedLedger()
        ledger.leaveOut(3)
        try ledger.add(["photo", "print"])
        try ledger.addHead()
        let photo = try ledger.record(3)
        let newer = try await newer(for: photo, from: ledger)
        let error = #expect(throws: NewerCompleteError.self) { try newer.completed(photo) }
        guard case .refuted(_, let bytes)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        // What is kept beside the record convicts the ledger together with it.
        let files = (try IndexEvidence(photo.encoded()), try IndexEvidence(bytes))
        let conviction = try IndexJudge(ledger.kit()).convict(files.0, files.1)
        #expect(conviction.kind.word == "omission")
    }

    /// What was listed and is no more convicts the ledger by what the record has kept.
    @Test func aProofThatContradictsAnEarlierOneIsNotTaken() async throws {
        let ledger = try IndexedLedger()
        try ledger.add((0..<70).map { "work \($0)" })
        try ledger.addHead()
        let record = try await completed(ledger.record(3), from: ledger).0.record
        ledger.leaveOut(20)
        try ledger.addHead()
        let newer = try await newer(for: record, from: ledger)
        let error = #expect(throws: NewerCompleteError.self) { try newer.completed(record) }
        guard case .refuted(let detail, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(detail.contains("shrinking"), "\(detail)")
    }

    /// The second head leaves out an entry that the first and the third list: only the one that
    /// would give way convicts.
    @Test func aProofThatWouldGiveWayIsHeldToTheNewOneFirst() async throws {
        let ledger = try IndexedLedger()
        try ledger.add((0..<70).map { "work \($0)" })
        try ledger.addHead()
        let first = try await completed(ledger.record(3), from: ledger).0.record.completes
        var record = try ledger.record(3)
        try ledger.add(["between"])
        ledger.leaveOut(74)
        try ledger.addHead()
        record.completes = try await completed(ledger.record(3), from: ledger).0.record.completes
        record.completes += first
        ledger.leaveOut(nil)
        try ledger.addHead()
        let newer = try await newer(for: record, from: ledger)
        let error = #expect(throws: NewerCompleteError.self) { try newer.completed(record) }
        guard case .refuted(let detail, let bytes)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(detail.contains("late"), "\(detail)")
        // It convicts together with the one that is kept, as the hint says.
        let files = (try IndexEvidence(record.encoded()), try IndexEvidence(bytes))
        let conviction = try IndexJudge(ledger.kit()).convict(files.0, files.1)
        #expect(conviction.kind.word == "late")
    }

    @Test func twoProofsInTheRecordThatContradictEachOtherStay() async throws {
        let ledger = try IndexedLedger()
        try ledger.add((0..<70).map { "work \($0)" })
        try ledger.addHead()
        var record = try await completed(ledger.record(3), from: ledger).0.record
        ledger.leaveOut(20)
        try ledger.addHead()
        record.completes += try await completed(ledger.record(3), from: ledger).0.record.completes
        ledger.leaveOut(nil)
        try ledger.addHead()
        let newer = try await newer(for: record, from: ledger)
        let error = #expect(throws: NewerCompleteError.self) { try newer.completed(record) }
        guard case .contradictory(let detail)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(detail.contains("shrinking"), "\(detail)")
    }

    @Test func whatIsFalseInTheRecordGoes() async throws {
        let (ledger, photo) = try ledger()
        let good = try ledger.proof([.work("photo")])
        let forged = try CompleteProof(
            good.head, [IndexProof(name: .work("photo"), path: [], end: .empty)])
        var record = photo
        record.completes = [forged.encoded()]
        let (completed, sizes) = try await completed(record, from: ledger)
        #expect(sizes == [5] && completed.removed == [forged.encoded()])
    }

    /// A page of one entry says nothing of the other 69.
    @Test func aPartOfAListIsNotTaken() async throws {
        let ledger = try IndexedLedger()
        try ledger.add((0..<70).map { "work \($0)" })
        try ledger.addHead()
        let record = try ledger.record(3)
        let thread = try IndexName.sub("urn:example:thread")
        let work = try ledger.proof([.work("work 0")]).encoded()
        let part = try ledger.proof([thread], positions: 0..<1).encoded()
        ledger.answer(with: .whole(200, [:], work), .whole(200, [:], part))
        let error = await #expect(throws: NewerCompleteError.self) {
            _ = try await newer(for: record, from: ledger).completed(record)
        }
        guard case .call(.wrong)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func aPartOfAListInTheRecordGivesWayToTheWhole() async throws {
        let ledger = try IndexedLedger()
        try ledger.add((0..<70).map { "work \($0)" })
        try ledger.addHead()
        var record = try ledger.record(3)
        let names: [IndexName] = [.work("work 0"), try .sub("urn:example:thread")]
        record.completes = [try ledger.proof(names, positions: 0..<1).encoded()]
        let (whole, sizes) = try await completed(record, from: ledger)
        #expect(sizes == [73])
        let report = Verifier(try ledger.kit()).verify(
            file: whole.record.encoded(), artifact: nil, recordOnly: true, requireComplete: [.sub])
        #expect(report.missingComplete.isEmpty, "\(report.findings)")
    }

    @Test func aListThatIsTooLongForARecordIsPassedOver() async throws {
        let (ledger, photo) = try ledger()
        let kit = try ledger.kit()
        let name = try IndexName.sub("urn:example:thread")
        let good = try ledger.proof([.work("photo")])
        let long = IndexProof(
            name: name, path: [],
            end: .list(key: name.key, count: 5_000, root: .sha256([])),
            pages: [IndexPage(from: 0, indexes: Array(0..<4_096), left: [], right: [])])
        ledger.answer(
            with: .whole(200, [:], good.encoded()),
            .whole(200, [:], try CompleteProof(good.head, [long]).encoded()))
        let newer = try await ledger.with { client, _ in
            try await NewerComplete(
                for: photo.statement, from: LedgerCompletes(client), by: kit,
                now: MemoryLedger.start + 100_000)
        }
        #expect(newer.passedOver == [name])
        let completed = try newer.completed(photo)
        let proof = try CompleteProof(completed.record.completes[0])
        #expect(proof.proofs.map(\.name) == [.work("photo")])
    }

    @Test func aLedgerWithoutAnIndexSaysSo() async throws {
        let bare = try IndexedLedger()
        try bare.add(["photo"])
        let photo = try bare.record(3)
        await #expect(throws: NewerCompleteError.noIndex(hasHeads: false)) {
            try await newer(for: photo, from: bare)
        }
        // One that has heads, and makes no proofs now, is told apart.
        try bare.addHead()
        bare.giveNoProofs()
        await #expect(throws: NewerCompleteError.noIndex(hasHeads: true)) {
            try await newer(for: photo, from: bare)
        }
    }
}
