package import HTTPTypes

/// The types and encodings that the client accepts: `Accept` and `Accept-Encoding` (RFC 9110
/// §12.5).
///
/// Read only where an answer depends on it: most do not.
package struct Accepted: Sendable {
    private let headers: HTTPFields

    /// One element of a list, with its weight.
    private struct Range {
        let name: String
        let quality: Quality
    }

    /// What a client says of one type, and how exactly it names it: by its name, by its group, or
    /// with all others.
    private struct Wish: Comparable {
        let quality: Quality
        let precision: Int

        static func < (left: Wish, right: Wish) -> Bool {
            (left.quality, left.precision) < (right.quality, right.precision)
        }
    }

    /// Elements beyond this many are not looked at: nobody needs so many.
    private static let elementLimit = 32

    package init(_ headers: HTTPFields) {
        self.headers = headers
    }

    private var types: [Range] { Self.list(headers[values: .accept]) }

    /// Whether the client names JSON or HTML: then errors are JSON.
    package var namesJSONOrHTML: Bool {
        types.contains { type in
            type.quality > .none
                && (type.name == "application/json" || type.name == "text/html"
                    || type.name == "application/xhtml+xml" || type.name.hasSuffix("+json"))
        }
    }

    /// Whether an answer is best gzip-encoded (RFC 9110 §12.5.3): where gzip is acceptable, and
    /// wanted no less than the plain bytes.
    ///
    /// Where neither is acceptable the plain bytes are sent, as the RFC allows.
    package var gzip: Bool {
        guard headers.contains(.acceptEncoding) else { return false }
        let encodings = Self.list(headers[values: .acceptEncoding])
        let rest = encodings.first { $0.name == "*" }
        let gzip = encodings.first { $0.name == "gzip" || $0.name == "x-gzip" } ?? rest
        let plain = encodings.first { $0.name == "identity" }
        guard let gzip, gzip.quality > .none else { return false }
        return gzip.quality >= (plain?.quality ?? .none)
    }

    /// Whether one of `offers` is acceptable; everything is where nothing is named.
    package func allows(_ offers: String...) -> Bool {
        let types = types
        guard !types.isEmpty else { return true }
        return offers.contains { (Self.wish(for: $0, in: types)?.quality ?? .none) > .none }
    }

    /// Whether the client wants `type` more than each of `others`: it gives it a greater weight,
    /// or as great a one and names it more exactly, as a browser names `text/html`.
    ///
    /// False where it names nothing, or wants all alike: programs mostly say `*/*`.
    package func prefers(_ type: String, to others: String...) -> Bool {
        guard headers.contains(.accept) else { return false }
        let types = types
        guard let wish = Self.wish(for: type, in: types), wish.quality > .none else {
            return false
        }
        return others.allSatisfy { other in
            Self.wish(for: other, in: types).map { $0 < wish } ?? true
        }
    }

    /// What a client says of a type: the most exact element decides (RFC 9110 §12.5.1).
    private static func wish(for offer: String, in types: [Range]) -> Wish? {
        let group = offer.prefix { $0 != "/" } + "/*"
        let names = ["*/*", String(group), offer]
        for precision in names.indices.reversed() {
            guard let range = types.first(where: { $0.name == names[precision] }) else { continue }
            return Wish(quality: range.quality, precision: precision)
        }
        return nil
    }

    private static func list(_ values: [String]) -> [Range] {
        values.flatMap { $0.split(separator: ",", maxSplits: elementLimit) }.prefix(elementLimit)
            .map { element in
                let parts = element.lowercased().split(separator: ";")
                    .map { $0.filter { $0 != " " && $0 != "\t" } }
                let weight = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
                // A weight that cannot be read wants nothing.
                return Range(
                    name: parts.first ?? "",
                    quality: weight.map { Quality($0) ?? .none } ?? .full)
            }
    }
}
