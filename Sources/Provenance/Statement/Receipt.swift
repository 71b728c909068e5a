public import Encoding
public import Manifests
public import Merkle

/// A ledger's signed answer that an entry is in its tree, or that one tree extends another
/// (RFC 9942, RFC9162_SHA256; log.md §6).
///
/// The signature covers the tree's root only. Position and size are proven by the signed note
/// that every receipt of ours carries; a value of this type has been read, not verified.
public struct Receipt: Sendable {
    /// The proof in a receipt, which holds once its root is trusted.
    public enum Proof: Hashable, Sendable {
        /// The entry is a leaf of the tree.
        case inclusion(InclusionProof)

        /// An older tree is a prefix of the tree.
        case consistency(ConsistencyProof)
    }

    /// The signature's algorithm.
    public let algorithm: COSEAlgorithm

    /// RFC 9679 thumbprint of the receipt key.
    public let keyID: Hash

    /// `sub`: the ledger's origin.
    public let origin: Text

    /// `iat`: the time of the head, in POSIX seconds.
    public let issuedAt: UInt64

    /// The proof; its root is not in the receipt.
    public let proof: Proof

    /// The signed note of the head; without it no position is proven.
    public let note: [UInt8]?

    /// Unprotected labels that were passed over; only where the reader was lenient.
    public let ignored: [CBORLabel]

    private let message: COSESign1

    /// Reads a receipt; the refusal names the part and the rule.
    ///
    /// With `lenient`, for receipts from elsewhere, the unprotected header may hold other labels
    /// and need not be deterministic (encoding.md §1).
    public init(_ bytes: [UInt8], lenient: Bool = false) throws(Refusal) {
        guard bytes.count <= Limits.receiptBytes else {
            throw Self.refusal("receipt", "must not exceed \(Limits.receiptBytes) bytes")
        }
        do throws(CBORError) {
            message = try COSESign1.decode(bytes, unprotected: lenient ? .lenient : .strict)
        } catch {
            throw Self.refusal("receipt", "must be a COSE_Sign1: \(error)")
        }
        guard message.payload == nil else {
            throw Self.refusal("receipt payload", "must be detached (nil)")
        }
        let headers = try ReceiptHeaders(message.protectedMap)
        (algorithm, keyID) = (headers.algorithm, headers.keyID)
        guard message.signature.count == algorithm.signatureByteCount else {
            throw Self.refusal(
                "receipt signature", "must be \(algorithm.signatureByteCount) bytes for its alg")
        }
        (origin, issuedAt) = (headers.origin, headers.issuedAt)
        (note, proof, ignored) = try Self.unprotectedParts(message.unprotected, lenient: lenient)
    }

    /// The receipt's bytes, as they were read.
    public func encoded() -> [UInt8] {
        message.encoded()
    }

    /// The bytes that are signed for `root` (RFC 9052 §4.4 with the detached payload).
    public func toBeSigned(root: Hash) -> [UInt8] {
        COSESign1.toBeSigned(protected: message.protected, payload: root.bytes)
    }

    /// The signature's bytes.
    public var signature: [UInt8] { message.signature }

    /// The size of the tree whose root is signed.
    public var treeSize: UInt64 {
        switch proof {
        case .inclusion(let proof): proof.treeSize
        case .consistency(let proof): proof.newSize
        }
    }

    /// What all receipts of its head share: nothing that is signed depends on the entry.
    package var head: HeadReceipt {
        HeadReceipt(protected: message.protected, signature: message.signature, note: note ?? [])
    }

    /// Whether the receipt is about an entry, not about two trees.
    var isOfEntry: Bool {
        if case .inclusion = proof { true } else { false }
    }

    /// Says whether `receipts` stand in the order of record.md §2.
    ///
    /// For each origin they rise by size, and none is there twice. An inclusion receipt and a
    /// consistency receipt may share a size.
    static func areInOrder(_ receipts: [Receipt]) -> Bool {
        for (position, one) in receipts.enumerated() {
            for other in receipts[..<position] where other.origin == one.origin {
                let isOther = other.isOfEntry != one.isOfEntry
                guard other.treeSize < one.treeSize || (other.treeSize == one.treeSize && isOther)
                else { return false }
            }
        }
        return true
    }

    /// Returns the same signature with a consistency proof from an older tree to this one's.
    ///
    /// Nothing signed depends on the entry, so one signature serves every proof of a head.
    public func proving(_ consistency: ConsistencyProof) -> [UInt8] {
        head.receipt(consistency)
    }

    /// Returns the same receipt with another note beside it: that of its head with the cosignatures
    /// that came later, which nothing in the receipt's signature covers.
    public func noting(_ note: [UInt8]) -> [UInt8] {
        let head = HeadReceipt(
            protected: message.protected, signature: message.signature, note: note)
        return switch proof {
        case .inclusion(let proof): head.receipt(proof)
        case .consistency(let proof): head.receipt(proof)
        }
    }

