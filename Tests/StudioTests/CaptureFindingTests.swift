import Capture
import Encoding
import Files
import Merkle
import Provenance
import Studio
import Testing
import TestSupport

/// When and where a work was made, as its record says.
@Suite struct CaptureFindingTests {
    private let folder: TemporaryFolder
    private let signer = Signer.berlin

    init() throws { folder = try TemporaryFolder() }

    private static var draft: ProvenanceDraft { .estuary }

    /// Writes a picture and reads it as the artifact of a record.
    private func work(_ bytes: [UInt8], _ name: String = "photo.jpg") throws -> Artifact {
        try Artifact(reading: try folder.write(bytes, to: name), looksInside: true)
    }

    private func predicate(_ draft: ProvenanceDraft, _ work: Artifact) throws -> JSON.Object {
        try signer.predicate(draft, of: work)
    }

    private func photo(_ exif: TestPicture.Exif) throws -> Artifact {
        try work(TestPicture.jpeg(exif: exif.bytes()))
    }

    // MARK: - Time

    @Test func theTimeOfTheExifIsOfTheDevice() throws {
        let capturedAt = try predicate(Self.draft, photo(.berlin))["capturedAt"]
        #expect(capturedAt == ["at": "2026-10-02T14:10:00+02:00", "clock": "device"])
    }

    @Test func theTimeOfTheSatellitesIsGNSS() throws {
        let exif = TestPicture.Exif(date: "2026:10:02", time: [(12, 1), (10, 1), (0, 1)])
        let capturedAt = try predicate(Self.draft, photo(exif))["capturedAt"]
        #expect(capturedAt == ["at": "2026-10-02T12:10:00Z", "clock": "gnss"])
    }

    @Test func aTimeWithoutAZoneIsSignedOnlyInANamedOne() throws {
        let work = try photo(TestPicture.Exif(original: "2026:10:02 14:10:00"))
        var draft = Self.draft
        #expect(try draft.capture(of: work) == .notThere(.noZone))
        #expect(try predicate(draft, work)["capturedAt"] == nil)
        draft.capturedAt = CaptureTime(.picture(zone: ZoneOffset("-03:30".utf8)))
        let capturedAt = try predicate(draft, work)["capturedAt"]
        #expect(capturedAt == ["at": "2026-10-02T14:10:00-03:30", "clock": "device"])
    }

    /// Neither the time of the copy nor that of the signature is one of the photograph.
    @Test func whereNothingSaysATimeNoneIsSigned() throws {
        for bytes in [Array("a photograph".utf8), TestPicture.jpeg([]), TestPicture.png([]), []] {
            #expect(try predicate(Self.draft, work(bytes))["capturedAt"] == nil)
        }
    }

    @Test func theTimeOfTheFileIsForThoseWhoAskForIt() throws {
        var draft = Self.draft
        draft.capturedAt = CaptureTime(.modified, uncertaintySeconds: 60)
        let file = Artifact(
            name: "a.jpg", digest: .sha256([1]), mediaType: "image/jpeg", modified: 951_782_400)
        let capturedAt = try predicate(draft, file)["capturedAt"]
        #expect(
            capturedAt == [
                "at": "2000-02-29T00:00:00Z", "clock": "declared", "uncertaintySeconds": 60,
            ])
        let none = Artifact(name: "a.jpg", digest: .sha256([1]), mediaType: "image/jpeg")
        #expect(throws: SignerError.timeMissing) { try signer.sign(draft, of: none) }
    }

    @Test func aTimeThatIsSaidWinsOverTheFile() throws {
        var draft = Self.draft
        draft.capturedAt = CaptureTime(at: "2001-01-01T00:00:00Z", clock: "ntp")
        let capturedAt = try predicate(draft, photo(.berlin))["capturedAt"]
        #expect(capturedAt == ["at": "2001-01-01T00:00:00Z", "clock": "ntp"])
        draft.capturedAt = CaptureTime(.nothing)
        #expect(try predicate(draft, photo(.berlin))["capturedAt"] == nil)
    }

    @Test func aTimeThatIsWrittenDownWinsOverTheFileAndOverNothingElse() throws {
        var draft = Self.draft
        draft.extra["capturedAt"] = ["at": "2001-01-01T00:00:00Z", "clock": "ntp"]
        #expect(try draft.capture(of: photo(.berlin)) == .written)
        #expect(try predicate(draft, photo(.berlin))["capturedAt"]?["clock"]?.text == "ntp")
        for source in [.modified, .nothing, .picture(zone: ZoneOffset("+02:00".utf8))]
            as [CaptureTime.Source]
        {
            draft.capturedAt = CaptureTime(source)
            #expect(throws: SignerError.givenTwice("capturedAt")) {
                try signer.sign(draft, of: photo(.berlin))
            }
        }
    }

    /// Only `sign` has a use for what is inside of a file that anybody may have made.
    @Test func aFileIsLookedIntoOnlyWhereThatIsAskedFor() throws {
        let path = try folder.write(
            TestPicture.jpeg(exif: TestPicture.Exif.berlin.bytes()), to: "photo.jpg")
        #expect(try Artifact(reading: path).picture == nil)
    }

    // MARK: - Place

    @Test func theExtentOfAGeoTIFFIsItsPlace() throws {
        let mosaic = try work(TestPicture.Place().bytes(), "lagoon.tif")
        let geo = try predicate(Self.draft, mosaic)["geo"]
        #expect(
            geo == [
                "bounds": [500_000, 5_799_975, 500_050, 5_800_000], "crs": "EPSG:32633",
                "groundSampleDistanceM": 0.5,
            ])
        var draft = Self.draft
        draft.takesPlace = false
        #expect(try predicate(draft, mosaic)["geo"] == nil)
    }

    @Test func aPlaceThatIsWrittenDownWinsOverTheFile() throws {
        let mosaic = try work(TestPicture.Place().bytes(), "lagoon.tif")
        let written: JSON = [
            "bounds": [3.5, 6.5, 3.75, 6.75], "crs": "EPSG:4326", "groundSampleDistanceM": 1.5,
        ]
        var draft = Self.draft
        draft.extra["geo"] = written
        #expect(draft.place(of: mosaic) == .written)
        #expect(try predicate(draft, mosaic)["geo"] == written)
    }

    /// The position of a photograph is nobody's business: only a GeoTIFF has a place.
    @Test func thePositionInExifIsNeverAPlace() throws {
        let tiff = TestTIFF()
        var exif = TestPicture.Exif.berlin
        exif.others.2 = [
            tiff.ascii(1, "N"), tiff.fractions(2, [(52, 1), (31, 1), (0, 1)]),
            tiff.ascii(3, "E"), tiff.fractions(4, [(13, 1), (24, 1), (0, 1)]),
        ]
        for bytes in [TestPicture.jpeg(exif: exif.bytes()), exif.bytes()] {
            let predicate = try predicate(Self.draft, work(bytes))
            #expect(predicate["geo"] == nil)
            #expect(predicate["capturedAt"]?["clock"]?.text == "device")
        }
    }
}
