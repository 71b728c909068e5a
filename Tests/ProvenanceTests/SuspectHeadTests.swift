import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// A key of the ledger was stolen: its heads are believed where somebody saw them before
/// (registry.md §7, verification.md §5).
@Suite struct SuspectHeadTests {
    /// What the handover says of the time, in POSIX seconds.
    private static let handover = MemoryLedger.start + 10_000

    private var log: MemoryLedger
    private let witness: SigningKey

    /// Entries 0 to 5: genesis, the PoP, three captures.
    init() throws {
        log = try MemoryLedger()
        try log.addPoP()
        witness = try log.values.ed25519("witness")
        for name in ["a", "b", "c"] { _ = try log.capture(name) }
    }

    /// The first capture, with these receipts.
    private mutating func file(_ receipts: [[UInt8]]) throws -> TransparentStatement {
        var file = try TransparentStatement(
            try Statement(leaf: log.leaves[3]), manifest: nil)
        file.receipts = receipts
        return file
    }

    /// Hands over the note key or the receipt key, as the ledger's own program does: at the index
    /// that is the last size of the old key.
    private mutating func handOver(
        _ which: LogKeyManifest.Which = .note, suspectFrom: UInt64?, _ name: String = "2"
    ) throws {
        let key = try log.values.ed25519("\(which) \(name)")
        let new = try NoteSigner(name: log.origin.text, key: key)
        let isNote = which == .note
        let old = Text(
            isNote ? "\(log.note.verifierKey)" : "\(log.receiptKey.publicKey.string)")
        try log.apply(
            LogKeyManifest(
                which, old: old,
                new: isNote ? Text("\(new.verifierKey)") : Text(key.publicKey.string),
                lastSize: log.size, suspectFrom: suspectFrom
            ).manifest(origin: log.origin.text, nonce: log.nonce()),
            by: log.ledger, issuer: log.uri, issuedAt: Self.handover)
        if isNote { log.note = new } else { log.receiptKey = key }
    }

    /// A kit of now; with a witness and a quorum of it where that is asked for.
    private func kit(witnessed: Bool = false) throws -> TrustKit {
        var files = try log.kitFiles()
        if witnessed {
            let key = try MemoryLedger.witnessKey("witness.example", witness)
            files.policy = Array(
                String(decoding: files.policy, as: UTF8.self)
                    .replacing("quorum none", with: "witness w \(key)\nquorum w").utf8)
        }
        return try TrustKit(files)
    }

    private func report(
        _ file: TransparentStatement, _ kit: TrustKit, checkers: [EvidenceChecker] = [],
        acceptSuspect: Bool = false, require: Level? = nil
    ) -> Report {
        Verifier(kit, checkers: checkers).verify(
            file: file.encoded(), artifact: nil, recordOnly: true, acceptSuspect: acceptSuspect,
            require: require)
    }

    @Test(arguments: [LogKeyManifest.Which.note, .receipt])
    mutating func aHeadOfAStolenKeyAloneIsSuspect(which: LogKeyManifest.Which) throws {
        let (below, at) = (try log.receipt(3, in: 4), try log.receipt(3, in: 5))
        let newest = try log.receipt(3)
        try handOver(which, suspectFrom: 5)
        let kit = try kit()
        for receipt in [at, newest] {
            let report = report(try file([receipt]), kit)
            #expect(report.outcome == .suspect && report.isHeadSuspect, "\(report.findings)")
            #expect(report.reached == .logged && !report.ok)
            #expect(report.says(.receipt, .suspect, "was stolen"))
            #expect(report.signer?.state == .added)
            let accepted = self.report(try file([receipt]), kit, acceptSuspect: true)
            #expect(accepted.ok)
        }
        // One that is smaller, and one that the new key signed, are believed.
        #expect(report(try file([below]), kit).ok)
        let fresh = report(try file([try log.receipt(3)]), kit)
        #expect(fresh.ok && !fresh.isHeadSuspect, "\(fresh.findings)")
    }

    @Test mutating func aNewerReceiptBesideItHeals() throws {
        let old = try log.receipt(3)
        try handOver(suspectFrom: 1)
        let fresh = try log.receipt(3)
        let report = report(try file([old, fresh]), try kit())
        #expect(report.outcome == .verified && !report.isSuspect, "\(report.findings)")
        #expect(report.says(.receipt, .unknown, "not counted"))
        // What the thief may have signed gives no time either.
        #expect(report.loggedAt == log.time(of: 7) && report.index == 3)
    }

