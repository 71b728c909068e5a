import Checkpoints
import Encoding
import Merkle
import Testing

@Suite struct TLogProofTests {
    private static let tree = SmallTree(13)
    private let witness: Cosigner
    private let policy: TrustPolicy

    init() throws {
        witness = try Cosigner("w.example")
        policy = try TrustPolicy(
            logs: [.init(key: signer("ledger.example/prints").verifierKey)],
            witnesses: [.init(name: "W", key: witness.verifierKey)], quorum: "W")
    }

    private func proof(_ index: Int, of size: Int, extra: [UInt8]? = nil) throws -> TLogProof {
        let inclusion = try InclusionProof(
            leafIndex: UInt64(index), treeSize: UInt64(size),
            path: Self.tree.path(to: index, in: size))
        let note = try note(
            size: UInt64(size), root: Self.tree.root(UInt64(size)), cosigned: [(witness, 1000)])
        return try TLogProof(
            inclusion: inclusion, signed: SignedCheckpoint(note), extra: extra)
    }

    @Test func everyLeafOfEverySmallTreeIsProven() throws {
        for size in 1...Self.tree.leaves.count {
            for index in 0..<size {
                let written = try proof(index, of: size).encoded
                let read = try TLogProof(parsing: written)
                #expect(read.encoded == written)
                let verified = try read.verify(leaf: Self.tree.leaves[index], by: policy)
                #expect(verified.checkpoint.size == UInt64(size))
                #expect(verified.time == 1000)
                for other in 0..<size where other != index {
                    #expect(throws: TLogProofRefusal.otherRoot) {
                        try read.verify(leaf: Self.tree.leaves[other], by: policy)
                    }
                }
            }
        }
    }

    @Test func theFileHasTheSpecificationsShape() throws {
        let proof = try proof(1, of: 2, extra: [1, 2, 3])
        let text = String(decoding: proof.encoded, as: UTF8.self)
        let sibling = Base64.encode(Self.tree.leaves[0].bytes)
        #expect(
            text.hasPrefix(
                """
                c2sp.org/tlog-proof@v1
                extra AQID
                index 1
                \(sibling)

                ledger.example/prints
                2

                """))
        let read = try TLogProof(parsing: proof.encoded)
        #expect(read == proof)
        #expect(read.extra == [1, 2, 3])
    }

    /// No byte of a proof without extra data and unknown lines can be changed.
    @Test func noChangedByteLeavesAProof() throws {
        let good = try proof(5, of: 13).encoded
        let leaf = Self.tree.leaves[5]
        _ = try TLogProof(parsing: good).verify(leaf: leaf, by: policy)
        for offset in good.indices {
            for byte in [good[offset] ^ 0x01, good[offset] ^ 0x80, 0x0A, 0x20] {
                guard byte != good[offset] else { continue }
                var changed = good
                changed[offset] = byte
                #expect(throws: (any Error).self, "offset \(offset), byte \(byte)") {
                    try TLogProof(parsing: changed).verify(leaf: leaf, by: policy)
                }
            }
        }
    }

    @Test func noTruncatedOrPaddedProofIsOne() throws {
        let good = try proof(5, of: 13).encoded
        let whole = try TLogProof(parsing: good)
        for count in 0..<good.count {
            // A cut after the log's line is a proof, by fewer witnesses.
            guard let short = try? TLogProof(parsing: Array(good[..<count])) else { continue }
            #expect(short.signed.note.signatures == Array(whole.signed.note.signatures.prefix(1)))
            #expect(throws: TLogProofRefusal.checkpoint(.quorumNotMet)) {
                try short.verify(leaf: Self.tree.leaves[5], by: policy)
            }
        }
        for byte in [0, 0x0A, 0x20, 0x41] as [UInt8] {
            #expect(throws: TLogProofError.self) { try TLogProof(parsing: good + [byte]) }
        }
    }

    @Test func everyRuleHasItsOwnError() throws {
        let head = "c2sp.org/tlog-proof@v1\n"
        let hash = Base64.encode(Self.tree.leaves[0].bytes) + "\n"
        let size2 = "\n" + String(decoding: try proof(1, of: 2).signed.encoded, as: UTF8.self)
        let noNote = "\nledger.example/prints\n2\n"
        let noCheckpoint = "\ntext\n\n— a AAAAAAE=\n"
        let many = String(repeating: hash, count: 64)
        let broken: [(String, TLogProofError)] = [
            ("", .unknownHeader),
            ("c2sp.org/tlog-proof@v2\nindex 1\n" + hash + size2, .unknownHeader),
            (head.dropLast() + " \nindex 1\n" + hash + size2, .unknownHeader),
            (head + "extra \nindex 1\n" + hash + size2, .malformedExtra),
            (head + "extra AQI\nindex 1\n" + hash + size2, .malformedExtra),
            (head + "extra AQID\nextra AQID\nindex 1\n" + hash + size2, .malformedIndex),
            (head + "index 1\nextra AQID\n" + hash + size2, .malformedHash),
            (head, .malformedIndex),
            (head + hash + size2, .malformedIndex),
            (head + "index 01\n" + hash + size2, .malformedIndex),
            (head + "index -1\n" + hash + size2, .malformedIndex),
            (head + "index  1\n" + hash + size2, .malformedIndex),
            (head + "index 9223372036854775808\n" + hash + size2, .malformedIndex),
            (head + "index 1\nAQID\n" + size2, .malformedHash),
            (head + "index 1\n " + hash + size2, .malformedHash),
            (head + "index 1\n" + many + size2, .tooManyHashes),
            (head + "index 1\n" + hash, .noBlankLine),
            (head + "index 1\n" + hash + noNote, .malformedNote(.noBlankLine)),
            (head + "index 1\n" + hash + noCheckpoint, .malformedCheckpoint(.missingLine(1))),
            (head + "index 1\n" + size2, .malformedProof(.wrongPathLength(0, expected: 1))),
            (
                head + "index 2\n" + hash + size2,
                .malformedProof(.leafOutsideTree(leafIndex: 2, treeSize: 2))
            ),
        ]
        for (text, error) in broken {
            #expect(throws: error, "\(text)") { try TLogProof(parsing: bytes(text)) }
        }
    }

    @Test func aProofIsPutTogetherFromFittingPartsOnly() throws {
        let two = try proof(1, of: 2)
        let three = try proof(1, of: 3)
        #expect(throws: TLogProofError.otherTreeSize(2, checkpoint: 3)) {
            try TLogProof(inclusion: two.inclusion, signed: three.signed)
        }
        for extra in [[], Array(repeating: 1, count: 64 * 1024 + 1)] as [[UInt8]] {
            #expect(throws: TLogProofError.malformedExtra) {
                try TLogProof(inclusion: two.inclusion, signed: two.signed, extra: extra)
            }
        }
        let large = try TLogProof(
            inclusion: two.inclusion, signed: two.signed,
            extra: Array(repeating: 1, count: 64 * 1024))
        #expect(try TLogProof(parsing: large.encoded) == large)
    }

    @Test func aProofNeedsAPolicyThatKnowsItsLog() throws {
        let proof = try proof(1, of: 2)
        let stranger = try TrustPolicy(logs: [.init(key: signer("other.example").verifierKey)])
        #expect(throws: TLogProofRefusal.checkpoint(.unknownLog)) {
            try proof.verify(leaf: Self.tree.leaves[1], by: stranger)
        }
    }
}
