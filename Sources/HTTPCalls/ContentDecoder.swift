import Compression

/// Undoes the Content-Encoding of an answer, piece by piece.
struct ContentDecoder {
    private var inflater: GzipInflater?
    private var plain: [UInt8]?

    /// Whether there is a body: a HEAD has none, whatever its fields say.
    private var hasBody = false

    /// Prepares for an answer with these encodings; any but gzip is refused.
    init(_ encodings: [Substring]) throws(CallFailure) {
        let encodings = encodings.map { $0.lowercased() }.filter { $0 != "identity" }
        guard let encoding = encodings.first else { return }
        guard encodings.count == 1, encoding == "gzip" || encoding == "x-gzip" else {
            throw CallFailure(.unexpected("the encoding \(encoding), which was not asked for"))
        }
        inflater = GzipInflater()
    }

    /// Adds bytes that arrived.
    mutating func append(_ bytes: [UInt8]) {
        hasBody = true
        if inflater == nil {
            plain = bytes
        } else {
            inflater?.append(bytes)
        }
    }

    /// Returns what they decode to, in pieces; nil where more must come.
    mutating func next() throws(CallFailure) -> [UInt8]? {
        if let piece = plain.take() { return piece }
        return try Self.gzip { () throws(GzipError) in try inflater?.next() }
    }

    /// Refuses an answer that ends in the middle.
    func finish() throws(CallFailure) {
        guard hasBody else { return }
        try Self.gzip { () throws(GzipError) in try inflater?.finish() }
    }

    private static func gzip<Value>(
        _ body: () throws(GzipError) -> Value
    ) throws(CallFailure) -> Value {
        do throws(GzipError) {
            return try body()
        } catch {
            throw CallFailure(.unexpected("an answer that is not the gzip that its head announces"))
        }
    }
}
