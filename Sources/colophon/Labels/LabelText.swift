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

    /// Returns the lines, the last with an ellipsis at its end.
    private static func cut(_ lines: [String], _ columns: Int) -> [String] {
        var last = lines.last ?? ""
        while width(last) > columns - 1, !last.isEmpty {
            last = String(last.unicodeScalars.dropLast())
        }
        return lines.dropLast() + [last + "\u{2026}"]
    }

    /// A word in pieces that fit into a line.
    private static func pieces(of word: Substring, _ columns: Int) -> [String] {
        var pieces: [String] = []
        var piece = String.UnicodeScalarView()
        var used = 0
        for scalar in word.unicodeScalars {
            if used + width(scalar) > columns {
                pieces.append(String(piece))
                (piece, used) = (String.UnicodeScalarView(), 0)
            }
            piece.append(scalar)
            used += width(scalar)
        }
        return pieces + [String(piece)]
    }

    private static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    /// As the card counts: never fewer columns than a letter takes.
    private static func width(_ scalar: Unicode.Scalar) -> Int {
        scalar.value < 0x1100 || (0x1E00...0x22FF).contains(scalar.value) ? 1 : 2
    }
}
