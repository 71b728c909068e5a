import Encoding
import Manifests
import Merkle

/// Reads the protected header of a statement, one label at a time (statement.md §3).
struct StatementHeaders {
    struct Claims {
        let issuer: Text
        let subject: Text
        let audience: Text?
        let issuedAt: UInt64
        let claimID: [UInt8]
    }

    private let map: CBORMap

    init(_ map: CBORMap) {
        self.map = map
    }

    /// Reads `typ`, before every other rule: another type is unknown, not false (statement.md §2).
    func isControl() throws(Refusal) -> Bool {
        switch map[HeaderLabel.type] {
        case .text(ContentType.statement): return false
        case .text(ContentType.control): return true
        case .text, .unsigned:
            // RFC 9596 §2 also lets a CoAP content format stand here.
            throw Refusal(.unknownType, field: "typ", rule: "is not a statement type known here")
        default:
            throw Refusal(.malformed, field: "typ", rule: "must be there, as text")
        }
    }

    /// Reads `typ` of what must be an index head, before every other rule (index.md §8).
    func requireIndexHead() throws(Refusal) {
        switch map[HeaderLabel.type] {
        case .text(ContentType.index): return
        case .text, .unsigned:
            throw Refusal(.unknownType, field: "typ", rule: "is not an index head known here")
        default:
            throw Refusal(.malformed, field: "typ", rule: "must be there, as text")
        }
    }

    /// Refuses each label that an index head does not have, and names one that lacks.
    func checkIndexLabels() throws(Refusal) {
        try checkLabels(mandatory: [HeaderLabel.contentType, HeaderLabel.chain])
        try expect(.text(ContentType.cbor), at: HeaderLabel.contentType, "content type")
    }

    /// Refuses each label that this kind of statement does not have, and names one that lacks.
    func checkLabels(isControl: Bool) throws(Refusal) {
        let own =
            isControl
            ? [HeaderLabel.contentType, HeaderLabel.chain]
            : [
                HeaderLabel.payloadHashAlgorithm, HeaderLabel.preimageContentType,
                HeaderLabel.subjects, HeaderLabel.predicate,
            ]
        try checkLabels(mandatory: own, optional: isControl ? [] : [HeaderLabel.chain])
        if isControl {
            try expect(.text(ContentType.inToto), at: HeaderLabel.contentType, "content type")
        } else {
            try expect(.negative(15), at: HeaderLabel.payloadHashAlgorithm, "payload-hash-alg")
            try expect(
                .text(ContentType.inToto), at: HeaderLabel.preimageContentType,
                "preimage content type")
        }
    }

    /// Holds the labels to those that every kind has, and to these.
    private func checkLabels(mandatory own: [Int64], optional: [Int64] = []) throws(Refusal) {
        let shared = [
            HeaderLabel.algorithm, HeaderLabel.keyID, HeaderLabel.claims, HeaderLabel.type,
        ]
        let mandatory = shared + own
        for (label, _) in map.entries {
            guard case .int(let number) = label,
                mandatory.contains(number) || optional.contains(number)
            else {
                throw Refusal(
                    .malformed, field: "protected header", rule: "must not hold label \(label)")
            }
        }
        for label in mandatory where map[label] == nil {
            throw Refusal(.malformed, field: "protected header", rule: "must hold label \(label)")
        }
    }

    /// The algorithm of a signature of so many bytes, which must be as many as it has.
    func algorithm(ofSignature byteCount: Int) throws(Refusal) -> COSEAlgorithm {
        guard let code = map[HeaderLabel.algorithm]?.integer,
            let algorithm = COSEAlgorithm(codePoint: code)
        else {
            throw Refusal(
                .algorithm, field: "alg", rule: "must be -8 (EdDSA), -7 (ES256) or -49 (ML-DSA-65)")
        }
        guard byteCount == algorithm.signatureByteCount else {
            throw Refusal(
                .malformed, field: "signature",
                rule: "must be \(algorithm.signatureByteCount) bytes for alg \(algorithm.rawValue)")
        }
        return algorithm
    }

