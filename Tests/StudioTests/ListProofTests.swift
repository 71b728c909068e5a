import Encoding
import IndexMap
import Keys
import Ledger
import Manifests
import Merkle
import Provenance
import Studio
import Synchronization
import TestLedger
import TestLog
import TestPeer
import TestSupport
import Testing

/// Nothing is decided by a list that leaves an entry out.
@Suite struct ListProofTests {
    /// What a ledger does with its list of the milestone.
    private final class Bending: Sendable {
        private let hidden = Mutex<[EntryID: [EntryID]]>([:])
        private let proof = Mutex<StubServer.Answer?>(nil)
        private let withheld = Mutex<Set<EntryID>>([])

        /// Leaves an entry out of the list, and names another one in its place.
        func hide(_ entry: EntryID, behind other: EntryID? = nil) {
            hidden.withLock { $0[entry] = other.map { [$0] } ?? [] }
        }

        /// Answers this where a proof of completeness is asked for.
        func prove(_ answer: StubServer.Answer) { proof.withLock { $0 = answer } }

        /// Gives this entry without its receipts.
        func withholdReceipts(of entry: EntryID) { withheld.withLock { _ = $0.insert(entry) } }

        func take(_ request: StubServer.Request, _ fixture: LedgerFixture) -> StubServer.Answer? {
            if request.path.hasPrefix("/complete") { return proof.withLock { $0 } }
            if let entry = withheld.withLock({ $0 }).first(where: {
                request.path.hasPrefix("/entries/\($0)/transparent")
            }) {
                return Self.unproven(entry, fixture)
            }
            let hidden = hidden.withLock { $0 }
            guard request.path.hasPrefix("/subjects/"), !hidden.isEmpty else { return nil }
            // All are on the first page.
            guard !request.path.contains("after") else {
                return .whole(200, [:], JSON.array([]).encoded())
            }
            guard
                let entries = try? fixture.ledger.entries(
                    subject: .sha256(StubLedger.milestone.utf8), after: nil, limit: 500)
            else { return nil }
            let items = entries.flatMap { entry -> [JSON] in
                (hidden[entry.id] ?? [entry.id]).map { shown in
                    ["index": .integer(Int64(entry.index)), "entry": .string(Text("\(shown)"))]
                }
            }
            return .whole(200, [:], JSON.array(items).encoded())
        }

        /// The record of an entry with nothing that proves where it stands.
        private static func unproven(
            _ entry: EntryID, _ fixture: LedgerFixture
        ) -> StubServer.Answer? {
            guard let bytes = try? fixture.ledger.transparent(entry),
                var record = try? TransparentStatement(bytes)
            else { return nil }
            record.receipts = []
            return .whole(200, [:], record.encoded())
        }
    }

    private static func run(
        isIndexed: Bool, _ body: (StubLedger, Bending) async throws -> Void
    ) async throws {
        let bending = Bending()
        try await StubLedger.run(
            clock: TestClock(), isIndexed: isIndexed, instead: { bending.take($0, $1) }
        ) {
            try await body($0, bending)
        }
    }

