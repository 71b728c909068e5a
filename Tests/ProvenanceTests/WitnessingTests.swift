import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// Who saw the entry, by when, and how fresh that is (verification.md §8).
@Suite struct WitnessingTests {
    private static let names: [Text] = ["berlin.example", "lisbon.example", "oslo.example"]

    private var log: MemoryLedger
    private let keys: [SigningKey]

    init() throws {
        log = try MemoryLedger()
        try log.addPoP()
        let values = log.values
        keys = try Self.names.map { try values.ed25519("witness/\($0)") }
    }

    /// A kit that asks for two of the three, as `berlin`, `lisbon` and `oslo`; the last may have a
    /// key of a type that is only carried.
    private func verifier(strange: Bool = false) throws -> Verifier {
        var files = try log.kitFiles()
        var lines = ["log \(log.note.verifierKey)"]
        for (name, key) in zip(Self.names, keys) {
            let vkey = try MemoryLedger.witnessKey(name, key)
            let isStrange = strange && name == Self.names[2]
            let word = name.string.prefix { $0 != "." }
            lines.append("witness \(word) \(isStrange ? Self.strange : "\(vkey)")")
        }
        lines += ["group two 2 berlin lisbon oslo", "quorum two"]
        files.policy = Array(lines.map { $0 + "\n" }.joined().utf8)
        return Verifier(try TrustKit(files))
    }

    /// An ML-DSA-44 cosigner: type 0x06.
    private static let strangeBytes = [UInt8](repeating: 5, count: 1312)
    private static var strange: String {
        let bytes = Array(names[2].utf8) + [0x0A, 0x06] + strangeBytes
        let id = Hex.encode(Hash.sha256(bytes).bytes.prefix(4))
        return "\(names[2])+\(id)+\(Base64.encode([0x06] + strangeBytes))"
    }

    /// The receipt of entry 3 in the tree of `size`, seen by these at these times.
    private func receipt(
        _ size: UInt64, _ times: [Int: UInt64], more: [NoteSignature] = []
    ) throws -> [UInt8] {
        var log = log
        log.noteWitnesses = times.sorted { $0.key < $1.key }.map { place, time in
            (Self.names[place], keys[place], time)
        }
        let note = try SignedNote(parsing: log.noteBytes(size)).adding(more).encoded
        return try log.head(size, note: note).receipt(log.proof(3, in: size))
    }

    private mutating func report(
        strange: Bool = false, _ receipts: (borrowing WitnessingTests) throws -> [[UInt8]]
    ) throws -> Report {
        var file = try log.capture("photo")
        _ = try log.capture("later")
        file.receipts = try receipts(self)
        return try verifier(strange: strange).verify(
            file: file.encoded(), artifact: nil, recordOnly: true)
    }

