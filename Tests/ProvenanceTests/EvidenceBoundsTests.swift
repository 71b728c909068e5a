import Checkpoints
import Encoding
import Merkle
import Provenance
import TestLog
import Testing

/// Bounds that contradict each other are false; the earliest that holds is told
/// (verification.md §8).
@Suite struct EvidenceBoundsTests {
    /// An hour, by which honest clocks may differ.
    private static let skew: UInt64 = 3_600

    /// About two hours, by which a block's time may be wrong.
    private static let block: UInt64 = 7_200

    private var log: MemoryLedger
    private let witness: SigningKey

    init() throws {
        log = try MemoryLedger()
        try log.addPoP()
        witness = try log.values.ed25519("witness")
    }

    /// A kit of now that asks for one witness.
    private func witnessedKit() throws -> TrustKit {
        var files = try log.kitFiles()
        let key = try MemoryLedger.witnessKey("witness.example", witness)
        files.policy = Array("log \(log.note.verifierKey)\nwitness w \(key)\nquorum w\n".utf8)
        return try TrustKit(files)
    }

    private func report(
        _ file: TransparentStatement, _ anchors: [CBORMap], _ checkers: [EvidenceChecker],
        _ kit: TrustKit? = nil, at now: UInt64? = nil
    ) throws -> Report {
        Verifier(try kit ?? log.kit(), checkers: checkers).verify(
            file: try anchors.isEmpty ? file.encoded() : file.anchored(anchors), artifact: nil,
            recordOnly: true, time: now)
    }

    // MARK: - Heads

    @Test(arguments: [(0, true), (3_600, true), (3_601, false)] as [(UInt64, Bool)])
    mutating func aTokenThatIsOlderThanItsHeadIsFalse(older: UInt64, isOK: Bool) throws {
        let file = try log.capture("photo")
        _ = try log.capture("next")
        let holds = EvidenceChecker.fake(.holds(time: log.time(of: 4) - older, authority: "tsa"))
        let report = try report(file, [log.anchor(of: 3, in: 5)], [holds])
        #expect(report.ok == isOK && report.says(.timestamp, isOK ? .ok : .refuted))
        #expect((report.existedBy == nil) == !isOK, "\(report.findings)")
        let words = "when the log made its head of size 4"
        #expect(report.says(.timestamp, .refuted, words) == !isOK)
        #expect(report.reached == (isOK ? .timestamped : .logged))
    }

    /// After a restore a head is signed again, at another time: a token that is older stays true.
    @Test mutating func theTimeOfTheVeryHeadSaysNothing() throws {
        let file = try log.capture("photo")
        let holds = EvidenceChecker.fake(.holds(time: log.time(of: 4) - 86_400, authority: "tsa"))
        let report = try report(file, [log.anchor(of: 3, in: 4)], [holds])
        #expect(report.ok && report.says(.timestamp, .ok), "\(report.findings)")
    }

    @Test(arguments: [(3_600 + 7_200, true), (3_601 + 7_200, false)] as [(UInt64, Bool)])
    mutating func aBlockIsHeldToTheEndOfWhatItsTimeIsGoodTo(older: UInt64, isOK: Bool) throws {
        let file = try log.capture("photo")
        _ = try log.capture("next")
        let holds = EvidenceChecker.block(log.time(of: 4) - older)
        let report = try report(file, [log.anchor(Anchor.openTimestamps, of: 3, in: 5)], [holds])
        #expect(report.ok == isOK && report.says(.anchor, isOK ? .ok : .refuted))
    }

