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
