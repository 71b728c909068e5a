public import Encoding
import Manifests
import Provenance

/// The limits on rates that stand before admission, as one sender meets them.
///
/// A statement that is known is answered before any of them is asked.
public protocol AdmissionGate: Sendable {
    /// Returns whether this sender's statements are looked at now: not where too many were refused.
    func mayAsk() -> Bool

    /// Returns whether the issuer may register a statement now; counts nothing, because nobody has
    /// shown yet that the statement is the issuer's.
    func hasRoom(issuer: Text) -> Bool

    /// Counts a statement that its issuer has signed; returns whether it may be registered.
    func take(issuer: Text) -> Bool

    /// Counts a statement that this sender should not have sent.
    func refused()
}

extension AdmissionGate {
    /// Refuses what the sender asks too often, before manifest and signature are looked at.
    func checkSender() throws(Refusal) {
        guard mayAsk() else {
            throw Refusal(
                .rate, field: "sender", rule: "had too many statements refused; send it later")
        }
    }

    /// Refuses an issuer that has no room, before the signature is checked.
    func check(issuer: Text) throws(Refusal) {
        guard hasRoom(issuer: issuer) else { throw Self.tooMany }
    }

    /// Counts a statement whose signature is its issuer's.
    func count(issuer: Text) throws(Refusal) {
        guard take(issuer: issuer) else { throw Self.tooMany }
    }

    private static var tooMany: Refusal {
        Refusal(.rate, field: "issuer", rule: "registers more than its share; send it later")
    }
}
