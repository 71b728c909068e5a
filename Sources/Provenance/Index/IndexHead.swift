public import Encoding
public import Manifests
public import Merkle

/// The ledger's signed statement that the map over the first N entries has this root: an entry of
/// the log itself (index.md §8).
///
/// A value of this type is well formed: each header is there, in range and in its one form. Its
/// signature has **not** been checked, nor what only the log shows (``IndexHeadPlace``).
public struct IndexHead: Hashable, Sendable {
    /// The exact bytes that are logged: the unprotected header is empty.
    public let leaf: [UInt8]

    /// SHA-256 of `leaf`.
    public let id: EntryID

    /// The signature's algorithm.
    public let algorithm: COSEAlgorithm

    /// RFC 9679 thumbprint of the signing key, which is to be the ledger key.
    public let keyID: Hash

    /// `aud`: the origin of the ledger whose log it is about.
    public let origin: Text

    /// `iat` in POSIX seconds: the ledger's claim.
    public let issuedAt: UInt64

    /// N, the number of entries that are covered: at least 1.
    public let size: UInt64

    /// The root of the log's tree of the first N entries.
    public let tree: Hash

    /// The root of the map of the first N entries.
    public let map: Hash

    /// The place among the ledger's index heads.
    public let chain: Chain

    /// The signature's bytes, in COSE's form.
    public let signature: [UInt8]

    private let protected: [UInt8]

    /// The bytes that are signed: RFC 9052 §4.4's Sig_structure.
    public var toBeSigned: [UInt8] {
        COSESign1.toBeSigned(
            protected: protected, payload: IndexHeadDraft.payload(size, tree: tree, map: map))
    }

    /// Checks the signature by a key of which the caller knows that it is the one that is named.
    func checkSignature(by key: COSEKey) throws(Refusal) {
        try Registry.checkSignature(
            signature, over: toBeSigned, algorithm, by: Registry.prepared(key))
    }

    /// The first 16 bytes of a digest, which name a chain of heads or a payload.
    static func name(_ bytes: [UInt8]) -> [UInt8] {
        Array(Hash.sha256(bytes).bytes.prefix(Limits.nonceBytes))
    }

    /// Returns the id of the chain that all index heads of a ledger are in: the first 16 bytes of
    /// SHA-256("colophon/index-chain/v1" || 0x00 || EntryID of entry 0).
    public static func chainID(of genesis: EntryID) -> [UInt8] {
        name(Array("colophon/index-chain/v1\0".utf8) + genesis.hash.bytes)
    }

    /// Reads a leaf; the refusal names the header and the rule.
    public init(leaf: [UInt8]) throws(Refusal) {
        let form = try TransportForm(leaf)
        guard form.message.unprotected.isEmpty else {
            throw Refusal(.malformed, field: "unprotected header", rule: "must be empty in a leaf")
        }
        try self.init(form)
    }

    /// Reads the index head inside `form`.
    init(_ form: TransportForm) throws(Refusal) {
        let message = form.message
        let headers = StatementHeaders(message.protectedMap)
        try headers.requireIndexHead()
        guard form.leaf.count <= Limits.statementBytes else {
            throw Refusal(
                .tooLarge, field: "index head",
                rule: "must not exceed \(Limits.statementBytes) bytes")
        }
        try headers.checkIndexLabels()
        algorithm = try headers.algorithm(ofSignature: message.signature.count)
        keyID = try headers.keyID()
        let claims = try headers.claims()
        guard let audience = claims.audience else {
            throw Refusal(.audience, field: "aud", rule: "is mandatory in index heads")
        }
        guard claims.issuer.utf8 == Array("https://".utf8) + audience.utf8 else {
            throw Refusal(.mismatch, field: "iss", rule: "must be https:// and the aud")
        }
        guard claims.subject == claims.issuer else {
            throw Refusal(.mismatch, field: "sub", rule: "must be the iss of an index head")
        }
        (origin, issuedAt) = (audience, claims.issuedAt)
        guard let chain = try headers.chain() else {
            preconditionFailure("the labels of an index head have been checked")
        }
        self.chain = chain
        let payload = message.payload ?? []
        (size, tree, map) = try Self.content(of: payload)
        guard claims.claimID == Self.name(payload) else {
            throw Refusal(
                .mismatch, field: "cti", rule: "must be the first 16 bytes of the payload's SHA-256"
            )
        }
        leaf = form.leaf
        id = form.id
        protected = message.protected
        signature = message.signature
    }

    /// Reads [size, tree, map].
    private static func content(
        of payload: [UInt8]
    ) throws(Refusal) -> (size: UInt64, tree: Hash, map: Hash) {
        let item: CBOR
        do throws(CBORError) {
            item = try CBOR.decode(payload)
        } catch {
            throw Refusal(
                .malformed, field: "payload", rule: "must be deterministic CBOR: \(error)")
        }
        guard let parts = item.arrayValue, parts.count == 3, let size = parts[0].unsignedValue,
            let tree = parts[1].bytesValue.flatMap({ Hash($0) }),
            let map = parts[2].bytesValue.flatMap({ Hash($0) })
        else {
            throw Refusal(
                .malformed, field: "payload", rule: "must be [size, tree: 32 bytes, map: 32 bytes]")
        }
        guard (1...Limits.largestInteger).contains(size) else {
            throw Refusal(.malformed, field: "payload", rule: "must have a size of 1 to 2^53-1")
        }
        return (size, tree, map)
    }
}
