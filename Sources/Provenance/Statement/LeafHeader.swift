import Encoding
import Manifests
import Merkle

/// The four parts of a leaf: a tagged message whose unprotected header is empty.
struct LeafMessage {
    let protected: LeafPlace
    let payload: LeafPlace
    let signature: LeafPlace

    init?(_ leaf: Span<UInt8>) {
        var cursor = LeafCursor(in: 0..<leaf.count)
        // Tag 18, an array of four: protected, the empty map, payload, signature.
        guard cursor.take(0xD2, leaf), cursor.take(0x84, leaf),
            let protected = cursor.string(.bytes, leaf), cursor.take(0xA0, leaf),
            let payload = cursor.bytes(Hash.byteCount, leaf),
            let signature = cursor.string(.bytes, leaf), cursor.isAtEnd
        else { return nil }
        (self.protected, self.payload, self.signature) = (protected, payload, signature)
    }
}

/// The protected header of a statement over a digest: its labels have one order (statement.md §3).
struct LeafHeader {
    let algorithm: COSEAlgorithm
    let keyID: LeafPlace
    let claims: LeafClaims
    let artifacts: LeafArtifacts
    let chain: LeafChain?
    let predicate: LeafPlace

    /// From the label of `typ` to that of the subjects there is nothing that could differ.
    private static let fixed =
        CBOR.int(HeaderLabel.type).encoded() + CBOR.text(ContentType.statement).encoded()
        + CBOR.int(HeaderLabel.payloadHashAlgorithm).encoded() + CBOR.negative(15).encoded()
        + CBOR.int(HeaderLabel.preimageContentType).encoded()
        + CBOR.text(ContentType.inToto).encoded() + CBOR.int(HeaderLabel.subjects).encoded()

    private static let chainLabel = CBOR.int(HeaderLabel.chain).encoded()
    private static let predicateLabel = CBOR.int(HeaderLabel.predicate).encoded()

    /// Labels of a statement that is in no chain.
    private static let labels: UInt64 = 8

    init?(_ leaf: Span<UInt8>, in range: Range<Int>) {
        var cursor = LeafCursor(in: range)
        guard let count = cursor.argument(of: .map, leaf),
            count == Self.labels || count == Self.labels + 1,
            cursor.take(UInt8(HeaderLabel.algorithm), leaf),
            let algorithm = Self.algorithm(&cursor, leaf),
            cursor.take(UInt8(HeaderLabel.keyID), leaf),
            let keyID = cursor.bytes(Hash.byteCount, leaf),
            cursor.take(UInt8(HeaderLabel.claims), leaf), let claims = LeafClaims(&cursor, leaf),
            cursor.take(Self.fixed, leaf), let artifacts = LeafArtifacts(&cursor, leaf)
        else { return nil }
        var chain: LeafChain?
        if count > Self.labels {
            chain = cursor.take(Self.chainLabel, leaf) ? LeafChain(&cursor, leaf) : nil
            guard chain != nil else { return nil }
        }
        guard cursor.take(Self.predicateLabel, leaf),
            let predicate = cursor.string(.text, leaf), cursor.isAtEnd,
            Self.isUsual(leaf.extracting(predicate.range), hasAudience: claims.audience != nil)
        else { return nil }
        (self.algorithm, self.keyID, self.claims) = (algorithm, keyID, claims)
        (self.artifacts, self.chain, self.predicate) = (artifacts, chain, predicate)
    }

    private static func algorithm(
        _ cursor: inout LeafCursor, _ leaf: Span<UInt8>
    ) -> COSEAlgorithm? {
        guard let argument = cursor.argument(of: .negative, leaf), argument < 64 else { return nil }
        return COSEAlgorithm(codePoint: ~Int64(argument))
    }

    /// Types that may stand in every statement over a digest, of those with our prefix.
    private static let unbound = [
        PredicateType.provenance, PredicateType.postmortem, PredicateType.telemetry,
    ].map(\.utf8)

    /// Types that ask for `aud` (statement.md §4).
    private static let bound = Statement.boundPredicates.map(\.utf8)

