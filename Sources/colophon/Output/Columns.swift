import Encoding

/// Breaks text for a terminal of 80 columns.
enum Columns {
    static let width = 80

    /// Returns `words` in lines, the first after `head`, the others indented as far as it.
    ///
    /// Both are made safe first, so that the widths are those of the shown text.
    static func wrap(_ words: String, head: String) -> [String] {
        let (words, head) = (SafeText.line(words), SafeText.line(head))
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
