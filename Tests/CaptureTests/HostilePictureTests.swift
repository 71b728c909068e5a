import Capture
import Testing
import TestSupport

/// Files that are made to mislead a reader, or to keep it busy.
@Suite struct HostilePictureTests {
    private static let exif = TestPicture.Exif.berlin.bytes()

    private func fault(_ file: some PictureBytes) -> PictureFault? {
        do {
            _ = try Picture(file).time(zone: nil)
            return nil
        } catch {
            guard case .damaged(let fault) = error else { return nil }
            return fault
        }
    }

    /// Every cut ends before the whole picture of a JPEG, so none may still give a time.
    @Test(arguments: PictureTimeTests.formats)
    func aFileThatIsCutGivesItsTimeOrNone(format: PictureTimeTests.Format) throws {
        let whole = format.file(Self.exif)
        let time = try Picture(whole).time(zone: nil)
        for end in whole.indices {
            let cut = Picture(Array(whole[..<end]))
            let found = Result { () throws(NoTime) in try cut.time(zone: nil) }
            switch found {
            case .success(let some): #expect(some == time)
            case .failure(.damaged), .failure(.notAPicture), .failure(.noEXIF): break
            case .failure(let other): Issue.record("\(end) bytes: \(other)")
            }
        }
    }

    @Test func twoBlocksOfExifAreNone() {
        let segment = TestPicture.exifSegment(Self.exif)
        #expect(fault(TestPicture.jpeg([segment, segment])) == .twice("its EXIF blocks"))
        let chunk = TestPicture.chunk("eXIf", Self.exif)
        #expect(fault(TestPicture.png([chunk, chunk])) == .twice("its EXIF blocks"))
        let items = TestPicture.itemList([(2, "Exif"), (3, "Exif")])
        let file =
            TestPicture.box("ftyp", Array("heic\0\0\0\0".utf8))
            + TestPicture.box("meta", [0, 0, 0, 0] + items)
        #expect(fault(file) == .twice("its EXIF blocks"))
    }

    @Test func aTagThatStandsTwiceIsNone() {
        let tiff = TestTIFF()
        var exif = TestPicture.Exif.berlin
        exif.others.1 = [tiff.ascii(0x9003, "2001:01:01 00:00:00")]
        #expect(fault(TestPicture.jpeg(exif: exif.bytes())) == .twice("tag 36867"))
    }

    @Test func aTimeOfAnotherTypeIsNone() {
        let tiff = TestTIFF()
        var exif = TestPicture.Exif()
        exif.others.1 = [tiff.shorts(0x9003, [1, 2])]
        guard case .malformed = fault(TestPicture.jpeg(exif: exif.bytes())) else {
            Issue.record("a number was taken for a time")
            return
        }
    }

    @Test func aLongValueIsRefusedBeforeItIsRead() {
        let tiff = TestTIFF()
        var exif = TestPicture.Exif()
        exif.others.1 = [tiff.ascii(0x9003, String(repeating: "2", count: 4_000))]
        let file = CountedBytes(exif.bytes())
        #expect(fault(file) == .malformed("has more values of tag 36867 than there can be"))
        #expect(file.readCount < 1_000)
    }

    @Test(arguments: [
        (1_025, true), (1_024, false), (65_535, true),
    ])
    func aDirectoryHasALargestNumberOfEntries(count: Int, isRefused: Bool) {
        let tiff = TestTIFF()
        var exif = TestPicture.Exif.berlin
        // The pointer to EXIF is one of them.
        exif.others.0 = (0..<(count - 1)).map { tiff.shorts(UInt16($0 % 30_000), [1]) }
        let isTooMany = fault(exif.bytes()) == .tooMany("entries in a directory", limit: 1_024)
        #expect(isTooMany == isRefused)
    }

    @Test func aDirectoryThatPointsToItselfEnds() {
        let tiff = TestTIFF()
        let file = tiff.file([tiff.longs(0x8769, [8]), tiff.longs(0x8825, [8])])
        #expect(throws: NoTime.notInEXIF) { try Picture(file).time(zone: nil) }
    }

    @Test func aJPEGOfNothingButSegmentsEnds() {
        let segments = Array(repeating: TestPicture.segment(0xFE, []), count: 1_024)
        #expect(
            fault(TestPicture.jpeg(segments)) == .tooMany("segments", limit: 1_024))
        let filled: [UInt8] = [0xFF, 0xD8] + Array(repeating: 0xFF, count: 5_000)
        #expect(fault(filled) == .tooMany("bytes that fill", limit: 1_024))
    }

    @Test(
        arguments: [
            [0xFF, 0xD8, 0xFF, 0xE1, 0x00, 0x01, 0x00], [0xFF, 0xD8, 0xFF, 0x01, 0x00, 0x02],
            [0xFF, 0xD8, 0xFF, 0xD0, 0x00, 0x02], [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x02, 0x00, 0x00],
        ] as [[UInt8]])
    func whatIsNoSegmentIsNone(file: [UInt8]) {
        guard case .malformed = fault(file) else {
            Issue.record("\(file) was read")
            return
        }
    }

    @Test func aPNGWithAWrongChecksumIsNone() {
        var file = TestPicture.png(exif: Self.exif)
        // A digit of the year, which a reader without a look at the sum would take.
        let digit = file.firstRange(of: Array("2026".utf8))
        if let digit { file[digit.lowerBound + 3] = UInt8(ascii: "5") }
        #expect(fault(file) == .malformed("has EXIF with a wrong checksum"))
        #expect(
            fault(TestPicture.png([TestPicture.chunk("IHDR", [])]))
                == .malformed("has another first chunk than IHDR, or two of that"))
    }

    @Test(arguments: [true, false])
    func itemsOfHEIFLieInsideOfTheFile(inBox: Bool) {
        let whole = TestPicture.heic(exif: Self.exif, inBox: inBox)
        guard let place = whole.firstRange(of: Array("iloc".utf8))?.upperBound else { return }
        // The length of the extent is the last number of the box; here it becomes too large.
        var file = whole
        for index in (place + 22)..<(place + 26) { file[index] = 0xFF }
        #expect(fault(file) != nil)
        // And the place of it.
        file = whole
        for index in (place + 18)..<(place + 22) { file[index] = 0xFF }
        #expect(fault(file) != nil)
    }

    /// A film of a terabyte, a scan of a wall: only what says the time is read.
    @Test(arguments: PictureTimeTests.formats)
    func littleIsReadOfALargeFile(format: PictureTimeTests.Format) throws {
        let file = CountedBytes(format.file(Self.exif), padding: 1 << 40)
        _ = try Picture(file).time(zone: nil)
        #expect(file.readCount < 4_096)
    }

    @Test func aFileThatCannotBeReadHasNoTime() {
        #expect(fault(Unreadable()) == .unreadable)
    }
}
