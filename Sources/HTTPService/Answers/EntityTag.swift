import Crypto
import Encoding
package import HTTPTypes

/// An entity tag, and what a conditional request makes of it (RFC 9110 §8.8.3, §13.1.2).
package struct EntityTag: Sendable {
    /// The tag with its quotes, and `W/` where the bytes may differ from answer to answer.
    package let text: String

    /// Creates a tag that names the bytes; it must hold no quote.
    ///
    /// A weak one names what they mean: the same may come with and without gzip.
    package init(_ opaque: String, isWeak: Bool = false) {
        text = (isWeak ? "W/" : "") + "\"\(opaque)\""
    }

    /// Creates the tag of an answer that has it already.
    fileprivate init(of field: String) {
        text = field
    }

    /// Creates the tag of an answer from its bytes.
    package init(of bytes: [UInt8], isWeak: Bool = false) {
        self.init(Base64.encodeURL(Array(SHA256.hash(data: bytes))), isWeak: isWeak)
    }

    /// Returns the answer with the tag, or 304 where the client has it already.
    package func apply(to reply: Reply, for headers: HTTPFields) -> Reply {
        var tagged = reply
        tagged.headers[.eTag] = text
        return tagged.unlessKnown(by: headers)
    }

    /// Whether the client has said that it has this, so that it need not be read at all.
    package func isKnown(_ headers: HTTPFields) -> Bool {
        guard headers.contains(.ifNoneMatch) else { return false }
        let own = Self.opaque(text[...])
        return headers[values: .ifNoneMatch].flatMap { $0.split(separator: ",") }.contains {
            element in
            let tag = element.drop { $0 == " " || $0 == "\t" }
            let end = tag.lastIndex { $0 != " " && $0 != "\t" }
            guard let end else { return false }
            // Weak comparison: two tags match where their opaque parts do.
            return tag[...end] == "*" || Self.opaque(tag[...end]) == own
        }
    }

    /// Returns 304 with the fields that a cache needs of the full answer's (RFC 9110 §15.4.5).
    package func notModified(cache: String, vary: String? = nil) -> Reply {
        var fields = HTTPFields()
        fields[.eTag] = text
        fields[.cacheControl] = cache
        fields[.vary] = vary
        return Self.notModified(fields)
    }

    fileprivate static func notModified(_ fields: HTTPFields) -> Reply {
        var kept = fields
        kept[.contentType] = nil
        kept[.contentEncoding] = nil
        var reply = Reply(status: .notModified, headers: kept)
        // The length would be that of the answer which is not sent.
        reply.headers[.contentLength] = nil
        return reply
    }

    private static func opaque(_ tag: Substring) -> Substring {
        tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
    }
}

extension Reply {
    /// This answer, which has its tag, or 304 where the client has it already.
    package func unlessKnown(by headers: HTTPFields) -> Reply {
        guard headers.contains(.ifNoneMatch), let tag = self.headers[.eTag],
            EntityTag(of: tag).isKnown(headers)
        else { return self }
        return EntityTag.notModified(self.headers)
    }
}
