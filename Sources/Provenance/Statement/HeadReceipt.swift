public import Encoding
public import Manifests
public import Merkle

/// The shared parts of all receipts of one head: one signature serves every entry below it.
///
///     receipt = 18([ protected: bstr, unprotected, nil, signature: bstr ])
///     unprotected = { 396: { -1: [ bstr .cbor [size, index, [path]] ] },
///                     "c2sp.org/tlog-checkpoint": bstr }
public struct HeadReceipt: Hashable, Sendable {
    /// The protected header's bytes.
    public let protected: [UInt8]

    /// The signature over the protected header and the root.
    public let signature: [UInt8]

    /// The signed note of the head.
    public let note: [UInt8]

    /// Puts the stored parts of a head together.
    public init(protected: [UInt8], signature: [UInt8], note: [UInt8]) {
        self.protected = protected
        self.signature = signature
        self.note = note
    }

    /// Signs the head of `root`; `time` is the head's, in POSIX seconds.
    public init(
        origin: Text, root: Hash, time: UInt64, note: [UInt8], key: SigningKey
    ) throws(Refusal) {
        let claims = CBORMap([
            (.int(ClaimLabel.issuer), .text(Text("https://" + origin.string))),
            (.int(ClaimLabel.subject), .text(origin)),
            (.int(ClaimLabel.issuedAt), .unsigned(time)),
        ])
        protected = CBOR.map(
            CBORMap([
                (.int(HeaderLabel.algorithm), .int(key.algorithm.rawValue)),
                (.int(HeaderLabel.keyID), .bytes(key.publicKey.thumbprint)),
                (.int(HeaderLabel.claims), .map(claims)),
                (.int(HeaderLabel.dataStructure), .unsigned(1)),
            ])
        ).encoded()
        do {
            signature = try key.sign(
                COSESign1.toBeSigned(protected: protected, payload: root.bytes))
        } catch {
            throw Refusal(
                .signature, field: "receipt signature", rule: "could not be made: \(error)")
        }
        self.note = note
    }

    /// Returns the receipt of the entry that `proof` is about.
    public func receipt(_ proof: InclusionProof) -> [UInt8] {
        receipt(kind: -1, proof.treeSize, proof.leafIndex, proof.path)
    }

    /// Returns the receipt that this head's tree extends an older one.
    public func receipt(_ proof: ConsistencyProof) -> [UInt8] {
        receipt(kind: -2, proof.oldSize, proof.newSize, proof.path)
    }

    /// Writes the bytes directly: this runs once for every entry that is registered.
    private func receipt(
        kind: Int64, _ first: UInt64, _ second: UInt64, _ path: [Hash]
    ) -> [UInt8] {
        let hashByteCount = CBOR.headByteCount(argument: UInt64(Hash.byteCount)) + Hash.byteCount
        let proofByteCount =
            1 + CBOR.headByteCount(argument: first) + CBOR.headByteCount(argument: second)
            + CBOR.headByteCount(argument: UInt64(path.count)) + path.count * hashByteCount
        var bytes: [UInt8] = []
        bytes.reserveCapacity(
            proofByteCount + protected.count + note.count + signature.count + 64)
        CBOR.appendHead(major: .tag, argument: 18, to: &bytes)
        CBOR.appendHead(major: .array, argument: 4, to: &bytes)
        Self.append(protected, to: &bytes)
        CBOR.appendHead(major: .map, argument: note.isEmpty ? 1 : 2, to: &bytes)
        CBOR.appendHead(major: .unsigned, argument: UInt64(HeaderLabel.proofs), to: &bytes)
        CBOR.appendHead(major: .map, argument: 1, to: &bytes)
        CBOR.appendHead(major: .negative, argument: UInt64(-1 - kind), to: &bytes)
        CBOR.appendHead(major: .array, argument: 1, to: &bytes)
        CBOR.appendHead(major: .bytes, argument: UInt64(proofByteCount), to: &bytes)
        Self.append(first, second, path, to: &bytes)
        if !note.isEmpty {
            let label = HeaderLabel.checkpoint.utf8
            CBOR.appendHead(major: .text, argument: UInt64(label.count), to: &bytes)
            bytes += label
            Self.append(note, to: &bytes)
        }
        bytes.append(0xF6)
        Self.append(signature, to: &bytes)
        return bytes
    }

    /// Appends the proof, an item inside its byte string.
    private static func append(
        _ first: UInt64, _ second: UInt64, _ path: [Hash], to bytes: inout [UInt8]
    ) {
        CBOR.appendHead(major: .array, argument: 3, to: &bytes)
        CBOR.appendHead(major: .unsigned, argument: first, to: &bytes)
        CBOR.appendHead(major: .unsigned, argument: second, to: &bytes)
        CBOR.appendHead(major: .array, argument: UInt64(path.count), to: &bytes)
        for hash in path {
            CBOR.appendHead(major: .bytes, argument: UInt64(Hash.byteCount), to: &bytes)
            hash.append(to: &bytes)
        }
    }

    private static func append(_ string: [UInt8], to bytes: inout [UInt8]) {
        CBOR.appendHead(major: .bytes, argument: UInt64(string.count), to: &bytes)
        bytes += string
    }
}