    /// The order of these is what decides: before the handover is believed, after it is not.
    @Test(arguments: [(-1, true), (0, true), (1, false)])
    mutating func witnessesThatSawItBeforeTheHandoverAreBelieved(
        delta: Int64, isBelieved: Bool
    ) throws {
        let time = UInt64(Int64(Self.handover) + delta)
        log.noteWitnesses = [("witness.example", witness, time)]
        let seen = try log.receipt(3)
        log.noteWitnesses = []
        try handOver(suspectFrom: 1)
        let report = report(try file([seen]), try kit(witnessed: true))
        #expect(report.ok == isBelieved, "\(report.findings)")
        #expect(report.outcome == (isBelieved ? .verified : .suspect))
        // A kit that asks for no witness knows none whose word would count.
        #expect(self.report(try file([seen]), try kit()).outcome == .suspect)
        // Beside a newer head, what was seen too late is not the quorum's either.
        let both = self.report(
            try file([seen, log.receipt(3)]), try kit(witnessed: true), require: .logged)
        #expect(both.ok && (both.reached == .witnessed) == isBelieved, "\(both.findings)")
    }

    @Test(arguments: [(-1, true), (0, true), (1, false)])
    mutating func anAnchorOfBeforeTheHandoverIsBelieved(delta: Int64, isBelieved: Bool) throws {
        let time = UInt64(Int64(Self.handover) + delta)
        let anchor = try log.anchor(of: 3, in: 6)
        let receipt = try log.receipt(3)
        try handOver(suspectFrom: 1)
        let kit = try kit()
        let record = try file([receipt]).anchored([anchor])
        for (answer, isHeld) in [
            (EvidenceChecker.Answer.holds(time: time, authority: "tsa"), true),
            // A block's time is good to two hours: what is surely before counts.
            (
                .holds(
                    EvidenceChecker.Holding(
                        time: time - 7_200, tolerance: 7_200, authority: "block 7")), true
            ),
            (.holds(EvidenceChecker.Holding(time: time, tolerance: 2, authority: "b")), false),
            (.unknown("is by nobody known"), false),
        ] {
            let checker = EvidenceChecker(type: Anchor.timestamp) { _ in answer }
            let report = Verifier(kit, checkers: [checker]).verify(
                file: record, artifact: nil, recordOnly: true)
            #expect(report.ok == (isBelieved && isHeld), "\(report.findings)")
        }
        let unchecked = Verifier(kit).verify(
            file: record, artifact: nil, recordOnly: true)
        #expect(unchecked.outcome == .suspect)
    }

    /// A theft that is found after the key was handed over already.
    @Test mutating func aLaterHandoverMakesHeadsOfEarlierKeysSuspectToo() throws {
        let old = try log.receipt(3)
        try handOver(suspectFrom: nil)
        #expect(report(try file([old]), try kit()).ok)
        try handOver(suspectFrom: 6, "3")
        #expect(report(try file([old]), try kit()).outcome == .suspect)
        #expect(report(try file([try log.receipt(3, in: 8)]), try kit()).ok)
    }

    @Test mutating func aFalseRecordIsFalseAndNotSuspect() throws {
        let receipt = try log.receipt(3)
        try handOver(suspectFrom: 1)
        let report = report(try file([receipt, log.receipt(4)]), try kit())
        #expect(report.outcome == .refuted, "\(report.findings)")
    }

    @Test mutating func theRegistryKeepsNoHandoverWhoseSuspectHeadsAreNotThere() throws {
        let before = log.registry.noteKeys
        let new = try NoteSigner(name: log.origin.text, key: log.values.ed25519("note 2"))
        func manifest(_ from: UInt64) throws -> Manifest {
            try LogKeyManifest(
                .note, old: Text("\(log.note.verifierKey)"), new: Text("\(new.verifierKey)"),
                lastSize: log.size, suspectFrom: from
            ).manifest(origin: log.origin.text, nonce: log.nonce())
        }
        for size in [0, 7] as [UInt64] {
            #expect(refusal { _ = try manifest(size) }?.field == "predicate.suspectFrom")
        }
        #expect(log.registry.noteKeys == before && before.doubt(about: 6) == nil)
        try log.apply(
            manifest(6), by: log.ledger, issuer: log.uri, issuedAt: Self.handover)
        let doubt = log.registry.noteKeys.doubt(about: 6)
        #expect(doubt?.sizes == 6...6 && doubt?.until == Self.handover)
        #expect(log.registry.noteKeys.doubt(about: 5) == nil)
        #expect(log.registry.noteKeys.doubt(about: 7) == nil)
    }
}
