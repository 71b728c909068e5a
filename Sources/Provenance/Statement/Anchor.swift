import Encoding
import Manifests
import Merkle

/// Independent evidence that a tree head existed, as a record carries it (record.md §5).
///
///     {"type": "rfc3161" / "opentimestamps", "checkpoint": bstr, "evidence": bstr,
///      "inclusion": bstr .cbor [size, index, [path]], ? "header": bstr .size 80}
///
/// A value of this type has been read; its evidence is not understood here.
struct Anchor {
    /// The kind of evidence.
    let type: Text

    /// The exact anchored input: a note with one signature line.
    let checkpoint: [UInt8]

    /// The entry's place in the tree of `checkpoint`.
    let inclusion: InclusionProof

    /// The type of RFC 3161 timestamps.
    static let timestamp: Text = "rfc3161"

    /// The type of OpenTimestamps proofs.
    static let openTimestamps: Text = "opentimestamps"

    init(_ map: CBORMap) throws(Refusal) {
        let header = map["header"]
        guard map.count == (header == nil ? 4 : 5), let type = map["type"]?.textValue,
            let checkpoint = map["checkpoint"]?.bytesValue, map["evidence"]?.bytesValue != nil,
            let path = map["inclusion"]?.bytesValue
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
        inclusion = proof
    }
}
