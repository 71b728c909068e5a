import Anchoring
import Checkpoints
import Encoding
import Foundation
import Ledger
import LedgerCheck
import LedgerStore
import Logging
import Merkle
import Provenance
import Synchronization
import Testing
import TestLedger
import TestSupport

/// The ledger as those who date its heads see it, and what it keeps of them.
@Suite(.serialized) struct DatedLogTests {
    private let authority = AnchorSource(.timestamp, url: "http://time.example")
    private let calendar = AnchorSource(.openTimestamps, url: "https://calendar.example")

    private func anchor(
        _ source: AnchorSource, about input: AnchorInput, _ state: KeptAnchor.State = .complete,
        _ evidence: String = "evidence"
    ) -> KeptAnchor {
        KeptAnchor(
            of: source, about: input, state: state, askedAt: 3, time: 4,
            evidence: Array(evidence.utf8))
    }

    private func enter(_ name: String, in fixture: LedgerFixture) async throws {
        guard case .registered = try await fixture.register(fixture.capture(name)) else {
            throw FixtureError.unexpected("\(name) was not registered")
        }
    }

    // MARK: - What is dated

    @Test func whatIsDatedIsTheNoteWithTheLedgersOwnLineAlone() async throws {
        let fixture = try LedgerFixture()
        let ledger = fixture.ledger
        let head = ledger.head()
        let group = try WitnessGroup()
        try group.cosign(head, in: ledger)
        let input = try #require(try DatedLog(ledger).newestHeadToDate())
        let note = try SignedNote(parsing: input.checkpoint)
        let whole = try SignedNote(parsing: ledger.head().note)
        #expect(whole.signatures.count == 3)
        #expect(note.text == whole.text && note.signatures == [whole.signatures[0]])
        #expect(note.signatures.map(\.name) == [ledger.origin.text])
        #expect(input.size == head.size && input.digest == .sha256(input.checkpoint))
        #expect(input.checkpoint == head.note, "cosignatures do not change it")
    }

    /// It was served before there was a policy: nothing newer has to come.
    @Test func theServedHeadIsDatedOnceItMeetsANewPolicy() async throws {
        let group = try WitnessGroup()
        let fixture = try LedgerFixture()
        fixture.ledger.close()
        var options = fixture.options
        options.witnessPolicy = try group.policy()
        let ledger = try LedgerFixture.open(options, fixture.clock)
        defer { ledger.close() }
        let log = DatedLog(ledger)
        #expect(try log.newestHeadToDate() == nil)
        async let waited: Void = log.headToDate(above: 0)
        try group.cosign(ledger.head(), in: ledger)
        try await waited
        #expect(try log.newestHeadToDate()?.size == ledger.head().size)
    }

    @Test func onlyAHeadThatMeetsTheQuorumIsDated() async throws {
        let group = try WitnessGroup()
        let policy = try group.policy()
        let fixture = try LedgerFixture(configure: { $0.witnessPolicy = policy })
        let ledger = fixture.ledger
        let log = DatedLog(ledger)
        #expect(try log.newestHeadToDate() == nil)
        async let waited: Void = log.headToDate(above: 0)
        try group.cosign(ledger.head(), by: [0], in: ledger)
        #expect(try log.newestHeadToDate() == nil)
        try group.cosign(ledger.head(), by: [1], in: ledger)
        try await waited
        let met = ledger.head().size
        #expect(try log.newestHeadToDate()?.size == met)
        try await fixture.addPoP()
        #expect(try log.newestHeadToDate()?.size == met)
        // A policy that nobody has met yet dates nothing, and waits.
        let stranger = try TestWitness("stranger.example")
        try ledger.follow(
            TrustPolicy(
                logs: [], witnesses: [.init(name: "s", key: stranger.verifierKey)], quorum: "s"))
        #expect(try log.newestHeadToDate() == nil)
        async let again: Void = log.headToDate(above: 0)
        let head = ledger.head()
        try ledger.add(
            [stranger.cosign(head.note, at: head.time)], of: [stranger.verifierKey],
            toHeadOf: head.size)
        try await again
        #expect(try log.newestHeadToDate()?.size == head.size)
    }

