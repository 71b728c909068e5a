import Foundation
import Testing
import TestSupport

/// What `sign` says about the look of a picture.
@Suite struct LikenessCommandTests {
    private let shop: Workshop

    /// The published hash of the waves.
    private static let waves = "84445af215447aba5555af5556ad2d7952dbed9253325df21386ae0dd0f80f85"

    init() async throws {
        shop = try await Workshop()
        try Data(TestRaster.waves(640, 480).png()).write(to: shop.url("waves.png"))
        try Data(TestJPEG.progressive(scans: 1)).write(to: shop.url("flat.jpg"))
    }

    private func sign(_ arguments: [String]) async throws -> Program.Outcome {
        try await shop.signInWords(arguments)
    }

    private func hashes(_ record: String) async throws -> [[String: Any]]? {
        try await shop.predicate(record)["perceptualHashes"] as? [[String: Any]]
    }

    @Test func theRecordOfAPictureStatesItsLook() async throws {
        let signed = try await sign(["waves.png", "flat.jpg"])
        #expect(signed.status == 0)
        #expect(signed.words.contains("waves.png: perceptual hash pdq, quality 100"))
        #expect(
            signed.words.contains(
                "flat.jpg: no perceptual hash: too plain to compare (quality 0)"))
        let hash = try #require(try await hashes("waves.png.colophon")?.first)
        #expect(hash["value"] as? String == Self.waves)
        #expect(hash["profile"] as? String == "pdq-1")
        #expect(try await hashes("flat.jpg.colophon")?.first?["value"] as? String == "none")
    }

    @Test func programsReadWhatIsStated() async throws {
        let signed = try await sign(["waves.png", "--json"])
        let hash = try #require(signed.objects.first?["perceptualHash"] as? [String: Any])
        #expect(hash["value"] as? String == Self.waves)
        #expect(hash["quality"] as? Int == 100)
    }

    @Test func whoWantsNoneSaysSo() async throws {
        let signed = try await sign(["waves.png", "--no-perceptual-hash"])
        #expect(signed.status == 0)
        #expect(!signed.words.contains("perceptual"))
        #expect(try await hashes("waves.png.colophon") == nil)
    }

    /// A folder is signed in its order, and one bad picture changes nothing for the others.
    @Test func aFolderOfPicturesIsSignedInItsOrder() async throws {
        for number in 1...6 {
            let picture = TestJPEG.blocks(20 + number, 20)
            let bytes = number == 3 ? Array(picture.dropLast(40)) : picture
            try Data(bytes).write(to: shop.url("\(number).jpg"))
        }
        let signed = try await sign((1...6).map { "\($0).jpg" } + ["--json"])
        #expect(signed.status == 0)
        #expect(signed.objects.map { $0["file"] as? String } == (1...6).map { "\($0).jpg" })
        let values = signed.objects.map { object in
            (object["perceptualHash"] as? [String: Any])?["value"] as? String
        }
        #expect(values[2] == "unavailable")
        #expect(Set(values.compactMap { $0 }).count > 2)
    }

    // MARK: - The sandbox

    @Test(.enabled(if: Preload.isPossible, "needs gcc and glibc"))
    func aKernelWithoutSeccompDecodesNothing() async throws {
        let bare = try await Preload("no-seccomp", "NO_SECCOMP", file: shop.url("none"), in: shop)
        let program = try Program.url("colophon-decode").path()
        let answer = try await Program.run(
            "sh", ["-c", "'\(program)' --orientation 1 <waves.png | cat"], in: shop.folder,
            environment: bare.environment)
        #expect(answer.status == 0)
        #expect(Array(answer.bytes.prefix(5)) == Array("PDQ1".utf8) + [1])
        #expect(answer.bytes.dropFirst(5).allSatisfy { $0 == 0 })
    }
}
