import Encoding
import TestSupport
import Testing

/// Text files as other systems write them.
@Suite struct PlainTextTests {
    @Test(
        arguments: [
            ("a\nb\n", "a\nb\n"), ("a\r\nb\r\n", "a\nb\n"), ("a\rb\r", "a\nb\n"),
            ("\u{FEFF}a\r\n", "a\n"), ("a\r\r\nb", "a\n\nb"), ("a\n\rb", "a\n\nb"), ("", ""),
            ("\u{FEFF}", ""), ("a\u{FEFF}b", "a\u{FEFF}b"),
        ] as [(ShownText, ShownText)])
    func aLineEndsWithALineFeedAndNoMarkStandsFirst(text: ShownText, lines: ShownText) {
        #expect(PlainText.lines(of: Array(text.string.utf8)) == Array(lines.string.utf8))
    }

    @Test func oneMarkIsTakenAwayAndNothingElse() {
        #expect(PlainText.unmarked(Array("\u{FEFF}\u{FEFF}a".utf8)) == Array("\u{FEFF}a".utf8))
        #expect(PlainText.unmarked([0xEF, 0xBB]) == [0xEF, 0xBB])
        #expect(PlainText.isUTF16([0xFF, 0xFE, 0x61, 0x00]) && PlainText.isUTF16([0xFE, 0xFF]))
        #expect(!PlainText.isUTF16(Array("\u{FEFF}a".utf8)) && !PlainText.isUTF16([]))
    }
}
