public import Encoding
public import Manifests
public import Merkle

/// Everything that an index head says, before it is signed (index.md §8).
///
/// Two drafts of the same content have the same payload, and so the same `cti`: making a head again
/// makes no second one.
public struct IndexHeadDraft: Hashable, Sendable {
    /// The ledger's origin.
    public let origin: Text

    /// N, the number of entries that are covered.
    public let size: UInt64

    /// The root of the log's tree of the first N entries.
    public let tree: Hash

    /// The root of the map of the first N entries.
    public let map: Hash

    /// `iat` in POSIX seconds.
    public let issuedAt: UInt64

    /// The place among the ledger's index heads.
    public let chain: Chain

    /// Takes what is said as it is.
    public init(
        origin: Text, size: UInt64, tree: Hash, map: Hash, issuedAt: UInt64, chain: Chain
    ) {
        self.origin = origin
        self.size = size
        self.tree = tree
        self.map = map
        self.issuedAt = issuedAt
        self.chain = chain
    }

    /// Puts a head after the newest one of the ledger, or makes its first.
    ///
    /// - Parameters:
    ///   - previous: The newest head of the log; nil where it has none.
    ///   - genesis: The EntryID of the log's entry 0.
    ///   - time: Now, in POSIX seconds; a head is never older than the one before.
    public init(
        after previous: IndexHead?, of genesis: EntryID, origin: Text, size: UInt64, tree: Hash,
        map: Hash, time: UInt64
    ) throws(Refusal) {
        let chain = try Chain(
            id: IndexHead.chainID(of: genesis),
            sequence: previous.map { $0.chain.sequence + 1 } ?? 0,
            previous: previous?.id.hash ?? .zero)
        self.init(
            origin: origin, size: size, tree: tree, map: map,
            issuedAt: max(time, previous?.issuedAt ?? 0), chain: chain)
    }

    /// The payload: deterministic CBOR of [size, tree, map].
    static func payload(_ size: UInt64, tree: Hash, map: Hash) -> [UInt8] {
        CBOR.array([.unsigned(size), .bytes(tree.bytes), .bytes(map.bytes)]).encoded()
    }

    /// Signs the draft with the ledger key; the head has passed every check of a reader.
    public func sign(with key: SigningKey) throws(Refusal) -> IndexHead {
        let payload = Self.payload(size, tree: tree, map: map)
        let protected = protectedHeader(of: payload, key)
        let signature: [UInt8]
        do throws(SigningError) {
            signature = try key.sign(
                COSESign1.toBeSigned(protected: protected.encoded(), payload: payload))
        } catch {
            throw Refusal(.signature, field: "signature", rule: "could not be made: \(error)")
        }
        return try IndexHead(
            leaf: COSESign1(protected: protected, payload: payload, signature: signature).encoded())
    }

    private func protectedHeader(of payload: [UInt8], _ key: SigningKey) -> CBORMap {
        let issuer = CBOR.text(Text("https://" + origin.string))
        let claims = CBORMap([
            (.int(ClaimLabel.issuer), issuer), (.int(ClaimLabel.subject), issuer),
            (.int(ClaimLabel.audience), .text(origin)),
            (.int(ClaimLabel.issuedAt), .unsigned(issuedAt)),
            (.int(ClaimLabel.claimID), .bytes(IndexHead.name(payload))),
        ])
        return CBORMap([
            (.int(HeaderLabel.algorithm), .int(key.algorithm.rawValue)),
            (.int(HeaderLabel.contentType), .text(ContentType.cbor)),
            (.int(HeaderLabel.keyID), .bytes(key.publicKey.thumbprint)),
            (.int(HeaderLabel.claims), .map(claims)),
            (.int(HeaderLabel.type), .text(ContentType.index)),
            (.int(HeaderLabel.chain), chain.item),
        ])
    }
}
