import Capture
import Testing
import TestSupport

/// How a picture is turned, as its own file says.
@Suite struct OrientationTests {
    private static func exif(_ entries: (TestTIFF) -> [TestTIFF.Entry]) -> [UInt8] {
        let tiff = TestTIFF()
        return tiff.file(entries(tiff))
    }

    private static func webp(_ chunks: [(String, [UInt8])]) -> [UInt8] {
        let number = TestTIFF(isLittle: true).number
        var body = Array("WEBP".utf8)
        for (name, content) in chunks {
            body += Array(name.utf8) + number(UInt64(content.count), 4) + content
            if content.count % 2 == 1 { body.append(0) }
        }
        return Array("RIFF".utf8) + number(UInt64(body.count), 4) + body
    }

    @Test(arguments: 1...8)
    func everyFormatSaysItInItsEXIF(number: Int) throws {
        let block = TestJPEG.exif(number)
        let files = [
            TestPicture.jpeg(exif: block), TestPicture.png(exif: block),
            TestPicture.heic(exif: block), block, Self.webp([("VP8X", [0]), ("EXIF", block)]),
            Self.webp([("EXIF", Array("Exif\0\0".utf8) + block)]),
        ]
        for file in files { #expect(try Orientation(of: file).number == number) }
    }

    private static let unsaid: [(String, [UInt8])] = [
        ("no EXIF", TestPicture.jpeg([])), ("no picture", Array("text".utf8)), ("nothing", []),
        ("0", exif { [$0.shorts(0x0112, [0])] }), ("9", exif { [$0.shorts(0x0112, [9])] }),
        ("two numbers", exif { [$0.shorts(0x0112, [6, 6])] }),
        ("twice", exif { [$0.shorts(0x0112, [6]), $0.shorts(0x0112, [6])] }),
        ("a text", exif { [$0.ascii(0x0112, "6")] }),
        ("cut off", Array(TestPicture.jpeg(exif: TestJPEG.exif(6)).prefix(40))),
        ("a chunk outside", Array(webp([("EXIF", TestJPEG.exif(6))]).dropLast(4))),
        ("two chunks", webp([("EXIF", TestJPEG.exif(6)), ("EXIF", TestJPEG.exif(6))])),
    ]

    @Test(arguments: unsaid.map { ($0, ShownBytes($1)) })
    func whatIsNotSaidOnceAndPlainlyTurnsNothing(name: String, file: ShownBytes) throws {
        #expect(try Orientation(of: file.bytes) == .asStored, "\(name)")
    }

    @Test func aFileThatCannotBeReadIsNotTakenAsItIsStored() {
        #expect(throws: PictureFault.unreadable) { try Orientation(of: Unreadable()) }
    }

    /// A WebP says its time as the others do.
    @Test func theTimeOfAWebPIsTaken() throws {
        let file = Self.webp([("VP8 ", [1, 2, 3]), ("EXIF", TestPicture.Exif.berlin.bytes())])
        #expect(try Picture(file).time(zone: nil).at == "2026-10-02T14:10:00+02:00")
    }

    @Test func chunksHaveALimit() {
        let chunks = [(String, [UInt8])](repeating: ("JUNK", []), count: 5_000)
        let file = Self.webp(chunks + [("EXIF", TestPicture.Exif.berlin.bytes())])
        #expect(throws: NoTime.damaged(.tooMany("chunks", limit: 4_096))) {
            try Picture(file).time(zone: nil)
        }
    }
}
