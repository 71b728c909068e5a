import Encoding
import Testing

@Suite struct TextTests {
    /// Pairs that Swift's `String` calls equal and that are different bytes.
    @Test(arguments: [
        ("K", "\u{212A}"), ("\u{C5}", "\u{212B}"), ("\u{E9}", "e\u{301}"),
        ("\u{3A9}", "\u{2126}"), (";", "\u{37E}"), ("\u{AC00}", "\u{1100}\u{1161}"),
    ])
    func canonicallyEquivalentStringsAreDifferentTexts(left: String, right: String) {
        #expect(Text(left) != Text(right))
        #expect(Set([Text(left), Text(right)]).count == 2)
        #expect((Text(left) < Text(right)) != (Text(right) < Text(left)))
    }

    @Test func theKelvinSignEqualsKOnlyAsAString() {
        #expect("\u{212A}" == "K")
        #expect(Text("\u{212A}") != Text("K"))
    }

    /// Each is a form that RFC 3629 forbids.
    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x20], [0xE0, 0x80, 0x80],
            [0xE0, 0x9F, 0xBF], [0xE1, 0x80], [0xE1, 0x80, 0x20], [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF1, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
            [0x41, 0xC2],
        ] as [[UInt8]])
    func bytesThatAreNotUTF8AreNoText(bytes: [UInt8]) {
        #expect(Text(utf8: bytes) == nil)
    }

    /// The first and the last scalar of each length, and around the surrogates.
    @Test(
        arguments: [
            0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF,
        ] as [UInt32])
    func everyScalarIsKept(value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        let text = try #require(Text(utf8: Array(String(scalar).utf8)))
        #expect(Array(text.string.unicodeScalars) == [scalar])
        #expect(text.scalarCount == 1)
    }

    /// All pairs of first bytes: our validation against Swift's.
    @Test func validityAgreesWithTheStandardLibrary() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                for tail in [[], [0x80], [0x80, 0x80], [0xBF, 0xBF]] as [[UInt8]] {
                    let bytes = [first, second] + tail
                    let isValid = String(validating: bytes, as: UTF8.self) != nil
                    guard (Text(utf8: bytes) != nil) != isValid else { continue }
                    Issue.record("\(bytes)")
                }
            }
        }
    }

    @Test func textsSortByTheirBytes() {
        let texts: [Text] = ["b", "a", "", "é", "ab", "Z", "🎨", "\u{FFFD}"]
        #expect(texts.sorted() == ["", "Z", "a", "ab", "b", "é", "\u{FFFD}", "🎨"])
    }

    @Test func aPrefixIsComparedAsBytes() {
        #expect(Text("urn:x").hasPrefix("urn:"))
        #expect(!Text("e\u{301}").hasPrefix("\u{E9}"))
        #expect(Text("e\u{301}").hasPrefix("e"))
    }
}
