import Encoding
import HTTPCalls
import Manifests
import Merkle
import Provenance

/// What a person is told of a ledger's refusal of a record, and what to do about it.
struct RefusalWords {
    /// The file of the public key that belongs to the key in use here; nil where none is known.
    let publicKey: String?

    /// Returns reason and hint for a record that `key` has signed.
    func failure(_ problem: ProblemDetails, signedBy key: Hash, _ subject: String) -> Failure {
        let name = Base64.encodeURL(key.bytes)
        let file = publicKey ?? "the key's .pub.pem"
        switch problem.detail {
        case Refusal.unregisteredKey.description:
            return .no(
                subject,
                "the ledger does not know the key \(name) (kid); send \(file) to its administrator",
                hint: "once the key is added, submit again: the records stay as they are")
        case Refusal.revokedKey.description:
            return .no(
                subject, "the ledger has revoked the key \(name), for ever; sign with another",
                hint: "its administrator knows why")
        case let words?:
            if let first = Refusal.firstSecond(in: words) {
                return .no(
                    subject, "was signed before \(first), the first second of the key \(name)",
                    hint: "look at the signer's clock, or add the key with an earlier --not-before"
                )
            }
            if let last = Refusal.lastSecond(in: words) {
                return .no(
                    subject, "was signed after \(last), the last second of the key \(name)",
                    hint: "its administrator runs key add again, with a later --not-after")
            }
        case nil: break
        }
        var failure = Failure(CallError.refused(problem), subject)
        failure.hint = failure.hint ?? problem.detail.flatMap { remedy($0, file) }
        return failure
    }

    /// The remedy for what a ledger refuses in these words; nil where the words say it all.
    ///
    /// The words are a stranger's: no command is made of them, beyond the name of a role.
    private func remedy(_ words: String, _ file: String) -> String? {
        let parts = words.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let rule = parts[1]
        switch parts[0] {
        case "iss" where rule.hasSuffix("the issuer of this key"):
            return "a key speaks for one issuer: sign the work again with it as --issuer"
        case "predicate":
            if let role = Role.allCases.first(where: { rule.hasSuffix("role \($0.rawValue)") }) {
                return """
                    its administrator adds another key with --role \(role.rawValue); sign the work \
                    again with that one
                    """
            }
            guard rule.hasSuffix("the policy lists") else { return nil }
            return """
                colophon policy get prints what the ledger takes; its administrator widens it with \
                policy set
                """
        case "aud":
            return """
                the record was signed for another ledger: submit it there, or sign the work again \
                with this one's origin as --aud
                """
        case "iat" where rule.hasSuffix("retired"):
            return "sign with the key that came after it; what was signed before is admitted"
        case "iat" where rule.hasSuffix("the ledger's clock"):
            return "set this machine's clock, then sign the work again with --force"
        default: return nil
        }
    }
}
