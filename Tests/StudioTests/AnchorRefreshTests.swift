import Anchoring
import Checkpoints
import Encoding
import HTTPCalls
import Ledger
import Merkle
import Provenance
import Studio
import TestLedger
import TestPeer
import TestSupport
import TestCalendar
import Testing

/// A record gets the earliest evidence of others, and nothing that its kit has not verified
/// (record.md §5).
@Suite struct AnchorRefreshTests {
    private let folder: TemporaryFolder
    private let witness: TestWitness
    private let authority: TestAuthority

    private static let one = AnchorSource(.timestamp, url: "http://one.example")
    private static let other = AnchorSource(.timestamp, url: "http://other.example")
    private static let calendar = AnchorSource(.openTimestamps, url: "http://calendar.example")

    init() async throws {
        folder = try TemporaryFolder()
        witness = try TestWitness("witness.example")
        authority = try await TestAuthority()
    }

    /// A kit that trusts the authority, and no witness.
    private func kit(_ ledger: StubLedger, hasRoot: Bool = true) throws -> TrustKit {
        var files = try ledger.fixture.ledger.trustKit()
        files.timestampRoots = hasRoot ? try authority.root() : nil
        return try TrustKit(files)
    }

    private func refresh(
        _ path: String, from ledger: StubLedger, kit: TrustKit?
    ) async throws -> [RefreshEvent] {
        let checkers = try kit.map {
            try KitEvidence.checkers(of: $0, clock: { TestClock.system.now })
        }
        return try await ledger.refresh([path], kit: kit, checkers: checkers ?? [])
    }

    private func refreshed(
        _ path: String, from ledger: StubLedger, kit: TrustKit?
    ) async throws -> RefreshedRecord {
        let events = try await refresh(path, from: ledger, kit: kit)
        for case .refreshed(let record) in events { return record }
        throw FixtureError.unexpected("\(events)")
    }

    private func failure(_ events: [RefreshEvent]) -> NewerReceiptsError? {
        for case .failed(_, .receipts(let error), _) in events { return error }
        return nil
    }

    private func anchors(of path: String) throws -> [Anchor] {
        try RecordFile(path).content.anchors.map { try Anchor($0) }
    }

    private func report(_ path: String, by kit: TrustKit) throws -> Report {
        let checkers = try KitEvidence.checkers(of: kit, clock: { TestClock.system.now })
        return Verifier(kit, checkers: checkers).verify(
            file: try RecordFile(path).bytes, artifact: nil, recordOnly: true)
    }

    // MARK: - Tokens

    @Test func aRecordGetsTheEarliestTokenAndALaterOneReplacesItNever() async throws {
        try await StubLedger.run { ledger in
            let path = try await ledger.submitted("a", in: folder)
            let kit = try kit(ledger)
            let before = try await refreshed(path, from: ledger, kit: kit)
            #expect(before.lacksTimestamps)
            let first = try ledger.input()
            let token = try await authority.token(about: first)
            try ledger.keep(token, of: Self.one, about: first)
            let record = try await refreshed(path, from: ledger, kit: kit)
            #expect(record.isChanged && !record.lacksTimestamps)
            // Its time has milliseconds, the accuracy is 1.5 s, and the sum is rounded up.
            #expect(record.timestampedAt.map { $0 <= TestClock.system.now + 3 } == true)
            #expect(try anchors(of: path).map(\.evidence) == [token])
            #expect(try report(path, by: kit).reached == .timestamped)
            let bytes = try RecordFile(path).bytes
            try await ledger.grow()
            let second = try ledger.input()
            try ledger.keep(
                try await authority.token(about: second), of: Self.other, about: second)
            let again = try await refreshed(path, from: ledger, kit: kit)
            #expect(!again.isChanged && again.refusedAnchors.isEmpty)
            #expect(try RecordFile(path).bytes == bytes)
        }
    }

