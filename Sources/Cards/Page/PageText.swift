/// Text inside HTML.
enum PageText {
    /// Returns `text` as characters that no browser takes for anything else.
    static func escaped(_ text: String) -> String {
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

    /// Returns text that may be anybody's, kept apart from ours whichever way it is written.
    static func foreign(_ text: String) -> String {
        "<bdi>" + escaped(text) + "</bdi>"
    }
}
