import Encoding
import IndexMap
import LedgerClient
import Merkle
import Provenance
import Studio
import TestLog
import TestPeer
import Testing

/// What a ledger gives as a proof of completeness is verified, and held to the entries.
@Suite struct CompleteReaderTests {
    private static let photo = IndexName.work("photo")

    /// A ledger in which entries 3 and 5 name the photo, and an index head covers them.
    private func ledger(leavingOut index: UInt64? = nil, hiding: Bool = false) throws
        -> IndexedLedger
    {
        try IndexedLedger(["photo", "print", "photo"], leavingOut: index, hiding: hiding)
    }

    private func read(
        _ name: IndexName, in ledger: IndexedLedger, showing: Bool = true
    ) async throws -> CompleteReader.Outcome {
        try await ledger.proven { log, kit, _ in
            try await CompleteReader(log, by: kit, now: MemoryLedger.start + 10_000)
                .read(name, of: Hash(name.value), showing: showing)
        }
    }

    private func found(
        _ name: IndexName, in ledger: IndexedLedger, showing: Bool = true
    ) async throws -> FetchedComplete {
        guard case .fetched(let found) = try await read(name, in: ledger, showing: showing) else {
            throw FixtureFault("the ledger gives a proof")
        }
        return found
    }

    @Test func aListingIsAllWhereEachEntryIsFetched() async throws {
        let ledger = try ledger()
        let all = try await found(Self.photo, in: ledger)
        #expect(all.entries.map(\.index) == [3, 5])
        #expect(all.answer?.isAll == true && all.leftOut == nil)
        #expect(all.completeness.holds(at: .logged))
        let words = all.completeness.findings.first?.detail ?? ""
        #expect(words.hasPrefix("these 2 entries are all that name this file"), "\(words)")
        let most = try await found(Self.photo, in: ledger, showing: false)
        #expect(most.entries.isEmpty && most.answer?.isAll == false)
        #expect(most.completeness.holds(at: .logged) && most.bytes == all.bytes)
    }

    @Test func thatThereIsNoneIsProven() async throws {
        let none = try await found(.work("nobody's"), in: ledger())
        #expect(none.answer?.count == 0 && none.completeness.holds(at: .logged))
        let words = none.completeness.findings.first?.detail ?? ""
        #expect(words.hasPrefix("no entry names this file among the first 6"), "\(words)")
    }

    /// A proof that is older than the checkpoint does not look new.
    @Test func whatIsNotCoveredIsCountedToTheNewestHead() async throws {
        let ledger = try ledger()
        let kit = try ledger.kit()
        ledger.freezeProofs()
        for (count, words) in [(0, "the entry after those"), (4, "the 5 entries after those")] {
            try ledger.add((0..<count).map { "later \($0)" })
            let outcome = try await ledger.proven(by: kit) { log, kit, _ in
                try await CompleteReader(log, by: kit, now: MemoryLedger.start + 10_000)
                    .read(.work("nobody's"), showing: true)
            }
            guard case .fetched(let found) = outcome else {
                Issue.record("the ledger gives a proof")
                continue
            }
            #expect(found.completeness.head?.notCovered == UInt64(count) + 1)
            let said = found.completeness.findings.first?.detail ?? ""
            #expect(said.contains(words), "\(said)")
        }
    }

