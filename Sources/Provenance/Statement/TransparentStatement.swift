public import Encoding
public import Manifests

/// A record, `ARTIFACT.colophon`: a statement with everything that a collector needs beside it.
///
///     394      [1*8 bstr]   receipts, by rising tree size
///     -65540   bstr         the manifest's bytes
///     -65541   [1*4 bstr]   the `key` statements that lead to the signing key
///     -65542   [1*16 map]   anchors
///     -65544   [1*2 bstr]   proofs of completeness
///
/// Taking the unprotected header away always gives the leaf back, byte for byte. A value of
/// this type has no part that record.md does not name; nothing in it has been verified.
public struct TransparentStatement: Sendable {
    /// The signed statement.
    public let statement: Statement

    /// The manifest's bytes; nil where they were erased or left out.
    public var manifest: [UInt8]?

    /// Encoded receipts, each a COSE_Sign1.
    public var receipts: [[UInt8]]

    /// Encoded transparent `key` statements.
    public var issuers: [[UInt8]]

    /// Anchors, as they stand in the file, at most ``Limits/anchors``.
    public var anchors: [CBORMap]

    /// Encoded proofs of completeness, each a ``CompleteProof``; at most ``Limits/completes``.
    public var completes: [[UInt8]]

    private let message: COSESign1

    /// Wraps `statement` with nothing but its manifest beside it.
    public init(_ statement: Statement, manifest: [UInt8]?) throws(Refusal) {
        try self.init(statement.leaf)
        self.manifest = manifest
    }

    /// Reads a file; the refusal names the part and the rule.
    public init(_ bytes: [UInt8]) throws(Refusal) {
        try self.init(bytes, known: { _ in nil })
    }

    /// Reads a file; `known` gives the statement of a name where that was read before, so that
    /// the same bytes are not read twice.
    init(_ bytes: [UInt8], known: (EntryID) -> Statement?) throws(Refusal) {
        guard bytes.count <= Limits.fileBytes else {
            throw Refusal(
                .tooLarge, field: "file", rule: "must not exceed \(Limits.fileBytes) bytes")
        }
        let form = try TransportForm(bytes)
        message = form.message
        if let read = known(form.id) {
            statement = read
        } else {
            statement = try Statement(form)
        }
        manifest = nil
        receipts = []
        issuers = []
        anchors = []
        completes = []
        for (label, value) in form.message.unprotected.entries {
            switch label {
            case .int(HeaderLabel.manifest):
                guard let bytes = value.bytesValue else {
                    throw Refusal(.malformed, field: "manifest", rule: "must be a byte string")
                }
                manifest = bytes
            case .int(HeaderLabel.receipts):
                receipts = try PartList.byteStrings(value, "receipts", limit: Limits.receipts)
            case .int(HeaderLabel.issuer):
                issuers = try PartList.byteStrings(value, "issuer", limit: Limits.issuers)
            case .int(HeaderLabel.anchors):
                anchors = try PartList.anchors(value)
            case .int(HeaderLabel.completes):
                completes = try PartList.byteStrings(value, "complete", limit: Limits.completes)
            default:
                throw Refusal(
                    .malformed, field: "label \(label)",
                    rule: "unrecognised part: damaged, or made by a newer version")
            }
        }
        if statement.controlManifest != nil, manifest != nil {
            throw Refusal(
                .malformed, field: "manifest", rule: "is inside a control statement, not beside it")
        }
    }

    /// Whether `bytes` are one deterministic COSE_Sign1 with its tag: where not, a record is
    /// damaged or incomplete, or they are something else (verification.md §3).
    ///
    /// More bytes than a record may have are not looked at, and are another fault.
    public static func isWhole(_ bytes: [UInt8]) -> Bool {
        bytes.count > Limits.fileBytes || (try? COSESign1.decode(bytes)) != nil
    }

    /// Whether a file that begins with `bytes` may be a record: a tag 18 over an array of four.
    public static func mayBegin(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.starts(with: [0xD2, 0x84])
    }

    /// The file's bytes.
    public func encoded() -> [UInt8] {
        var pairs: [(CBORLabel, CBOR)] = []
        if !receipts.isEmpty {
            pairs.append((.int(HeaderLabel.receipts), .array(receipts.map { .bytes($0) })))
        }
        if let manifest {
            pairs.append((.int(HeaderLabel.manifest), .bytes(manifest)))
        }
        if !issuers.isEmpty {
            pairs.append((.int(HeaderLabel.issuer), .array(issuers.map { .bytes($0) })))
        }
        if !anchors.isEmpty {
            pairs.append((.int(HeaderLabel.anchors), .array(anchors.map { .map($0) })))
        }
        if !completes.isEmpty {
            pairs.append((.int(HeaderLabel.completes), .array(completes.map { .bytes($0) })))
        }
        var whole = message
        whole.unprotected = CBORMap(pairs)
        return whole.encoded()
    }
}
