import LedgerStore
import Manifests
import Provenance

/// One statement on its way from its arrival to its answer.
struct Draft: Sendable {
    /// What was sent; nil where it is no COSE message.
    let submission: Submission?

    /// The statement in it, or why it cannot be read.
    let named: Result<NamedStatement, Refusal>

    /// What the store has under its names.
    var stored = StoredNames()

    var candidate: Candidate?
    var refusal: Refusal?

    init(_ bytes: [UInt8]) {
        do throws(Refusal) {
            let submission = try Submission(bytes)
            self.submission = submission
            named = Result { () throws(Refusal) in NamedStatement(try submission.statement()) }
        } catch {
            submission = nil
            named = .failure(error)
            refusal = error
        }
    }

    /// Its index; nil where it is not stored.
    var known: UInt64? { stored.index }

    /// Whether nothing is decided about it yet.
    var isOpen: Bool { known == nil && refusal == nil }

    func refused(_ refusal: Refusal) -> Registration {
        .refused(refusal, submission?.id)
    }
}
