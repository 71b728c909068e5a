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

    /// Returns `head` and `parts` in lines; a part is broken only where it is longer than a line.
    ///
    /// All are made safe first, so that the widths are those of the shown text.
    static func pack(_ parts: [String], head: String, indent: String) -> [String] {
        var lines = [SafeText.line(head)]
        for part in parts.map({ SafeText.line($0) }) {
            let last = lines[lines.count - 1]
            if last.count + 1 + part.count <= width {
                lines[lines.count - 1] = last + " " + part
            } else if indent.count + part.count <= width {
                lines.append(indent + part)
            } else {
                lines.removeLast()
                let all = wrap(part, head: last + " ")
                lines.append(all[0])
                let rest = all.dropFirst().map { String($0.drop { $0 == " " }) }
                lines += wrap(rest.joined(separator: " "), head: indent)
            }
        }
        return lines
    }

    /// Returns `text` followed by spaces up to `width` characters.
    static func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
