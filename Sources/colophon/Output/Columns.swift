import Encoding

/// Breaks text for a terminal of 80 columns.
///
/// Text from elsewhere never passes the last column: what a terminal breaks goes on in the first
/// one, where our own words stand, and a title could pass for a verdict. So a word that is longer
/// than a line is broken too; what is to be pasted whole, as commands are, does not come here.
enum Columns {
    static let width = 80

    /// A line always has room for so much, however far in it begins.
    private static let leastRoom = 8

    /// The indent of a head that is broken.
    private static let headIndent = 11

    /// The space separators of Unicode, in the order of their numbers; a terminal shows a gap.
    private static let spaces: [ClosedRange<UInt32>] = [
        0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x202F...0x202F,
        0x205F...0x205F, 0x3000...0x3000,
    ]

    /// What takes two columns: the letters of East Asia and the pictures, whole blocks of them.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23F3, 0x25FD...0x25FE,
        0x2600...0x27BF, 0x2B1B...0x2B55, 0x2E80...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
        0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1D300...0x1D37F, 0x1F000...0x1FAFF,
        0x20000...0x3FFFD,
    ]

    /// Returns `words` in lines, the first after `head`, the others indented as far as it.
    ///
    /// Both are made safe first, so that the widths are those of the shown text.
    static func wrap(_ words: String, head: String) -> [String] {
        let head = SafeText.line(head)
        return fill(
            SafeText.line(words), after: head,
            indent: String(repeating: " ", count: columns(of: head)))
    }

    /// Returns `head` and `parts` in lines; a part is broken only where it is longer than a line.
    ///
    /// All are made safe first, so that the widths are those of the shown text. A head with spaces
    /// in it, as names of files may have, is broken where it is longer than a line; what is left of
    /// it stands further in than any word of ours.
    static func pack(_ parts: [String], head: String, indent: String) -> [String] {
        let head = SafeText.line(head)
        let isBroken = columns(of: head) > width && words(of: head).count > 1
        var lines =
            isBroken
            ? fill(head, after: "", indent: String(repeating: " ", count: headIndent)) : [head]
        for part in parts.map({ SafeText.line($0) }) {
            let last = lines[lines.count - 1]
            if columns(of: last) + 1 + columns(of: part) <= width {
                lines[lines.count - 1] = last + " " + part
            } else if columns(of: indent) + columns(of: part) <= width {
                lines.append(indent + part)
            } else {
                lines.removeLast()
                lines += fill(part, after: last + " ", indent: indent)
            }
        }
        return lines
    }

    /// Returns `text` followed by spaces up to `width` columns.
    static func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - columns(of: text)))
    }

    /// The columns that a terminal takes for `text`, or more: some draw joined letters as one.
    static func columns(of text: some StringProtocol) -> Int {
        text.unicodeScalars.reduce(0) { sum, scalar in
            guard scalar.value >= 0x300 else { return sum + 1 }
            if scalar.properties.canonicalCombiningClass != .notReordered { return sum }
            return sum + (wide.contains { $0.contains(scalar.value) } ? 2 : 1)
        }
    }

    /// Returns the words of `text` in lines, the first after `start`, the others after `indent`.
    private static func fill(_ text: String, after start: String, indent: String) -> [String] {
        let room = max(leastRoom, width - columns(of: indent))
        var lines: [String] = []
        var line = start
        var isFresh = true
        for (gap, word) in words(of: text) {
            let gap = isFresh ? "" : gap
            if columns(of: line) + columns(of: gap) + columns(of: word) <= width {
                line += gap + word
            } else {
                // After the head of a line there is no more room on the next one.
                if !isFresh || columns(of: line) > columns(of: indent) {
                    if let end = line.lastIndex(where: { $0 != " " }) {
                        lines.append(String(line[...end]))
                    }
                    line = indent
                }
                var pieces = pieces(of: word, columns: room)
                let last = pieces.popLast() ?? ""
                for piece in pieces {
                    lines.append(line + piece)
                    line = indent
                }
                line += last
            }
            isFresh = false
        }
        lines.append(line)
        return lines
    }

    /// The words of `text`, each with the space before it; of several the first counts.
    private static func words(of text: String) -> [(gap: String, word: String)] {
        var words: [(gap: String, word: String)] = []
        var gap: Character?
        var isInWord = false
        for character in text {
            if isSpace(character) {
                gap = isInWord ? character : gap ?? character
                isInWord = false
            } else if isInWord {
                words[words.count - 1].word.append(character)
            } else {
                words.append((gap.map { String($0) } ?? "", String(character)))
                isInWord = true
            }
        }
        return words
    }

    /// A space that bears a mark is shown as the mark, and is a part of a word.
    private static func isSpace(_ character: Character) -> Bool {
        let scalars = character.unicodeScalars
        guard scalars.count == 1, let scalar = scalars.first else { return false }
        return spaces.contains { $0.contains(scalar.value) }
    }

    /// Breaks a word into pieces of so many columns at the most.
    private static func pieces(of word: String, columns room: Int) -> [String] {
        var pieces: [String] = []
        var piece = ""
        var used = 0
        for character in word {
            let more = columns(of: String(character))
            if used + more > room, !piece.isEmpty {
                pieces.append(piece)
                (piece, used) = ("", 0)
            }
            piece.append(character)
            used += more
        }
        return pieces + [piece]
    }
}
