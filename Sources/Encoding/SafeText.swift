/// Text from elsewhere, made safe to show: the one list of characters that no reader gets raw.
///
/// A file's name, a title or an answer may hold characters that move a cursor, turn a line around,
/// or are invisible. Both programs write through this type, their logs and errors too. The card
/// alone has a list of its own, because published cards must not change with Unicode.
public enum SafeText {
    /// Returns `text` as one line for a person: `<U+202E>` stands for what must not be shown.
    ///
    /// Doing it again changes nothing.
    public static func line(_ text: String) -> String {
        spelling(text) { scalar in
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "<U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
                + ">"
        }
    }

    /// The same for a text of several lines, whose line feeds stay.
    public static func lines(_ text: String) -> String {
        // As bytes: to a Swift string CR LF is one character, which is no line feed.
        text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { line(String(decoding: $0, as: UTF8.self)) }.joined(separator: "\n")
    }

    /// The same for text that stands behind words of ours: a mark at its beginning is drawn on a
    /// dotted circle, and not on our last character.
    public static func lineApart(_ text: String) -> String {
        let safe = line(text)
        switch safe.unicodeScalars.first?.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: return "\u{25CC}" + safe
        default: return safe
        }
    }

    /// Whether a reader sees nothing of `text`, as of one that has blanks alone: what shows it has
    /// words in its place.
    ///
    /// What nobody sees at all is spelled out, and so is seen.
    public static func showsNothing(_ text: String) -> Bool {
        line(text).allSatisfy(\.isWhitespace)
    }

    /// Returns `text` for a log: `\u{202e}` stands for what must not be shown, and `\\` for `\`,
    /// so that nobody can write what looks like our mark.
    public static func escaped(_ text: String) -> String {
        spelling(text, alsoIf: { $0 == "\\" }, as: mark)
    }

    /// Returns `text` cut after some 64 bytes, without spaces, for a message that quotes it.
    static func excerpt(_ text: String) -> String {
        var excerpt = ""
        for scalar in text.unicodeScalars {
            guard excerpt.utf8.count < excerptBytes else { return excerpt + "..." }
            let isPlain = scalar.value > 0x20 && scalar.value < 0x7F && scalar != "\\"
            excerpt += isPlain ? String(scalar) : mark(scalar)
        }
        return excerpt
    }

    /// Enough for every name of ours and for recognising any other.
    private static let excerptBytes = 64

    /// Returns `text` with each scalar that must not be shown, and each that `alsoIf` picks, as
    /// `spelled` writes it.
    public static func spelling(
        _ text: String, alsoIf isOther: (Unicode.Scalar) -> Bool = { _ in false },
        as spelled: (Unicode.Scalar) -> String
    ) -> String {
        // Most text is plain, and is not copied.
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        guard !isPlain || text.unicodeScalars.contains(where: isOther) else { return text }
        var judge = Judge()
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            // Both are asked: the judge counts marks.
            if judge.mustSpell(scalar) || isOther(scalar) {
                safe.append(contentsOf: spelled(scalar).unicodeScalars)
            } else {
                safe.append(scalar)
            }
        }
        return String(safe)
    }

    private static func mark(_ scalar: Unicode.Scalar) -> String {
        scalar == "\\" ? "\\\\" : "\\u{\(String(scalar.value, radix: 16))}"
    }
}

/// Decides scalar by scalar what must not be shown as it is.
private struct Judge {
    /// Vowels and cantillation of Hebrew, and Tibetan, stack about five marks on a letter; a
    /// hundred paint over the lines above and below.
    private static let markLimit = 8

    private var marks = 0

    mutating func mustSpell(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value >= 0x20, scalar.value < 0x7F {
            marks = 0
            return false
        }
        if Self.isHidden(scalar) { return true }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: marks += 1
        default: marks = 0
        }
        return marks > Self.markLimit
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Drawn as nothing though Unicode calls them symbols and a mark: a pattern of Braille
        // without dots, a note without a head, the filler of the Khitan script.
        case 0x2800, 0x1D159, 0x16FE4: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        // C0, C1 and DEL; all bidirectional controls, zero-width joints, tags and the byte order
        // mark; line and paragraph separators; what Unicode has not assigned or leaves to others.
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
            .privateUse:
            return true
        // Fillers of Hangul, the grapheme joiner, variation selectors.
        default: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