    /// The file says when the log made a smaller head, and that was later.
    @Test func aTokenThatContradictsTheRestOfTheRecordIsLeftOutAndTold() async throws {
        let ahead = TestClock(at: TestClock.system.now + 3 * 3_600)
        try await StubLedger.run(clock: ahead) { ledger in
            let path = try await ledger.submitted("a", in: folder)
            try await ledger.grow()
            let input = try ledger.input()
            let token = try await authority.token(about: input)
            try ledger.keep(token, of: Self.one, about: input)
            let kit = try kit(ledger)
            let record = try await refreshed(path, from: ledger, kit: kit)
            #expect(try anchors(of: path).isEmpty)
            #expect(record.refusedAnchors.count == 1, "\(record.refusedAnchors)")
            #expect(record.refusedAnchors.first?.contains("when the log made its head") == true)
            let findings = try report(path, by: kit).findings
            #expect(findings.allSatisfy { $0.verdict != .refuted }, "\(findings)")
        }
    }

    @Test(arguments: [true, false])
    func withoutRootsNoTokenIsTaken(hasKit: Bool) async throws {
        try await StubLedger.run { ledger in
            let path = try await ledger.submitted("a", in: folder)
            let bytes = try RecordFile(path).bytes
            let input = try ledger.input()
            try ledger.keep(try await authority.token(about: input), of: Self.one, about: input)
            let kit = hasKit ? try kit(ledger, hasRoot: false) : nil
            let record = try await refreshed(path, from: ledger, kit: kit)
            #expect(!record.isChanged && record.openTokens == (hasKit ? 1 : 0))
            #expect(!record.lacksTimestamps && record.refusedAnchors.isEmpty)
            #expect(try RecordFile(path).bytes == bytes)
        }
    }

    @Test func aTokenOfAnUnknownAuthorityIsLeftOutBesideAGoodOne() async throws {
        try await StubLedger.run { ledger in
            let path = try await ledger.submitted("a", in: folder)
            let input = try ledger.input()
            let stranger = try await TestAuthority { $0.name = "Stranger" }
            try ledger.keep(try await stranger.token(about: input), of: Self.other, about: input)
            let good = try await authority.token(about: input)
            try ledger.keep(good, of: Self.one, about: input)
            let kit = try kit(ledger)
            let record = try await refreshed(path, from: ledger, kit: kit)
            #expect(record.openTokens == 1 && record.refusedAnchors.isEmpty)
            #expect(try anchors(of: path).map(\.evidence) == [good])
            #expect(try report(path, by: kit).reached == .timestamped)
        }
    }

    @Test(arguments: ["another head", "garbage", "nothing", "cut"])
    func evidenceThatDoesNotHoldIsToldAndNotTaken(fault: String) async throws {
        try await StubLedger.run { ledger in
            let path = try await ledger.submitted("a", in: folder)
            let input = try ledger.input()
            try await ledger.grow()
            let later = try ledger.input()
            let good = try await authority.token(about: later)
            let bad: [UInt8] =
                switch fault {
                case "another head": good
                case "garbage": [UInt8](repeating: 0x30, count: 2_000)
                case "nothing": []
                default: good.dropLast(9)
                }
            try ledger.keep(bad, of: Self.other, about: input)
            try ledger.keep(good, of: Self.one, about: later)
            let kit = try kit(ledger)
            let record = try await refreshed(path, from: ledger, kit: kit)
            #expect(record.refusedAnchors.count == 1, "\(record.refusedAnchors)")
            #expect(record.refusedAnchors.first?.contains("size \(input.size)") == true)
            #expect(try anchors(of: path).map(\.evidence) == [good])
            #expect(try report(path, by: kit).reached == .timestamped)
        }
    }

