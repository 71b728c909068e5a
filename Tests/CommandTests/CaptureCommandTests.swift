import Foundation
import Testing
import TestSupport

/// What `sign` says about when and where a work was made.
@Suite struct CaptureCommandTests {
    private let shop: Workshop

    init() async throws {
        shop = try await Workshop()
        try write(.berlin, to: "photo.jpg")
        try write(TestPicture.Exif(original: "2026:10:02 14:10:00"), to: "nozone.jpg")
    }

    private func write(_ exif: TestPicture.Exif, to name: String) throws {
        try Data(TestPicture.jpeg(exif: exif.bytes())).write(to: shop.url(name))
    }

    private func sign(
        _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> Program.Outcome {
        try await shop.signInWords(arguments, environment: environment)
    }

    private func captured(_ record: String) async throws -> [String: String]? {
        try await shop.predicate(record)["capturedAt"] as? [String: String]
    }

    // MARK: - What is said

    @Test func whatIsTakenIsSaidForEachFile() async throws {
        try shop.write("notes", to: "notes.txt")
        try Data(TestPicture.jpeg([])).write(to: shop.url("plain.jpg"))
        try Data(TestPicture.Place().bytes()).write(to: shop.url("lagoon.tif"))
        let files = ["photo.jpg", "nozone.jpg", "notes.txt", "plain.jpg", "lagoon.tif"]
        let signed = try await sign(files)
        #expect(signed.status == 0)
        let lines = signed.words.split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "colophon: photo.jpg: captured 2026-10-02T14:10:00+02:00, clock device (EXIF)",
                "colophon: photo.jpg: no perceptual hash: the picture is damaged",
                "colophon: nozone.jpg: no time of capture: its EXIF time has no zone; "
                    + "--exif-zone +02:00 names it",
                "colophon: nozone.jpg: no perceptual hash: the picture is damaged",
                "colophon: notes.txt: no time of capture: not a JPEG, TIFF, DNG, HEIC, PNG or WebP",
                "colophon: plain.jpg: no time of capture: the file has no EXIF",
                "colophon: plain.jpg: no perceptual hash: the picture is damaged",
                "colophon: lagoon.tif: no time of capture: the file has no EXIF",
                "colophon: lagoon.tif: place EPSG:32633, 0.5 m a pixel (GeoTIFF)",
                "colophon: lagoon.tif: no perceptual hash: no JPEG, PNG or WebP of a kind that is "
                    + "decoded",
            ])
        #expect(try await captured("photo.jpg.colophon")?["at"] == "2026-10-02T14:10:00+02:00")
        for name in files.dropFirst() {
            #expect(try await captured("\(name).colophon") == nil, "\(name)")
        }
    }

    @Test func programsReadWhatIsTaken() async throws {
        let signed = try await sign(["photo.jpg", "nozone.jpg", "--json"])
        #expect(signed.objects.count == 2)
        let times = signed.objects.map { $0["capturedAt"] as? [String: String] }
        #expect(times == [["at": "2026-10-02T14:10:00+02:00", "clock": "device"], nil])
        #expect((signed.objects.last?["capture"] as? String)?.contains("no zone") == true)
        #expect(signed.words.isEmpty)
    }

    // MARK: - What is taken

    @Test func theZoneOfACameraIsNamedOnce() async throws {
        let signed = try await sign(["photo.jpg", "nozone.jpg", "--exif-zone", "-03:30"])
        #expect(signed.status == 0)
        #expect(try await captured("photo.jpg.colophon")?["at"] == "2026-10-02T14:10:00+02:00")
        #expect(try await captured("nozone.jpg.colophon")?["at"] == "2026-10-02T14:10:00-03:30")
        #expect(try await captured("nozone.jpg.colophon")?["clock"] == "device")
    }

    /// A copied file keeps its time, and a download has that of the copy: only who knows asks.
    @Test func theTimeOfTheFileIsForThoseWhoAskForIt() async throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 951_782_400)],
            ofItemAtPath: shop.url("photo.jpg").path())
        let signed = try await sign(["photo.jpg", "--captured-at", "mtime"])
        #expect(signed.status == 0)
        let time = try await captured("photo.jpg.colophon")
        #expect(time == ["at": "2000-02-29T00:00:00Z", "clock": "declared"])
    }

    @Test(arguments: [
        (["--captured-at", "none"], nil),
        (["--captured-at", "2001-01-01T00:00:00Z"], "declared"),
        (["--captured-at", "2001-01-01T00:00:00Z", "--clock", "ntp"], "ntp"),
    ])
    func whatAPersonSaysWinsOverTheFile(flags: [String], clock: String?) async throws {
        #expect(try await sign(["photo.jpg"] + flags).status == 0)
        #expect(try await captured("photo.jpg.colophon")?["clock"] == clock)
    }

    @Test(arguments: [
        (["--captured-at", "yesterday"], "2026-10-02T14:10:00+02:00; or mtime, or none"),
        (["--captured-at", "2026-10-02T14:10:00"], "is no time with a zone"),
        (["--captured-at", "mtime", "--clock", "gnss"], "--clock goes with"),
        (["--clock", "gnss"], "--clock goes with"), (["--exif-zone", "Berlin"], "is no zone"),
        (["--exif-zone", "+15:00"], "from -12:00 to +14:00"),
        (["--exif-zone", "+02:00", "--captured-at", "mtime"], "exclude each other"),
        (["--uncertainty", "5", "--captured-at", "none"], "exclude each other"),
    ])
    func flagsThatContradictEachOtherAreRefused(flags: [String], words: String) async throws {
        let signed = try await sign(["photo.jpg"] + flags)
        #expect(signed.status == 2)
        #expect(signed.words.contains(words), "\(signed.words)")
        #expect(try !shop.exists("photo.jpg.colophon"))
    }

    @Test func thePlaceOfAGeoTIFFIsLeftOutWhereNobodyShallKnowIt() async throws {
        try Data(TestPicture.Place().bytes()).write(to: shop.url("lagoon.tif"))
        #expect(try await sign(["lagoon.tif", "--no-geo"]).status == 0)
        #expect(try await shop.predicate("lagoon.tif.colophon")["geo"] == nil)
    }

    // MARK: - Clocks

    @Test func aTimeInTheFutureIsWarnedAbout() async throws {
        try write(TestPicture.Exif(original: "9999:12:31 23:59:59", offset: "-12:00"), to: "a.jpg")
        let signed = try await sign(["a.jpg", "--quiet"])
        #expect(signed.status == 0)
        #expect(signed.words.contains("a.jpg: was captured after it was signed: 9999-12-31"))
        #expect(try await !sign(["photo.jpg", "--quiet"]).words.contains("after it was signed"))
    }

    @Test(.enabled(if: Preload.isPossible, "needs gcc and glibc"), arguments: [-40, 40] as [Int64])
    func aClockBeforeTheNewestHeadOfTheKitIsWarnedAbout(years: Int64) async throws {
        let kit = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Schemas/corpus/kits/good").path()
        let seconds = years * 365 * 86_400
        let clock = shop.url("clock")
        try Data((0..<8).map { UInt8(truncatingIfNeeded: seconds >> ($0 * 8)) }).write(to: clock)
        let shifted = try await Preload("shifted-clock", "SHIFTED_CLOCK", file: clock, in: shop)
        let signed = try await sign(
            ["photo.jpg", "--trust", kit], environment: shifted.environment)
        #expect(signed.status == 0, "\(signed.words)")
        #expect(signed.words.contains("this machine's clock says") == (years < 0))
    }
}
