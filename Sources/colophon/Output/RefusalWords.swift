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
                    hint: "look at the clock that signed; or its administrator runs key add again, "
                        + "with an earlier --not-before")
            }
            if let last = Refusal.lastSecond(in: words) {
                return .no(
                    subject, "was signed after \(last), the last second of the key \(name)",
                    hint: "its administrator runs key add again, with a later --not-after")
            }
        case nil: break
        }
        return Failure(CallError.refused(problem), subject)
    }
}
