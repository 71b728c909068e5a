import Encoding
import Manifests

/// The file `calendars` (trust-kit.md §1): the OpenTimestamps calendars that date the ledger's
/// heads, a URL a line.
///
/// They decide nothing: what a calendar gives is proven by the blocks of Bitcoin.
struct CalendarsFile {
    /// Calendars in a kit: four times as many as the network has had so far.
    static let limit = 16

    /// Bytes of the file: that many of the longest URLs, and room.
    static let byteLimit = 16 * 1024

    /// The URLs, in the order of the file.
    let urls: [Text]

    /// Reads the file; the error says what is wrong with it.
    init(_ bytes: [UInt8]) throws(TrustKitError) {
        guard bytes.count <= Self.byteLimit else {
            throw Self.error("must not exceed \(Self.byteLimit) bytes")
        }
        guard bytes.last == UInt8(ascii: "\n") else {
            throw Self.error("must have a URL a line, each with LF")
        }
        var urls: [Text] = []
        for line in bytes.dropLast().split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        {
            guard let url = Text(utf8: Array(line)), Self.isURL(Array(line)) else {
                throw Self.error("line \(urls.count + 1) must be an http:// or https:// URL")
            }
            guard !urls.contains(url) else {
                throw Self.error("line \(urls.count + 1) must not repeat another")
            }
            urls.append(url)
        }
        guard urls.count <= Self.limit else {
            throw Self.error("must not exceed \(Self.limit) URLs")
        }
        self.urls = urls
    }

    /// The file of these URLs; nil where there are none.
    static func bytes(of urls: [String]) -> [UInt8]? {
        urls.isEmpty ? nil : Array(urls.map { $0 + "\n" }.joined().utf8)
    }

    private static func isURL(_ bytes: [UInt8]) -> Bool {
        let starts = ["https://", "http://"]
        return bytes.count <= URISyntax.byteLimit && URISyntax.isAllowed(bytes)
            && starts.contains { bytes.starts(with: $0.utf8) && bytes.count > $0.utf8.count }
    }

    private static func error(_ rule: String) -> TrustKitError {
        TrustKitError(.calendars, rule)
    }
}