    @Test func whoeverWaitsIsToldOfTheNextHeadOrLetGo() async throws {
        let fixture = try LedgerFixture()
        let log = DatedLog(fixture.ledger)
        let size = fixture.ledger.head().size
        try await log.headToDate(above: size - 1)
        async let next: Void = log.headToDate(above: size)
        try await fixture.addPoP()
        try await next
        let waiting = Task { try await log.headToDate(above: .max) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    // MARK: - What is kept

    @Test func evidenceIsKeptOncePerHeadAndSourceAndFoundByEachQuestion() async throws {
        let fixture = try LedgerFixture()
        let log = DatedLog(fixture.ledger)
        let first = try #require(try log.newestHeadToDate())
        try await fixture.addPoP()
        let second = try #require(try log.newestHeadToDate())
        #expect(try log.newestAnchor(of: authority, in: nil) == nil)
        try log.keep(anchor(authority, about: first))
        try log.keep(anchor(calendar, about: first, .pending))
        try log.keep(anchor(calendar, about: second, .pending))
        let complete = anchor(calendar, about: first, .complete, "upgraded")
        try log.keep(complete)
        let token = anchor(authority, about: first)
        let promise = anchor(calendar, about: second, .pending)
        func expectKept() throws {
            let log = DatedLog(fixture.ledger)
            #expect(try log.newestAnchor(of: authority, in: nil) == token)
            #expect(try log.newestAnchor(of: calendar, in: .complete) == complete)
            #expect(try log.newestAnchor(of: calendar, in: nil) == promise)
            #expect(try log.pendingAnchors(of: calendar, limit: 9) == [promise])
            #expect(try log.anchors(ofSize: first.size, .openTimestamps) == [complete])
            #expect(try log.anchors(ofSize: second.size, .timestamp) == [])
        }
        try expectKept()
        try fixture.reopen()
        try expectKept()
    }

    @Test func evidenceAboutAHeadThatIsNotThereIsNotKept() async throws {
        let fixture = try LedgerFixture()
        let log = DatedLog(fixture.ledger)
        let input = try #require(try log.newestHeadToDate())
        let other = try LedgerFixture()
        let foreign = try #require(try DatedLog(other.ledger).newestHeadToDate())
        for wrong in [
            AnchorInput(checkpoint: input.checkpoint, size: input.size + 1),
            AnchorInput(checkpoint: foreign.checkpoint, size: foreign.size),
            AnchorInput(checkpoint: input.checkpoint + [10], size: input.size),
        ] {
            #expect(throws: LedgerError.self) { try log.keep(anchor(authority, about: wrong)) }
            #expect(try log.newestAnchor(of: authority, in: nil) == nil)
        }
        try log.keep(anchor(authority, about: input))
        // Nothing of that was a failure of the store.
        try await fixture.addPoP()
    }

    /// The write fails and is on the disk or not: the row is whole, and can be kept later.
    ///
    /// A process that is killed at that moment leaves the same.
    @Test(arguments: WriteFault.allCases)
    func afterAWriteThatFailedEvidenceCanBeKeptAgain(fault: WriteFault) async throws {
        let isArmed = Mutex(false)
        let fixture = try LedgerFixture(faultHook: { step in
            guard step == .anchor else { return nil }
            return isArmed.withLock { armed in
                defer { armed = false }
                return armed ? fault : nil
            }
        })
        let input = try #require(try DatedLog(fixture.ledger).newestHeadToDate())
        isArmed.withLock { $0 = true }
        #expect(throws: LedgerError.self) {
            try DatedLog(fixture.ledger).keep(anchor(authority, about: input))
        }
        try fixture.reopen()
        let log = DatedLog(fixture.ledger)
        let isThere = try log.newestAnchor(of: authority, in: nil) != nil
        #expect(isThere == (fault == .persisted))
        try log.keep(anchor(authority, about: input, .complete, "again"))
        #expect(try log.newestAnchor(of: authority, in: nil)?.evidence == Array("again".utf8))
        try await fixture.addPoP()
    }

    // MARK: - What stays

    /// Opens the ledger of a fixture with an upkeep that never rests.
    private func pruning(_ fixture: LedgerFixture) throws -> Ledger {
        fixture.ledger.close()
        var options = fixture.options
        (options.upkeepSeconds, options.scrub.entriesPerSecond) = (0.02, 0)
        return try LedgerFixture.open(options, fixture.clock)
    }

    @Test func aHeadThatIsDatedIsNotPrunedWhileThatLastsNorEver() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        let ledger = try pruning(fixture)
        defer { ledger.close() }
        let log = DatedLog(ledger)
        fixture.clock.advance(by: 3600 - Int64(fixture.clock.now % 3600))
        var sizes: [UInt64] = []
        var inputs: [AnchorInput] = []
        for number in 0..<5 {
            _ = await ledger.register([try fixture.capture("old \(number)")])
            sizes.append(ledger.head().size)
            if number == 1 || number == 2 {
                inputs.append(try #require(try log.newestHeadToDate()))
            }
        }
        // The second is dated at once, the third a day later; the fourth is not at all, and the
        // last of the hour need not be.
        try log.keep(anchor(authority, about: inputs[0]))
        fixture.clock.advance(by: 25 * 3600)
        for name in ["a day later", "and one more"] {
            _ = await ledger.register([try fixture.capture(name)])
        }
        try await eventually("the head goes that nobody dates") {
            try ledger.head(size: sizes[3]) == nil
        }
        for size in sizes[..<3] { #expect(try ledger.head(size: size) != nil) }
        try log.keep(anchor(calendar, about: inputs[1]))
        #expect(try log.anchors(ofSize: sizes[2], .openTimestamps).count == 1)
    }

    @Test func evidenceGoesWithABackup() async throws {
        let fixture = try LedgerFixture()
        let log = DatedLog(fixture.ledger)
        let input = try #require(try log.newestHeadToDate())
        let kept = [anchor(authority, about: input), anchor(calendar, about: input, .pending)]
        for anchor in kept { try log.keep(anchor) }
        let backups = fixture.folder.appending(path: "backups").path()
        _ = try fixture.ledger.backup(to: backups)
        try await fixture.addPoP()
        let restored = try Restored(fixture, from: backups)
        try await restored.open { ledger async throws in
            let log = DatedLog(ledger)
            #expect(try log.newestAnchor(of: authority, in: nil) == kept[0])
            #expect(try log.pendingAnchors(of: calendar, limit: 9) == [kept[1]])
        }
    }

    // MARK: - What anyone may ask

    @Test func evidenceAboutAHeadThatNobodyMaySeeIsNotShown() async throws {
        let group = try WitnessGroup()
        let policy = try group.policy()
        let fixture = try LedgerFixture(configure: { $0.witnessPolicy = policy })
        let ledger = fixture.ledger
        let log = DatedLog(ledger)
        try group.cosign(ledger.head(), in: ledger)
        let first = try #require(try log.newestHeadToDate())
        try log.keep(anchor(authority, about: first))
        try await fixture.addPoP()
        try group.cosign(ledger.head(), in: ledger)
        try log.keep(anchor(authority, about: #require(try log.newestHeadToDate())))
        #expect(try ledger.anchors(after: nil, limit: 9).count == 2)
        #expect(try ledger.anchors(after: first.size, limit: 9).count == 1)
        #expect(try ledger.anchors(after: .max, limit: 9) == [])
        let all = try TrustPolicy(
            logs: [], witnesses: policy.witnesses,
            groups: [.init(name: "all", threshold: 3, members: ["w0", "w1", "w2"])], quorum: "all")
        ledger.close()
        var options = fixture.options
        (options.witnessPolicy, options.requiresQuorum) = (all, true)
        let strict = try LedgerFixture.open(options, fixture.clock)
        defer { strict.close() }
        #expect(try strict.anchors(after: nil, limit: 9) == [])
        #expect(try strict.anchors(covering: 0) == [])
    }
}
