import Encoding
import TestSupport
import Testing

/// What a terminal, a log or a person must not meet as it is.
@Suite struct SafeTextTests {
    /// Characters that somebody has named, of each kind: those who change the list keep these.
    private static let hidden: [ClosedRange<UInt32>] = [
        // C0, DEL and C1; the soft hyphen; the grapheme joiner; the Arabic letter mark.
        0x00...0x1F, 0x7F...0x9F, 0xAD...0xAD, 0x034F...0x034F, 0x061C...0x061C,
        // Fillers of Hangul, vowels of Khmer that are not drawn, Mongolian selectors.
        0x115F...0x1160, 0x17B4...0x17B5, 0x180B...0x180F, 0x3164...0x3164, 0xFFA0...0xFFA0,
        // Zero-width characters, all bidirectional controls, separators, invisible operators.
        0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF...0xFEFF, 0x2800...0x2800,
        // Selectors, interlinear marks, shorthand, music, tags.
        0xFE00...0xFE0F, 0xFFF0...0xFFFB, 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A,
        0x1D159...0x1D159, 0xE0000...0xE0FFF,
        // Private use, and what is no character.
        0xE000...0xE001, 0xFDD0...0xFDEF, 0xFFFE...0xFFFF, 0x10FFFE...0x10FFFF,
    ]

    /// The planes that have characters of each kind; what lies between is like their ends.
    private static let all = [0...0x33FF, 0xD000...0x10FFF, 0x1BC00...0x1F0FF, 0xE0000...0xE1000]
        .joined().compactMap { Unicode.Scalar(UInt32($0)) }

    @Test func whatIsHiddenIsSpelledOutEverywhere() throws {
        for scalar in Self.hidden.joined().compactMap({ Unicode.Scalar($0) }) {
            let text = "a\(scalar)b"
            let hex = String(scalar.value, radix: 16)
            for safe in [
                SafeText.line(text), SafeText.escaped(text), SafeText.json(.string(Text(text))),
            ] {
                #expect(!safe.unicodeScalars.contains(scalar), "U+\(hex)")
                #expect(safe.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "U+\(hex)")
            }
        }
    }

    /// The kinds, whatever was named above: nothing that is a control, a format, a separator or
    /// ignorable by default comes through.
    @Test func noKindOfHiddenCharacterComesThrough() {
        var shown: [Unicode.Scalar] = []
        for scalar in Self.all where SafeText.line(String(scalar)) == String(scalar) {
            let isHidden: Bool
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
                .privateUse:
                isHidden = true
            default: isHidden = scalar.properties.isDefaultIgnorableCodePoint
            }
            if isHidden { shown.append(scalar) }
        }
        #expect(shown == [])
    }

    @Test(arguments: [
        "Estuary No. 4", "Übung – „Ölbild“", "春の海", "שָׁלוֹם", "नमस्ते",
        "a\\b \"c\" <d>", "🎨", "é e\u{301}",
        "",
    ])
    func whatPeopleWriteIsShownAsItIs(text: String) {
        #expect(Text(SafeText.line(text)) == Text(text))
        #expect(SafeText.json(.string(Text(text))).utf8.count >= text.utf8.count + 2)
    }

    /// A tower of marks paints over the lines above it.
    @Test func marksWithoutEndAreNotStacked() {
        let tower = "e" + String(repeating: "\u{301}", count: 100)
        let shown = SafeText.line(tower + "x" + tower)
        #expect(shown.unicodeScalars.count { $0 == "\u{301}" } == 16)
        #expect(shown.contains("<U+0301>"))
    }

    @Test func doingItTwiceChangesNothing() {
        let changed = Self.all.filter { scalar in
            let once = SafeText.line("e\u{301}\(scalar)\u{302}")
            return Text(SafeText.line(once)) != Text(once)
        }
        #expect(changed == [])
    }

    /// The mark for a character cannot be written by who cannot write the character.
    @Test(
        arguments: [
            ("\u{1B}", "\\u{1b}"), ("\u{1B}", "\\\\u{1b}"), ("\\\u{1B}", "\\\\u{1b}"),
            ("\\n", "\n"),
        ] as [(ShownText, ShownText)])
    func differentTextsAreDifferentInALog(one: ShownText, other: ShownText) {
        #expect(SafeText.escaped(one.string) != SafeText.escaped(other.string))
        #expect(Text(one.string).printable != Text(other.string).printable)
    }

    @Test func aLogsTextCanBeReadBack() throws {
        let lost = Self.all.filter { scalar in
            let text = "\\\(scalar)u{41}\\\\\(scalar)"
            return Text(Self.unescaped(SafeText.escaped(text))) != Text(text)
        }
        #expect(lost == [])
    }

    /// Reads `\\` and `\u{..}` as a person does.
    private static func unescaped(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let first = rest.popFirst() {
            guard first == "\\" else {
                scalars.append(first)
                continue
            }
            guard rest.popFirst() == "u" else {
                scalars.append("\\")
                continue
            }
            let digits = rest.dropFirst().prefix { $0 != "}" }
            rest = rest.dropFirst(digits.count + 2)
            if let scalar = UInt32(String(digits), radix: 16).flatMap(Unicode.Scalar.init) {
                scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    @Test func aProgramReadsTheExactTextFromJSON() throws {
        let lost = try Self.all.dropFirst().filter { scalar in
            let value = JSON.object([Text("a\(scalar)"): .string(Text("\"\(scalar)\\ \(scalar)"))])
            return try JSON.decode(Array(SafeText.json(value).utf8)) != value
        }
        #expect(lost == [])
    }

    @Test func onlyLineFeedsEndALine() {
        let text = "a\r\nb\u{2028}c\u{85}d\n\n\u{1B}[2J"
        let line = "a<U+000D><U+000A>b<U+2028>c<U+0085>d<U+000A><U+000A><U+001B>[2J"
        #expect(SafeText.line(text) == line)
        #expect(SafeText.lines(text) == "a<U+000D>\nb<U+2028>c<U+0085>d\n\n<U+001B>[2J")
    }

    /// What nobody sees at all is spelled out, and so is seen.
    @Test func blanksAloneShowNothing() {
        for blank in ["", " ", "\u{A0}\u{3000}", "\u{2003} \u{1680}"] {
            #expect(SafeText.showsNothing(blank), "\(Array(blank.unicodeScalars))")
        }
        for text in ["a", " a ", "\u{200B}", "\u{2800}", "\u{115F}", "\n"] {
            #expect(!SafeText.showsNothing(text), "\(Array(text.unicodeScalars))")
        }
    }

    /// A mark would be drawn on whatever stands before it, which is ours.
    @Test func aMarkAtTheBeginningIsDrawnOnACircle() {
        func scalars(_ text: String) -> [UInt32] {
            SafeText.lineApart(text).unicodeScalars.map(\.value)
        }
        #expect(scalars("\u{338}x") == [0x25CC, 0x338, 0x78])
        #expect(scalars("\u{20DD}") == [0x25CC, 0x20DD])
        #expect(scalars("\u{903}") == [0x25CC, 0x903])
        #expect(SafeText.lineApart("e\u{301}") == "e\u{301}" && SafeText.lineApart("") == "")
        #expect(scalars("\u{200B}x").first == 0x3C)
    }
}
