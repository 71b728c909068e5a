import Files
import Foundation
import Manifests
import Studio
import Testing
import TestSupport

/// What becomes of pictures that anybody may have made.
@Suite struct PictureDecoderTests {
    private let folder: TemporaryFolder
    private let decoder: PictureDecoder

    init() throws {
        folder = try TemporaryFolder()
        decoder = PictureDecoder(beside: try Program.url(PictureDecoder.name).path())
    }

    private func look(_ bytes: [UInt8]) throws -> PictureLook {
        try decoder.look(at: InputFile(folder.write(bytes, to: "picture")))
    }

    private func hash(_ bytes: [UInt8]) throws -> String {
        let look = try look(bytes)
        guard case .hashed(let hashes) = look else {
            throw FixtureError.unexpected("\(look)")
        }
        return hashes.asStored.description
    }

    // MARK: - Formats

    /// Of the published vectors: the waves of 640 by 480 pixels.
    private static let waves = "84445af215447aba5555af5556ad2d7952dbed9253325df21386ae0dd0f80f85"

    private static let blocks = "ff2aab80ff2aaf807528ef80d52aff80552aff80552a007faad5007f8ad5007f"

    @Test func aPNGHasThePublishedHashHoweverItIsStored() throws {
        let picture = TestRaster.waves(640, 480)
        #expect(try hash(picture.png()) == Self.waves)
        #expect(try hash(picture.png(isInterlaced: true)) == Self.waves)
        #expect(try hash(picture.png(depth: 16)) == Self.waves)
        let opaque = TestRaster(640, 480, channels: 4) { x, y, channel in
            channel == 3 ? 255 : picture.byte(x, y, channel)
        }
        #expect(try hash(opaque.png()) == Self.waves)
    }

    @Test func theSamePixelsHaveTheSameHashInEveryFormat() throws {
        let grey = TestRaster.blocks(64, 48)
        let palette = TestRaster.png(
            palette: (0..<256).flatMap { Array(repeating: UInt8($0), count: 3) }, grey.width,
            grey.height, { grey.byte($0, $1, 0) })
        let ink = TestJPEG.picture(64, 48, components: 4, segments: [TestJPEG.adobe]) {
            column, row, component in component == 3 ? 255 : TestRaster.block(column, row, 64)
        }
        let colour = TestJPEG.picture(64, 48, components: 3) { column, row, component in
            component == 0 ? TestRaster.block(column, row, 64) : 128
        }
        for bytes in [grey.png(), TestJPEG.blocks(64, 48), palette, ink, colour] {
            #expect(try hash(bytes) == Self.blocks)
        }
    }

    /// What is not opaque stands on white.
    @Test func aTransparentPictureIsTakenOnWhite() throws {
        let picture = TestRaster.blocks(40, 40)
        let faint = TestRaster(320, 320, channels: 2) { x, y, channel in
            channel == 1 ? 128 : picture.byte(x, y, 0)
        }
        let white = TestRaster(320, 320, channels: 1) { x, y, _ in
            let sum = Int(picture.byte(x, y, 0)) * 128 + 255 * 127
            return UInt8((sum + 127) / 255)
        }
        #expect(try hash(faint.png()) == hash(white.png()))
    }

    @Test(arguments: [
        (
            ShownBytes(TestWebP.lossy),
            "927beb00d280552a987fad21bf8096dfed84aad53f80d52a987ff522807f352a"
        ),
        (
            ShownBytes(TestWebP.alpha),
            "166ba92a26a2d52b155f2d2a5a8012d5e994aad5aaa0d52bf55fd52a457df52a"
        ),
    ])
    func aWebPHasTheHashThatPillowAndMetaFind(picture: ShownBytes, wanted: String) throws {
        #expect(try hash(picture.bytes) == wanted)
    }

    // MARK: - Large and turned

    /// Above four megapixels the means of squares are hashed, with smaller squares at the edges.
    @Test func aLargePictureIsAveraged() throws {
        let grey = TestRaster.blocks(261, 260)
        #expect(grey.width * grey.height > 2_048 * 2_048)
        #expect(try hash(grey.png()) == hash(grey.means(2).png()))
        let narrow = TestRaster(3 * 2_050, 700, channels: 1) { x, y, _ in
            TestRaster.block(x / 61, y / 7, 100)
        }
        #expect(try hash(narrow.png()) == hash(narrow.means(4).png()))
    }

