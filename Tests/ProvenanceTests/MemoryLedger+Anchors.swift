import Encoding
import Merkle
import Provenance
import TestLog

extension MemoryLedger {
    /// An anchor of the head of `size` for the entry at `index`; of another note where one is
    /// given.
    func anchor(
        _ type: Text = Anchor.timestamp, _ evidence: [UInt8] = [1, 2, 3], of index: UInt64,
        in size: UInt64, note: [UInt8]? = nil
    ) throws -> CBORMap {
        let path = try proof(index, in: size).path.map { CBOR.bytes($0.bytes) }
        let inclusion = CBOR.array([.unsigned(size), .unsigned(index), .array(path)])
        return [
            "type": .text(type), "checkpoint": .bytes(try note ?? noteBytes(size)),
            "evidence": .bytes(evidence), "inclusion": .bytes(inclusion.encoded()),
        ]
    }

    /// A kit of now that names authorities, in a file that nobody reads.
    func kit(withAuthorities: Bool) throws -> TrustKit {
        var files = try kitFiles()
        if withAuthorities { files.timestampRoots = [1] }
        return try TrustKit(files)
    }
}

extension TransparentStatement {
    /// The file with these anchors, and no others.
    func anchored(_ anchors: [CBORMap]) throws -> [UInt8] {
        var message = try COSESign1.decode(encoded())
        message.unprotected = message.unprotected.setting(
            -65542, to: .array(anchors.map { .map($0) }))
        return message.encoded()
    }
}

extension EvidenceChecker {
    /// A checker that always gives `answer`.
    static func fake(_ answer: Answer, of type: Text = Anchor.timestamp) -> EvidenceChecker {
        EvidenceChecker(type: type) { _ in answer }
    }

    /// A checker of tokens that takes the evidence's bytes for the answer.
    static func tokens(_ answers: [[UInt8]: Holding]) -> EvidenceChecker {
        EvidenceChecker(type: Anchor.timestamp) { anchor in
            answers[anchor.evidence].map { .holds($0) } ?? .refuted("is none of the fixture's")
        }
    }

    /// A checker of proofs: each is of a block of this time, and seals what is said.
    static func block(_ time: UInt64, sealing: [Hash] = []) -> EvidenceChecker {
        fake(
            .holds(
                Holding(
                    time: time, tolerance: 7_200, authority: "block 7 of headers.txt",
                    sealed: sealing)), of: Anchor.openTimestamps)
    }
}
