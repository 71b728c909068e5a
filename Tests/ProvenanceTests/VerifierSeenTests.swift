import Checkpoints
import Encoding
import Merkle
import Provenance
import TestLog
import Testing

/// The head that a signer had seen, and the consistency receipt from it (record.md §4).
@Suite struct VerifierSeenTests {
    var log: MemoryLedger

    init() throws {
        log = try MemoryLedger()
        try log.addPoP()
        _ = try log.capture("first")
    }

    /// A capture after the head of `size` was seen, with the receipt that leads from there.
    private mutating func file(
        seen note: [UInt8]? = nil, from size: UInt64 = 3, growth: [UInt8]? = nil
    ) throws -> TransparentStatement {
        let text = try Text(utf8: note ?? log.noteBytes(size)) ?? ""
        let seen: JSON = ["checkpoint": .string(text)]
        var file = try log.capture("photo", [("seen", seen)])
        if size > 0 { file.receipts.append(try growth ?? log.growth(from: size, to: log.size)) }
        return file
    }

    @Test mutating func aConsistencyReceiptBoundsTheTimeFromBelow() throws {
        let report = try log.judge(file())
        #expect(report.ok && report.says(.seen, .ok, "3 entries"), "\(report.findings)")
        // The kit asks for no witness, so nobody says when.
        #expect(report.notBefore?.size == 3 && report.notBefore?.time == nil)
    }

    @Test mutating func withoutTheReceiptNothingIsBounded() throws {
        var bare = try file()
        bare.receipts.removeLast()
        let report = try log.judge(bare)
        #expect(report.ok && report.says(.seen, .unknown) && report.notBefore == nil)
    }

    @Test mutating func withoutTheManifestItIsNotChecked() throws {
        var bare = try file()
        bare.manifest = nil
        let report = try log.judge(bare)
        #expect(report.ok && report.says(.seen, .notChecked))
    }

    @Test mutating func aConsistencyReceiptWithoutSeenIsFalse() throws {
        var plain = try log.capture("photo")
        plain.receipts.append(try log.growth(from: 3, to: log.size))
        #expect(try log.judge(plain).says(.seen, .refuted))
    }

    @Test mutating func contradictionsAreFalse() throws {
        // From another size than the head's.
        #expect(try log.judge(file(seen: log.noteBytes(2))).says(.seen, .refuted))
        // A head that holds the entry already.
        var late = try log.capture("x")
        _ = late
        late = try file(seen: log.noteBytes(log.size), from: 0)
        #expect(try log.judge(late).says(.seen, .unknown))
        // A head of this size that is not of this tree.
        let split = try log.noteBytes(3, root: .sha256([1]))
        #expect(try log.judge(file(seen: split)).says(.seen, .refuted))
        // No note at all.
        #expect(try log.judge(file(seen: Array("hello".utf8))).says(.seen, .refuted))
    }

    @Test mutating func aHeadByAnUnknownKeyIsUnknown() throws {
        var stranger = log
        stranger.note = try NoteSigner(name: log.origin.text, key: log.values.ed25519("stranger"))
        let report = try log.judge(file(seen: stranger.noteBytes(3)))
        #expect(report.ok && report.says(.seen, .unknown))
    }

    @Test mutating func theReceiptMustCarryTheNewerCheckpoint() throws {
        var bare = try file()
        let proof = try ConsistencyProof(
            from: 3, to: log.size, reading: LeafNodes(leaves: log.hashes))
        bare.receipts[1] = try log.head(log.size, note: []).receipt(proof)
        #expect(try log.judge(bare).says(.receipt, .refuted))
        let older = try log.noteBytes(log.size - 1)
        bare.receipts[1] = try log.head(log.size, note: older).receipt(proof)
        #expect(try log.judge(bare).says(.receipt, .refuted))
    }

    @Test mutating func aReceiptToAnotherSizeBoundsNothing() throws {
        var other = try file()
        _ = try log.capture("later")
        other.receipts[1] = try log.growth(from: 3, to: log.size)
        let report = try log.judge(other)
        #expect(report.ok && report.says(.seen, .unknown), "\(report.findings)")
    }
}