    /// Whether the predicate is of a known type of ours, or of a foreign type in plain ASCII.
    private static func isUsual(_ predicate: Span<UInt8>, hasAudience: Bool) -> Bool {
        guard predicate.count > 0 else { return false }
        if unbound.contains(where: { predicate.isEqual(to: $0) }) { return true }
        if hasAudience, bound.contains(where: { predicate.isEqual(to: $0) }) { return true }
        let prefix = PredicateType.prefix.utf8
        guard
            predicate.count < prefix.count
                || !predicate.extracting(0..<prefix.count).isEqual(to: prefix)
        else { return false }
        for place in predicate.indices where predicate[place] >= 0x80 { return false }
        return true
    }
}

/// The claims of a statement (statement.md §4).
struct LeafClaims {
    let issuer: LeafPlace
    let subject: LeafPlace
    let audience: LeafPlace?
    let issuedAt: UInt64
    let claimID: LeafPlace

    /// Claims of a statement that is for any ledger.
    private static let claims: UInt64 = 4

    init?(_ cursor: inout LeafCursor, _ leaf: Span<UInt8>) {
        guard let count = cursor.argument(of: .map, leaf),
            count == Self.claims || count == Self.claims + 1,
            cursor.take(UInt8(ClaimLabel.issuer), leaf),
            let issuer = cursor.uri(leaf, needsScheme: true),
            cursor.take(UInt8(ClaimLabel.subject), leaf), let subject = cursor.uri(leaf)
        else { return nil }
        var audience: LeafPlace?
        if count > Self.claims {
            audience = cursor.take(UInt8(ClaimLabel.audience), leaf) ? cursor.uri(leaf) : nil
            guard audience != nil else { return nil }
        }
        guard cursor.take(UInt8(ClaimLabel.issuedAt), leaf), let issuedAt = cursor.integer(leaf),
            cursor.take(UInt8(ClaimLabel.claimID), leaf),
            let claimID = cursor.bytes(Limits.nonceBytes, leaf)
        else { return nil }
        (self.issuer, self.subject, self.audience) = (issuer, subject, audience)
        (self.issuedAt, self.claimID) = (issuedAt, claimID)
    }
}

/// The digests of the artifacts: they lie one after the other.
struct LeafArtifacts {
    let first: LeafPlace
    let count: Int

    init?(_ cursor: inout LeafCursor, _ leaf: Span<UInt8>) {
        guard let count = cursor.argument(of: .array, leaf),
            (1...UInt64(Limits.subjects)).contains(count),
            let first = cursor.bytes(Hash.byteCount, leaf)
        else { return nil }
        for _ in 1..<count {
            guard cursor.bytes(Hash.byteCount, leaf) != nil else { return nil }
        }
        (self.first, self.count) = (first, Int(count))
        guard areDistinct(leaf) else { return nil }
    }

    private func areDistinct(_ leaf: Span<UInt8>) -> Bool {
        guard count > 1 else { return true }
        let start = first.range.lowerBound
        var digests: Set<Hash> = []
        for position in 0..<count {
            let place = start + position * LeafCursor.digestItemBytes
            guard let digest = Hash(leaf.extracting(place..<(place + Hash.byteCount))),
                digests.insert(digest).inserted
            else { return false }
        }
        return true
    }
}

/// The place in a chain (statement.md §5).
struct LeafChain {
    let id: LeafPlace
    let sequence: UInt64
    let previous: LeafPlace

    init?(_ cursor: inout LeafCursor, _ leaf: Span<UInt8>) {
        guard cursor.take(0x83, leaf), let id = cursor.bytes(Limits.nonceBytes, leaf),
            let sequence = cursor.integer(leaf),
            let previous = cursor.bytes(Hash.byteCount, leaf),
            (sequence == 0) == (Hash(leaf.extracting(previous.range)) == .zero)
        else { return nil }
        (self.id, self.sequence, self.previous) = (id, sequence, previous)
    }
}

extension Span<UInt8> {
    /// Whether these are exactly the bytes of `other`.
    fileprivate func isEqual(to other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for place in indices where self[place] != other[place] { return false }
        return true
    }
}
