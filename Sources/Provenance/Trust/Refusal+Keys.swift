public import Manifests

/// Refusals of a key that a client recognises by their words, to tell its user what to do.
extension Refusal {
    /// Nobody has added the key.
    public static let unregisteredKey = Refusal(
        .unknownKey, field: "kid", rule: "must be a key that the ledger has registered")

    /// The key is revoked.
    public static let revokedKey = Refusal(
        .keyState, field: "kid", rule: "is revoked: nothing is admitted after it")

    /// The statement says that it was signed before the first second of the key.
    public static let beforeKey = Refusal(
        .keyState, field: "iat", rule: "must not be before the key's notBefore")

    /// The statement says that it was signed after the last second of the key.
    public static let afterKey = Refusal(
        .keyState, field: "iat", rule: "must not be after the key's notAfter")
}
