import HTTPCalls
import IndexMap
import LedgerClient
import Provenance
import Studio
import TestLog
import TestPeer
import TestSupport
import Testing

/// A list of an issuer's entries must be proven to be whole, where the ledger has an index.
@Suite struct ChainProofTests {
    private let ledger: IndexedLedger

    init() throws { ledger = try IndexedLedger() }

    private func works(_ count: Int, _ name: String = "work") throws {
        try ledger.add((0..<count).map { "\(name) \($0)" })
    }

    private func read(
        trusting trust: ListTrust = .proof, readLimit: UInt64 = FreshLedger.usualReadLimit,
        pageEntries: Int = IndexPage.maximumCount
    ) async throws -> IssuerEntries {
        let kit = try ledger.kit()
        return try await ledger.with { client, _ in
            try await ChainReader(client, kit, readLimit: readLimit, pageEntries: pageEntries)
                .entries(of: MemoryLedger.berlin, trusting: trust)
        }
    }

    private func error(
        readLimit: UInt64 = FreshLedger.usualReadLimit, pageEntries: Int = IndexPage.maximumCount
    ) async -> ChainCheckError? {
        await #expect(throws: ChainCheckError.self) {
            try await read(readLimit: readLimit, pageEntries: pageEntries)
        }
    }

    /// In a bucket, and in a list of its own.
    @Test(arguments: [5, 90])
    func aListThatIsWholeIsProven(count: Int) async throws {
        try works(count)
        try ledger.addHead()
        try works(2, "later")
        let found = try await read()
        #expect(found.standing == .proven(indexed: UInt64(count) + 3))
        #expect(found.unlisted == [] && found.unnumberedCount == count + 2)
    }

    /// A log that is not longer than what is read needs no index; of a longer one the list is the
    /// ledger's word.
    @Test func withoutAnIndexAllIsReadWhereThatIsLittle() async throws {
        try works(3)
        for readLimit in [6, 5] as [UInt64] {
            let found = try await read(readLimit: readLimit)
            let standing: ListStanding = readLimit == 6 ? .proven(indexed: 0) : .claimed
            #expect(found.standing == standing, "\(readLimit)")
            #expect(found.unnumberedCount == 3)
        }
    }

    /// The newest too, which no gap shows.
    @Test(arguments: [4, 5] as [UInt64])
    func anEntryThatTheListLacksIsFoundWithoutProofs(hidden: UInt64) async throws {
        try works(3)
        try ledger.addHead()
        ledger.unlist(hidden)
        ledger.giveNoProofs()
        let found = try await read()
        #expect(found.unlisted.map(\.index) == [hidden] && found.unnumberedCount == 3)
    }

    /// A ledger that has index heads, and gives no proof by them, is not taken at its word: it says
    /// so itself, or a bundle shows a head.
    @Test(arguments: [true, false])
    func aLedgerThatKeepsItsProofsBackShowsNothing(isSaid: Bool) async throws {
        try works(3)
        try ledger.addHead()
        ledger.giveNoProofs()
        if !isSaid { ledger.answerAboutHeads(by: 404) }
        guard case .notShown(let words) = await error(readLimit: 6) else {
            Issue.record("the list is called whole")
            return
        }
        #expect(words.hasPrefix("it has index heads, and gives no proofs by them"), "\(words)")
    }

    /// A look that fails is no absence.
    @Test func whereNobodySaysWhetherThereAreHeadsNothingIsKnown() async throws {
        try works(3)
        ledger.answerAboutHeads(by: 503)
        guard case .ledger = await error(readLimit: 5) else {
            Issue.record("the list is the ledger's word, and whether it has an index nobody knows")
            return
        }
    }

    /// Below the index head, and behind it; the newest of all, too.
    @Test(arguments: [4, 9, 10] as [UInt64])
    func anEntryThatTheListLacksIsFound(hidden: UInt64) async throws {
        try works(5)
        try ledger.addHead()
        try works(2, "later")
        ledger.unlist(hidden)
        let found = try await read()
        #expect(found.unlisted.map(\.index) == [hidden])
        #expect(found.unnumberedCount == 7)
    }

    @Test func withTheLedgersWordNobodyAsksForAProof() async throws {
        try works(5)
        try ledger.addHead()
        ledger.unlist(7)
        let kit = try ledger.kit()
        let asked = try await ledger.with { client, server in
            _ = try await ChainReader(client, kit).entries(
                of: MemoryLedger.berlin, trusting: .word)
            return server.requests.map(\.path)
        }
        #expect(!asked.contains { $0.hasPrefix("/complete") })
    }

    /// Whether the list names it, or only its bundle shows it.
    @Test(arguments: [false, true])
    func aMapThatLeavesOutWhatTheLogHasConvictsTheLedger(isHidden: Bool) async throws {
        ledger.leaveOut(5, hiding: isHidden)
        try works(5)
        try ledger.addHead()
        guard case .falseProof(let words, .convicts(let omission)?) = await error(),
            case .omission(entry: 5, _) = omission.conviction.kind
        else {
            Issue.record("a proof that leaves out what the log has is believed")
            return
        }
        #expect(words.contains("it leaves out entry 5"))
        #expect(try omission.convicts(by: ledger.kit()))
        #expect(try TransparentStatement(omission.bytes).manifest == nil)
    }

    /// A long list is proven in parts, and what stands between two of them is not lost.
    @Test(arguments: [3, 17, 18, 19, 33, 34, 92] as [UInt64])
    func anEntryThatAnyPartOfALongListLeavesOutConvictsTheLedger(index: UInt64) async throws {
        ledger.leaveOut(index)
        try works(90)
        try ledger.addHead()
        guard case .falseProof(_, .convicts(let omission)?) = await error(pageEntries: 1) else {
            Issue.record("nothing convicts the ledger of leaving out entry \(index)")
            return
        }
        guard case .omission(entry: index, _) = omission.conviction.kind else {
            Issue.record("\(omission.conviction)")
            return
        }
    }

    @Test func aLongListThatIsWholeIsProvenInParts() async throws {
        try works(90)
        try ledger.addHead()
        let found = try await read(pageEntries: 1)
        #expect(found.standing == .proven(indexed: 93) && found.unlisted == [])
    }

    @Test func withoutAReceiptThereIsHalfOfTheEvidence() async throws {
        ledger.leaveOut(5)
        ledger.withholdReceipts()
        try works(5)
        try ledger.addHead()
        guard case .falseProof(_, .withheld(let withheld)?) = await error() else {
            Issue.record("the proof that does not list the entry is lost")
            return
        }
        #expect(withheld.index == 5 && withheld.reason == .noReceipt)
    }

    @Test func aProofThatIsNoneIsFalse() async throws {
        try works(3)
        try ledger.addHead()
        ledger.answer(with: .whole(200, [:], [1, 2, 3]))
        guard case .falseProof(_, nil) = await error() else {
            Issue.record("three bytes are believed")
            return
        }
    }

    /// Whatever keeps the proof away, the list is not called whole.
    @Test(arguments: [204, 503])
    func aProofThatIsNotThereNowIsWaitedFor(status: Int) async throws {
        try works(3)
        try ledger.addHead()
        ledger.answer(with: .whole(status))
        let error = await error()
        guard case .notShown(let words) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        if status == 204 {
            #expect(words == "no head covers its newest index head yet")
        } else {
            #expect(words.contains("it gives no proof now"))
        }
    }

    @Test func moreEntriesThanAreReadAreNotCalledWhole() async throws {
        try works(3)
        try ledger.addHead()
        try works(4, "later")
        guard case .notShown(let words) = await error(readLimit: 4) else {
            Issue.record("five entries are read where four may be")
            return
        }
        #expect(words.contains("its index head covers 6 entries, and the 5 others are more than"))
        #expect(try await read(readLimit: 5).standing == .proven(indexed: 6))
    }

    /// An entry that only looks like one of the issuer's is passed over.
    @Test func whatIsListedAndIsAnotherIssuersIsNoFinding() async throws {
        try works(3)
        ledger.list(1, under: try .iss(MemoryLedger.berlin))
        try ledger.addHead()
        let found = try await read()
        #expect(found.standing == .proven(indexed: 6) && found.unlisted == [])
    }
}
