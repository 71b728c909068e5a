import Capture
import Testing
import TestSupport

/// Where a GeoTIFF says that it lies.
@Suite struct GeoExtentTests {
    private func extent(
        _ place: TestPicture.Place, _ tiff: TestTIFF = TestTIFF()
    ) throws(NoExtent) -> GeoExtent {
        try Picture(place.bytes(tiff)).extent.get()
    }

    private func words(_ place: TestPicture.Place) -> String? {
        do {
            _ = try extent(place)
            return nil
        } catch {
            guard case .damaged(let fault) = error else { return "\(error)" }
            return fault.description
        }
    }

    private func numbers(_ extent: GeoExtent) -> [Double] {
        [extent.west, extent.south, extent.east, extent.north, extent.sampleMetres]
    }

    @Test(arguments: [true, false], [true, false])
    func theExtentIsThatOfAllPixels(isLittle: Bool, isBig: Bool) throws {
        let extent = try extent(.init(), TestTIFF(isLittle: isLittle, isBig: isBig))
        #expect(numbers(extent) == [500_000, 5_799_975, 500_050, 5_800_000, 0.5])
        #expect(extent.epsg == 32_633)
    }

    @Test func aTiePointMayBeAnyPixel() throws {
        var place = TestPicture.Place()
        place.tiePoint = [10, 20, 0, 500_005, 5_799_990, 0]
        #expect(try extent(place) == extent(.init()))
    }

    @Test func aMatrixSaysTheSame() throws {
        var place = TestPicture.Place()
        (place.scale, place.tiePoint) = (nil, nil)
        place.matrix = [0.5, 0, 0, 500_000, 0, -0.5, 0, 5_800_000, 0, 0, 0, 0, 0, 0, 0, 1]
        #expect(try extent(place) == extent(.init()))
    }

    @Test func whereAPixelIsAPointItsMiddleIsMeant() throws {
        var place = TestPicture.Place()
        place.keys[1] = (1_025, 2)
        let extent = try extent(place)
        #expect(numbers(extent) == [499_999.75, 5_799_975.25, 500_049.75, 5_800_000.25, 0.5])
    }

    @Test func theLongerSideOfAPixelCounts() throws {
        var place = TestPicture.Place()
        place.scale = [0.5, 2, 0]
        #expect(try extent(place).sampleMetres == 2)
    }

    @Test func feetAreNotMetres() throws {
        var place = TestPicture.Place()
        place.keys[3] = (3_076, 9_002)
        #expect(try extent(place).sampleMetres == 0.1524)
        place.keys[3] = (3_076, 9_003)
        #expect(try extent(place).sampleMetres == 600.0 / 3_937.0)
        place.keys[3] = (3_076, 9_036)
        #expect(words(place) == "counts in another unit than metres and feet")
    }

    @Test func aSystemWhoseUnitNobodySaysMustBeKnown() throws {
        var place = TestPicture.Place()
        place.keys.removeLast()
        #expect(try extent(place) == extent(.init()))
        // In California they count in feet.
        place.keys[2] = (3_072, 2_227)
        #expect(words(place) == "does not say the unit of its reference system")
    }

    @Test func degreesAreOnEarth() throws {
        var place = TestPicture.Place()
        place.keys = [(1_024, 2), (1_025, 1), (2_048, 4_326), (2_054, 9_102)]
        place.size = (8, 4)
        place.scale = [0.25, 0.25, 0]
        place.tiePoint = [0, 0, 0, 13, 53, 0]
        #expect(numbers(try extent(place)) == [13, 52, 15, 53, 27_798.75])
        place.tiePoint = [0, 0, 0, 179, 53, 0]
        #expect(words(place)?.hasPrefix("lies beyond 180 degrees") == true)
        place.keys[3] = (2_054, 9_101)
        #expect(words(place) == "counts in another angle than degrees")
    }

    @Test func aTIFFWithoutKeysIsNoGeoTIFF() {
        for file in [TestTIFF().file([]), TestPicture.jpeg([]), [], TestPicture.png([])] {
            #expect(Picture(file).extent == .failure(.notGeoTIFF))
        }
    }

    @Test(
        arguments: [
            (1_024, 0), (1_024, 3), (3_072, 0), (3_072, 32_767), (3_072, 65_535),
        ] as [(UInt64, UInt64)])
    func aSystemWithoutANumberIsNone(key: UInt64, value: UInt64) {
        var place = TestPicture.Place()
        place.keys = place.keys.map { $0.0 == key ? (key, value) : $0 }
        #expect(words(place) != nil)
    }

    @Test func aPictureThatIsTurnedOrBentHasNoBounds() {
        var place = TestPicture.Place()
        place.scale = [0.5, -0.5, 0]
        #expect(words(place) == "is turned against north")
        (place.scale, place.tiePoint) = (nil, nil)
        place.matrix = [0.5, 0.1, 0, 500_000, 0.1, -0.5, 0, 5_800_000, 0, 0, 0, 0, 0, 0, 0, 1]
        #expect(words(place) == "is turned against north")
        place = TestPicture.Place()
        place.tiePoint = [0, 0, 0, 1, 2, 0, 9, 9, 0, 3, 4, 0]
        #expect(words(place)?.hasPrefix("says its place neither") == true)
        place.tiePoint = nil
        #expect(words(place)?.hasPrefix("says its place neither") == true)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, .greatestFiniteMagnitude])
    func placesAreNumbers(value: Double) {
        for index in [0, 3, 4] {
            var place = TestPicture.Place()
            place.tiePoint?[index] = value
            #expect(words(place) != nil)
        }
        for index in [0, 1] where value != .greatestFiniteMagnitude {
            var place = TestPicture.Place()
            place.scale?[index] = value
            #expect(words(place) != nil)
        }
    }

    @Test func keysThatStandTwiceOrAreTooManyAreNone() {
        var place = TestPicture.Place()
        place.keys.append((3_072, 4_326))
        #expect(words(place) == "has two of GeoTIFF key 3072")
        place.keys = (0..<257).map { ($0 + 5_000, 1) }
        #expect(words(place) == "has more values of tag 34735 than there can be")
        place.size = (0, 50)
        place.keys = TestPicture.Place().keys
        #expect(words(place) == "does not say its width and height")
    }
}
