public import Encoding

/// A signing key is added, retired or revoked.
///
/// That a key's statements follow each other as they must (the first an `add`, nothing after
/// `revoke`, key, issuer and roles repeated) is the registry's rule.
public struct KeyManifest: Hashable, Sendable {
    /// The change of the key.
    public enum Operation: String, CaseIterable, Sendable {
        /// From here on the key's statements are admitted.
        case add
        /// Only what the key signed until `signedUntil` is still admitted.
        case retire
        /// Nothing is admitted any more, for ever.
        case revoke
    }

    /// The change of the key.
    public var operation: Operation

    /// The key as a coseKey string.
    public var coseKey: Text

    /// The one issuer whose statements the key signs, a URI with a scheme.
    public var issuer: Text

    /// The roles of the key; sorted, distinct, not empty, of admin, ci and pop.
    public var roles: [Role]

    /// The first second, POSIX, in which a statement's time may lie.
    public var notBefore: Int64

    /// The last second, POSIX, in which a statement's time may lie.
    public var notAfter: Int64

    /// With `retire` the last second, POSIX, of statements that are still admitted.
    public var signedUntil: Int64?

    /// With `revoke`, if known: the tree size from which the key's entries are suspect.
    public var suspectFrom: UInt64?

    /// Why, for people.
    public var reason: Text

    /// 9999-12-31T23:59:59Z: a key without an end.
    public static let never: Int64 = 253_402_300_799

    /// Creates the content of a `key` manifest.
    public init(
        _ operation: Operation, coseKey: Text, issuer: Text, roles: [Role], notBefore: Int64,
        notAfter: Int64 = never, signedUntil: Int64? = nil, suspectFrom: UInt64? = nil,
        reason: Text = ""
    ) {
        self.operation = operation
        self.coseKey = coseKey
        self.issuer = issuer
        self.roles = roles.sorted()
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.signedUntil = signedUntil
        self.suspectFrom = suspectFrom
        self.reason = reason
    }

    /// Reads a manifest of type `key`.
    public init(_ manifest: Manifest) throws(Refusal) {
        let predicate = try PredicateReader(manifest, PredicateType.key)
        guard let operation = Operation(rawValue: try predicate.text("operation").string) else {
            throw Refusal(.schema, field: "predicate.operation", rule: "is not known")
        }
        self.init(
            operation,
            coseKey: try predicate.text("coseKey"),
            issuer: try predicate.text("issuer"),
            roles: try predicate.texts("roles").compactMap { Role($0) },
            notBefore: try predicate.seconds("notBefore"),
            notAfter: try predicate.seconds("notAfter"),
            signedUntil: predicate.optionalSeconds("signedUntil"),
            suspectFrom: predicate.optionalCount("suspectFrom"),
            reason: try predicate.text("reason"))
    }

    /// Makes the manifest, for the ledger `origin`.
    ///
    /// - Parameter nonce: 16 random bytes.
    public func manifest(origin: Text, nonce: [UInt8]) throws(Refusal) -> Manifest {
        var predicate: JSON.Object = [
            "nonce": .string(Text(Hex.encode(nonce))),
            "operation": .string(Text(operation.rawValue)),
            "coseKey": .string(coseKey),
            "issuer": .string(issuer),
            "roles": .array(roles.map { .string($0.name) }),
            "notBefore": try Self.time(notBefore, "notBefore"),
            "notAfter": try Self.time(notAfter, "notAfter"),
        ]
        if let signedUntil {
            predicate["signedUntil"] = try Self.time(signedUntil, "signedUntil")
        }
        predicate["suspectFrom"] = suspectFrom.map { .integer(Int64(clamping: $0)) }
        predicate["reason"] = .string(reason)
        return try Manifest.control(PredicateType.key, predicate, origin: origin)
    }

    private static func time(_ seconds: Int64, _ name: String) throws(Refusal) -> JSON {
        guard let text = Timestamp(seconds: seconds).text else {
            let rule = "must be in the years 0001 to 9999"
            throw Refusal(.schema, field: "predicate.\(name)", rule: rule)
        }
        return .string(text)
    }
}
