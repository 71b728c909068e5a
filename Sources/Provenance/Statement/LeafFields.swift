package import Encoding
import Manifests
import Merkle

/// Where a leaf of the usual form has its fields, found in place and without a copy.
///
/// There are fields only where each rule of ``Statement``'s form holds (statement.md §2 to §5). For
/// everything else there are none, and ``Statement`` must be asked, which names the rule: control
/// statements, leaves that break a rule, and such forms as hardly anybody uses.
package struct LeafFields: Sendable {
    /// The signature's algorithm.
    package let algorithm: COSEAlgorithm

    /// `iat` in POSIX seconds.
    package let issuedAt: UInt64

    /// Number of statements before it in its chain; nil where it is in none.
    package let sequence: UInt64?

    /// Number of artifacts that it names.
    package let artifactCount: Int

    private let protectedPlace: LeafPlace
    private let payloadPlace: LeafPlace
    private let signaturePlace: LeafPlace
    private let keyPlace: LeafPlace
    private let issuerPlace: LeafPlace
    private let subjectPlace: LeafPlace
    private let audiencePlace: LeafPlace
    private let claimIDPlace: LeafPlace
    private let artifactsPlace: LeafPlace
    private let chainIDPlace: LeafPlace
    private let previousPlace: LeafPlace
    private let predicatePlace: LeafPlace

    /// Reads a leaf.
    package init?(_ leaf: Span<UInt8>) {
        guard leaf.count <= Limits.statementBytes, let message = LeafMessage(leaf),
            let header = LeafHeader(leaf, in: message.protected.range),
            message.signature.range.count == header.algorithm.signatureByteCount
        else { return nil }
        let claims = header.claims
        algorithm = header.algorithm
        issuedAt = claims.issuedAt
        sequence = header.chain?.sequence
        artifactCount = header.artifacts.count
        (protectedPlace, payloadPlace) = (message.protected, message.payload)
        (signaturePlace, keyPlace) = (message.signature, header.keyID)
        (issuerPlace, subjectPlace) = (claims.issuer, claims.subject)
        (audiencePlace, claimIDPlace) = (claims.audience ?? .none, claims.claimID)
        artifactsPlace = header.artifacts.first
        chainIDPlace = header.chain?.id ?? .none
        previousPlace = header.chain?.previous ?? .none
        predicatePlace = header.predicate
    }

    /// The content of the protected header.
    package var protected: Range<Int> { protectedPlace.range }

    /// The digest of the manifest, 32 bytes.
    package var payload: Range<Int> { payloadPlace.range }

    /// The signature.
    package var signature: Range<Int> { signaturePlace.range }

    /// The thumbprint of the key, 32 bytes.
    package var keyID: Range<Int> { keyPlace.range }

    /// `iss`.
    package var issuer: Range<Int> { issuerPlace.range }

    /// `sub`.
    package var subject: Range<Int> { subjectPlace.range }

    /// `aud`; nil where there is none.
    package var audience: Range<Int>? { audiencePlace.range.isEmpty ? nil : audiencePlace.range }

    /// `cti`, 16 bytes.
    package var claimID: Range<Int> { claimIDPlace.range }

    /// The manifest's predicate type.
    package var predicate: Range<Int> { predicatePlace.range }

    /// The chain's id, 16 bytes; nil where it is in none.
    package var chainID: Range<Int>? { sequence == nil ? nil : chainIDPlace.range }

    /// The EntryID digest of the statement before it in its chain; nil where it is in none.
    package var previous: Range<Int>? { sequence == nil ? nil : previousPlace.range }

    /// The digest of one artifact, 32 bytes.
    package func artifact(_ position: Int) -> Range<Int> {
        precondition(position < artifactCount, "an artifact that the leaf names")
        let first = artifactsPlace.range
        let offset = position * LeafCursor.digestItemBytes
        return (first.lowerBound + offset)..<(first.upperBound + offset)
    }
}

/// A place in a leaf, which is small: of 8 KiB at most.
struct LeafPlace: Sendable {
    private let start: UInt16
    private let count: UInt16

    /// No place.
    static let none = LeafPlace(0..<0)

    init(_ range: Range<Int>) {
        start = UInt16(range.lowerBound)
        count = UInt16(range.count)
    }

    var range: Range<Int> { Int(start)..<(Int(start) + Int(count)) }
}
