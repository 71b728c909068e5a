/// The help of a program, and its words to a person, in lines that fit a terminal of 80 columns.
package enum HelpText {
    /// Columns of a line.
    package static let width = 80

    /// The column at which the argument parser begins what it says of a flag.
    private static let textColumn = 26

    /// The indent of what a line of usage goes on with.
    private static let usageIndent = 8

    /// A last line that is shorter gets words of the line before it.
    private static let leastLine = 13

    /// Words with which a command begins that a person may paste.
    private static let commands: Set<String> = [
        "colophon", "colophond", "chmod", "chown", "sed", "sudo", "ulimit",
    ]

    /// Returns the argument parser's help with every line filled anew.
    ///
    /// It breaks prose a word before the end, leaves single words behind, and the line of usage as
    /// long as it is. Lines that are indented by whoever wrote them stay.
    ///
    /// What is no help, as a version, stays as it is.
    package static func fitted(help text: String) -> String {
        guard text.contains("\nUSAGE: ") else { return text }
        var lines: [String] = []
        var block: [String] = []
        var isProse = true
        func flush() {
            lines += isProse ? filled(block.joined(separator: " "), after: "", indent: 0) : block
            block = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("USAGE:") || line.hasPrefix("Usage:") {
                flush()
                isProse = false
                lines += usage(line)
            } else if isProse, !line.isEmpty, !line.hasPrefix(" ") {
                block.append(line)
            } else if isProse {
                flush()
                lines.append(line)
            } else if line.hasPrefix(indentation(textColumn)), let last = block.popLast() {
                block.append(last + " " + line.drop { $0 == " " })
            } else {
                lines += block.flatMap(item)
                block = [line]
            }
        }
        lines += isProse ? filled(block.joined(separator: " "), after: "", indent: 0) : []
        lines += isProse ? [] : block.flatMap(item)
        return lines.joined(separator: "\n")
    }

    /// Returns a hint to a person whose usage was wrong: the line of usage where it is a line, else
    /// the command that shows it.
    package static func hint(usage: String) -> String {
        guard usage.count > width - usageIndent else { return usage }
        let command = usage.dropFirst("Usage: ".count).split(separator: " ")
            .prefix { !"<[-".contains($0.first ?? "-") }
        return "\(command.joined(separator: " ")) --help shows every flag"
    }

    /// Returns words to a person in lines, those behind the first indented; a command in them
    /// stands in a line of its own, so that it can be pasted.
    package static func folded(_ words: String, indent: Int) -> [String] {
        guard words.count > width else { return [words] }
        let parts = words.split(separator: " ", omittingEmptySubsequences: false)
        let isSpaced = parts.prefix { $0.isEmpty }.count
        guard let start = parts.firstIndex(where: { commands.contains(String($0)) }),
            start > isSpaced
        else { return filled(words, after: "", indent: indent) }
        let prose = parts[..<start].joined(separator: " ")
        let command = parts[start...].joined(separator: " ")
        return filled(prose, after: "", indent: indent) + [indentation(indent) + command]
    }

    /// Breaks a line of usage between its arguments.
    private static func usage(_ line: String) -> [String] {
        var arguments: [String] = []
        var depth = 0
        for word in line.split(separator: " ") {
            if depth > 0 || word == "...", let last = arguments.popLast() {
                arguments.append(last + " " + word)
            } else if let last = arguments.last, last.hasPrefix("--"), !last.contains(" "),
                word.hasPrefix("<")
            {
                arguments[arguments.count - 1] += " " + word
            } else {
                arguments.append(String(word))
            }
            depth += word.count { $0 == "[" } - word.count { $0 == "]" }
        }
        return lines(of: arguments, after: "", indent: usageIndent)
    }

    /// Fills what is said of a flag or a command, which may be longer than its line by now.
    private static func item(_ line: String) -> [String] {
        let characters = Array(line)
        guard characters.count > textColumn, characters[textColumn] != " ",
            characters[textColumn - 1] == " ", line.hasPrefix("  ")
        else { return label(line) }
        let head = String(characters[..<textColumn])
        return filled(String(characters[textColumn...]), after: head, indent: textColumn)
    }

    /// A flag that is too long for a text beside it, with that text behind it.
    private static func label(_ line: String) -> [String] {
        guard line.hasPrefix("  -"), let end = line.lastIndex(of: ">"),
            line.index(after: end) < line.endIndex, line.count > textColumn
        else { return [line] }
        let text = line[line.index(after: end)...].drop { $0 == " " }
        return [String(line[...end])]
            + filled(String(text), after: indentation(textColumn), indent: textColumn)
    }

    private static func filled(_ text: String, after head: String, indent: Int) -> [String] {
        let start = head.isEmpty ? String(text.prefix { $0 == " " }) : head
        return lines(
            of: text.split(separator: " ").map(String.init), after: start, indent: indent)
    }

    /// Puts words into lines; the last one is not left with one short word.
    private static func lines(
        of words: [String], after head: String, indent: Int
    ) -> [String] {
        var rows: [[String]] = [[]]
        var room = width - head.count
        for word in words {
            let used = rows[rows.count - 1].reduce(-1) { $0 + 1 + $1.count }
            if !rows[rows.count - 1].isEmpty, used + 1 + word.count > room {
                rows.append([])
                room = width - indent
            }
            rows[rows.count - 1].append(word)
        }
        while let last = rows.last, rows.count > 1, last.joined(separator: " ").count < leastLine,
            rows[rows.count - 2].count > 2, let word = rows[rows.count - 2].popLast()
        {
            rows[rows.count - 1].insert(word, at: 0)
        }
        return rows.enumerated().compactMap { number, row in
            let text = row.joined(separator: " ")
            guard !text.isEmpty || number > 0 else { return head.isEmpty ? nil : head }
            return (number == 0 ? head : indentation(indent)) + text
        }
    }

    private static func indentation(_ count: Int) -> String {
        String(repeating: " ", count: count)
    }
}
