public import Encoding
public import Manifests
public import Merkle

/// Independent evidence that a tree head existed, as a record carries it (record.md §5).
///
///     {"type": "rfc3161" / "opentimestamps", "checkpoint": bstr, "evidence": bstr,
///      "inclusion": bstr .cbor [size, index, [path]], ? "header": bstr .size 80}
///
/// Its evidence is not understood here.
public struct Anchor: Sendable {
    /// The kind of evidence.
    public let type: Text

    /// The exact anchored input: a note with one signature line.
    public let checkpoint: [UInt8]

    /// The evidence's bytes: a DER TimeStampToken, or a detached `.ots` file.
    public let evidence: [UInt8]

    /// The header of the block that confirms an OpenTimestamps proof, 80 bytes.
    public let header: [UInt8]?

    /// The entry's place in the tree of `checkpoint`.
    public let inclusion: InclusionProof

    /// What the evidence must be about: SHA-256 of `checkpoint`.
    public var digest: Hash { .sha256(checkpoint) }

    /// The type of RFC 3161 timestamps.
    public static let timestamp: Text = "rfc3161"

    /// The type of OpenTimestamps proofs.
    public static let openTimestamps: Text = "opentimestamps"

    /// The types that this version knows.
    static let types = [timestamp, openTimestamps]

    /// Puts the parts of an anchor together; `header` only with ``openTimestamps``, and 80 bytes.
    public init(
        type: Text, checkpoint: [UInt8], evidence: [UInt8], inclusion: InclusionProof,
        header: [UInt8]? = nil
    ) {
        self.type = type
        self.checkpoint = checkpoint
        self.evidence = evidence
        self.inclusion = inclusion
        self.header = header
    }

    /// The anchor as it stands in a file.
    public var map: CBORMap {
        let proof = CBOR.array([
            .unsigned(inclusion.treeSize), .unsigned(inclusion.leafIndex),
            .array(inclusion.path.map { .bytes($0.bytes) }),
        ])
        var pairs: [(CBORLabel, CBOR)] = [
            (.text("type"), .text(type)), (.text("checkpoint"), .bytes(checkpoint)),
            (.text("evidence"), .bytes(evidence)), (.text("inclusion"), .bytes(proof.encoded())),
        ]
        if let header { pairs.append((.text("header"), .bytes(header))) }
        return CBORMap(pairs)
    }

    /// Reads an anchor as it stands in a file; the refusal names the part and the rule.
    public init(_ map: CBORMap) throws(Refusal) {
        let header = map["header"]
        guard map.count == (header == nil ? 4 : 5), let type = map["type"]?.textValue,
            let checkpoint = map["checkpoint"]?.bytesValue,
            let evidence = map["evidence"]?.bytesValue, let path = map["inclusion"]?.bytesValue
        else {
            throw Refusal(
                .malformed, field: "anchor", rule: "must be {type, checkpoint, evidence, inclusion}"
            )
        }
        guard header == nil || (type == Self.openTimestamps && header?.bytesValue?.count == 80)
        else {
            throw Refusal(
                .malformed, field: "anchor header", rule: "must be 80 bytes, with opentimestamps")
        }
        guard case .inclusion(let proof) = try Receipt.proof(path, isInclusion: true) else {
            preconditionFailure("what is read as an inclusion proof is one")
        }
        self.type = type
        self.checkpoint = checkpoint
        self.evidence = evidence
        self.header = header?.bytesValue
        inclusion = proof
    }
}
