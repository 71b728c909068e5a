package import Encoding
package import HTTPTypes
import NIOCore

/// An answer that says no, and why.
///
/// Programs get RFC 9290's CBOR, as SCRAPI asks of every error; who names JSON or HTML among the
/// types it accepts gets RFC 9457's JSON.
package struct Problem: Error, Hashable, Sendable {
    /// What went wrong, as HTTP counts it.
    package let status: HTTPResponse.Status

    /// One of a few titles; SCRAPI's where one fits.
    package let title: String

    /// What exactly went wrong: the field and the rule.
    package let detail: String

    /// Seconds after which the same request may succeed.
    package var retryAfter: Int?

    /// The methods that the resource has, with 405.
    package var allow: String?

    /// Creates a problem.
    package init(
        status: HTTPResponse.Status, title: String, detail: String, retryAfter: Int? = nil,
        allow: String? = nil
    ) {
        self.status = status
        self.title = title
        self.detail = detail
        self.retryAfter = retryAfter
        self.allow = allow
    }

    /// The problem in RFC 9290's form.
    package var cbor: CBOR {
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
    package func reply(to accepted: Accepted) -> Reply {
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
    package static let busyDelay = 1

    /// Seconds a client should wait that is over its rate: every rate is one of a second.
    package static let rateDelay = 1

    /// Seconds a client should wait where the store failed: somebody has to look at it.
    package static let storageDelay = 10

    /// The request cannot be read.
    package static func malformed(_ detail: String) -> Problem {
        Problem(status: .badRequest, title: "Malformed request", detail: detail)
    }

    /// The body ended before its end.
    static let cut = malformed("body: was cut")

    /// The bodies of other requests take all the memory there is for bodies.
    package static let noRoom = tooManyRequests

    /// All that clients share is taken, or as much by the client as is free.
    static let tooManyRequests = Problem(
        status: .serviceUnavailable, title: "Service Unavailable",
        detail: "the server has too many requests; send it again later",
        retryAfter: busyDelay)

    /// There is nothing under this path.
    package static func notFound(_ detail: String) -> Problem {
        Problem(status: .notFound, title: "Not Found", detail: detail)
    }

    /// The body is larger than its limit.
    package static func tooLarge(_ detail: String) -> Problem {
        Problem(status: .contentTooLarge, title: "Content Too Large", detail: detail)
    }

    /// The body has a type or an encoding that this resource does not take.
    package static func unsupported(_ detail: String) -> Problem {
        Problem(status: .unsupportedMediaType, title: "Unsupported Media Type", detail: detail)
    }

    /// The resource has no form that the client accepts.
    package static func notAcceptable(_ detail: String) -> Problem {
        Problem(status: .notAcceptable, title: "Not Acceptable", detail: detail)
    }

    /// The service is run without this resource.
    package static func notImplemented(_ detail: String) -> Problem {
        Problem(status: .notImplemented, title: "Not Implemented", detail: detail)
    }

    /// The store failed while it was read; this says nothing about the content of the log.
    ///
    /// - Parameter canPass: whether waiting can help: only then a client is asked to come again.
    package static func storage(_ detail: String, canPass: Bool = true) -> Problem {
        Problem(
            status: .serviceUnavailable, title: "Service Unavailable", detail: detail,
            retryAfter: canPass ? storageDelay : nil)
    }
}