    func keyID() throws(Refusal) -> Hash {
        guard let bytes = map[HeaderLabel.keyID]?.bytesValue, let hash = Hash(bytes) else {
            throw Refusal(.malformed, field: "kid", rule: "must be 32 bytes, the key's thumbprint")
        }
        return hash
    }

    func claims() throws(Refusal) -> Claims {
        guard let claims = map[HeaderLabel.claims]?.mapValue else {
            throw Refusal(.malformed, field: "CWT claims", rule: "must be a map")
        }
        let known = [
            ClaimLabel.issuer, ClaimLabel.subject, ClaimLabel.audience, ClaimLabel.issuedAt,
            ClaimLabel.claimID,
        ]
        for (label, _) in claims.entries {
            guard case .int(let number) = label, known.contains(number) else {
                throw Refusal(.malformed, field: "CWT claims", rule: "must not hold claim \(label)")
            }
        }
        let issuer = try Self.uri(claims[ClaimLabel.issuer], "iss", needsScheme: true)
        let subject = try Self.uri(claims[ClaimLabel.subject], "sub")
        let audience: Text? =
            claims[ClaimLabel.audience] == nil
            ? nil : try Self.uri(claims[ClaimLabel.audience], "aud")
        guard let issuedAt = claims[ClaimLabel.issuedAt]?.unsignedValue,
            issuedAt <= Limits.largestInteger
        else {
            throw Refusal(.malformed, field: "iat", rule: "must be POSIX seconds, at most 2^53-1")
        }
        guard let claimID = claims[ClaimLabel.claimID]?.bytesValue,
            claimID.count == Limits.nonceBytes
        else {
            throw Refusal(.malformed, field: "cti", rule: "must be 16 bytes")
        }
        return Claims(
            issuer: issuer, subject: subject, audience: audience, issuedAt: issuedAt,
            claimID: claimID)
    }

    func chain() throws(Refusal) -> Chain? {
        guard let item = map[HeaderLabel.chain] else { return nil }
        return try Chain(item)
    }

    /// Reads the hash envelope's parts.
    func envelope(payload: [UInt8]?) throws(Refusal) -> Statement.Body {
        guard let payload, let digest = Hash(payload) else {
            throw Refusal(
                .malformed, field: "payload", rule: "must be 32 bytes, the manifest's SHA-256")
        }
        guard let predicate = map[HeaderLabel.predicate]?.textValue, !predicate.utf8.isEmpty else {
            throw Refusal(
                .malformed, field: "predicate", rule: "must be text, the manifest's predicateType")
        }
        guard !PredicateType.isControl(predicate) else {
            throw Refusal(
                .predicate, field: "predicate",
                rule: "a control predicate must be in a control statement")
        }
        let limit =
            PredicateType.isOurs(predicate) ? Limits.subjects : Limits.foreignSubjects
        guard let items = map[HeaderLabel.subjects]?.arrayValue,
            (1...limit).contains(items.count)
        else {
            throw Refusal(
                .malformed, field: "subjects", rule: "must be an array of 1 to \(limit) digests")
        }
        var subjects: [Hash] = []
        subjects.reserveCapacity(items.count)
        for item in items {
            guard let bytes = item.bytesValue, let subject = Hash(bytes) else {
                throw Refusal(
                    .malformed, field: "subjects", rule: "must each be 32 bytes, a SHA-256 digest")
            }
            subjects.append(subject)
        }
        guard subjects.count == 1 || Set(subjects).count == subjects.count else {
            throw Refusal(.malformed, field: "subjects", rule: "must be distinct")
        }
        return .envelope(payload: digest, subjects: subjects, predicate: predicate)
    }

    private func expect(_ value: CBOR, at label: Int64, _ name: String) throws(Refusal) {
        guard map[label] == value else {
            throw Refusal(.malformed, field: name, rule: "must be \(value)")
        }
    }

    private static func uri(
        _ item: CBOR?, _ field: String, needsScheme: Bool = false
    ) throws(Refusal) -> Text {
        guard let text = item?.textValue else {
            throw Refusal(.malformed, field: field, rule: "must be text")
        }
        try IdentifierURI.check(text, field: field, needsScheme: needsScheme)
        return text
    }
}
