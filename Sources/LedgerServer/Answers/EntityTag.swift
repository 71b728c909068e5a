import HTTPTypes
import Hummingbird
import HummingbirdCore

/// An entity tag, and what a conditional request makes of it (RFC 9110 §8.8.3, §13.1.2).
struct EntityTag: Sendable {
    /// The tag with its quotes, and `W/` where the bytes may be encoded in two ways.
    let text: String

    init(_ opaque: String, isWeak: Bool = false) {
        text = (isWeak ? "W/" : "") + "\"\(opaque)\""
    }

    /// Returns the answer with the tag, or 304 where the client has it already.
    func apply(to response: Response, for headers: HTTPFields) -> Response {
        var tagged = response
        tagged.headers[.eTag] = text
        guard matches(headers[values: .ifNoneMatch]) else { return tagged }
        var kept = tagged.headers
        kept[.contentType] = nil
        kept[.contentEncoding] = nil
        kept[.contentLength] = nil
        return Response(status: .notModified, headers: kept)
    }

    /// Weak comparison: two tags match where their opaque parts do.
    private func matches(_ values: [String]) -> Bool {
        let own = Self.opaque(text[...])
        return values.flatMap { $0.split(separator: ",") }.contains { element in
            let tag = element.drop { $0 == " " || $0 == "\t" }
            let end = tag.lastIndex { $0 != " " && $0 != "\t" }
            guard let end else { return false }
            return tag[...end] == "*" || Self.opaque(tag[...end]) == own
        }
    }

    private static func opaque(_ tag: Substring) -> Substring {
        tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
    }
}
