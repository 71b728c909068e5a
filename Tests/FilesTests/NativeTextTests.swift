import Files
import Testing
import TestSupport

/// Names and arguments are bytes, and none of them becomes another one.
@Suite struct NativeTextTests {
    @Test(arguments: [
        Array("photo.jpg".utf8), Array("J\u{F6}rg \u{1F5BC}".utf8), Array("J".utf8) + [0xF6, 0x72],
        [0xFF], [0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF], [0xF4, 0x8F, 0xBE, 0x7F], [0xF4, 0x8F],
        [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xE2, 0x82, 0x41], [],
    ])
    func bytesAreSpelledAndReadBack(bytes: [UInt8]) {
        #expect(NativeText.bytes(NativeText.spelled(bytes)) == bytes)
    }

    @Test func anyBytesAreSpelledInOneWayOfTheirOwn() {
        var dice = SeededRandom(for: "NativeText")
        var seen: [String: [UInt8]] = [:]
        for _ in 0..<20_000 {
            // Mostly bytes that begin or go on a scalar, the last ones of Unicode among them.
            let bytes = (0..<dice.number(below: 6)).map { _ -> UInt8 in
                [0x41, 0x80, 0x8F, 0xBE, 0xBF, 0xC3, 0xE2, 0xF4, 0xFF][dice.number(below: 9)]
            }
            let spelled = NativeText.spelled(bytes)
            #expect(NativeText.bytes(spelled) == bytes, "\(bytes), \(dice)")
            #expect(seen.updateValue(bytes, forKey: spelled) ?? bytes == bytes, "\(dice)")
        }
    }

    @Test func textIsSpelledAsItselfAndNothingElseIsText() {
        #expect(NativeText.spelled("J\u{F6}rg".utf8) == "J\u{F6}rg")
        #expect(NativeText.isText("J\u{F6}rg"))
        let name = NativeText.spelled([0x4A, 0xF6])
        #expect(!NativeText.isText(name) && NativeText.text(name) == nil)
        // A character of the range that spells bytes is text all the same.
        let last = NativeText.spelled("\u{10FFFD}".utf8)
        #expect(!NativeText.isText(last) && NativeText.text(last) == "\u{10FFFD}")
    }

    @Test func aFileIsOpenedByTheBytesOfItsName() throws {
        let folder = try TemporaryFolder()
        let name = NativeText.spelled([0x4A, 0xF6, 0x72])
        let place = try Place(folder.path(name))
        try place.folder.write(Array("other".utf8), to: "J\u{FFFD}r", .new(.published))
        try place.folder.write(Array("mine".utf8), to: name, .new(.published))
        #expect(try InputFile(folder.path(name)).bytes(limit: 9) == Array("mine".utf8))
        #expect(try place.folder.names().contains(name))
        #expect(Place.split(folder.path(name))?.name == name)
    }

    @Test(
        arguments: [
            ("photo.jpg", "photo.jpg"), ("my photo.jpg", "'my photo.jpg'"), ("-rf", "./-rf"),
            ("it's", "'it'\\''s'"), ("$(reboot)", "'$(reboot)'"), ("", "''"), ("a;b", "'a;b'"),
            ("J\u{F6}rg", "'J\u{F6}rg'"), ("a\nb", "$'a\\012b'"),
            ("a\u{202E}b", "$'a\\342\\200\\256b'"),
            (ShownText(NativeText.spelled([0x4A, 0xF6, 0x27])), "$'J\\366\\047'"),
        ] as [(ShownText, String)])
    func aNameInACommandIsOneWord(name: ShownText, word: String) {
        #expect(ShellWord.quoted(name.string) == word)
    }
}