    @Test mutating func theEarliestCompleteHeadSaysByWhenAndTheNewestHowFresh() throws {
        let report = try report { tests in
            [
                try tests.receipt(4, [0: 1_760_001_000, 1: 1_760_001_005]),
                try tests.receipt(5, [1: 1_760_009_000, 2: 1_760_009_001]),
            ]
        }
        #expect(report.reached == .witnessed, "\(report.findings)")
        let seen = try #require(report.witnessing)
        #expect(seen.completeAt == 1_760_001_005 && seen.freshAt == 1_760_009_001)
        #expect(seen.seenBy.map { "\($0.name)" } == ["berlin", "lisbon"])
        #expect(seen.witnesses.map(\.verdict) == [.ok, .ok, .ok])
        #expect(seen.witnesses.map(\.earliest) == [1_760_001_000, 1_760_001_005, 1_760_009_001])
        #expect(seen.witnesses.map(\.newest) == [1_760_001_000, 1_760_009_000, 1_760_009_001])
        #expect(
            report.says(
                .cosignatures, .ok,
                "seen by berlin, lisbon (2 of 3) by 2025-10-09 09:10:05 UTC, newest "
                    + "2025-10-09 11:23:21 UTC"), "\(report.findings)")
    }

    /// No witness has seen a head long before the log signed it: its clock was wrong.
    ///
    /// What it says dates nothing back and completes no quorum. The record is not false for it.
    @Test(arguments: [(0, true), (1, false)] as [(UInt64, Bool)])
    mutating func aCosignatureThatIsOlderThanItsHeadCountsForNothing(
        beyond: UInt64, counts: Bool
    ) throws {
        let time = log.time(of: 4) - Cosignature.pastSkew - beyond
        let report = try report { tests in
            [try tests.receipt(4, [0: time, 1: time + 1 + beyond])]
        }
        #expect(!report.isFalse && report.ok == counts, "\(report.findings)")
        let seen = try #require(report.witnessing)
        #expect(seen.completeAt == (counts ? time + 1 : nil))
        #expect(seen.witnesses.map(\.verdict) == [counts ? .ok : .unknown, .ok, .absent])
        #expect(seen.witnesses[0].earliest == (counts ? time : nil))
        #expect(seen.witnesses[0].isTooEarly != counts)
        if !counts {
            #expect(
                report.says(.cosignatures, .unknown, "before the head was signed"),
                "\(report.findings)")
        }
    }

    /// Two heads that one witness each has seen are no head that two have seen.
    @Test mutating func aQuorumIsOfOneHead() throws {
        let report = try report { tests in
            [try tests.receipt(4, [0: 1_760_001_000]), try tests.receipt(5, [1: 1_760_009_000])]
        }
        #expect(report.reached == .logged && !report.ok)
        #expect(report.witnessing?.completeAt == nil && report.witnessing?.freshAt == nil)
        #expect(report.says(.cosignatures, .absent, "signed by berlin, lisbon (2 of 3)"))
        #expect(report.witnessing?.witnesses.map(\.verdict) == [.ok, .ok, .absent])
    }

    @Test mutating func aTypeThatIsOnlyCarriedIsUnknownAndNeverCounts() throws {
        let report = try report(strange: true) { tests in
            let id = Hash.sha256(
                Array(Self.names[2].utf8) + [0x0A, 0x06] + Self.strangeBytes)
            let line = try NoteSignature(
                name: Self.names[2],
                keyID: id.bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) },
                signature: [UInt8](repeating: 1, count: 2428))
            return [try tests.receipt(4, [0: 1_760_001_000], more: [line])]
        }
        #expect(report.reached == .logged && !report.isFalse)
        #expect(report.says(.cosignatures, .unknown, "oslo"), "\(report.findings)")
        #expect(report.witnessing?.witnesses.map(\.verdict) == [.ok, .absent, .unknown])
    }

    @Test mutating func aLineThatDoesNotVerifyIsItsWitnesssAndCountsForNothing() throws {
        let report = try report { tests in
            let good = try MemoryLedger.witnessKey(Self.names[2], tests.keys[2])
            let other = try tests.receipt(5, [0: 7])
            let note = try SignedNote(parsing: try #require(try Receipt(other).note))
            let line = try NoteSignature(
                name: good.name, keyID: good.keyID, signature: note.signatures[1].signature)
            return [try tests.receipt(4, [0: 1_760_001_000, 1: 1_760_001_005], more: [line])]
        }
        #expect(report.isFalse)
        #expect(report.witnessing?.witnesses.map(\.verdict) == [.absent, .absent, .refuted])
        #expect(report.witnessing?.completeAt == nil)
    }

    @Test mutating func aKitWithoutAQuorumHasSeenNothing() throws {
        let file = try log.capture("photo")
        let report = try log.judge(file)
        #expect(report.witnessing?.quorum == PolicyWord.none)
        #expect(report.witnessing?.witnesses.isEmpty == true)
        #expect(report.ok && report.reached == .logged)
    }

    // MARK: - Erasure

    @Test mutating func anErasureThatTheKitHasIsToldAndDecidesNothing() throws {
        let file = try log.capture("photo")
        let before = try log.judge(file)
        #expect(before.erasure == nil)
        let erasure = ErasureManifest(
            entries: [Text("\(file.statement.id)")], sha256: file.statement.manifestDigest,
            reason: "a person asked", authority: "GDPR Art. 17")
        try log.apply(erasure.manifest(origin: log.origin.text, nonce: log.nonce()))
        let after = try log.judge(file)
        #expect(after.erasure?.entry == 4 && after.erasure?.reason == "a person asked")
        #expect(after.ok && after.reached == before.reached)
    }
}
