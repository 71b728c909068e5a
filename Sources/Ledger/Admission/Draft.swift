import Provenance

/// One statement on its way from its arrival to its answer.
struct Draft: Sendable {
    var submission: Submission?
    var known: UInt64?
    var candidate: Candidate?
    var refusal: Refusal?

    init(_ bytes: [UInt8]) {
        do throws(Refusal) {
            submission = try Submission(bytes)
        } catch {
            refusal = error
        }
    }

    /// Whether nothing is decided about it yet.
    var isOpen: Bool { known == nil && refusal == nil }

    func refused(_ refusal: Refusal) -> Registration {
        .refused(refusal, submission?.id)
    }
}
