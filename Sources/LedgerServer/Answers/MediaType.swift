/// The types of what we read and write.
enum MediaType {
    static let cose = "application/cose"
    static let statement = "application/scitt-statement+cose"
    static let receipt = "application/scitt-receipt+cose"
    static let cbor = "application/cbor"
    static let cborSequence = "application/cbor-seq"
    static let json = "application/json"
    static let jsonLines = "application/x-ndjson"
    static let manifest = "application/vnd.in-toto+json"
    static let text = "text/plain; charset=utf-8"
    static let metrics = "text/plain; version=0.0.4; charset=utf-8"
    static let bytes = "application/octet-stream"
    static let problemCBOR = "application/concise-problem-details+cbor"
    static let problemJSON = "application/problem+json"

    /// Returns a `Content-Type` without its parameters, in lower case.
    static func essence(_ field: String) -> String {
        String(field.prefix { $0 != ";" }).lowercased().filter { $0 != " " && $0 != "\t" }
    }
}