    /// Heads grow: one that is older than a smaller one was there before what it holds.
    @Test mutating func whatIsMadeLaterSaysNothingOfAnOlderHeadAndAllOfANewerOne() throws {
        var file = try log.capture("photo")
        for number in 0..<100 { _ = try log.capture("\(number)") }
        file.receipts = [try log.receipt(3, in: 4), try log.receipt(3)]
        let kit = try log.kit()
        _ = try log.capture("last")
        try #require(log.time(of: 104) > log.time(of: 4) + Self.skew)
        let holds = EvidenceChecker.fake(.holds(time: log.time(of: 4), authority: "tsa"))
        let old = try report(file, [log.anchor(of: 3, in: 4)], [holds])
        #expect(old.ok && old.says(.timestamp, .ok), "\(old.findings)")
        let new = try report(file, [log.anchor(of: 3, in: 105)], [holds])
        #expect(new.says(.timestamp, .refuted, "of size 104"), "\(new.findings)")
        // The kit's head says when the log was so large, too, where no receipt does.
        file.receipts = [try log.receipt(3, in: 4)]
        let byKit = try report(file, [log.anchor(of: 3, in: 105)], [holds], kit)
        #expect(byKit.says(.timestamp, .refuted, "of size 104"), "\(byKit.findings)")
    }

    // MARK: - The head seen before

    /// A capture that names the newest head, cosigned at `time`, and what leads from there.
    private mutating func seeing(_ time: UInt64) throws -> TransparentStatement {
        let size = log.size
        log.noteWitnesses = [("witness.example", witness, time)]
        let text = try Text(utf8: log.noteBytes(size)) ?? ""
        log.noteWitnesses = []
        var file = try log.capture("photo", [("seen", ["checkpoint": .string(text)])])
        file.receipts.append(try log.growth(from: size, to: log.size))
        return file
    }

    @Test mutating func theWitnessesOfTheHeadSeenSayAfterWhichTimeItWasSigned() throws {
        let (size, seen) = (log.size, log.time(of: 4) + 3_000)
        let file = try seeing(seen)
        let report = try report(file, [], [], witnessedKit())
        #expect(report.notBefore?.size == size && report.notBefore?.time == seen)
        #expect(report.notBefore?.witnesses.map { "\($0)" } == ["w"], "\(report.findings)")
        // A kit without the witness has its head, and nobody's word of the time.
        let alone = try self.report(file, [], [])
        #expect(alone.notBefore?.size == size && alone.notBefore?.time == nil)
        // Without what leads from there to the entry, the head may be of another log.
        var bare = file
        bare.receipts.removeLast()
        #expect(try self.report(bare, [], [], witnessedKit()).notBefore == nil)
    }

    /// The manifest has the witness's signature, so it is younger than that.
    @Test(arguments: [(3_600, true), (3_601, false)] as [(UInt64, Bool)])
    mutating func aTokenThatIsOlderThanTheHeadSeenIsFalse(older: UInt64, isOK: Bool) throws {
        let seen = log.time(of: 4) + 3_000
        let file = try seeing(seen)
        let holds = EvidenceChecker.fake(.holds(time: seen - older, authority: "tsa"))
        let anchors = [try log.anchor(of: 3, in: 4)]
        let report = try report(file, anchors, [holds], witnessedKit())
        #expect(report.says(.timestamp, isOK ? .ok : .refuted), "\(report.findings)")
        #expect(report.says(.timestamp, .refuted, "the head that the signer names") == !isOK)
        // Who asks for no witness takes none's word.
        #expect(try self.report(file, anchors, [holds]).says(.timestamp, .ok))
    }

    @Test(arguments: [(3_600, true), (3_601, false)] as [(UInt64, Bool)])
    mutating func aQuorumThatIsOlderThanTheHeadSeenIsFalse(older: UInt64, isOK: Bool) throws {
        let seen = log.time(of: 4) + 3_000
        var file = try seeing(seen)
        log.noteWitnesses = [("witness.example", witness, seen - older)]
        file.receipts[0] = try log.receipt(3)
        let report = try report(file, [], [], witnessedKit())
        #expect(report.ok == isOK, "\(report.findings)")
        #expect(report.says(.cosignatures, .refuted, "contradicts") == !isOK)
        #expect(report.existedBy?.time == (isOK ? seen - older : nil))
    }

