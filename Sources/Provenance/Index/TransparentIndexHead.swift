public import Encoding
public import Manifests

/// An index head with what shows that it is logged (index.md §10).
///
///     394      [1*8 bstr]   receipts, by rising tree size
///     -65542   [1*16 map]   anchors
///
/// A value of this type has no other part; nothing in it has been verified.
public struct TransparentIndexHead: Sendable {
    /// The signed head.
    public let head: IndexHead

    /// Encoded receipts, each a COSE_Sign1.
    public var receipts: [[UInt8]]

    /// Anchors, as they stand in the file, at most ``Limits/anchors``.
    public var anchors: [CBORMap]

    private let message: COSESign1

    /// Wraps a head with nothing beside it.
    public init(_ head: IndexHead) throws(Refusal) {
        try self.init(head.leaf)
    }

    /// Reads a head in transport form; the refusal names the part and the rule.
    public init(_ bytes: [UInt8]) throws(Refusal) {
        guard bytes.count <= Limits.fileBytes else {
            throw Refusal(
                .tooLarge, field: "index head", rule: "must not exceed \(Limits.fileBytes) bytes")
        }
        let form = try TransportForm(bytes)
        message = form.message
        head = try IndexHead(form)
        receipts = []
        anchors = []
        for (label, value) in form.message.unprotected.entries {
            switch label {
            case .int(HeaderLabel.receipts):
                receipts = try PartList.byteStrings(value, "receipts", limit: Limits.receipts)
            case .int(HeaderLabel.anchors): anchors = try PartList.anchors(value)
            default:
                throw Refusal(
                    .malformed, field: "label \(label)",
                    rule: "an index head has receipts and anchors beside it, and nothing else")
            }
        }
    }

    /// The bytes of the head in transport form.
    public func encoded() -> [UInt8] {
        var pairs: [(CBORLabel, CBOR)] = []
        if !receipts.isEmpty {
            pairs.append((.int(HeaderLabel.receipts), .array(receipts.map { .bytes($0) })))
        }
        if !anchors.isEmpty {
            pairs.append((.int(HeaderLabel.anchors), .array(anchors.map { .map($0) })))
        }
        var whole = message
        whole.unprotected = CBORMap(pairs)
        return whole.encoded()
    }
}
