import Encoding
import HTTPCalls

/// Why a witness did not cosign, or did not say what it remembers.
///
/// Nothing that it answered has been used. It is asked again, later each time.
package enum WitnessFailure: Error, Hashable, Sendable {
    /// No answer came, or not a whole one in time.
    case unreachable(String)

    /// The address cannot prove whose it is.
    case untrusted(String)

    /// Status 404: it does not know this log. Its operator must add the log's key.
    case unknownLog

    /// Status 403: it knows no key of this log that has signed the head, or finds a bad signature.
    case refusedSignature

    /// Status 400: it finds the request malformed.
    case refusedRequest

    /// Status 422: it finds that the head does not extend the one that it remembers.
    case inconsistent

    /// Status 429: it is asked too often.
    case tooOften

    /// Status 5xx: it is broken or busy.
    case broken(status: Int)

    /// A status that the protocol does not have.
    case otherStatus(Int)

    /// The answer is not one that a witness gives: a redirect, a page, too many bytes.
    case unexpected(String)

    /// A line of the answer is no signature line.
    case malformedLine

    /// The answer has more lines than are read.
    case tooManyLines

    /// No line of the answer is by the witness's key.
    case noLine

    /// The line of the witness's key does not verify for our head: a bad signature, another log's
    /// line, or the time 0.
    case badLine

    /// The witness's clock is ahead of ours by so many seconds.
    case futureTime(ahead: UInt64)

    /// It signed at a time that lies so many seconds before the head's own.
    case pastTime(behind: UInt64)

    /// Status 409 without a size.
    case malformedSize

    /// Status 409 that names the size from which it was asked.
    case sizeAgain(UInt64)

    /// Status 409 again after the proof began at the size that it named.
    case otherSizeAgain(UInt64)

    /// It says that it remembers more entries than our log has.
    case remembersMore(UInt64)

    /// What it shows as a checkpoint is none.
    case malformedCheckpoint

    /// It shows a head that a key of ours has signed, and that is not one of our tree.
    case splitView(size: UInt64)

    /// Our own log could not give what the witness must get, or not take what it gave.
    case log(String)

    /// The word for metrics: few, and none that a witness chooses.
    package var kind: String {
        switch self {
        case .unreachable: "unreachable"
        case .untrusted: "untrusted"
        case .unknownLog: "unknown_log"
        case .refusedSignature: "refused_signature"
        case .refusedRequest: "refused_request"
        case .inconsistent: "inconsistent"
        case .tooOften: "too_often"
        case .broken: "broken"
        case .otherStatus, .unexpected, .malformedLine, .tooManyLines, .noLine,
            .malformedSize, .malformedCheckpoint:
            "unexpected"
        case .badLine: "bad_line"
        case .futureTime: "future_time"
        case .pastTime: "past_time"
        case .sizeAgain, .otherSizeAgain: "size_again"
        case .remembersMore: "remembers_more"
        case .splitView: "split_view"
        case .log: "log"
        }
    }
}

extension WitnessFailure: CustomStringConvertible {
    /// The failure, as the second half of a sentence that begins with the witness's name.
    package var description: String {
        switch self {
        case .unreachable(let reason), .untrusted(let reason):
            "cannot be reached: \(SafeText.line(reason))"
        case .unknownLog: "does not know this log: its operator must add the log's key (404)"
        case .refusedSignature: "knows no key that has signed this head, or another (403)"
        case .refusedRequest: "finds the request malformed (400)"
        case .inconsistent: "finds that this head does not extend the one it remembers (422)"
        case .tooOften: "is asked too often: choose a longer interval (429)"
        case .broken(let status): "cannot answer now (\(status))"
        case .otherStatus(let status): "answered with status \(status), which no witness gives"
        case .unexpected(let reason): "gave no witness's answer: \(SafeText.line(reason))"
        case .malformedLine: "answered with a line that is no signature"
        case .tooManyLines: "answered with more than \(AnchoringLimit.answerLines) lines"
        case .noLine: "answered without a line of its key: is the key in the policy the right one?"
        case .badLine: "answered with a line of its key that does not verify for this head"
        case .futureTime(let ahead): "signed with a time that is \(ahead) s ahead of this clock"
        case .pastTime(let behind):
            "signed with a time that is \(behind) s before this head was signed"
        case .malformedSize: "says that the size is another, and names none (409)"
        case .sizeAgain(let size):
            "was told of size \(size), and says that it is another: \(size) (409)"
        case .otherSizeAgain(let size): "named one size and then another, \(size) (409)"
        case .remembersMore(let size): "says that it has seen \(size) entries, more than there are"
        case .malformedCheckpoint: "shows something that is no signed checkpoint"
        case .splitView(let size):
            "shows a head of \(size) entries that our key signed, and that is another tree's"
        case .log(let reason): "could not be asked: the log failed: \(SafeText.line(reason))"
        }
    }
}

extension WitnessFailure {
    /// Says what a call that failed means.
    init(_ error: CallError) {
        switch error {
        case .unreachable(let reason): self = .unreachable(reason)
        case .untrusted(let reason): self = .untrusted(reason)
        case .page(let type): self = .unexpected("a page (\(type))")
        case .unexpected(let reason): self = .unexpected(reason)
        case .unavailable(let problem), .refused(let problem):
            self =
                switch problem.status {
                case 400: .refusedRequest
                case 403: .refusedSignature
                case 404: .unknownLog
                case 422: .inconsistent
                case 429: .tooOften
                case 500...: .broken(status: problem.status)
                case let status: .otherStatus(status)
                }
        }
    }
}
