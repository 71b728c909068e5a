import Encoding
import Manifests
import Studio
import Testing
import TestSupport

/// What a record says of the look of a picture: a claim of the signer, and never more.
@Suite struct LikenessRecordTests {
    private let folder: TemporaryFolder
    private let signer = Signer.berlin

    init() throws { folder = try TemporaryFolder() }

    private static var draft: ProvenanceDraft { .estuary }

    private func hashes(
        _ bytes: [UInt8], _ draft: ProvenanceDraft = draft, decoder: PictureDecoder? = .ours
    ) throws -> JSON? {
        let path = try folder.write(bytes, to: "work")
        let artifact = try Artifact(reading: path, looksInside: true, decoder: decoder)
        return try signer.predicate(draft, of: artifact)["perceptualHashes"]
    }

    @Test func thePictureIsStatedByItsHash() throws {
        let value: JSON = "84445af215447aba5555af5556ad2d7952dbed9253325df21386ae0dd0f80f85"
        #expect(
            try hashes(TestRaster.waves(640, 480).png())
                == [["alg": "pdq", "value": value, "quality": 100, "profile": "pdq-1"]])
    }

    @Test func aFlatPictureIsStatedToHaveNone() throws {
        let flat = TestRaster(100, 80, channels: 1) { _, _, _ in 7 }
        #expect(
            try hashes(flat.png())
                == [["alg": "pdq", "value": "none", "quality": 0, "profile": "pdq-1"]])
    }

    @Test func whatCannotBeComputedIsStatedWithItsReason() throws {
        func unavailable(_ reason: String) -> JSON {
            [
                [
                    "alg": "pdq", "value": "unavailable", "quality": 0,
                    "profile": .string(Text(reason)),
                ]
            ]
        }
        let picture = TestJPEG.blocks(64, 48)
        let missing = PictureDecoder(beside: folder.path("nothing"))
        #expect(try hashes(picture, decoder: missing) == unavailable("no decoder"))
        #expect(try hashes(Array(picture.dropLast(99))) == unavailable("damaged"))
        #expect(try hashes(TestTIFF().file([])) == unavailable("format"))
        let heic = TestPicture.heic(exif: TestPicture.Exif.berlin.bytes())
        #expect(try hashes(heic) == unavailable("format"))
    }

    @Test func whatIsNoPictureIsStatedToHaveNoLook() throws {
        #expect(try hashes(Array("photo.jpg".utf8)) == nil)
        #expect(try hashes([]) == nil)
    }

    @Test func whoWantsNoneHasNone() throws {
        let picture = TestJPEG.blocks(64, 48)
        var draft = Self.draft
        draft.takesLikeness = false
        #expect(!draft.wantsLikeness)
        #expect(try hashes(picture, draft) == nil)
        #expect(try hashes(picture, decoder: nil) == nil)
    }

    /// A hash of another algorithm, or of the same, that the signer has computed elsewhere.
    @Test func whatTheSignerSaysWins() throws {
        let own: JSON = [["alg": "x", "value": "1", "quality": 1, "profile": "y"]]
        var draft = Self.draft
        draft.extra["perceptualHashes"] = own
        #expect(!draft.wantsLikeness)
        #expect(try hashes(TestJPEG.blocks(64, 48), draft) == own)
    }

    /// Nobody would ever find it, and nobody would be told.
    @Test(arguments: [String(repeating: "4C9A", count: 16), "zz", "0f", "None"])
    func whatIsNoHashIsNotSignedAsOne(value: String) throws {
        func stated(_ profile: Text, _ value: String) -> JSON {
            [
                ["alg": "x", "value": "1", "quality": 1, "profile": "y"],
                [
                    "alg": "pdq", "value": .string(Text(value)), "quality": 100,
                    "profile": .string(profile),
                ],
            ]
        }
        var draft = Self.draft
        draft.extra["perceptualHashes"] = stated("pdq-1", value)
        let error = #expect(throws: SignerError.self) {
            try hashes(TestJPEG.blocks(64, 48), draft)
        }
        guard case .refused(let refusal)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(refusal.field == "predicate.perceptualHashes[1].value")
        #expect(refusal.rule.contains("64 lower-case hexadecimal digits"))
        // Another profile may have hashes of another form.
        for own in [stated("other", value), stated("pdq-1", "none")] {
            draft.extra["perceptualHashes"] = own
            #expect(try hashes(TestJPEG.blocks(64, 48), draft) == own)
        }
    }

    @Test func everyReasonFitsIntoARecord() {
        for reason in PictureLook.Reason.allCases {
            let hash = PictureLook.unavailable(reason).perceptualHash
            #expect(hash.value == "unavailable")
            #expect((1...255).contains(hash.profile.utf8.count))
            #expect(hash.pdqHash == nil)
        }
    }
}