    /// Waits for an index head that covers an entry, and returns the number of entries it covers.
    @discardableResult
    private static func indexHead(
        over entry: EntryID, _ stub: StubLedger
    ) async throws -> UInt64 {
        let index = try #require(
            try stub.fixture.ledger.entries(
                subject: .sha256(StubLedger.milestone.utf8), after: nil, limit: 500
            ).first { $0.id == entry }
        ).index
        var covered: UInt64 = 0
        try await eventually("an index head covers it, and gives proofs") {
            let listed = try? stub.fixture.ledger.complete(
                [.artifact(.sha256(StubLedger.milestone.utf8))], positions: 0..<1)
            covered = listed?.head.head.size ?? 0
            return covered > index
        }
        return covered
    }

    /// Why nothing is told of the milestone.
    private func error(
        _ stub: StubLedger, readLimit: UInt64 = FreshLedger.usualReadLimit
    ) async -> RegisteredError? {
        await #expect(throws: RegisteredError.self) {
            try await stub.registered(readLimit: readLimit)
        }
    }

    @Test func aLogWithoutAnIndexIsReadAsAWhole() async throws {
        try await Self.run(isIndexed: false) { stub, _ in
            #expect(try await stub.registered().standing == .proven(indexed: 0))
            try await stub.decide("start")
            let found = try await stub.registered()
            #expect(found.statements.count == 1)
            #expect(found.standing == .proven(indexed: 0))
            #expect(try await stub.registered(trusting: .word).standing == .claimed)
        }
    }

    @Test func anIndexHeadProvesTheFirstAndTheRestIsRead() async throws {
        try await Self.run(isIndexed: true) { stub, bending in
            let start = try await stub.decide("start")
            try await Self.indexHead(over: start, stub)
            let old = try stub.fixture.ledger.complete(
                [.artifact(.sha256(StubLedger.milestone.utf8))], positions: 0..<9)
            let proof = try #require(old)
            bending.prove(.whole(200, [:], proof.encoded()))
            let rollback = try await stub.decide("rollback", at: 1)
            // An index head that comes later makes the log longer.
            try await Self.indexHead(over: rollback, stub)
            let found = try await stub.registered()
            #expect(found.statements.map(\.entry) == [start, rollback])
            #expect(found.standing == .proven(indexed: proof.head.head.size))
            // The rest is read, and no more than the limit.
            let rest = try TrustKit(stub.kit()).size - proof.head.head.size
            #expect(try await stub.registered(readLimit: rest).statements.count == 2)
            guard case .notShown(_, rest, _)? = await error(stub, readLimit: rest - 1) else {
                Issue.record("more is read than the limit")
                return
            }
        }
    }

    /// The list that is shown would make another decision the newest.
    @Test(arguments: [true, false])
    func anEntryThatTheListLeavesOutIsAnError(isIndexed: Bool) async throws {
        try await Self.run(isIndexed: isIndexed) { stub, bending in
            let start = try await stub.decide("start")
            let rollback = try await stub.decide("rollback", at: 1)
            if isIndexed { try await Self.indexHead(over: rollback, stub) }
            let index = try #require(try await stub.registered().statements.last).index
            bending.hide(rollback)
            let believed = try await stub.registered(trusting: .word)
            #expect(believed.statements.map(\.entry) == [start])
            guard case .leftOut(index)? = await error(stub) else {
                Issue.record("the list is believed")
                return
            }
        }
    }

    /// Whoever signed it: that it does not count must not hide what does.
    @Test(arguments: [true, false])
    func anotherEntryCannotStandInForOneThatIsHidden(isIndexed: Bool) async throws {
        try await Self.run(isIndexed: isIndexed) { stub, bending in
            let key = KeyFile.generate(.ed25519)
            try await stub.fixture.addPoP(key.publicKey, issuer: StubLedger.hamburg)
            let other = try await stub.decide("hold", by: key, issuer: StubLedger.hamburg)
            let rollback = try await stub.decide("rollback", at: 1)
            if isIndexed { try await Self.indexHead(over: rollback, stub) }
            bending.hide(rollback, behind: other)
            #expect(try await stub.registered(trusting: .word).statements.isEmpty)
            guard case .misplaced(other, _, _)? = await error(stub) else {
                Issue.record("the other is taken for it")
                return
            }
        }
    }

    /// What it says stays unclear; the list names it, at the place where it stands.
    @Test(arguments: [true, false])
    func anEntryThatIsListedWithoutAReceiptIsNotLeftOut(isIndexed: Bool) async throws {
        try await Self.run(isIndexed: isIndexed) { stub, bending in
            let memory = ListMemory()
            let start = try await stub.decide("start")
            let rollback = try await stub.decide("rollback", at: 1)
            if isIndexed { try await Self.indexHead(over: rollback, stub) }
            #expect(try await stub.registered(memory: memory).unclear.isEmpty)
            bending.withholdReceipts(of: rollback)
            for memory in [memory, ListMemory(), memory] {
                let found = try await stub.registered(memory: memory)
                #expect(found.statements.map(\.entry) == [start])
                #expect(found.unclear.map(\.entry) == [rollback])
                guard case .proven = found.standing else {
                    Issue.record("\(found.standing)")
                    return
                }
            }
            // It is missed all the same where the list drops it.
            bending.hide(rollback)
            for memory in [memory, ListMemory()] {
                let error = await #expect(throws: RegisteredError.self) {
                    try await stub.registered(memory: memory)
                }
                guard case .leftOut? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
            }
        }
    }

    /// What a ledger with an index shows of "photo".
    private func photos(
        of ledger: IndexedLedger, readLimit: UInt64 = FreshLedger.usualReadLimit,
        pageEntries: Int = IndexPage.maximumCount
    ) async throws -> RegisteredStatements {
        try await ledger.with { client, _ in
            let fresh = try await FreshLedger(
                by: try TrustKit.Files(oneFile: ledger.kitFile()), at: client, maxAge: nil,
                now: MemoryLedger.start + 10_000, readLimit: readLimit, pageEntries: pageEntries)
            return try await RegisteredStatements(
                about: "photo", of: [PredicateType.provenance], by: [], in: fresh,
                trusting: .proof)
        }
    }

    /// Who registers many entries about a URI shuts nothing by that.
    @Test func aListOfSeveralPagesIsProven() async throws {
        let ledger = try IndexedLedger()
        try ledger.add(Array(repeating: "photo", count: 71))
        try ledger.addHead()
        // The index head itself is all that is read.
        let found = try await photos(of: ledger, readLimit: 1, pageEntries: 40)
        #expect(found.standing == .proven(indexed: 74))
        ledger.beRestless()
        let error = await #expect(throws: RegisteredError.self) {
            try await photos(of: ledger, readLimit: 1, pageEntries: 40)
        }
        guard case .notShown(let reason, _, _)? = error else {
            Issue.record("a ledger that grows gives no false proof: \(String(describing: error))")
            return
        }
        #expect(reason.contains("by another index head each time"), "\(reason)")
    }

    /// Two names may share a tag in the index: then an entry is listed that has another name.
    @Test func anEntryThatIsListedByItsTagAloneIsPassedOver() async throws {
        let ledger = try IndexedLedger()
        try ledger.add(["photo", "print"])
        ledger.list(4, under: .work("photo"))
        try ledger.addHead()
        guard case .proven(indexed: 5) = try await photos(of: ledger).standing else {
            Issue.record("the list is not believed")
            return
        }
        // It is read in the log, with the head that came after, and counted.
        _ = try await photos(of: ledger, readLimit: 2)
        let error = await #expect(throws: RegisteredError.self) {
            try await photos(of: ledger, readLimit: 1)
        }
        guard case .notShown(_, entries: 2, limit: 1)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// What the index does not cover yet is found in the log itself.
    @Test func anEntryBehindTheIndexHeadIsNotLeftOutEither() async throws {
        try await Self.run(isIndexed: true) { stub, bending in
            let start = try await stub.decide("start")
            try await Self.indexHead(over: start, stub)
            let old = try stub.fixture.ledger.complete(
                [.artifact(.sha256(StubLedger.milestone.utf8))], positions: 0..<9)
            bending.prove(.whole(200, [:], try #require(old).encoded()))
            let rollback = try await stub.decide("rollback", at: 1)
            bending.hide(rollback)
            guard case .leftOut? = await error(stub) else {
                Issue.record("the list is believed")
                return
            }
        }
    }

    /// A gate looks every half minute, and reads what is new.
    @Test func noEntryIsReadTwice() async throws {
        try await Self.run(isIndexed: false) { stub, bending in
            let memory = ListMemory()
            let start = try await stub.decide("start")
            #expect(try await stub.registered(memory: memory).statements.count == 1)
            let rollback = try await stub.decide("rollback", at: 1)
            // One entry is new; without a memory all would have to be read.
            let found = try await stub.registered(readLimit: 1, memory: memory)
            #expect(found.statements.map(\.entry) == [start, rollback])
            #expect(found.standing == .proven(indexed: 0))
            #expect(try await stub.registered(readLimit: 0, memory: memory).statements.count == 2)
            // What was read before is missed where the list drops it, and so is what is new.
            bending.hide(start)
            let gone = await #expect(throws: RegisteredError.self) {
                try await stub.registered(readLimit: 0, memory: memory)
            }
            guard case .leftOut? = gone else {
                Issue.record("\(String(describing: gone))")
                return
            }
        }
    }

    @Test func aProofThatIsFalseIsAnErrorAndNoAbsence() async throws {
        try await Self.run(isIndexed: true) { stub, bending in
            let start = try await stub.decide("start")
            try await Self.indexHead(over: start, stub)
            bending.prove(.whole(200, [:], [0x82, 0x01]))
            guard case .falseProof? = await error(stub) else {
                Issue.record("something else than the proof")
                return
            }
            // One of another name says nothing of this one, and so the log is read.
            let other = try stub.fixture.ledger.complete(
                [.artifact(.sha256(StubLedger.drop.utf8))], positions: 0..<9)
            bending.prove(.whole(200, [:], try #require(other).encoded()))
            #expect(try await stub.registered().standing == .proven(indexed: 0))
        }
    }

    @Test(arguments: [204, 404, 501, 503])
    func aLedgerThatGivesNoProofIsReadUpToTheLimit(status: Int) async throws {
        try await Self.run(isIndexed: false) { stub, bending in
            try await stub.decide("start")
            bending.prove(.whole(status))
            let size = stub.fixture.ledger.head().size
            #expect(try await stub.registered(readLimit: size).statements.count == 1)
            guard case .notShown(_, size, _)? = await error(stub, readLimit: size - 1) else {
                Issue.record("more is read than the limit")
                return
            }
            let word = try await stub.registered(trusting: .word, readLimit: size - 1)
            #expect(word.statements.count == 1)
        }
    }
}
