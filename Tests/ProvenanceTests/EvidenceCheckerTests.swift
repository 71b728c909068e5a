import Checkpoints
import Encoding
import Merkle
import Provenance
import Synchronization
import TestLog
import Testing

/// What a program's own checkers say about the evidence in anchors, and the levels that follow.
@Suite struct EvidenceCheckerTests {
    private static let evidence: [UInt8] = [1, 2, 3]
    private static let time: UInt64 = 1_760_000_999

    private var log: MemoryLedger
    private let file: TransparentStatement

    init() throws {
        log = try MemoryLedger()
        try log.addPoP()
        file = try log.capture("photo")
    }

    private func checker(
        _ answer: EvidenceChecker.Answer, of type: Text = Anchor.timestamp
    ) -> EvidenceChecker {
        .fake(answer, of: type)
    }

    /// An anchor of the newest head; of another note of it where one is given.
    private func anchor(
        _ type: Text = Anchor.timestamp, note: [UInt8]? = nil
    ) throws -> CBORMap {
        try log.anchor(type, Self.evidence, of: 3, in: 4, note: note)
    }

    private func report(
        _ anchors: [CBORMap], _ checkers: [EvidenceChecker], _ kit: TrustKit? = nil,
        require: Level? = nil
    ) throws -> Report {
        Verifier(try kit ?? log.kit(), checkers: checkers).verify(
            file: try file.anchored(anchors), artifact: nil, recordOnly: true, require: require)
    }

    @Test func aCheckerSeesTheEvidenceAndWhatItMustBeAbout() throws {
        let digest = Hash.sha256(try log.noteBytes(4))
        let checker = EvidenceChecker(type: Anchor.timestamp) { anchor in
            anchor.evidence == Self.evidence && anchor.digest == digest && anchor.header == nil
                ? .holds(time: Self.time, authority: "tsa.example") : .refuted("is another")
        }
        let report = try report([anchor()], [checker])
        #expect(report.ok && report.reached == .timestamped, "\(report.findings)")
        #expect(report.says(.timestamp, .ok, "2025-10-09 09:09:59 UTC, says tsa.example"))
    }

    @Test(
        arguments: [
            (.unknown("is by nobody known"), Verdict.unknown, true),
            (.notChecked("has an algorithm of its own"), .notChecked, true),
            (.refuted("is about another head"), .refuted, false),
        ] as [(EvidenceChecker.Answer, Verdict, Bool)])
    func whatDoesNotHoldReachesNoLevel(
        answer: EvidenceChecker.Answer, verdict: Verdict, isOK: Bool
    ) throws {
        let report = try report([anchor()], [checker(answer)])
        #expect(report.says(.timestamp, verdict) && report.reached == .logged)
        #expect(report.ok == isOK, "\(report.findings)")
    }

    @Test func anAnchorWithoutACheckerOfItsTypeIsNotCheckedHere() throws {
        let holds = checker(.holds(time: Self.time, authority: "a"), of: Anchor.openTimestamps)
        let report = try report([anchor(), anchor(Anchor.openTimestamps)], [holds])
        #expect(report.says(.timestamp, .notChecked, "carries 1"), "\(report.findings)")
        #expect(report.says(.anchor, .ok) && report.reached == .anchored)
    }

    @Test func aProgramMayBringATypeThatIsNotKnownHere() throws {
        let moon = checker(.holds(time: Self.time, authority: "the moon"), of: "moon")
        #expect(try report([anchor("moon")], []).says(.anchor, .unknown, "moon"))
        #expect(try report([anchor("moon")], [moon]).reached == .anchored)
    }

    /// Evidence for a head that nobody known has signed shows nothing of this log.
    @Test func aHeadOfAStrangerIsNotAskedAbout() throws {
        let text = try SignedNote(parsing: log.noteBytes(4)).text
        let line = try NoteSignature(
            name: "stranger.example", keyID: 7, signature: Array(repeating: 1, count: 64))
        let note = try SignedNote(text: text, signatures: [line]).encoded
        let holds = checker(.holds(time: Self.time, authority: "a"))
        let report = try report([anchor(note: note)], [holds])
        #expect(report.says(.timestamp, .unknown) && report.reached == .logged)
    }

    @Test func aLevelForWhichNobodyIsNamedIsPassedOverAndNotReached() throws {
        let holds = [
            checker(.holds(time: Self.time, authority: "a")),
            checker(.holds(time: Self.time + 1, authority: "b"), of: Anchor.openTimestamps),
        ]
        // The kit names no witness, so a timestamp counts without one, and is not one.
        #expect(try report([anchor()], holds, require: .timestamped).ok)
        #expect(try !report([anchor()], holds, require: .witnessed).ok)
        // Where a checker of timestamps is there, a later level needs one.
        let late = try report([anchor(Anchor.openTimestamps)], holds)
        #expect(late.says(.anchor, .ok) && late.reached == .logged, "\(late.findings)")
        #expect(try report([anchor(), anchor(Anchor.openTimestamps)], holds).reached == .anchored)
    }

    @Test func evidenceDoesNotStandInForAQuorum() throws {
        let key = try MemoryLedger.witnessKey(
            "witness.example", try log.values.ed25519("witness"))
        var files = try log.kitFiles()
        files.policy = Array(
            "log \(log.note.verifierKey)\nwitness w \(key)\nquorum w\n".utf8)
        let report = try report(
            [anchor()], [checker(.holds(time: Self.time, authority: "a"))], TrustKit(files))
        #expect(report.says(.timestamp, .ok) && report.reached == .logged && !report.ok)
    }

    /// A kit that names authorities asks for their word, whatever the program can check.
    @Test func theKitSaysWhetherTimestampsAreAskedFor() throws {
        let block = [EvidenceChecker.block(Self.time)]
        let anchors = [try anchor(), try anchor(Anchor.openTimestamps)]
        let nameless = try report(anchors, block)
        #expect(nameless.reached == .anchored && nameless.namesNobody(for: .timestamped))
        #expect(nameless.says(.timestamp, .notChecked, "the kit names no timestamp authority"))
        let named = try report(anchors, block, log.kit(withAuthorities: true))
        #expect(named.reached == .logged && !named.namesNobody(for: .timestamped))
        #expect(named.says(.timestamp, .notChecked, "this program cannot check them"))
        let both = try report(
            anchors, block + [checker(.holds(time: Self.time, authority: "a"))],
            log.kit(withAuthorities: true))
        #expect(both.reached == .anchored)
        #expect(both.evidence.map(\.type) == [Anchor.timestamp, Anchor.openTimestamps])
        #expect(both.evidence.map(\.size) == [4, 4])
        #expect(both.evidence.map(\.authority) == ["a", "block 7 of headers.txt"])
    }

    /// A file costs as many checks as it has anchors, and never more than 16.
    @Test func aFileCostsNoMoreChecksThanItMayHaveAnchors() throws {
        let count = Mutex(0)
        let counting = EvidenceChecker(type: Anchor.timestamp) { _ in
            count.withLock { $0 += 1 }
            return .refuted("is none")
        }
        let many = try report(Array(repeating: anchor(), count: 16), [counting])
        #expect(many.evidence.count == 16 && count.withLock { $0 } == 16)
        let more = try report(Array(repeating: anchor(), count: 17), [counting])
        #expect(more.outcome == .refuted && count.withLock { $0 } == 16, "\(more.findings)")
    }
}
