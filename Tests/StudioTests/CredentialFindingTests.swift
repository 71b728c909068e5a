import Capture
import Encoding
import Foundation
import Manifests
import Merkle
import Provenance
import Studio
import Testing
import TestSupport

/// The Content Credentials of a work, and the look of its parents, as its record names them.
@Suite struct CredentialFindingTests {
    private let folder: TemporaryFolder
    private let signer = Signer.berlin

    init() throws { folder = try TemporaryFolder() }

    private static var draft: ProvenanceDraft { .estuary }

    private func work(_ bytes: [UInt8]) throws -> Artifact {
        try Artifact(reading: try folder.write(bytes, to: "photo"), looksInside: true)
    }

    private func predicate(_ draft: ProvenanceDraft, _ work: Artifact) throws -> JSON.Object {
        try signer.predicate(draft, of: work)
    }

    // MARK: - Content Credentials

    @Test(arguments: TestCredentials.Format.allCases)
    func theDigestIsThatOfTheWholeStoreInEveryFormat(format: TestCredentials.Format) throws {
        let work = try work(TestCredentials.file(format))
        let digest = Hash.sha256(TestCredentials.store())
        #expect(
            try predicate(Self.draft, work)["c2pa"] == [
                "manifestStoreSha256": .string(Text("\(digest)")),
                "manifestURN": .string(Text(TestCredentials.urn)),
            ])
    }

    @Test(.enabled(if: try Vectors.arePresent, "no test vectors at \(Vectors.folder.path())"))
    func theDigestOfARealStoreIsTheOneThatOthersFind() throws {
        let work = try work(Vectors.bytes("images/adobe-20220124-E-dat-CA.jpg"))
        #expect(
            try predicate(Self.draft, work)["c2pa"] == [
                "manifestStoreSha256":
                    "8a49dac7da46a339340a5936eb28d3630ddcde55e3ce9982f75d67cebaf88b7f",
                "manifestURN": "urn:uuid:04cdf4ec-f713-4e47-a8d6-7af56501ce4b",
            ])
    }

    @Test func whatCannotBeReadIsSignedAndNotNamed() throws {
        let two = [TestCredentials.store(), TestCredentials.store(["urn:uuid:2"])]
        let work = try work(TestCredentials.file(.jpeg, stores: two))
        #expect(
            Self.draft.credentials(of: work) == .damaged(.twice("its C2PA manifest stores")))
        #expect(try predicate(Self.draft, work)["c2pa"] == nil)
    }

    @Test func aWorkWithoutThemHasNone() throws {
        for bytes in [Array("a photograph".utf8), TestPicture.jpeg([]), []] {
            let work = try work(bytes)
            #expect(Self.draft.credentials(of: work) == nil)
            #expect(try predicate(Self.draft, work)["c2pa"] == nil)
        }
    }

    @Test func whatIsWrittenDownWins() throws {
        var draft = Self.draft
        let written: JSON = [
            "manifestStoreSha256": .string(Text(String(repeating: "ab", count: 32))),
            "manifestURN": "urn:uuid:mine",
        ]
        draft.extra["c2pa"] = written
        let work = try work(TestCredentials.file(.png))
        #expect(draft.credentials(of: work) == .written)
        #expect(try predicate(draft, work)["c2pa"] == written)
    }

    // MARK: - The look of parents

    /// A draft whose work has this hash.
    private static func draft(_ digits: String, profile: Text = "pdq-1") -> ProvenanceDraft {
        var draft = draft
        draft.extra["perceptualHashes"] = [
            [
                "alg": "pdq", "value": .string(Text(digits)), "quality": 90,
                "profile": .string(profile),
            ]
        ]
        return draft
    }

    private static let zeros = String(repeating: "0", count: 64)
    private let file = Artifact(name: "a.jpg", digest: .sha256([1]), mediaType: "image/jpeg")

    private func parent(_ draft: ProvenanceDraft) throws -> ParentRecord {
        try ParentRecord(TransparentStatement(signer.sign(draft, of: file).bytes))
    }

    @Test func theDistanceFromEachParentIsRecorded() throws {
        var draft = Self.draft(String(Self.zeros.dropLast(2)) + "0f")
        draft.parents = [
            try parent(Self.draft(Self.zeros)),
            try parent(Self.draft(String(repeating: "f", count: 64))),
        ]
        let distances = try predicate(draft, file)["ext"]?["parentDistances"]?.array
        #expect(distances?.map { $0["distance"]?.integer } == [4, 252])
        #expect(
            distances?.first?["entry"]?.text == Text("\(draft.parents[0].statement.id)"))
    }

    @Test func whatCannotBeComparedHasNoDistance() throws {
        let plain = Self.draft("none")
        let hashed = Self.draft(Self.zeros)
        for (own, other) in [(plain, hashed), (hashed, plain), (hashed, Self.draft)] {
            var draft = own
            draft.parents = [try parent(other)]
            #expect(try predicate(draft, file)["ext"] == nil)
        }
        var other = Self.draft(Self.zeros, profile: "pdq-2")
        other.parents = [try parent(hashed)]
        #expect(try predicate(other, file)["ext"] == nil)
    }

    /// The manifest beside a statement may be another one, which nobody signed for it.
    @Test func aParentsManifestThatWasNotSignedSaysNothing() throws {
        let record = try signer.sign(Self.draft(Self.zeros), of: file)
        let other = try signer.sign(Self.draft(Self.zeros), of: file)
        var content = try TransparentStatement(record.bytes)
        content.manifest = other.manifest
        #expect(ParentRecord(content).looks.isEmpty)
        content.manifest = nil
        #expect(ParentRecord(content).looks.isEmpty)
    }

    @Test func aDistanceIsNotWrittenDownByHand() throws {
        var draft = Self.draft(Self.zeros)
        draft.parents = [try parent(draft)]
        draft.extra["ext"] = ["parentDistances": []]
        #expect(throws: SignerError.filledIn("ext.parentDistances")) {
            try signer.sign(draft, of: file)
        }
    }
}
