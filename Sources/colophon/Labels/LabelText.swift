import Encoding

/// A title in the lines that a label has for it; what is cut ends with an ellipsis.
enum LabelText {
    /// Returns `text` in at most `limit` lines of `columns` columns; text that shows nothing is
    /// replaced by words.
    static func lines(_ text: String, columns: Int, limit: Int) -> [String] {
        let safe = SafeText.line(text)
        guard !safe.allSatisfy(\.isWhitespace) else { return ["(blank title)"] }
        var lines: [String] = []
        var line = ""
        for word in safe.split(whereSeparator: \.isWhitespace) {
            for piece in pieces(of: word, columns) {
                let longer = line.isEmpty ? piece : line + " " + piece
                if width(longer) <= columns {
                    line = longer
                } else {
                    lines.append(line)
                    line = piece
                }
                guard lines.count < limit else { return cut(lines, columns) }
            }
        }
        lines.append(line)
        return lines.count > limit ? cut(Array(lines.prefix(limit)), columns) : lines
    }

    /// Whether a text is read from the right: its first letter says so (UAX #9, rule P2).
    static func isRightToLeft(_ text: String) -> Bool {
        let first = SafeText.line(text).unicodeScalars.first { $0.properties.isAlphabetic }
        switch first?.value ?? 0 {
        // Hebrew, Arabic, Syriac, Thaana, N'Ko and others; their presentation forms; and the
        // blocks beyond that Unicode keeps for such scripts.
        case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF,
            0x1E800...0x1EFFF:
            return true
        default: return false
        }
    }

    /// Returns the lines, the last with an ellipsis at its end.
    private static func cut(_ lines: [String], _ columns: Int) -> [String] {
        var last = lines.last ?? ""
        while width(last) > columns - 1, !last.isEmpty { last.removeLast() }
        return lines.dropLast() + [last + "\u{2026}"]
    }

    /// A word in pieces that fit into a line.
    ///
    /// No mark is taken from its letter, but where there are more of them than a line has room for.
    private static func pieces(of word: Substring, _ columns: Int) -> [String] {
        var pieces: [String] = []
        var (piece, used) = ("", 0)
        func add(_ part: String) {
            let columnsOfPart = width(part)
            if used + columnsOfPart > columns, !piece.isEmpty {
                pieces.append(piece)
                (piece, used) = ("", 0)
            }
            piece += part
            used += columnsOfPart
        }
        for letter in word {
            if width(String(letter)) <= columns {
                add(String(letter))
            } else {
                for scalar in letter.unicodeScalars { add(String(scalar)) }
            }
        }
        return pieces + [piece]
    }

    private static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    /// As the card counts: never fewer columns than a letter takes.
    private static func width(_ scalar: Unicode.Scalar) -> Int {
        scalar.value < 0x1100 || (0x1E00...0x22FF).contains(scalar.value) ? 1 : 2
    }
}
