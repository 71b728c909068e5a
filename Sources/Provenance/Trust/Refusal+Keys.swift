import Encoding
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
    static func beforeKey(_ notBefore: Int64) -> Refusal {
        Refusal(.keyState, field: "iat", rule: before.head + text(notBefore) + before.tail)
    }

    /// The statement says that it was signed after the last second of the key.
    static func afterKey(_ notAfter: Int64) -> Refusal {
        Refusal(.keyState, field: "iat", rule: after.head + text(notAfter) + after.tail)
    }

    /// The first second of the key, where `words` refuse a statement from before it.
    public static func firstSecond(in words: String) -> String? {
        time(in: words, before)
    }

    /// The last second of the key, where `words` refuse a statement from after it.
    public static func lastSecond(in words: String) -> String? {
        time(in: words, after)
    }

    private static let before = (head: "must not be before ", tail: ", the key's notBefore")
    private static let after = (head: "must not be after ", tail: ", the key's notAfter")

    private static func text(_ seconds: Int64) -> String {
        Timestamp(seconds: seconds).text?.string ?? "\(seconds) s after 1970"
    }

    private static func time(in words: String, _ rule: (head: String, tail: String)) -> String? {
        let head = "iat: " + rule.head
        guard words.hasPrefix(head), words.hasSuffix(rule.tail) else { return nil }
        let time = String(words.dropFirst(head.count).dropLast(rule.tail.count))
        // A ledger's words are a stranger's: only a time is repeated.
        return Timestamp(Text(time)) == nil ? nil : time
    }
}
