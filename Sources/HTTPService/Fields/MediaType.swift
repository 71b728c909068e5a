/// The types of what is read and written.
package enum MediaType {
    package static let cbor = "application/cbor"
    package static let cborSequence = "application/cbor-seq"
    package static let json = "application/json"
    package static let jsonLines = "application/x-ndjson"
    package static let html = "text/html"
    package static let plain = "text/plain"
    package static let svg = "image/svg+xml"
    package static let text = "text/plain; charset=utf-8"
    package static let metrics = "text/plain; version=0.0.4; charset=utf-8"
    package static let bytes = "application/octet-stream"
    package static let problemCBOR = "application/concise-problem-details+cbor"
    package static let problemJSON = "application/problem+json"

    /// Returns a `Content-Type` without its parameters, in lower case.
    package static func essence(_ field: String) -> String {
        // Most are sent so.
        if field.utf8.allSatisfy(isOfEssence) { return field }
        return String(field.prefix { $0 != ";" }).lowercased().filter { $0 != " " && $0 != "\t" }
    }

    /// A byte of a token (RFC 9110 §5.6.2) that is no capital letter, or the slash between two.
    private static func isOfEssence(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~/".utf8.contains(byte)
        }
    }
}
