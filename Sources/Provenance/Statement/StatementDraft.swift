public import Encoding
public import Manifests
import Merkle

/// Everything that a statement says, before it is signed.
///
/// Random values and times are passed in: this layer has no clock and no dice.
public struct StatementDraft: Sendable {
    /// The manifest whose digest, or whose bytes for control predicates, are signed.
    public var manifest: Manifest

    /// `iss`, a URI with a scheme.
    public var issuer: Text

    /// `sub`, the thread's name.
    public var subject: Text

    /// `aud`, a ledger's origin; mandatory in control, milestone and reconciliation statements.
    public var audience: Text?

    /// `iat` in POSIX seconds.
    public var issuedAt: UInt64

    /// `cti`, 16 random bytes.
    public var claimID: [UInt8]

    /// The place in a chain; mandatory in control statements.
    public var chain: Chain?

    /// Creates a draft.
    public init(
        manifest: Manifest, issuer: Text, subject: Text, audience: Text?, issuedAt: UInt64,
        claimID: [UInt8], chain: Chain? = nil
    ) {
        self.manifest = manifest
        self.issuer = issuer
        self.subject = subject
        self.audience = audience
        self.issuedAt = issuedAt
        self.claimID = claimID
        self.chain = chain
    }

    /// Signs the draft; the statement has passed every check of a reader.
    public func sign(with key: SigningKey) throws(Refusal) -> Statement {
        let isControl = PredicateType.isControl(manifest.predicateType)
        let payload = isControl ? manifest.bytes : manifest.digest.bytes
        let protected = protectedHeader(isControl: isControl, key: key)
        let input = COSESign1.toBeSigned(protected: protected.encoded(), payload: payload)
        let signature: [UInt8]
        do {
            signature = try key.sign(input)
        } catch {
            throw Refusal(.signature, field: "signature", rule: "could not be made: \(error)")
        }
        let message = COSESign1(
            protected: protected, payload: payload, signature: signature)
        let statement = try Statement(leaf: message.encoded())
        try statement.check(manifest)
        return statement
    }

    private func protectedHeader(isControl: Bool, key: SigningKey) -> CBORMap {
        var claims: [(CBORLabel, CBOR)] = [
            (.int(ClaimLabel.issuer), .text(issuer)),
            (.int(ClaimLabel.subject), .text(subject)),
            (.int(ClaimLabel.issuedAt), .unsigned(issuedAt)),
            (.int(ClaimLabel.claimID), .bytes(claimID)),
        ]
        if let audience {
            claims.append((.int(ClaimLabel.audience), .text(audience)))
        }
        var pairs: [(CBORLabel, CBOR)] = [
            (.int(HeaderLabel.algorithm), .int(key.algorithm.rawValue)),
            (.int(HeaderLabel.keyID), .bytes(key.publicKey.thumbprint)),
            (.int(HeaderLabel.claims), .map(CBORMap(claims))),
            (
                .int(HeaderLabel.type),
                .text(isControl ? ContentType.control : ContentType.statement)
            ),
        ]
        if let chain {
            pairs.append((.int(HeaderLabel.chain), chain.item))
        }
        if isControl {
            pairs.append((.int(HeaderLabel.contentType), .text(ContentType.inToto)))
        } else {
            let subjects = manifest.subjectDigests.map { CBOR.bytes($0.bytes) }
            pairs += [
                (.int(HeaderLabel.payloadHashAlgorithm), .negative(15)),
                (.int(HeaderLabel.preimageContentType), .text(ContentType.inToto)),
                (.int(HeaderLabel.subjects), .array(subjects)),
                (.int(HeaderLabel.predicate), .text(manifest.predicateType)),
            ]
        }
        return CBORMap(pairs)
    }
}
