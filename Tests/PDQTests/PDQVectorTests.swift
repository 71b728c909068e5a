import CPDQ
import Encoding
import Foundation
import Manifests
import Testing
import TestSupport

/// The hash in C: bit for bit that of Meta's own code.
@Suite struct PDQVectorTests {
    /// The hashes of a picture and its quality.
    private struct Found: Equatable {
        var hashes: [String]
        var quality: Int
    }

    /// A file of published cases (`phash/README.md` says where they are from).
    private struct Cases: Decodable {
        struct Case: Decodable {
            var generator: String
            var width: Int
            var height: Int
            var quality: Int
            var dihedral: [String]
            var exact_expected: Bool
        }

        var cases: [Case]
    }

    private static func hash(_ picture: TestRaster) -> Found {
        let (rows, columns) = (picture.height, picture.width)
        var luma = [Float](repeating: 0, count: rows * columns)
        var scratch = [Float](repeating: 0, count: cpdq_scratch_count(rows, columns))
        var bytes = [UInt8](repeating: 0, count: Int(CPDQ_FORMS * CPDQ_BYTES))
        unsafe cpdq_luma_of_rgb(picture.bytes, rows * columns, &luma)
        let quality = unsafe cpdq_hashes(&luma, &scratch, rows, columns, &bytes)
        let hashes = stride(from: 0, to: bytes.count, by: Int(CPDQ_BYTES)).map {
            Hex.encode(Array(bytes[$0..<($0 + Int(CPDQ_BYTES))]))
        }
        return Found(hashes: hashes, quality: Int(quality))
    }

    /// The picture of a published generator.
    private static func picture(_ name: String, _ width: Int, _ height: Int) -> TestRaster? {
        var seed: UInt32 = 12_345
        switch name {
        case "waves": return .waves(width, height)
        case "const128": return TestRaster(width, height, channels: 3) { _, _, _ in 128 }
        case "lcg":
            return TestRaster(width, height, channels: 3) { _, _, _ in
                seed = seed &* 1_664_525 &+ 1_013_904_223
                return UInt8(seed >> 24)
            }
        case "blocks":
            return TestRaster(width, height, channels: 3) { x, y, channel in
                let (right, down) = (x * 8 / width, y * 8 / height)
                let value = (right * 37 + down * 91 + right * down * 53) % 256
                return UInt8([value, (value * 3 + 40) % 256, 255 - value][channel])
            }
        default: return nil
        }
    }

    @Test func theHashesOfAPictureAreThoseOfMetasCode() {
        let result = Self.hash(.waves(5, 5))
        #expect(result.quality == 100)
        #expect(
            result.hashes.first
                == "96a53c8d69dac372695ac3f096253c0fe4d93c8d96253c8d69dac372390ec3f0")
    }

    @Test(.enabled(if: try Vectors.arePresent, "no test vectors at \(Vectors.folder.path())"))
    func everyPublishedCaseIsMetBitForBit() throws {
        let file: Cases = try Vectors.one(at: "phash/pdq/synthetic-rgb.json")
        #expect(file.cases.count >= 18)
        for one in file.cases {
            let picture = try #require(Self.picture(one.generator, one.width, one.height))
            let result = Self.hash(picture)
            let name = "\(one.generator) \(one.width) x \(one.height)"
            #expect(result.quality == one.quality, "\(name)")
            // Flat areas have ties, which the smallest rounding decides.
            guard one.exact_expected else { continue }
            #expect(result.hashes == one.dihedral, "\(name)")
        }
    }

    @Test(arguments: [(4, 40), (40, 4), (1, 1)])
    func aPictureThatIsTooSmallHasNoHash(width: Int, height: Int) {
        let result = Self.hash(.waves(width, height))
        #expect(result == Found(hashes: Array(repeating: zeros, count: 8), quality: 0))
    }

    private var zeros: String { String(repeating: "0", count: 64) }

    /// Blocks of 64 pixels without an order: no turn and no mirror brings them to one another.
    private static let unordered: TestRaster = {
        var state: UInt32 = 1
        let values = (0..<64).map { _ in
            state = (state &* 1_103_515_245 &+ 12_345) & 0x7fff_ffff
            return UInt8(truncatingIfNeeded: state >> 16)
        }
        return TestRaster(512, 512, channels: 3) { x, y, _ in values[y / 64 * 8 + x / 64] }
    }()

    /// The names of Meta's forms say what is done to the picture; the hashes must agree.
    @Test func theFormsAreThePictureTurnedAndMirrored() throws {
        let picture = Self.unordered
        let forms = try Self.hash(picture).hashes.map { try #require(PDQHash(Text($0))) }
        // A picture that EXIF turns back is the picture turned.
        let orientations = [1, 6, 3, 8, 4, 2, 5, 7]
        for (form, orientation) in orientations.enumerated() {
            let hash = Self.hash(picture.stored(for: orientation)).hashes[0]
            let found = try #require(PDQHash(Text(hash)))
            // Sampling is not quite the same from both sides (ThreatExchange, issue 1676): the
            // right form is the nearest one.
            let nearest = forms.indices.min {
                forms[$0].distance(to: found) < forms[$1].distance(to: found)
            }
            #expect(nearest == form, "\(form)")
        }
    }
}
