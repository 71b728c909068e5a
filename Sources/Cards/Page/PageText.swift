/// Text inside HTML.
enum PageText {
    /// Returns `text` as characters that no browser takes for anything else.
    static func escaped(_ text: String) -> String {
        // Nearly all text has none of them, and a page has much of it.
        guard text.utf8.contains(where: isSpecial) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Bytes of `text` once it is escaped.
    static func escapedCount(_ text: Substring.UnicodeScalarView) -> Int {
        text.reduce(0) { $0 + escapedCount($1) }
    }

    /// Returns the beginning of `text` that has at most so many bytes once it is escaped.
    static func prefix(
        of text: Substring.UnicodeScalarView, upTo bytes: Int
    ) -> Substring.UnicodeScalarView {
        var rest = bytes
        return text.prefix { scalar in
            rest -= escapedCount(scalar)
            return rest >= 0
        }
    }

    private static func escapedCount(_ scalar: Unicode.Scalar) -> Int {
        switch scalar {
        case "&", "'": 5
        case "<", ">": 4
        case "\"": 6
        default: scalar.utf8.count
        }
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
            UInt8(ascii: "'"):
            true
        default: false
        }
    }

    /// Returns text that may be anybody's, kept apart from ours whichever way it is written.
    static func foreign(_ text: String) -> String {
        "<bdi>" + escaped(text) + "</bdi>"
    }
}