    @Test(arguments: 1...8)
    func aPictureIsHashedAsEXIFTurnsIt(orientation: Int) throws {
        let seen = TestRaster.blocks(64, 48)
        let stored = seen.stored(for: orientation)
        let png = stored.png([TestPicture.chunk("eXIf", TestJPEG.exif(orientation))])
        #expect(try hash(png) == Self.blocks)
        let jpeg = TestJPEG.picture(
            stored.width / 8, stored.height / 8, segments: [TestJPEG.turned(orientation)]
        ) { column, row, _ in stored.byte(column * 8, row * 8, 0) }
        #expect(try hash(jpeg) == Self.blocks)
    }

    @Test func aTurnedWebPIsHashedUpright() throws {
        guard case .hashed(let plain) = try look(TestWebP.lossy),
            case .hashed(let turned) = try look(TestWebP.turned)
        else { throw FixtureError.unexpected("no hash") }
        // EXIF turns it with the clock, and the third form is that.
        #expect(turned.asStored.distance(to: plain.all[3]) <= 10)
        #expect(turned.asStored.distance(to: plain.asStored) > LikenessBand.limit)
    }

    // MARK: - What has no hash

    @Test func aFlatPictureIsTooPlain() throws {
        let flat = TestRaster(100, 80, channels: 3) { _, _, _ in 128 }
        #expect(try look(flat.png()) == .tooPlain(quality: 0))
        #expect(try look(TestRaster.waves(4, 40).png()) == .tooPlain(quality: 0))
    }

    struct Bomb: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let reason: PictureLook.Reason

        init(_ name: String, _ bytes: [UInt8], _ reason: PictureLook.Reason) {
            (self.name, self.bytes, self.reason) = (name, bytes, reason)
        }

