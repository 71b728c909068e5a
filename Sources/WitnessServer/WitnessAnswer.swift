internal import Checkpoints
internal import Encoding
package import HTTPService
internal import HTTPTypes
package import Witnessing

/// What a client of a witness is told (C2SP tlog-witness, "add-checkpoint").
package enum WitnessAnswer {
    /// The type of a body that is one size and a line feed.
    package static let sizeType = "text/x.tlog.size"

    /// Returns 200 with signature lines.
    static func cosigned(_ lines: [UInt8]) -> Reply {
        Answer.bytes(lines, MediaType.text, cache: CacheRule.never)
    }

    /// Returns the answer to a request that is not granted.
    package static func refused(_ refusal: WitnessRefusal) -> Reply {
        if case .stale(let latest) = refusal {
            return Answer.bytes(
                Array("\(latest)\n".utf8), sizeType, cache: CacheRule.never, status: .conflict)
        }
        var reply = Answer.bytes(
            Array("\(SafeText.line(words(refusal)))\n".utf8), MediaType.text,
            cache: CacheRule.never, status: status(refusal))
        if let delay = delay(refusal) { reply.headers[.retryAfter] = String(delay) }
        return reply
    }

    private static func status(_ refusal: WitnessRefusal) -> HTTPResponse.Status {
        switch refusal {
        case .malformed, .textTooLong, .oldSizeAbove: .badRequest
        case .unknownLog: .notFound
        case .notSigned, .badSignature: .forbidden
        case .stale: .conflict
        case .inconsistent: .unprocessableContent
        case .overRate: .tooManyRequests
        case .busy, .storage: .serviceUnavailable
        }
    }

    /// Seconds after which the same request may be granted.
    private static func delay(_ refusal: WitnessRefusal) -> Int? {
        switch refusal {
        case .overRate: Problem.rateDelay
        case .busy: Problem.busyDelay
        case .storage: Problem.storageDelay
        default: nil
        }
    }

    private static func words(_ refusal: WitnessRefusal) -> String {
        switch refusal {
        case .malformed(let error): "the request cannot be read: \(error)"
        case .textTooLong(let count, let limit):
            "the checkpoint's text has \(count) bytes; at most \(limit) are cosigned"
        case .oldSizeAbove(let old, let size):
            "the old size \(old) is above the checkpoint's size \(size)"
        case .unknownLog(let origin): "the log \(origin.printable) is not known here"
        case .notSigned: "no key that is known for this log has signed the checkpoint"
        case .badSignature(let key):
            "a signature of \(key.name.printable) does not verify"
        case .stale(let latest): "\(latest)"
        case .inconsistent(let inconsistency): words(inconsistency)
        case .overRate: "more is asked about this log than its rate allows"
        case .busy: "too many requests wait; send it again later"
        case .storage(let reason): reason
        }
    }

    private static func words(_ inconsistency: WitnessRefusal.Inconsistency) -> String {
        switch inconsistency {
        case .emptyRoot: "a tree of size 0 has the root of no leaves"
        case .needlessProof: "a proof from size 0, or from a size to itself, has no hashes"
        case .badProof: "the proof does not lead from the cosigned checkpoint to this one"
        case .otherRoot: "another checkpoint of this size was cosigned"
        }
    }
}
