import Encoding
import Merkle

/// A submission of the usual form, read in place: a statement about artifacts with its manifest
/// beside it, or alone.
///
/// It has no map and no item of CBOR in memory. There is one only where ``Submission`` would read
/// the same statement and the same manifest; for everything else that must be asked, which names
/// the rule.
struct UsualSubmission {
    let statement: Statement
    let manifest: [UInt8]?

    /// `-65540` as it is encoded: the label of the manifest.
    private static let manifestLabel = CBOR.int(HeaderLabel.manifest).encoded()

    init?(_ bytes: [UInt8]) {
        // Places in a leaf are of 16 bits.
        guard bytes.count <= Int(UInt16.max) else { return nil }
        var cursor = LeafCursor(in: 0..<bytes.count)
        let span = bytes.span
        // What stands here is read again, and the rest for the first time, by `LeafFields`.
        guard cursor.take(0xD2, span), cursor.take(0x84, span),
            cursor.string(.bytes, span) != nil
        else { return nil }
        let header = cursor.offset
        let leaf: [UInt8]
        switch cursor.byte(span) {
        case 0xA0:
            (leaf, manifest) = (bytes, nil)
        case 0xA1:
            guard cursor.take(Self.manifestLabel, span), let place = cursor.string(.bytes, span)
            else { return nil }
            var bare: [UInt8] = []
            bare.reserveCapacity(header + 1 + bytes.count - cursor.offset)
            bare += bytes[..<header]
            bare.append(0xA0)
            bare += bytes[cursor.offset...]
            (leaf, manifest) = (bare, Array(bytes[place.range]))
        default:
            return nil
        }
        guard let statement = Statement(usual: leaf) else { return nil }
        self.statement = statement
    }
}

extension Statement {
    /// Reads the leaf of a statement of the usual form in place; nil for any other.
    fileprivate init?(usual leaf: [UInt8]) {
        guard let fields = LeafFields(leaf.span) else { return nil }
        self.init(fields, of: leaf)
    }

    /// Takes the fields of a leaf that was read in place.
    init?(_ fields: LeafFields, of leaf: [UInt8]) {
        guard let keyID = Hash(leaf[fields.keyID]), let payload = Hash(leaf[fields.payload]) else {
            return nil
        }
        var artifacts: [Hash] = []
        artifacts.reserveCapacity(fields.artifactCount)
        for position in 0..<fields.artifactCount {
            guard let artifact = Hash(leaf[fields.artifact(position)]) else { return nil }
            artifacts.append(artifact)
        }
        if let id = fields.chainID, let sequence = fields.sequence, let place = fields.previous {
            guard let previous = Hash(leaf[place]),
                let chain = try? Chain(id: Array(leaf[id]), sequence: sequence, previous: previous)
            else { return nil }
            self.chain = chain
        } else {
            chain = nil
        }
        func text(_ place: Range<Int>) -> Text { Text(uncheckedUTF8: Array(leaf[place])) }
        // What has fields is ASCII: URIs, and names of types.
        (issuer, subject) = (text(fields.issuer), text(fields.subject))
        audience = fields.audience.map(text)
        body = .envelope(
            payload: payload, subjects: artifacts, predicate: text(fields.predicate))
        (algorithm, self.keyID, issuedAt) = (fields.algorithm, keyID, fields.issuedAt)
        claimID = Array(leaf[fields.claimID])
        protected = Array(leaf[fields.protected])
        signature = Array(leaf[fields.signature])
        self.leaf = leaf
        id = EntryID(ofLeaf: leaf)
    }
}
