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
        let quality: Double
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
            type.quality > 0
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
        guard let gzip, gzip.quality > 0 else { return false }
        return gzip.quality >= (plain?.quality ?? 0)
    }

    /// Whether one of `offers` is acceptable; everything is where nothing is named.
    package func allows(_ offers: String...) -> Bool {
        let types = types
        guard !types.isEmpty else { return true }
        return offers.contains { offer in
            let group = offer.prefix { $0 != "/" } + "/*"
            let matching =
                types.first { $0.name == offer } ?? types.first { $0.name == group }
                ?? types.first { $0.name == "*/*" }
            return (matching?.quality ?? 0) > 0
        }
    }

    private static func list(_ values: [String]) -> [Range] {
        values.flatMap { $0.split(separator: ",") }.prefix(elementLimit).map { element in
            let parts = element.lowercased().split(separator: ";")
                .map { $0.filter { $0 != " " && $0 != "\t" } }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
            return Range(
                name: parts.first ?? "", quality: weight.map { Double($0) ?? 0 } ?? 1)
        }
    }
}
