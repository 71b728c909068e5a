/// A request to a service.
package struct CallRequest: Sendable {
    /// GET, HEAD, POST.
    package let method: String

    /// The path below the service's address, with its slash and its query.
    package let path: String

    /// The media type that is asked for.
    package let accept: String

    /// The body, and its media type.
    package let body: [UInt8]?

    package let contentType: String?

    /// How the body is encoded; nil for as it is.
    package let contentEncoding: String?

    /// Whether an answer in gzip is asked for; one that comes unasked is read all the same.
    package let acceptsGzip: Bool

    /// Whether caches on the way are asked to pass it on (RFC 9111 §5.2.1.4).
    package let isFresh: Bool

    /// The one status that answers it; nil where each below 300 does.
    package let status: Int?

    /// The name of a field of the answer that is wanted; nil where none is.
    package let field: String?

    /// What `Authorization` says; nil where there is no such field.
    package let authorization: String?

    /// Whether a page for people is an answer: of who says all that is asked for by the status.
    package let takesPages: Bool

    /// Creates a request.
    package init(
        _ method: String, _ path: String, accept: String, body: [UInt8]? = nil,
        contentType: String? = nil, contentEncoding: String? = nil, acceptsGzip: Bool = false,
        isFresh: Bool = false, status: Int? = nil, field: String? = nil,
        authorization: String? = nil, takesPages: Bool = false
    ) {
        self.method = method
        self.path = path
        self.accept = accept
        self.body = body
        self.contentType = contentType
        self.contentEncoding = contentEncoding
        self.acceptsGzip = acceptsGzip
        self.isFresh = isFresh
        self.status = status
        self.field = field
        self.authorization = authorization
        self.takesPages = takesPages
    }
}

/// A whole answer, within its limit.
package struct CallAnswer: Sendable {
    /// The HTTP status, below 300.
    package let status: Int

    /// When the service wants to be asked again; nil where it does not say.
    package let retryAfter: Duration?

    /// The field of the request, as the service sent it; nil where it did not.
    package let field: String?

    /// The media type in lower case, without its parameters; nil where there is none.
    package let mediaType: String?

    /// The body; empty where there is none.
    package let body: [UInt8]
}

/// What one try of a call came to.
package enum CallAttempt<Value> {
    /// It is done.
    case done(Value)

    /// It failed; `hasProgress` where part of it is done and need not be done again.
    case failed(CallFailure, hasProgress: Bool = false)
}
