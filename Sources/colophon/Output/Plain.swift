/// Makes text from elsewhere safe to show in a line of a terminal.
enum Plain {
    /// Returns `text` with every character that could move the cursor, hide or reorder
    /// others shown as its number, `<U+202E>`.
    static func line(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            if isDangerous(scalar) {
                let hex = String(scalar.value, radix: 16, uppercase: true)
                plain += "<U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex + ">"
            } else {
                plain.unicodeScalars.append(scalar)
            }
        }
        return plain
    }

    /// The same for a text of several lines, whose line ends stay.
    static func text(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line(String($0)) }.joined(separator: "\n")
    }

    private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        // Controls, invisible format characters (all bidi controls are such), line and
        // paragraph separators, and what Unicode has not assigned.
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        case .unassigned, .privateUse: true
        default: false
        }
    }
}

/// Breaks text for a terminal of 80 columns.
enum Columns {
    static let width = 80

    /// Returns `words` in lines, the first after `head`, the others indented as far as it.
    static func wrap(_ words: String, head: String) -> [String] {
        let indent = String(repeating: " ", count: head.count)
        var lines: [String] = []
        var line = head
        var isFresh = true
        for word in words.split(separator: " ") {
            if !isFresh, line.count + 1 + word.count > width {
                lines.append(line)
                line = indent
                isFresh = true
            }
            line += isFresh ? String(word) : " " + word
            isFresh = false
        }
        lines.append(line)
        return lines
    }

    /// Returns `text` followed by spaces up to `width` characters.
    static func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
