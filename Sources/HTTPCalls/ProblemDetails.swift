public import Encoding

/// A refusal of a service, with its reason (RFC 9290 and RFC 9457).
public struct ProblemDetails: Hashable, Sendable {
    /// The HTTP status, 400...599.
    public let status: Int

    /// What kind of problem it is, in a few words.
    public let title: String

    /// The fault of this request, where the service says it; it names field and rule.
    public let detail: String?

    /// Creates a problem from its parts.
    public init(status: Int, title: String, detail: String?) {
        self.status = status
        self.title = title
        self.detail = detail
    }

    /// Reads a concise problem details map (RFC 9290 §2), as it stands in an answer of a batch.
    public init(status: Int, details: CBORMap) {
        self.init(
            status: status,
            title: details[-1]?.textValue?.string ?? Self.phrase(status),
            detail: details[-2]?.textValue?.string)
    }

    /// Reads the body of an answer; a body of another kind leaves only the status.
    init(status: Int, contentType: String?, body: [UInt8]) {
        let kind = contentType?.prefix { $0 != ";" } ?? ""
        switch kind {
        case "application/concise-problem-details+cbor":
            let map = (try? CBOR.decode(body))?.mapValue
            self.init(status: status, details: map ?? CBORMap([]))
        case "application/problem+json":
            var members: JSON.Object?
            if case .object(let object) = try? JSON.decode(body) { members = object }
            self.init(
                status: status,
                title: Self.string(members?["title"]) ?? Self.phrase(status),
                detail: Self.string(members?["detail"]))
        default:
            self.init(status: status, title: Self.phrase(status), detail: nil)
        }
    }

    /// Whether the same request may be answered otherwise later: the service is busy, stopping
    /// or broken, and the request is not at fault.
    public var isTransient: Bool {
        // 501: the service does not do it at all (RFC 9110 §15.6.2).
        status >= 500 && status != 501 || status == 429 || status == 408
    }

    private static func string(_ value: JSON?) -> String? {
        if case .string(let text)? = value { text.string } else { nil }
    }

    private static func phrase(_ status: Int) -> String {
        switch status {
        case 400: "rejected"
        case 404: "not found"
        case 409: "conflict"
        case 410: "gone"
        case 413: "too large"
        case 415: "unsupported media type"
        case 429: "too many requests"
        case 503: "unavailable"
        default: number(status)
        }
    }

    private static func number(_ status: Int) -> String { "status \(status)" }
}

extension ProblemDetails: CustomStringConvertible {
    /// Title and detail in one line, with the status once.
    public var description: String {
        let head = title == Self.number(status) ? title : "\(title) (\(status))"
        guard let detail, !detail.isEmpty else { return head }
        return "\(head): \(detail)"
    }
}
