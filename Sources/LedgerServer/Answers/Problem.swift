import Encoding
import HTTPTypes
import Manifests
import NIOCore
import Provenance

/// An answer that says no, and why.
///
/// Programs get RFC 9290's CBOR, as SCRAPI asks of every error; who names JSON or HTML among the
/// types it accepts gets RFC 9457's JSON.
package struct Problem: Error, Hashable, Sendable {
    /// What went wrong, as HTTP counts it.
    let status: HTTPResponse.Status

    /// One of a few titles; SCRAPI's where one fits.
    let title: String

    /// What exactly went wrong: the field and the rule.
    package let detail: String

    /// Seconds after which the same request may succeed.
    var retryAfter: Int?

    /// The methods that the resource has, with 405.
    var allow: String?

    /// The problem in RFC 9290's form.
    var cbor: CBOR {
        .map(CBORMap([(-1, .text(Text(title))), (-2, .text(Text(detail)))]))
    }

    /// The problem in RFC 9457's form.
    private var json: JSON {
        [
            "type": "about:blank", "title": .string(Text(title)),
            "status": .integer(Int64(status.code)), "detail": .string(Text(detail)),
        ]
    }

    /// Returns the answer, in the form that the request accepts.
    func reply(to accepted: Accepted) -> Reply {
        var headers = HTTPFields()
        let bytes: [UInt8]
        if accepted.namesJSONOrHTML {
            headers[.contentType] = MediaType.problemJSON
            bytes = json.encoded()
        } else {
            headers[.contentType] = MediaType.problemCBOR
            bytes = cbor.encoded()
        }
        headers[.cacheControl] = CacheRule.never
        if let retryAfter { headers[.retryAfter] = String(retryAfter) }
        if let allow { headers[.allow] = allow }
        return Reply(status: status, headers: headers, body: ByteBuffer(bytes: bytes))
    }
}

extension Problem {
    /// Seconds a client should wait where the queue is full: many batches fit into one.
    static let busyDelay = 1

    /// Seconds a client should wait that is over its rate: every rate is one of a second.
    static let rateDelay = 1

    /// Seconds a client should wait where the store failed: somebody has to look at it.
    static let storageDelay = 10

    /// The request cannot be read.
    static func malformed(_ detail: String) -> Problem {
        Problem(status: .badRequest, title: "Malformed request", detail: detail)
    }

    /// There is nothing under this path.
    static func notFound(_ detail: String) -> Problem {
        Problem(status: .notFound, title: "Not Found", detail: detail)
    }

    /// The body is larger than its limit.
    static func tooLarge(_ detail: String) -> Problem {
        Problem(status: .contentTooLarge, title: "Content Too Large", detail: detail)
    }

    /// The body has a type or an encoding that this resource does not take.
    static func unsupported(_ detail: String) -> Problem {
        Problem(status: .unsupportedMediaType, title: "Unsupported Media Type", detail: detail)
    }

    /// The resource has no form that the client accepts.
    static func notAcceptable(_ detail: String) -> Problem {
        Problem(status: .notAcceptable, title: "Not Acceptable", detail: detail)
    }

    /// The store failed while it was read; this says nothing about what is in the log.
    static func storage(_ detail: String) -> Problem {
        Problem(
            status: .serviceUnavailable, title: "Service Unavailable", detail: detail,
            retryAfter: storageDelay)
    }

    /// Creates the problem that tells a client why its statement was not admitted.
    init(_ refusal: Refusal) {
        var detail = refusal.description
        if let existing = refusal.existing {
            detail += "; the entry in the way is \(EntryID(existing))"
        }
        self.init(
            status: Self.status(of: refusal.reason), title: Self.title(of: refusal.reason),
            detail: detail)
        switch refusal.reason {
        case .busy: retryAfter = Self.busyDelay
        case .storage: retryAfter = Self.storageDelay
        case .rate: retryAfter = Self.rateDelay
        default: break
        }
    }

    private static func status(of reason: Refusal.Reason) -> HTTPResponse.Status {
        switch reason {
        case .tooLarge: .contentTooLarge
        case .conflict, .outOfTurn: .conflict
        case .rate: .tooManyRequests
        case .busy, .storage: .serviceUnavailable
        case .malformed, .unknownType, .schema, .mismatch, .missingManifest, .algorithm, .signature,
            .unknownKey, .keyState, .lockOut, .issuer, .role, .predicate, .audience, .clock:
            .badRequest
        }
    }

    /// The titles of SCRAPI-11 §2.1.3, where one fits.
    private static func title(of reason: Refusal.Reason) -> String {
        switch reason {
        case .malformed: "Malformed request"
        case .tooLarge: "Content Too Large"
        case .conflict, .outOfTurn: "Conflict"
        case .rate: "Too Many Requests"
        case .busy, .storage: "Service Unavailable"
        case .algorithm: "Bad Signature Algorithm"
        case .missingManifest: "Payload Missing"
        case .unknownType, .schema, .mismatch, .signature, .unknownKey, .keyState, .lockOut,
            .issuer, .role, .predicate, .audience, .clock:
            "Rejected"
        }
    }
}
