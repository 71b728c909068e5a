import Capture
import Testing
import TestSupport

/// Which time a picture is said to be taken at.
@Suite struct PictureTimeTests {
    /// A way to put EXIF into a file.
    struct Format: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let file: @Sendable ([UInt8]) -> [UInt8]
    }

    static let formats = [
        Format(testDescription: "JPEG") { TestPicture.jpeg(exif: $0) },
        Format(testDescription: "PNG") { TestPicture.png(exif: $0) },
        Format(testDescription: "TIFF") { $0 },
        Format(testDescription: "HEIC") { TestPicture.heic(exif: $0) },
        Format(testDescription: "HEIC in pieces") { TestPicture.heic(exif: $0, pieces: 7) },
        Format(testDescription: "HEIC in idat") { TestPicture.heic(exif: $0, inBox: true) },
        Format(testDescription: "AVIF") { TestPicture.heic(exif: $0, brand: "avif") },
    ]

    private let zone = ZoneOffset("+05:30".utf8)

    private func time(
        _ exif: TestPicture.Exif, zone: ZoneOffset? = nil
    ) throws(NoTime) -> PictureTime {
        try Picture(TestPicture.jpeg(exif: exif.bytes())).time(zone: zone)
    }

    // MARK: - Formats

    @Test(arguments: formats, [true, false])
    func everyFormatGivesTheTimeInItsExif(format: Format, isLittle: Bool) throws {
        let exif = TestPicture.Exif.berlin.bytes(TestTIFF(isLittle: isLittle))
        let time = try Picture(format.file(exif)).time(zone: nil)
        #expect(time.at == "2026-10-02T14:10:00+02:00")
        #expect(time.source == .exif)
    }

    @Test(arguments: [true, false])
    func aBigTIFFGivesItsTime(isLittle: Bool) throws {
        let file = TestPicture.Exif.berlin.bytes(TestTIFF(isLittle: isLittle, isBig: true))
        #expect(try Picture(file).time(zone: nil).at == "2026-10-02T14:10:00+02:00")
    }

    @Test(
        arguments: ([
            [], [0], Array("a photograph".utf8), Array("GIF89a".utf8), [0xFF, 0xD8],
            Array("%PDF-1.7\n".utf8), TestPicture.heic(exif: [], brand: "qt  "),
        ] as [[UInt8]]).map { ShownBytes($0) })
    func whatIsNoPictureHasNoTime(file: ShownBytes) {
        #expect(throws: NoTime.notAPicture) { try Picture(file.bytes).time(zone: zone) }
    }

    @Test func aPictureWithoutExifHasNoTime() {
        for file in [
            TestPicture.jpeg([]), TestPicture.png([]), TestTIFF().file([]),
            TestPicture.box("ftyp", Array("heic\0\0\0\0".utf8)),
            TestPicture.box("ftyp", Array("heic\0\0\0\0".utf8))
                + TestPicture.box("meta", [0, 0, 0, 0] + TestPicture.itemList([(1, "hvc1")])),
        ] {
            #expect(throws: NoTime.noEXIF) { try Picture(file).time(zone: zone) }
        }
    }

    /// It may say how the picture is turned, and is not said to be missing.
    @Test func exifWithoutATimeIsExif() {
        for block in [TestPicture.Exif().bytes(), TestJPEG.exif(6)] {
            let file = TestPicture.jpeg(exif: block)
            #expect(throws: NoTime.notInEXIF) { try Picture(file).time(zone: zone) }
        }
    }

    // MARK: - Which time

    @Test func anExifTimeWithoutAZoneIsUsedOnlyInANamedOne() throws {
        let exif = TestPicture.Exif(original: "2026:10:02 14:10:00")
        #expect(throws: NoTime.noZone) { try time(exif) }
        let named = try time(exif, zone: zone)
        #expect(named.at == "2026-10-02T14:10:00+05:30")
        #expect(named.source == .exifInNamedZone)
    }

    @Test func theZoneOfTheFileWinsOverTheNamedOne() throws {
        #expect(try time(.berlin, zone: zone).at == "2026-10-02T14:10:00+02:00")
    }

    @Test func satellitesAreAskedWhereExifHasNoTimeInAZone() throws {
        var exif = TestPicture.Exif.berlin
        (exif.date, exif.time) = ("2026:10:02", [(12, 1), (10, 1), (0, 1)])
        #expect(try time(exif).source == .exif)
        exif.offset = nil
        #expect(try time(exif, zone: zone).source == .exifInNamedZone)
        #expect(try time(exif).source == .satellite)
        #expect(try time(exif).at == "2026-10-02T12:10:00Z")
        exif.original = "2026:10:32 14:10:00"
        #expect(try time(exif, zone: zone).source == .satellite)
    }

    @Test(
        arguments: [
            ([(12, 1), (10, 1), (59, 1)], "12:10:59"),
            ([(24, 2), (10, 1), (505, 10)], "12:10:50.500"),
            ([(0, 1), (0, 1), (1, 1_000)], "00:00:00.001"), ([(0, 9), (0, 9), (0, 9)], "00:00:00"),
            ([(23, 1), (59, 1), (599_999, 10_000)], "23:59:59.999"),
        ] as [([(UInt64, UInt64)], String)])
    func theTimeOfTheSatellitesIsInUTC(parts: [(UInt64, UInt64)], clock: String) throws {
        let exif = TestPicture.Exif(date: "2024:02:29", time: parts)
        #expect(try time(exif).at == "2024-02-29T\(clock)Z")
    }

    @Test(
        arguments: [
            ("2026:10:02", [(12, 1), (10, 1)]), ("2026:10:02", [(12, 0), (10, 1), (0, 1)]),
            ("2026:10:02", [(12, 1), (10, 1), (0, 0)]), ("2026:10:02", [(24, 1), (0, 1), (0, 1)]),
            ("2026:10:02", [(12, 1), (60, 1), (0, 1)]),
            ("2026:10:02", [(12, 1), (10, 1), (60, 1)]),
            ("2026:10:02", [(25, 2), (0, 1), (0, 1)]), ("2026:02:29", [(12, 1), (10, 1), (0, 1)]),
            ("2026-10-02", [(12, 1), (10, 1), (0, 1)]), ("02:10:2026", [(12, 1), (10, 1), (0, 1)]),
            ("2026:10:2", [(12, 1), (10, 1), (0, 1)]),
            ("2026:10:02", [(0xFFFF_FFFF, 1), (0xFFFF_FFFF, 1), (0xFFFF_FFFF, 1)]),
        ] as [(String, [(UInt64, UInt64)])])
    func whatIsNoTimeOfSatellitesIsNone(date: String, parts: [(UInt64, UInt64)]) {
        let error = #expect(throws: NoTime.self) {
            try time(TestPicture.Exif(date: date, time: parts))
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("GPSDateStamp"))
    }

    @Test func aDateOrATimeOfSatellitesAloneIsNone() {
        for exif in [
            TestPicture.Exif(date: "2026:10:02"), TestPicture.Exif(time: [(1, 1), (1, 1), (1, 1)]),
            TestPicture.Exif(date: "", time: [(1, 1), (1, 1), (1, 1)]),
        ] {
            #expect(throws: NoTime.notInEXIF) { try time(exif, zone: zone) }
        }
    }

    // MARK: - Values of hostile or careless writers

    @Test(
        arguments: [
            "0000:00:00 00:00:00", "2026:10:02", "2026-10-02 14:10:00", "2026:10:02T14:10:00",
            "2026:13:02 14:10:00", "2026:00:02 14:10:00", "2026:10:00 14:10:00",
            "2025:02:29 14:10:00", "1900:02:29 14:10:00", "2026:10:02 24:00:00",
            "2026:10:02 14:60:00", "2026:10:02 14:10:60",
            "2026:10:02 14:10", "2026:10:02 14:10:0", "+026:10:02 14:10:00", "2026:10:02  4:10:00",
            "\u{661}026:10:02 14:10:0", "2026:10:02 14:10:00Z", "2026:10:02 14:1\u{0}:00", "x",
        ] as [ShownText])
    func whatIsNoTimeIsNeverUsed(text: ShownText) {
        let exif = TestPicture.Exif(original: text.string, offset: "+02:00")
        #expect(throws: NoTime.self) { try time(exif, zone: zone) }
    }

    @Test(arguments: ["", "                   ", "    :  :     :  :  "])
    func aBlankTimeIsNone(text: String) {
        let exif = TestPicture.Exif(original: text, offset: "+02:00")
        #expect(throws: NoTime.notInEXIF) { try time(exif, zone: zone) }
    }

    @Test(arguments: [
        "", "      ", "   :  ", "Z", "+0200", "+2:00", "02:00", "+02:60", "+14:01", "-12:01",
        "+99:00",
        "+02:0x", "\u{2212}2:00", "++2:00",
    ])
    func aZoneThatIsNoneIsAskedFor(text: String) throws {
        let exif = TestPicture.Exif(original: "2026:10:02 14:10:00", offset: text)
        #expect(throws: NoTime.noZone) { try time(exif) }
        #expect(try time(exif, zone: zone).source == .exifInNamedZone)
    }

    @Test(arguments: ["+00:00", "-00:00", "+14:00", "-12:00", "+05:45", "-03:30"])
    func everyZoneOnEarthIsOne(text: String) throws {
        let exif = TestPicture.Exif(original: "2026:10:02 14:10:00", offset: text)
        #expect(try time(exif).at == "2026-10-02T14:10:00\(text)")
    }

    /// Position, serial numbers, names: the same picture with and without them is the same.
    @Test func nothingElseOfExifIsTaken() {
        let tiff = TestTIFF()
        var telling = TestPicture.Exif.berlin
        telling.others = (
            [tiff.ascii(0x010F, "Maker"), tiff.ascii(0x013B, "Ana Example")],
            [
                tiff.ascii(0xA430, "Ana Example"), tiff.ascii(0xA431, "SERIAL-4711"),
                tiff.ascii(0x9291, "123"),
            ],
            [
                tiff.ascii(1, "N"), tiff.fractions(2, [(52, 1), (31, 1), (0, 1)]),
                tiff.ascii(3, "E"), tiff.fractions(4, [(13, 1), (24, 1), (0, 1)]),
            ]
        )
        #expect(
            Picture(TestPicture.jpeg(exif: telling.bytes()))
                == Picture(TestPicture.jpeg(exif: TestPicture.Exif.berlin.bytes())))
    }
}