    /// The ledger's own list gives away what its map leaves out.
    @Test func anEntryThatIsLeftOutConvictsTheLedger() async throws {
        let ledger = try ledger(leavingOut: 5)
        let found = try await found(Self.photo, in: ledger)
        #expect(!found.completeness.holds(at: .logged))
        guard case .convicts(let omission)? = found.leftOut,
            case .omission(entry: 5, Self.photo) = omission.conviction.kind
        else {
            Issue.record("\(String(describing: found.leftOut))")
            return
        }
        let evidence = try IndexEvidence(omission.bytes)
        #expect(evidence.isEntryWithProof)
        #expect(throws: Never.self) {
            try IndexJudge(ledger.kit()).convict(evidence, evidence)
        }
        // Where the list keeps it back too, nobody here can know of it.
        let hidden = try await self.found(Self.photo, in: self.ledger(leavingOut: 5, hiding: true))
        #expect(hidden.completeness.holds(at: .logged) && hidden.leftOut == nil)
    }

    /// A list that names other entries for ever is left after some of them, and nothing is said.
    @Test func aListOfOtherEntriesIsNotFollowedToItsEnd() async throws {
        let ledger = try ledger()
        try ledger.add((0..<30).map { "work \($0)" })
        try ledger.addHead()
        ledger.trickle()
        let (error, asked) = try await ledger.proven { log, kit, server in
            let reader = CompleteReader(log, by: kit, now: MemoryLedger.start + 10_000)
            let error = await #expect(throws: ProvingError.self) {
                _ = try await reader.read(Self.photo, showing: true)
            }
            return (error, server.requests.filter { $0.path.hasPrefix("/subjects") }.count)
        }
        guard case .wrong("its list of entries", let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.hasPrefix("has more than 8 that its proof leaves out"), "\(reason)")
        // Two entries are due, and one more than eight strays is enough.
        #expect(asked > 0 && asked <= 2 + 8 + 1, "\(asked)")
    }

    // MARK: - What the list names and the proof does not

    /// The list names the entry, and the log has it: whatever the ledger answers about its record,
    /// it is not said that there is none.
    @Test(arguments: [404, 202, 403, 503])
    func anEntryWhoseRecordIsKeptBackIsReadInTheLog(status: Int) async throws {
        let ledger = try ledger(leavingOut: 4)
        ledger.withholdReceipts(by: status)
        let found = try await found(.work("print"), in: ledger)
        guard case .withheld(let withheld)? = found.leftOut else {
            Issue.record("\(status): \(String(describing: found.leftOut))")
            return
        }
        #expect(withheld.index == 4)
        switch withheld.reason {
        case .noReceipt: #expect(status == 404)
        case .receiptFollows: #expect(status == 202)
        case .failed: #expect([403, 503].contains(status))
        case .notUsable: Issue.record("\(status)")
        }
    }

    /// Its receipts are of another tree, so the record convicts nobody; half of the evidence stays.
    @Test func aRecordThatConvictsNobodyHidesNothing() async throws {
        let ledger = try ledger(leavingOut: 5)
        let other = try IndexedLedger()
        try other.add(["photo", "print", "photo", "another"])
        ledger.give(try other.record(5).encoded(), as: 5)
        let found = try await found(Self.photo, in: ledger)
        guard case .withheld(let withheld)? = found.leftOut else {
            Issue.record("\(String(describing: found.leftOut))")
            return
        }
        #expect(withheld.index == 5 && withheld.reason == .notUsable)
    }

    /// What the list names and the log does not have in its place is no answer.
    @Test func aListThatNamesAnotherPlaceIsRefused() async throws {
        let ledger = try ledger()
        ledger.forgeLists([(index: 4, entry: try ledger.record(3).statement.id)])
        ledger.withholdReceipts()
        let error = await #expect(throws: ProvingError.self) {
            _ = try await read(.work("nobody's"), in: ledger)
        }
        guard case .wrong("its list of entries", let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.hasSuffix("at 4, where the log has another one"), "\(reason)")
    }

    /// An entry that the list names, and that does not have the name, takes nothing away.
    @Test func anEntryOfAnotherNameIsPassedOver() async throws {
        let ledger = try ledger()
        ledger.forgeLists([(index: 4, entry: try ledger.record(4).statement.id)])
        ledger.withholdReceipts()
        let none = try await found(.work("nobody's"), in: ledger)
        #expect(none.leftOut == nil && none.completeness.holds(at: .logged))
    }

    /// What came after the checkpoint that was read cannot be looked at.
    @Test func anEntryBehindTheCheckpointIsNotPassedOver() async throws {
        let ledger = try ledger()
        let error = try await ledger.proven { log, kit, _ in
            ledger.leaveOut(7)
            ledger.withholdReceipts()
            try ledger.add(["late"])
            try ledger.addHead()
            return await #expect(throws: ProvingError.self) {
                _ = try await CompleteReader(log, by: kit, now: MemoryLedger.start + 10_000)
                    .read(.work("late"), showing: true)
            }
        }
        guard case .wrong("its list of entries", let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.hasSuffix("its checkpoint of size 7 does not cover"), "\(reason)")
    }

    // MARK: - Evidence

    /// Whoever has a record whose file is not listed has the evidence.
    @Test func evidenceNeedsBothHalves() throws {
        let ledger = try ledger(leavingOut: 5)
        let proof = try ledger.proof([Self.photo]).encoded()
        let (record, kit) = (try ledger.record(5), try ledger.kit())
        let omission = try #require(
            OmissionEvidence(record.encoded(), leftOutOf: proof, by: kit))
        #expect(OmissionEvidence(try ledger.record(3).encoded(), leftOutOf: proof, by: kit) == nil)
        var bare = record
        bare.receipts = []
        #expect(OmissionEvidence(bare.encoded(), leftOutOf: proof, by: kit) == nil)
        let stranger = try MemoryLedger(seed: "stranger").kit()
        #expect(OmissionEvidence(record.encoded(), leftOutOf: proof, by: stranger) == nil)
        #expect(omission.convicts(by: kit) && !omission.convicts(by: stranger))
    }

    /// What a ledger serves beside an entry cannot make the evidence too long, nor is it published.
    @Test func evidenceHasNoManifest() throws {
        let ledger = try ledger(leavingOut: 5)
        let proof = try ledger.proof([Self.photo]).encoded()
        var record = try ledger.record(5)
        record.manifest = []
        let spare = Limits.fileBytes - record.encoded().count
        record.manifest = Array(repeating: 0x78, count: spare - 16)
        let padded = record.encoded()
        #expect(padded.count + proof.count > Limits.fileBytes && padded.count <= Limits.fileBytes)
        let omission = try #require(
            OmissionEvidence(padded, leftOutOf: proof, by: ledger.kit()))
        #expect(try TransparentStatement(omission.bytes).manifest == nil)
        #expect(omission.bytes.count < 2 * proof.count + 65_536)
    }

    // MARK: - No answer

    @Test func aLedgerWithoutAnIndexSaysSo() async throws {
        let bare = try IndexedLedger()
        guard case .noIndex(hasHeads: false) = try await read(Self.photo, in: bare) else {
            Issue.record("there is no index")
            return
        }
        let ledger = try ledger()
        for (status, isNone) in [(404, true), (405, true), (501, true), (204, false)] {
            ledger.answer(with: .whole(status))
            switch try await read(Self.photo, in: ledger) {
            case .noIndex(let hasHeads): #expect(isNone && hasHeads, "\(status)")
            case .notYet: #expect(!isNone, "\(status)")
            case .fetched, .unread: Issue.record("\(status)")
            }
        }
    }

    @Test func whatIsNoAnswerIsRefused() async throws {
        let ledger = try ledger()
        let other = try ledger.proof([.work("print")]).encoded()
        let two = try ledger.proof([Self.photo, .work("print")]).encoded()
        // A name of a kind that nobody here knows: it may be true.
        var newer = try ledger.proof([Self.photo]).encoded()
        let digest = [0x58, 0x20] + Hash.sha256(Array("photo".utf8)).bytes
        let kind = try #require(newer.firstRange(of: digest)).lowerBound - 1
        newer[kind] = 9
        for (bytes, words, isFalse) in [
            (other, "about another name", false), (two, "about another name", false),
            (newer, "is of a newer version", false), ([0x82], "is none", true),
        ] {
            ledger.answer(with: .whole(200, [:], bytes))
            let error = await #expect(throws: ProvingError.self) {
                _ = try await read(Self.photo, in: ledger)
            }
            switch error {
            case .wrong("the proof of completeness", let reason)? where isFalse,
                .useless("the proof of completeness", let reason)? where !isFalse:
                #expect(reason.contains(words), "\(reason)")
            default: Issue.record("\(String(describing: error))")
            }
        }
    }

    /// A proof that leads to another map lists nothing, whatever it says.
    @Test func aProofThatDoesNotLeadToTheMapIsFalse() async throws {
        let ledger = try ledger()
        let good = try ledger.proof([Self.photo])
        let forged = try CompleteProof(
            good.head, [IndexProof(name: Self.photo, path: good.proofs[0].path, end: .empty)])
        ledger.answer(with: .whole(200, [:], forged.encoded()))
        let found = try await found(Self.photo, in: ledger)
        #expect(found.completeness.findings.contains { $0.verdict == .refuted })
        #expect(found.answer?.count == nil && !found.completeness.holds(at: .logged))
    }

    // MARK: - Pages

    private static let thread: Text = "urn:example:long"

    /// A ledger with 70 works in one thread, which so has a list.
    private func long() throws -> IndexedLedger {
        let ledger = try IndexedLedger()
        try ledger.add((0..<70).map { "work \($0)" }, thread: Self.thread)
        try ledger.addHead()
        return ledger
    }

    @Test func pagesOfOneHeadAreJoined() async throws {
        let ledger = try long()
        let name = try IndexName.sub(Self.thread)
        let verifier = Verifier(try ledger.kit())
        for (pages, from, held) in [(16, 0, 70), (3, 0, 60), (2, 35, 35), (1, 69, 1), (4, 70, 0)] {
            let answer = try await ledger.with { client, server in
                let answer = try await CompleteCall(client, pages: pages, entries: 20)
                    .ask([name], from: UInt64(from))
                let asked = server.requests.filter { $0.path.hasPrefix("/complete") }.count
                #expect(asked == max(1, (held + 19) / 20), "\(pages) from \(from)")
                return answer
            }
            guard case .proof(let proof) = answer else {
                Issue.record("the ledger gives a proof")
                continue
            }
            let said = verifier.verify(complete: proof.encoded()).answers[0]
            #expect(said.count == 70 && said.indexes.count == held)
            #expect(said.verdict == (held == 70 ? .ok : .notChecked))
            #expect(said.indexes.first.map { Int($0) == from + 3 } ?? (held == 0))
        }
    }

    @Test func pagesAreAskedForAnewUnderANewerHead() async throws {
        let ledger = try long()
        let name = try IndexName.sub(Self.thread)
        let first = try ledger.proof([name], positions: 0..<40).encoded()
        try ledger.add(["one more"], thread: Self.thread)
        try ledger.addHead()
        ledger.answer(with: .whole(200, [:], first))
        let answer = try await ledger.with { client, _ in
            try await CompleteCall(client, entries: 40).ask([name])
        }
        guard case .proof(let proof) = answer else {
            Issue.record("the ledger gives a proof")
            return
        }
        let said = Verifier(try ledger.kit()).verify(complete: proof.encoded()).answers[0]
        #expect(said.count == 71 && said.indexes.count == 71 && said.verdict == .ok)
    }

    @Test func aLedgerThatAlwaysHasANewerHeadIsGivenUp() async throws {
        let ledger = try long()
        ledger.beRestless()
        let name = try IndexName.sub(Self.thread)
        await #expect(throws: CompleteCallError.self) {
            try await ledger.with { client, _ in
                try await CompleteCall(client, entries: 40).ask([name])
            }
        }
    }

    /// Sixteen short pages are no proof of a list for which one has room.
    @Test func aPageThatIsShorterThanAskedForIsRefused() async throws {
        let ledger = try long()
        let name = try IndexName.sub(Self.thread)
        for (positions, isShort) in [(0..<39, true), (0..<40, false)] {
            let page = try ledger.proof([name], positions: positions).encoded()
            ledger.answer(with: .whole(200, [:], page))
            let call = { () async throws -> CompleteCall.Answer in
                try await ledger.with { client, _ in
                    try await CompleteCall(client, entries: 40).ask([name])
                }
            }
            guard isShort else {
                _ = try await call()
                continue
            }
            let error = await #expect(throws: CompleteCallError.self) { _ = try await call() }
            #expect(error == .wrong("has fewer entries on a page than were asked for"))
        }
    }

    /// A page that is missing is no end of the list.
    @Test func aPageThatIsNotTheOneAskedForIsRefused() async throws {
        let ledger = try long()
        let name = try IndexName.sub(Self.thread)
        for positions in [70..<80, 10..<30] {
            let wrong = try ledger.proof([name], positions: positions).encoded()
            ledger.answer(with: .whole(200, [:], wrong))
            let error = await #expect(throws: CompleteCallError.self) {
                try await ledger.with { client, _ in
                    try await CompleteCall(client, entries: 40).ask([name])
                }
            }
            #expect(error == .wrong("lacks the page from position 0 on"))
        }
    }

    /// Whoever counts what was given would take entries that are shown again for others.
    @Test func aPageBeforeTheOneAskedForIsRefused() async throws {
        let ledger = try long()
        let name = try IndexName.sub(Self.thread)
        let parts = try [0..<40, 40..<80].map { try ledger.proof([name], positions: $0) }
        let both = IndexProof(
            name: name, path: parts[1].proofs[0].path, end: parts[1].proofs[0].end,
            pages: parts.flatMap { $0.proofs[0].pages })
        let answer = try CompleteProof(parts[1].head, [both]).encoded()
        ledger.answer(with: .whole(200, [:], answer))
        let error = await #expect(throws: CompleteCallError.self) {
            try await ledger.with { client, _ in
                try await CompleteCall(client, entries: 40).ask([name], from: 40)
            }
        }
        #expect(error == .wrong("has more pages than the one that was asked for"))
    }
}
