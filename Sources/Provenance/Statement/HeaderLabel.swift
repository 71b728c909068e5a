import Encoding

/// The header labels of statements, receipts and records, with where each is defined.
enum HeaderLabel {
    /// `alg`, RFC 9052 §3.1.
    static let algorithm: Int64 = 1
    /// `content type`, RFC 9052 §3.1; only in control statements and index heads.
    static let contentType: Int64 = 3
    /// `kid`, RFC 9052 §3.1: the RFC 9679 thumbprint.
    static let keyID: Int64 = 4
    /// CWT claims, RFC 9597.
    static let claims: Int64 = 15
    /// `typ`, RFC 9596.
    static let type: Int64 = 16
    /// `payload-hash-alg`, RFC 9995.
    static let payloadHashAlgorithm: Int64 = 258
    /// `preimage content type`, RFC 9995.
    static let preimageContentType: Int64 = 259
    /// Receipts, RFC 9942.
    static let receipts: Int64 = 394
    /// Verifiable data structure, RFC 9942.
    static let dataStructure: Int64 = 395
    /// Verifiable data structure proofs, RFC 9942.
    static let proofs: Int64 = 396
    /// The manifest's subject digests, ours.
    static let subjects: Int64 = -65537
    /// The place in the chain of one spool, ours.
    static let chain: Int64 = -65538
    /// The manifest's predicate type, ours.
    static let predicate: Int64 = -65539
    /// The manifest's bytes, ours, unprotected.
    static let manifest: Int64 = -65540
    /// The `key` statements that lead to the signing key, ours, unprotected.
    static let issuer: Int64 = -65541
    /// Independent evidence for tree heads, ours, unprotected.
    static let anchors: Int64 = -65542
    /// Proofs that a listing is complete, ours, unprotected.
    static let completes: Int64 = -65544
    /// The signed note that a receipt carries, unprotected.
    static let checkpoint: Text = "c2sp.org/tlog-checkpoint"
}

/// The labels of CWT claims (RFC 8392 §4).
enum ClaimLabel {
    /// `iss`.
    static let issuer: Int64 = 1
    /// `sub`.
    static let subject: Int64 = 2
    /// `aud`.
    static let audience: Int64 = 3
    /// `iat`.
    static let issuedAt: Int64 = 6
    /// `cti`.
    static let claimID: Int64 = 7

    /// All claims of a statement.
    static let all = [issuer, subject, audience, issuedAt, claimID]
}

/// The media types that say what a COSE message is and holds.
enum ContentType {
    /// `typ` of a statement over a manifest's digest.
    static let statement: Text = "application/vnd.colophon.statement.v1+cose"
    /// `typ` of a control statement, whose payload is its manifest.
    static let control: Text = "application/vnd.colophon.control.v1+cose"
    /// `typ` of an index head.
    static let index: Text = "application/vnd.colophon.index.v1+cose"
    /// `typ` of a statement about numbered copies; the name is reserved.
    static let title: Text = "application/vnd.colophon.title.v1+cose"
    /// `typ` of a statement about many artifacts; the name is reserved.
    static let collection: Text = "application/vnd.colophon.collection.v1+cose"
    /// An in-toto Statement, the manifest's form.
    static let inToto: Text = "application/vnd.in-toto+json"
    /// Deterministic CBOR, the payload of an index head.
    static let cbor: Text = "application/cbor"
}