    @Test(arguments: [(3_600, true), (3_601, false)] as [(UInt64, Bool)])
    mutating func aReceiptThatIsOlderThanTheHeadSeenIsFalse(older: UInt64, isOK: Bool) throws {
        let file = try seeing(log.time(of: 4) + older)
        let report = try report(file, [], [], witnessedKit())
        #expect(report.isFalse == !isOK, "\(report.findings)")
        #expect(report.says(.receipt, .refuted, "contradicts") == !isOK)
    }

    // MARK: - The clock

    @Test(arguments: [(86_400, true), (86_401, false)] as [(UInt64, Bool)])
    mutating func whatIsFromTheFutureIsUnknown(ahead: UInt64, isOK: Bool) throws {
        let file = try log.capture("photo")
        let now = log.time(of: 4)
        let holds = EvidenceChecker.fake(.holds(time: now + ahead, authority: "tsa"))
        let report = try report(file, [log.anchor(of: 3, in: 4)], [holds], at: now)
        #expect(report.ok && report.says(.timestamp, isOK ? .ok : .unknown))
        #expect(report.says(.timestamp, .unknown, "future") == !isOK)
        #expect(report.reached == (isOK ? .timestamped : .logged))
    }

    // MARK: - Places

    @Test mutating func aTokenOfAHeadThatDoesNotHoldTheEntryProvesNothingAndSaysSo() throws {
        _ = try log.capture("another")
        let file = try log.capture("photo")
        let holds = EvidenceChecker.fake(.holds(time: log.time(of: 5), authority: "tsa"))
        // The path is another entry's; the head is one from before this one.
        for anchor in [try log.anchor(of: 3, in: 5), try log.anchor(of: 3, in: 4)] {
            let report = try report(file, [anchor], [holds])
            #expect(report.says(.timestamp, .refuted, "proves nothing about this entry"))
            #expect(report.existedBy == nil && report.evidence.map(\.verdict) == [.refuted])
        }
    }

    @Test mutating func anchorsAgreeOnThePosition() throws {
        var file = try log.capture("photo")
        log.append(file.statement)
        file.receipts = []
        let holds = EvidenceChecker.fake(.holds(time: log.time(of: 5), authority: "tsa"))
        let report = try report(
            file, [log.anchor(of: 3, in: 4), log.anchor(of: 4, in: 5)], [holds])
        #expect(report.evidence.map(\.verdict) == [.ok, .refuted], "\(report.findings)")
        #expect(report.says(.timestamp, .refuted, "must agree on the position, 3 and not 4"))
    }

    // MARK: - The earliest

    @Test mutating func theEarliestBoundIsTold() throws {
        let file = try log.capture("photo")
        let time = log.time(of: 4)
        log.noteWitnesses = [("witness.example", witness, time + 100)]
        var seen = file
        seen.receipts = [try log.receipt(3)]
        log.noteWitnesses = []
        let anchors = [
            try log.anchor(of: 3, in: 4), try log.anchor(Anchor.openTimestamps, of: 3, in: 4),
        ]
        func bound(_ token: UInt64, _ block: UInt64) throws -> Report.Bound? {
            try report(
                seen, anchors,
                [.fake(.holds(time: token, authority: "tsa")), .block(block)], witnessedKit()
            ).existedBy
        }
        let first = try bound(time + 200, time)
        #expect(first?.source == .witnesses && first?.time == time + 100)
        #expect(first?.authority == "w")
        let second = try bound(time + 50, time)
        #expect(second?.source == .evidence(Anchor.timestamp) && second?.authority == "tsa")
        // A block is as good as the end of what its time is good to.
        let third = try bound(time + 200, time + 99 - Self.block)
        #expect(third?.source == .evidence(Anchor.openTimestamps))
        #expect(third?.time == time + 99 - Self.block && third?.tolerance == Self.block)
    }
}