    /// The token is real, and it is about a head of this log that does not hold the entry.
    @Test func aTokenOfAHeadWithoutTheEntryProvesNothingAndThatIsTold() async throws {
        let answers = ReplacedAnswers()
        try await StubLedger.run(instead: answers.answer) { ledger in
            let early = try ledger.input()
            let token = try await authority.token(about: early)
            let path = try await ledger.submitted("a", in: folder)
            let bytes = try RecordFile(path).bytes
            let (statement, input) = (try RecordFile(path).content.statement, try ledger.input())
            try ledger.keep(token, of: Self.one, about: input)
            let receipt = try #require(try ledger.fixture.ledger.receipt(statement.id))
            let served = try TransparentStatement(
                #require(try ledger.fixture.ledger.transparent(statement.id)))
            let anchor = try Anchor(try #require(served.anchors.first))
            let forged = Anchor(
                type: anchor.type, checkpoint: early.checkpoint, evidence: token,
                inclusion: anchor.inclusion)
            answers.set("/entries/", try .record(of: statement, [receipt], anchors: [forged.map]))
            let record = try await refreshed(path, from: ledger, kit: try kit(ledger))
            #expect(!record.isChanged && record.refusedAnchors.count == 1)
            #expect(try RecordFile(path).bytes == bytes)
        }
    }

    /// The ledger says that it made a smaller head three hours after the authority dated this one.
    @Test func aBoundThatContradictsTheTimeOfASmallerHeadIsNotTaken() async throws {
        let clock = TestClock(at: TestClock.system.now + 3 * 3_600)
        try await StubLedger.run(clock: clock) { ledger in
            let path = try await ledger.submitted("a", in: folder)
            let kit = try kit(ledger)
            _ = try await ledger.submitted("b", in: folder)
            let input = try ledger.input()
            try ledger.keep(try await authority.token(about: input), of: Self.one, about: input)
            let record = try await refreshed(path, from: ledger, kit: kit)
            #expect(record.refusedAnchors.first?.contains("contradicts") == true)
            #expect(try anchors(of: path).isEmpty)
        }
    }

    @Test func anAnswerWithSeventeenAnchorsIsNoRecord() async throws {
        let answers = ReplacedAnswers()
        try await StubLedger.run(instead: answers.answer) { ledger in
            let path = try await ledger.submitted("a", in: folder)
            let bytes = try RecordFile(path).bytes
            let statement = try RecordFile(path).content.statement
            let input = try ledger.input()
            try ledger.keep(try await authority.token(about: input), of: Self.one, about: input)
            let served = try TransparentStatement(
                #require(try ledger.fixture.ledger.transparent(statement.id)))
            let many = Array(repeating: try #require(served.anchors.first), count: 17)
            let answer = try StubServer.Answer.record(
                of: statement, served.receipts, anchors: many)
            answers.set("/entries/", answer)
            let events = try await refresh(path, from: ledger, kit: try kit(ledger))
            let error = failure(events)
            guard case .ledger(.unexpected(let words))? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(words.contains("16"), "\(words)")
            #expect(try RecordFile(path).bytes == bytes)
        }
    }

    // MARK: - What is in the file

    /// Sixteen tokens that nobody here can judge keep no good one out.
    @Test func whatNobodyCanJudgeMakesRoomForWhatHolds() async throws {
        try await StubLedger.run { ledger in
            let path = try await ledger.submitted("a", in: folder)
            let input = try ledger.input()
            let stranger = try await TestAuthority { $0.name = "Stranger" }
            let strange = try await stranger.token(about: input)
            try ledger.keep(strange, of: Self.other, about: input)
            var record = try RecordFile(path).content
            let served = try TransparentStatement(
                #require(try ledger.fixture.ledger.transparent(record.statement.id)))
            record.anchors = Array(repeating: served.anchors[0], count: Limits.anchors)
            try folder.write(record.encoded(), to: "a.colophon")
            let good = try await authority.token(about: input)
            try ledger.keep(good, of: Self.one, about: input)
            let kit = try kit(ledger)
            let outcome = try await refreshed(path, from: ledger, kit: kit)
            #expect(outcome.isChanged)
            let evidence = try anchors(of: path).map(\.evidence)
            #expect(evidence.count == Limits.anchors && evidence.contains(good))
            #expect(try report(path, by: kit).reached == .timestamped)
        }
    }

    /// Whoever hands the file on can make up blocks that nobody has looked up.
    @Test func proofsOfBlocksThatNobodyKnowsMakeRoomForWhatHolds() async throws {
        try await StubLedger.run { ledger in
            let path = try await ledger.submitted("a", in: folder)
            let input = try ledger.input()
            let good = try await authority.token(about: input)
            try ledger.keep(good, of: Self.one, about: input)
            var record = try RecordFile(path).content
            let served = try TransparentStatement(
                #require(try ledger.fixture.ledger.transparent(record.statement.id)))
            let place = try Anchor(served.anchors[0]).inclusion
            record.anchors = (0..<Limits.anchors).map { number in
                let made = ProofItem.append(
                    Array(repeating: UInt8(number), count: 16), [.sha256([.bitcoin(9_000_000)])])
                return Anchor(
                    type: Anchor.openTimestamps, checkpoint: input.checkpoint,
                    evidence: ProofItem.file(input.digest.bytes, [made]), inclusion: place
                ).map
            }
            try folder.write(record.encoded(), to: "a.colophon")
            let kit = try kit(ledger)
            #expect(try await refreshed(path, from: ledger, kit: kit).isChanged)
            #expect(try anchors(of: path).map(\.evidence).contains(good))
            #expect(try report(path, by: kit).reached == .timestamped)
        }
    }

    @Test func anAnchorThatTheKitFindsFalseGoesAndIsKeptBeside() async throws {
        try await StubLedger.run { ledger in
            let path = try await ledger.submitted("a", in: folder)
            let input = try ledger.input()
            try ledger.keep([1, 2, 3], of: Self.other, about: input)
            var record = try RecordFile(path).content
            let served = try TransparentStatement(
                #require(try ledger.fixture.ledger.transparent(record.statement.id)))
            record.anchors = served.anchors
            try folder.write(record.encoded(), to: "a.colophon")
            let kit = try kit(ledger)
            #expect(try report(path, by: kit).outcome == .refuted)
            let good = try await authority.token(about: input)
            try ledger.keep(good, of: Self.one, about: input)
            let places = try await refreshed(path, from: ledger, kit: kit).anchorsPutAside
            #expect(try anchors(of: path).map(\.evidence) == [good])
            #expect(try report(path, by: kit).outcome != .refuted)
            try #require(places.count == 1 && places[0].hasSuffix(".anchor"))
            let name = String(try #require(places[0].split(separator: "/").last))
            #expect(try folder.bytes(name) == CBOR.map(served.anchors[0]).encoded())
        }
    }

    // MARK: - Proofs of calendars

    @Test func aProofComesWithTheTokensThatItIsMadeOver() async throws {
        try await StubLedger.run { ledger in
            let path = try await ledger.submitted("a", in: folder)
            let first = try ledger.input()
            let early = try await authority.token(about: first)
            try ledger.keep(early, of: Self.one, about: first)
            try await ledger.grow()
            let second = try ledger.input()
            let late = try await authority.token(about: second)
            try ledger.keep(late, of: Self.one, about: second)
            let proof = try StubLedger.proof(of: second, sealing: [late])
            try ledger.keep(proof, of: Self.calendar, about: second)
            let kit = try kit(ledger)
            let record = try await refreshed(path, from: ledger, kit: kit)
            #expect(record.isChanged)
            #expect(try Set(anchors(of: path).map(\.evidence)) == [early, late, proof])
            let again = try await refreshed(path, from: ledger, kit: kit)
            #expect(!again.isChanged)
            #expect(try report(path, by: kit).outcome != .refuted)
        }
    }

    /// By such a kit tokens cannot be judged, and proofs can: their steps are arithmetic.
    @Test func aProofNeedsNoRootsAndItsStepsMustHold() async throws {
        try await StubLedger.run { ledger in
            let path = try await ledger.submitted("a", in: folder)
            let input = try ledger.input()
            try await ledger.grow()
            let later = try ledger.input()
            // A promise, another head's proof, and bytes that are none.
            let bad = [try StubLedger.proof(of: later), [0x00, 0x4F]]
            for (number, evidence) in bad.enumerated() {
                try ledger.keep(
                    evidence, of: AnchorSource(.openTimestamps, url: "http://\(number).example"),
                    about: input)
            }
            let good = try StubLedger.proof(of: input)
            try ledger.keep(good, of: Self.calendar, about: input)
            let kit = try kit(ledger, hasRoot: false)
            let record = try await refreshed(path, from: ledger, kit: kit)
            #expect(record.refusedAnchors.count == 2, "\(record.refusedAnchors)")
            #expect(try anchors(of: path).map(\.evidence) == [good])
        }
    }

    // MARK: - Size

    /// The bar of a file that is sent by mail: beside its manifest it has 12 KiB at the most.
    @Test func aRecordWithThreeCosignaturesAndATokenIsSmall() async throws {
        let large = try await TestAuthority { $0.key = ["rsa:2048"] }
        let group = try WitnessGroup()
        try await StubLedger.run(policy: group.policy()) { ledger in
            let path = try folder.signWork("a", by: ledger.fixture)
            _ = try await ledger.fixture.register(RecordFile(path).bytes)
            try group.cosign(
                ledger.fixture.ledger.head(), by: [0, 1, 2], in: ledger.fixture.ledger)
            let input = try ledger.input()
            try ledger.keep(try await large.token(about: input), of: Self.one, about: input)
            var files = try ledger.fixture.ledger.trustKit()
            files.timestampRoots = try large.root()
            let kit = try TrustKit(files)
            let record = try await refreshed(path, from: ledger, kit: kit)
            #expect(record.isChanged)
            let content = try RecordFile(path).content
            #expect(content.receipts.count == 1 && content.anchors.count == 1)
            let note = try #require(try Receipt(content.receipts[0]).note)
            #expect(try SignedCheckpoint(parsing: note).cosignatures.count == 3)
            let size = try RecordFile(path).bytes.count - (content.manifest ?? []).count
            #expect(size <= 12 << 10, "\(size) bytes")
            #expect(try report(path, by: kit).reached == .timestamped)
        }
    }

    // MARK: - Both bounds

    @Test func aRecordGetsTheFirstHeadThatWitnessesHaveSeenAndTheNewest() async throws {
        let group = try WitnessGroup()
        try await StubLedger.run(policy: group.policy()) { ledger in
            let path = try await ledger.submitted("a", in: folder)
            let own = ledger.fixture.ledger.head().size
            var seen: [Head] = []
            for _ in 0..<3 {
                try await ledger.grow()
                try group.cosign(ledger.fixture.ledger.head(), in: ledger.fixture.ledger)
                seen.append(ledger.fixture.ledger.head())
            }
            let kit = try TrustKit(ledger.fixture.ledger.trustKit())
            let record = try await refreshed(path, from: ledger, kit: kit)
            #expect(record.isChanged && record.witnessedAt == seen[0].time + 1)
            let sizes = try RecordFile(path).content.receipts.map { try Receipt($0).treeSize }
            #expect(sizes == [own, seen[0].size, seen[2].size])
            #expect(try report(path, by: kit).reached == .witnessed)
            let again = try await refreshed(path, from: ledger, kit: kit)
            #expect(!again.isChanged)
        }
    }

    /// The head is the ledger's, and its receipt is another tree's: what else the ledger says is
    /// not taken either.
    @Test func aFirstReceiptThatContradictsTheNewestLeavesTheFileAsItWas() async throws {
        let answers = ReplacedAnswers()
        let group = try WitnessGroup()
        try await StubLedger.run(policy: group.policy(), instead: answers.answer) { ledger in
            let path = try await ledger.submitted("a", in: folder)
            let statement = try RecordFile(path).content.statement
            for _ in 0..<2 {
                try await ledger.grow()
                try group.cosign(ledger.fixture.ledger.head(), in: ledger.fixture.ledger)
            }
            var served = try TransparentStatement(
                #require(try ledger.fixture.ledger.transparent(statement.id))
            ).receipts
            // The first kept head is the file's own; the next is the first that others have seen.
            try #require(served.count == 3)
            served[1][served[1].count - 1] ^= 1
            answers.set("/entries/", try .record(of: statement, served))
            let bytes = try RecordFile(path).bytes
            let kit = try TrustKit(ledger.fixture.ledger.trustKit())
            let events = try await refresh(path, from: ledger, kit: kit)
            let error = failure(events)
            guard case .receipt(.unproven(_, isUnknown: false), _?)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try RecordFile(path).bytes == bytes)
        }
    }
}
