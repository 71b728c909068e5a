import Checkpoints
import Encoding
import Merkle
import Provenance
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

    /// A checker that always gives `answer`.
    private func checker(
        _ answer: EvidenceChecker.Answer, of type: Text = Anchor.timestamp
    ) -> EvidenceChecker {
        EvidenceChecker(type: type) { _ in answer }
    }

    /// An anchor of the newest head; of another note of it where one is given.
    private func anchor(
        _ type: Text = Anchor.timestamp, note: [UInt8]? = nil
    ) throws -> CBORMap {
        let path = try log.proof(3, in: 4).path.map { CBOR.bytes($0.bytes) }
        return [
            "type": .text(type), "checkpoint": .bytes(try note ?? log.noteBytes(4)),
            "evidence": .bytes(Self.evidence),
            "inclusion": .bytes(CBOR.array([.int(4), .int(3), .array(path)]).encoded()),
        ]
    }

    private func report(
        _ anchors: [CBORMap], _ checkers: [EvidenceChecker], _ kit: TrustKit? = nil,
        require: Level? = nil
    ) throws -> Report {
        var message = try COSESign1.decode(file.encoded())
        message.unprotected = message.unprotected.setting(
            -65542, to: .array(anchors.map { .map($0) }))
        return Verifier(try kit ?? log.kit(), checkers: checkers).verify(
            file: message.encoded(), artifact: nil, recordOnly: true, require: require)
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
}
