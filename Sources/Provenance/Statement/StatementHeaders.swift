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
        try checkLabels(.control)
        try expect(.text(ContentType.cbor), at: HeaderLabel.contentType, "content type")
    }

    /// Refuses each label that this kind of statement does not have, and names one that lacks.
    func checkLabels(isControl: Bool) throws(Refusal) {
        try checkLabels(isControl ? .control : .statement)
        if isControl {
            try expect(.text(ContentType.inToto), at: HeaderLabel.contentType, "content type")
        } else {
            try expect(.negative(15), at: HeaderLabel.payloadHashAlgorithm, "payload-hash-alg")
            try expect(
                .text(ContentType.inToto), at: HeaderLabel.preimageContentType,
                "preimage content type")
        }
    }

    /// The labels of one kind of statement, made once.
    private struct Labels {
        let mandatory: [Int64]
        var optional: [Int64] = []

        private static let shared = [
            HeaderLabel.algorithm, HeaderLabel.keyID, HeaderLabel.claims, HeaderLabel.type,
        ]

        /// A statement about artifacts.
        static let statement = Labels(
            mandatory: shared + [
                HeaderLabel.payloadHashAlgorithm, HeaderLabel.preimageContentType,
                HeaderLabel.subjects, HeaderLabel.predicate,
            ],
            optional: [HeaderLabel.chain])

        /// A control statement, or an index head.
        static let control = Labels(
            mandatory: shared + [HeaderLabel.contentType, HeaderLabel.chain])
    }

    /// Holds the labels to those of a kind.
    private func checkLabels(_ labels: Labels) throws(Refusal) {
        var found = 0
        for place in map.entries.indices {
            let label = map.entries[place].key
            guard case .int(let number) = label,
                labels.mandatory.contains(number) || labels.optional.contains(number)
            else {
                throw Refusal(
                    .malformed, field: "protected header", rule: "must not hold label \(label)")
            }
            if !labels.optional.contains(number) { found += 1 }
        }
        // Labels differ, so a map with a mandatory one too few has counted fewer.
        guard found < labels.mandatory.count else { return }
        for label in labels.mandatory where map[label] == nil {
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
        for place in claims.entries.indices {
            let label = claims.entries[place].key
            guard case .int(let number) = label, ClaimLabel.all.contains(number) else {
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
