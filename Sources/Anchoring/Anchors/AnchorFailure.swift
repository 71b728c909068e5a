import Encoding
import HTTPCalls
package import OpenTimestamps
package import Timestamping

/// Why an authority or a calendar did not date a head.
///
/// Nothing that it answered has been kept. It is asked again, later each time.
package enum AnchorFailure: Error, Hashable, Sendable {
    /// No answer came, or not a whole one in time.
    case unreachable(String)

    /// The address cannot prove whose it is.
    case untrustedAddress(String)

    /// It refuses, or cannot answer now, with this HTTP status and these words.
    case status(Int, String)

    /// The answer is of another media type; nil where it names none.
    case mediaType(String?)

    /// The answer is not one that such a source gives: a redirect, another status, too many bytes.
    case unexpected(String)

    /// The authority gave no token, or one that does not hold.
    case token(TimestampRefusal)

    /// What the calendar gave is no proof, or not one of what it was asked for.
    case proof(DetachedTimestampError)

    /// The calendar took the digest and promised nothing.
    case noPromise

    /// The calendar knows nothing of what it has promised.
    case forgotten(String)

    /// Our own log could not say what is to be dated, or not keep what came.
    case log(String)

    /// The word for metrics: few, and none that a source chooses.
    package var kind: String {
        switch self {
        case .unreachable: "unreachable"
        case .untrustedAddress: "untrusted_address"
        case .status(429, _): "too_often"
        case .status(500..., _): "broken"
        case .status: "refused"
        case .mediaType: "media_type"
        case .unexpected: "unexpected"
        case .token(let refusal): refusal.kind
        case .proof: "bad_proof"
        case .noPromise: "no_promise"
        case .forgotten: "forgotten"
        case .log: "log"
        }
    }
}

extension AnchorFailure: CustomStringConvertible {
    /// The failure, as the second half of a sentence that begins with the source's URL.
    package var description: String {
        switch self {
        case .unreachable(let reason), .untrustedAddress(let reason):
            "cannot be reached: \(SafeText.line(reason))"
        case .status(let status, let words):
            "answered with status \(status)" + (words.isEmpty ? "" : ": \(SafeText.line(words))")
        case .mediaType(let type?):
            "answered with something else (\(SafeText.line(type))): is the address right?"
        case .mediaType(nil): "answered without a media type: is the address right?"
        case .unexpected(let reason): "gave another answer than it should: \(SafeText.line(reason))"
        case .token(let refusal): "gave no good token: \(SafeText.line("\(refusal)"))"
        case .proof(let error): "gave no proof that is one: \(SafeText.line("\(error)"))"
        case .noPromise: "took a digest and promised nothing"
        case .forgotten(let words):
            "knows nothing of what it has promised (404: \(SafeText.line(words)))"
        case .log(let reason): "could not be used: the log failed: \(SafeText.line(reason))"
        }
    }
}

extension AnchorFailure {
    /// Says what a call that failed means.
    init(_ error: CallError) {
        switch error {
        case .unreachable(let reason): self = .unreachable(reason)
        case .untrusted(let reason): self = .untrustedAddress(reason)
        case .page(let type): self = .mediaType(type)
        case .unexpected(let reason): self = .unexpected(reason)
        case .unavailable(let problem), .refused(let problem):
            self = .status(problem.status, problem.detail ?? problem.title)
        }
    }
}
