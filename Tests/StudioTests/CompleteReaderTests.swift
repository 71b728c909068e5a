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
        #expect(all.answer?.isAll == true && all.omission == nil)
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

    /// The ledger's own list gives away what its map leaves out.
    @Test func anEntryThatIsLeftOutConvictsTheLedger() async throws {
        let ledger = try ledger(leavingOut: 5)
        let found = try await found(Self.photo, in: ledger)
        #expect(!found.completeness.holds(at: .logged))
        let omission = try #require(found.omission)
        guard case .omission(entry: 5, Self.photo) = omission.conviction.kind else {
            Issue.record("\(omission.conviction.kind)")
            return
        }
        let evidence = try IndexEvidence(omission.bytes)
        #expect(evidence.isEntryWithProof)
        #expect(throws: Never.self) {
            try IndexJudge(ledger.kit()).convict(evidence, evidence)
        }
        // Where the list keeps it back too, nobody here can know of it.
        let hidden = try await self.found(Self.photo, in: self.ledger(leavingOut: 5, hiding: true))
        #expect(hidden.completeness.holds(at: .logged) && hidden.omission == nil)
    }

    /// A list that names other entries for ever is left after some of them.
    @Test func aListOfOtherEntriesIsNotFollowedToItsEnd() async throws {
        let ledger = try ledger()
        try ledger.add((0..<30).map { "work \($0)" })
        try ledger.addHead()
        ledger.trickle()
        let asked = try await ledger.proven { log, kit, server in
            let reader = CompleteReader(log, by: kit, now: MemoryLedger.start + 10_000)
            guard case .fetched(let found) = try await reader.read(Self.photo, showing: true) else {
                throw FixtureFault("the ledger gives a proof")
            }
            #expect(found.omission == nil && found.completeness.holds(at: .logged))
            return server.requests.filter { $0.path.hasPrefix("/subjects") }.count
        }
        // Two entries are due, and eight strays are enough.
        #expect(asked > 0 && asked <= 2 + 8, "\(asked)")
    }

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

    @Test func aLedgerWithoutAnIndexSaysSo() async throws {
        let bare = try IndexedLedger()
        guard case .noIndex = try await read(Self.photo, in: bare) else {
            Issue.record("there is no index")
            return
        }
        let ledger = try ledger()
        for (status, isNone) in [(404, true), (405, true), (501, true), (204, false)] {
            ledger.answer(with: .whole(status))
            switch try await read(Self.photo, in: ledger) {
            case .noIndex: #expect(isNone, "\(status)")
            case .notYet: #expect(!isNone, "\(status)")
            case .fetched: Issue.record("\(status)")
            }
        }
    }

    @Test func whatIsNoAnswerIsRefused() async throws {
        let ledger = try ledger()
        let other = try ledger.proof([.work("print")]).encoded()
        let two = try ledger.proof([Self.photo, .work("print")]).encoded()
        for (bytes, words) in [
            (other, "about another name"), (two, "about another name"), ([0x82], "is none"),
        ] {
            ledger.answer(with: .whole(200, [:], bytes))
            let error = await #expect(throws: ProvingError.self) {
                _ = try await read(Self.photo, in: ledger)
            }
            guard case .wrong("the proof of completeness", let reason)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(reason.contains(words), "\(reason)")
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