    private static func unprotectedParts(
        _ map: CBORMap, lenient: Bool
    ) throws(Refusal) -> ([UInt8]?, Proof, [CBORLabel]) {
        var ignored: [CBORLabel] = []
        for (label, _) in map.entries
        where label != .int(HeaderLabel.proofs) && label != .text(HeaderLabel.checkpoint) {
            guard lenient else {
                throw refusal(
                    "receipt label \(label)",
                    "unrecognised part: damaged, or made by a newer version")
            }
            ignored.append(label)
        }
        var note: [UInt8]?
        if let item = map[HeaderLabel.checkpoint] {
            guard let bytes = item.bytesValue else {
                throw refusal("receipt checkpoint", "must be a byte string")
            }
            note = bytes
        }
        guard let proofs = map[HeaderLabel.proofs]?.mapValue, proofs.entries.count == 1,
            let (kind, value) = proofs.entries.first.map({ ($0.key, $0.value) }),
            kind == .int(-1) || kind == .int(-2), let list = value.arrayValue, list.count == 1,
            let bytes = list[0].bytesValue
        else {
            throw refusal("receipt proofs", "must hold one proof, at -1 or -2")
        }
        return (note, try proof(bytes, isInclusion: kind == .int(-1)), ignored)
    }

    /// Reads `[size, index, [path]]`, or `[old size, new size, [path]]`.
    static func proof(_ bytes: [UInt8], isInclusion: Bool) throws(Refusal) -> Proof {
        let item: CBOR
        do throws(CBORError) {
            item = try CBOR.decode(bytes)
        } catch {
            throw refusal("receipt proof", "must be deterministic CBOR: \(error)")
        }
        guard let parts = item.arrayValue, parts.count == 3, let first = parts[0].unsignedValue,
            let second = parts[1].unsignedValue, let nodes = parts[2].arrayValue,
            max(first, second) <= Limits.largestInteger
        else {
            throw refusal("receipt proof", "must be [integer, integer, [path]]")
        }
        var path: [Hash] = []
        for node in nodes {
            guard let bytes = node.bytesValue, let hash = Hash(bytes) else {
                throw refusal("receipt proof", "must have a path of 32-byte hashes")
            }
            path.append(hash)
        }
        do throws(ProofError) {
            return isInclusion
                ? .inclusion(
                    try InclusionProof(leafIndex: second, treeSize: first, path: path))
                : .consistency(
                    try ConsistencyProof(oldSize: first, newSize: second, path: path))
        } catch {
            throw refusal("receipt proof", "cannot be one: \(error)")
        }
    }

    static func refusal(_ field: String, _ rule: String) -> Refusal {
        Refusal(.malformed, field: field, rule: rule)
    }
}

/// The protected header of a receipt (log.md §6): exactly alg, kid, vds, and iss, sub, iat.
private struct ReceiptHeaders {
    let algorithm: COSEAlgorithm
    let keyID: Hash
    let origin: Text
    let issuedAt: UInt64

    init(_ map: CBORMap) throws(Refusal) {
        let labels = [
            HeaderLabel.algorithm, HeaderLabel.keyID, HeaderLabel.claims,
            HeaderLabel.dataStructure,
        ]
        guard map.entries.count == labels.count, labels.allSatisfy({ map[$0] != nil }) else {
            throw Receipt.refusal("receipt header", "must hold exactly 1, 4, 15 and 395")
        }
        guard let code = map[HeaderLabel.algorithm]?.integer,
            let algorithm = COSEAlgorithm(codePoint: code)
        else {
            throw Refusal(.algorithm, field: "receipt alg", rule: "must be -8, -7 or -49")
        }
        guard let bytes = map[HeaderLabel.keyID]?.bytesValue, let keyID = Hash(bytes) else {
            throw Receipt.refusal("receipt kid", "must be 32 bytes")
        }
        guard map[HeaderLabel.dataStructure] == .unsigned(1) else {
            throw Receipt.refusal("receipt vds", "must be 1 (RFC9162_SHA256)")
        }
        guard let claims = map[HeaderLabel.claims]?.mapValue, claims.entries.count == 3,
            let issuer = claims[ClaimLabel.issuer]?.textValue,
            let origin = claims[ClaimLabel.subject]?.textValue,
            let issuedAt = claims[ClaimLabel.issuedAt]?.unsignedValue,
            issuedAt <= Limits.largestInteger
        else {
            throw Receipt.refusal("receipt claims", "must be exactly iss, sub and iat")
        }
        try IdentifierURI.check(origin, field: "receipt sub")
        guard issuer.utf8 == Array("https://".utf8) + origin.utf8 else {
            throw Receipt.refusal("receipt iss", "must be https:// and the origin")
        }
        self.algorithm = algorithm
        self.keyID = keyID
        self.origin = origin
        self.issuedAt = issuedAt
    }
}
