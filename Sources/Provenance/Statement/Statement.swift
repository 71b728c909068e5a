public import Encoding
public import Manifests
public import Merkle

/// A signed statement: COSE_Sign1 over the digest of a manifest, or over a control manifest
/// (statement.md §2, RFC 9943 §6).
///
/// A value of this type is well formed: each header is there, in range and in its one form.
/// Its signature has **not** been checked, and its manifest may be another one.
public struct Statement: Hashable, Sendable {
    /// The content of a statement, by its `typ`.
    public enum Body: Hashable, Sendable {
        /// A hash envelope (RFC 9995): the manifest's SHA-256, its subjects' digests in order,
        /// and its predicate type.
        case envelope(payload: Hash, subjects: [Hash], predicate: Text)

        /// A control statement: the manifest itself.
        case control(Manifest)
    }

    /// The exact bytes that are logged: the unprotected header is empty.
    public let leaf: [UInt8]

    /// SHA-256 of `leaf`.
    public let id: EntryID

    /// The signature's algorithm.
    public let algorithm: COSEAlgorithm

    /// RFC 9679 thumbprint of the signing key.
    public let keyID: Hash

    /// `iss`: the URI of the PoP, the administrator or the ledger.
    public let issuer: Text

    /// `sub`: the thread that this statement belongs to.
    public let subject: Text

    /// `aud`: the origin of the one ledger that may register it; nil where any may.
    public let audience: Text?

    /// `iat` in POSIX seconds: the signer's claim.
    public let issuedAt: UInt64

    /// `cti`: 16 bytes that are unique for the issuer.
    public let claimID: [UInt8]

    /// The content.
    public let body: Body

    /// The place in what one spool signed, where it says so.
    public let chain: Chain?

    /// The signature's bytes, in COSE's form.
    public let signature: [UInt8]

    /// The protected header's bytes.
    let protected: [UInt8]

    /// Reads a leaf; the refusal names the header and the rule.
    public init(leaf: [UInt8]) throws(Refusal) {
        try self.init(TransportForm(leaf), requiringLeaf: true)
    }

    /// Reads the statement inside `form`.
    init(_ form: TransportForm, requiringLeaf: Bool = false) throws(Refusal) {
        let message = form.message
        guard !requiringLeaf || message.unprotected.entries.isEmpty else {
            throw Refusal(.malformed, field: "unprotected header", rule: "must be empty in a leaf")
        }
        let headers = StatementHeaders(message.protectedMap)
        let isControl = try headers.isControl()
        try Self.checkSize(of: form.leaf, isControl: isControl)
        try headers.checkLabels(isControl: isControl)
        algorithm = try headers.algorithm(ofSignature: message.signature.count)
        keyID = try headers.keyID()
        let claims = try headers.claims()
        (issuer, subject, audience) = (claims.issuer, claims.subject, claims.audience)
        (issuedAt, claimID) = (claims.issuedAt, claims.claimID)
        chain = try headers.chain()
        body =
            isControl
            ? .control(try Self.controlManifest(message.payload))
            : try headers.envelope(payload: message.payload)
        leaf = form.leaf
        id = form.id
        protected = message.protected
        signature = message.signature
        try checkWhatThePredicateNeeds()
    }

    /// The bytes that are signed: RFC 9052 §4.4's Sig_structure.
    public var toBeSigned: [UInt8] {
        let payload =
            switch body {
            case .envelope(let digest, _, _): digest.bytes
            case .control(let manifest): manifest.bytes
            }
        return COSESign1.toBeSigned(protected: protected, payload: payload)
    }

    /// The manifest's predicate type.
    public var predicate: Text {
        switch body {
        case .envelope(_, _, let predicate): predicate
        case .control(let manifest): manifest.predicateType
        }
    }

    /// The SHA-256 of the manifest.
    public var manifestDigest: Hash {
        switch body {
        case .envelope(let digest, _, _): digest
        case .control(let manifest): manifest.digest
        }
    }

    /// The digests of the artifacts that the manifest names, in its order.
    public var subjectDigests: [Hash] {
        switch body {
        case .envelope(_, let subjects, _): subjects
        case .control: []
        }
    }

    /// The manifest of a control statement; nil for all others.
    public var controlManifest: Manifest? {
        switch body {
        case .envelope: nil
        case .control(let manifest): manifest
        }
    }

    private static func checkSize(of leaf: [UInt8], isControl: Bool) throws(Refusal) {
        let limit = isControl ? Limits.controlStatementBytes : Limits.statementBytes
        guard leaf.count <= limit else {
            throw Refusal(.tooLarge, field: "statement", rule: "must not exceed \(limit) bytes")
        }
    }

    private static func controlManifest(_ payload: [UInt8]?) throws(Refusal) -> Manifest {
        guard let payload else {
            throw Refusal(.malformed, field: "payload", rule: "must be the manifest's bytes")
        }
        guard payload.count <= Limits.controlManifestBytes else {
            throw Refusal(
                .tooLarge, field: "payload",
                rule: "must not exceed \(Limits.controlManifestBytes) bytes")
        }
        let manifest = try Manifest(payload)
        guard PredicateType.isControl(manifest.predicateType) else {
            throw Refusal(
                .predicate, field: "predicateType",
                rule: "only a control predicate may be in a control statement")
        }
        return manifest
    }

    /// The predicates whose statements are for one ledger only: `aud` is mandatory.
    static let boundPredicates: [Text] = [PredicateType.milestone, PredicateType.reconciliation]

    /// Checks what a predicate asks of the statement's other headers (statement.md §4, §7).
    private func checkWhatThePredicateNeeds() throws(Refusal) {
        if controlManifest != nil {
            guard audience != nil else {
                throw Refusal(.audience, field: "aud", rule: "is mandatory in control statements")
            }
            guard chain != nil else {
                throw Refusal(
                    .malformed, field: "chain", rule: "is mandatory in control statements")
            }
        } else if Self.boundPredicates.contains(predicate), audience == nil {
            throw Refusal(.audience, field: "aud", rule: "is mandatory for predicate \(predicate)")
        }
    }
}