        var testDescription: String { name }
    }

    private static let bombs: [Bomb] = [
        Bomb("100 gigapixels", header(316_228, 316_228), .tooLarge),
        Bomb("the largest sides", header(0x7FFF_FFFF, 0x7FFF_FFFF), .tooLarge),
        Bomb("one long row", header(2_000_000_000, 1), .tooLarge),
        Bomb("no pixels", header(0, 8), .damaged),
        Bomb("a large JPEG", TestJPEG.claim(65_535, 65_535), .tooLarge),
        Bomb("the largest JPEG", TestJPEG.claim(65_500, 65_500), .tooLarge),
        Bomb("a JPEG in one piece", TestJPEG.claim(14_000, 14_000, frame: 0xC2), .tooLarge),
        Bomb("a JPEG of no rows", TestJPEG.claim(8, 0), .damaged),
        Bomb("a lossless JPEG", TestJPEG.claim(64, 64, frame: 0xC3), .format),
        Bomb("10,000 scans", TestJPEG.progressive(scans: 10_000), .tooManyScans),
        Bomb("an animated PNG", animated, .animated),
        Bomb("an animated WebP", TestWebP.animated, .animated),
        Bomb("a chunk that must be known", unknown("ABCD"), .format),
        Bomb("a TIFF", TestTIFF().file([]), .format),
        Bomb("text", Array("no picture".utf8), .format),
        Bomb("nothing", [], .format),
    ]

    private static func header(_ width: Int, _ height: Int) -> [UInt8] {
        TestRaster.png(
            TestPicture.number(width, 4) + TestPicture.number(height, 4) + [8, 2, 0, 0, 0],
            packed: TestRaster.stored([0]))
    }

    private static func unknown(_ chunk: String) -> [UInt8] {
        TestRaster.waves(64, 64).png([TestPicture.chunk(chunk, [1])])
    }

    private static let animated = frames([0, 0, 0, 2, 0, 0, 0, 0])

    private static func frames(_ control: [UInt8]) -> [UInt8] {
        TestRaster.waves(64, 64).png([TestPicture.chunk("acTL", control)])
    }

    @Test(arguments: bombs)
    func aHostilePictureIsRefusedByName(bomb: Bomb) throws {
        #expect(try look(bomb.bytes) == .unavailable(bomb.reason))
    }

    /// Few scans are a picture, and many are an attack.
    @Test func aProgressivePictureIsRead() throws {
        #expect(try look(TestJPEG.progressive(scans: 20)) == .tooPlain(quality: 0))
    }

    @Test func aPictureThatIsCutOffIsDamaged() throws {
        let whole = [TestRaster.waves(64, 64).png(), TestJPEG.blocks(64, 48), TestWebP.lossy]
        for bytes in whole {
            for length in [13, bytes.count / 2, bytes.count - 9] {
                #expect(try look(Array(bytes[..<length])) == .unavailable(.damaged))
            }
        }
    }

    /// Programs disagree about what is seen of it.
    @Test func aPNGWithMoreThanItsPixelsIsDamaged() throws {
        let header = TestPicture.number(8, 4) + TestPicture.number(8, 4) + [8, 0, 0, 0, 0]
        let rows = [UInt8](repeating: 0, count: 8 * 9)
        let whole = TestRaster.png(header, packed: TestRaster.stored(rows))
        #expect(try look(whole) == .tooPlain(quality: 0))
        for packed in [
            TestRaster.stored(rows) + [1, 2, 3], TestRaster.stored(rows + rows.prefix(9)),
        ] {
            #expect(try look(TestRaster.png(header, packed: packed)) == .unavailable(.damaged))
        }
        // What is no part of the picture harms nothing.
        #expect(try hash(Self.unknown("abCd")) == hash(TestRaster.waves(64, 64).png()))
    }

    /// One frame is one picture, whatever form says so.
    @Test func aPNGOfOneFrameIsAPicture() throws {
        let one = Self.frames([0, 0, 0, 1, 0, 0, 0, 0])
        #expect(try hash(one) == hash(TestRaster.waves(64, 64).png()))
        let controls: [[UInt8]] = [
            [0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 0], [1, 0, 0, 1, 0, 0, 0, 0],
        ]
        for control in controls {
            #expect(try look(Self.frames(control)) == .unavailable(.animated))
        }
    }

    // MARK: - What a JPEG is warned of

    /// A later JFIF, bytes between segments, and a scan of all bands that says it has one.
    @Test func aWarningAboutNoPixelHarmsNothing() throws {
        let jfif = TestPicture.segment(0xE0, Array("JFIF\0".utf8) + [2, 1, 0, 0, 1, 0, 1, 0, 0])
        let comment = TestPicture.segment(0xFE, [65])
        #expect(try hash(TestJPEG.blocks(64, 48, segments: [jfif])) == Self.blocks)
        #expect(try hash(TestJPEG.blocks(64, 48, segments: [comment, [0, 0]])) == Self.blocks)
        var bytes = TestJPEG.blocks(64, 48)
        let scan = try #require(bytes.firstRange(of: [0xFF, 0xDA])?.lowerBound)
        #expect(bytes[scan + 8] == 63)
        bytes[scan + 8] = 0
        #expect(try hash(bytes) == Self.blocks)
    }

    /// Bytes where pixels are may be pixels that somebody else sees.
    @Test func aWarningAboutPixelsIsDamage() throws {
        let whole = TestJPEG.blocks(64, 48)
        let zeros = [UInt8](repeating: 0, count: 1_000)
        #expect(try look(whole.dropLast(2) + zeros + [0xFF, 0xD9]) == .unavailable(.damaged))
        let scan = try #require(whole.firstRange(of: [0xFF, 0xDA])?.upperBound)
        let middle = (scan + whole.count) / 2
        let marked = whole[..<middle] + [0xFF, 0xD3] + whole[middle...]
        #expect(try look(Array(marked)) == .unavailable(.damaged))
    }

    @Test func aPictureWithAWrongByteIsHashedOrDamaged() throws {
        var random = SeededRandom(for: "PictureDecoder")
        let whole = [TestRaster.waves(48, 48).png(), TestJPEG.blocks(16, 16), TestWebP.lossy]
        for bytes in whole {
            for _ in 0..<20 {
                var broken = bytes
                broken[random.number(below: broken.count)] ^= UInt8(1 + random.number(below: 255))
                let look = try look(broken)
                #expect(!Self.isCrash(look), "\(look), \(random)")
            }
        }
    }

    private static func isCrash(_ look: PictureLook) -> Bool {
        switch look {
        case .unavailable(.crashed), .unavailable(.forbiddenCall), .unavailable(.garbled): true
        default: false
        }
    }

    /// What surrounds the picture costs nothing: it is passed over unread.
    @Test func aLargeFileAroundASmallPictureIsRead() throws {
        let words = Array("a\0".utf8) + [UInt8](repeating: 65, count: 1 << 20)
        let text = TestPicture.chunk("tEXt", words)
        let picture = TestRaster.blocks(64, 48)
        #expect(try hash(picture.png([text])) == Self.blocks)
        let segment = TestPicture.segment(0xEF, [UInt8](repeating: 0, count: 65_533))
        let segments = [[UInt8]](repeating: segment, count: 100)
        #expect(try hash(TestJPEG.blocks(64, 48, segments: segments)) == Self.blocks)
    }
}
