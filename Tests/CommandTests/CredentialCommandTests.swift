import Foundation
import TestSupport
import Testing

/// What `sign`, `verify` and `show` say of Content Credentials, and of works that look unlike what
/// they were made from.
@Suite struct CredentialCommandTests {
    private static let urn = TestCredentials.urn

    private let shop: Workshop
    private let ledger: LedgerProcess

    init() async throws {
        shop = try await Workshop()
        ledger = try await LedgerProcess(in: shop)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try write(TestCredentials.file(.jpeg), to: "photo.jpg")
    }

    private func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: shop.url(name))
    }

    private func sign(_ arguments: String...) async throws -> Program.Outcome {
        try await shop.signInWords(arguments)
    }

    /// Registers a record, and writes the kit that knows it.
    private func submit(_ record: String) async throws {
        let submitted = try await ledger.colophon("submit", record)
        try #require(submitted.status == 0, "\(submitted.words)")
        try await ledger.writeKit()
    }

    private func verify(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", ["verify", "--trust", "trust"] + arguments, in: shop.folder)
    }

    /// The words of an outcome, wherever a line ends.
    private func words(_ outcome: Program.Outcome) -> String {
        (outcome.output + outcome.words).unwrapped
    }

    // MARK: - sign

    @Test func whatIsFoundIsNamedAndItsTruthIsNot() async throws {
        let signed = try await sign("photo.jpg")
        #expect(signed.status == 0)
        #expect(
            words(signed).contains(
                "carries Content Credentials, \(Self.urn); their truth is not checked"))
        let c2pa = try await shop.predicate("photo.jpg.colophon")["c2pa"] as? [String: String]
        #expect(c2pa?["manifestURN"] == Self.urn)
    }

    @Test func whatCannotBeReadIsAWarningAndSignedAllTheSame() async throws {
        try write(
            TestCredentials.file(.png, stores: [TestCredentials.store(), TestCredentials.store()]),
            to: "two.png")
        let signed = try await sign("two.png")
        #expect(signed.status == 0)
        #expect(
            words(signed).contains(
                "two.png: is signed without naming Content Credentials: the file has two of its "
                    + "C2PA manifest stores"))
        #expect(try await shop.predicate("two.png.colophon")["c2pa"] == nil)
    }

    // MARK: - verify and show

    @Test func theSameFileCarriesTheSame() async throws {
        _ = try await sign("photo.jpg")
        try await submit("photo.jpg.colophon")
        let verdict = try await verify("photo.jpg")
        #expect(verdict.status == 0)
        #expect(
            words(verdict).contains(
                "carries Content Credentials, the same as when it was signed; their truth is not "
                    + "checked here"))
        let told = try await verify("photo.jpg", "--json").objects.first
        let credentials = told?["credentials"] as? [String: Any]
        #expect(credentials?["match"] as? String == "same")
        #expect(credentials?["sameFile"] as? Bool == true)
        let claims = told?["claims"] as? [String: Any]
        #expect((claims?["c2pa"] as? [String: String])?["manifestURN"] == Self.urn)

        let alone = try await verify("--record-only", "photo.jpg.colophon")
        #expect(alone.status == 0)
        #expect(words(alone).contains("names Content Credentials, which are not checked here"))
    }

    /// A file that was re-saved with the store in it is still not the same file.
    @Test func aCopiedStoreSoftensNothing() async throws {
        _ = try await sign("photo.jpg")
        try await submit("photo.jpg.colophon")
        try write(TestCredentials.file(.webp), to: "other.webp")
        let verdict = try await verify("other.webp", "photo.jpg.colophon")
        #expect(verdict.status == 1)
        #expect(verdict.output.hasPrefix("other.webp: NOT THE SAME FILE as the record describes"))
        #expect(
            words(verdict).contains(
                "it carries the Content Credentials that the record names, which anybody can copy "
                    + "into another file"))
        try write(TestPicture.jpeg([]), to: "bare.jpg")
        let bare = try await verify("bare.jpg", "photo.jpg.colophon")
        #expect(bare.status == 1)
        #expect(words(bare).contains("it carries no Content Credentials; the record names some"))
        try write(Array(TestCredentials.file(.jpeg).dropLast(40)), to: "cut.jpg")
        let cut = try await verify("cut.jpg", "photo.jpg.colophon")
        #expect(cut.status == 1)
        #expect(words(cut).contains("those of the file cannot be read: the file "))
    }

    /// A signer who names what the file does not carry is shown to.
    @Test func aRecordThatNamesOthersThanItsFileHasIsTold() async throws {
        let digest = String(repeating: "ab", count: 32)
        try shop.write(
            "{\"c2pa\":{\"manifestStoreSha256\":\"\(digest)\",\"manifestURN\":\"urn:uuid:1\"}}",
            to: "members.json")
        let signed = try await sign("photo.jpg", "--predicate", "members.json")
        #expect(signed.status == 0)
        try await submit("photo.jpg.colophon")
        let verdict = try await verify("photo.jpg")
        #expect(verdict.status == 0)
        #expect(
            words(verdict).contains(
                "the record names other Content Credentials than the file carries"))
    }

    @Test func theCardSaysWhatTheyAreWorth() async throws {
        _ = try await sign("photo.jpg")
        let alone = try await shop.colophon("show", "photo.jpg.colophon")
        #expect(words(alone).contains("[S] C2PA carries Content Credentials; their truth is not"))
        let compared = try await shop.colophon(
            "show", "photo.jpg.colophon", "--artifact", "photo.jpg")
        #expect(words(compared).contains("[P] C2PA carries Content Credentials, the same as when"))
        let german = try await shop.colophon("show", "photo.jpg.colophon", "--lang", "de")
        #expect(words(german).contains("trägt Content Credentials"))
    }

    // MARK: - Parents

    /// Signs `name` with a hash in its record.
    private func sign(
        _ name: String, hash: String, _ more: String...
    ) async throws -> Program.Outcome {
        try shop.write(
            """
            {"perceptualHashes":[{"alg":"pdq","profile":"pdq-1","quality":90,"value":"\(hash)"}]}
            """, to: "\(name).json")
        try shop.write("pixels of \(name)", to: name)
        return try await Program.run(
            "colophon",
            ["sign", name, "--key", "berlin.pem", "--issuer", Workshop.berlin, "--creator", "Ana"]
                + ["--title", "Estuary", "--predicate", "\(name).json"] + more,
            in: shop.folder)
    }

    /// A misspelt action explains every distance: nobody would be warned.
    @Test func anActionThatIsNoneOfC2PAIsWarnedOf() async throws {
        let zeros = String(repeating: "0", count: 64)
        #expect(try await sign("a.bin", hash: zeros).status == 0)
        let cases: [(String, String?)] = [
            ("c2pa.Saved", "\"c2pa.Saved\" is no action of C2PA that is known here"),
            ("c2pa.Saved", "known here: did you mean c2pa.saved?"),
            ("C2PA.cropped", "did you mean c2pa.cropped?"),
            ("c2p.resized", "did you mean c2pa.resized?"),
            ("c2pa.adjustedcolor", "did you mean c2pa.adjustedColor?"),
            ("c2pa.nothing_like_any", "is no action of C2PA that is known here;"),
            ("c2pa.saved", nil), ("c2pa.created", nil), ("com.example.saved", nil),
        ]
        for (number, (action, words)) in cases.enumerated() {
            let signed = try await sign(
                "\(number).bin", hash: zeros, "--parent", "a.bin.colophon", "--action", action)
            #expect(signed.status == 0, "\(signed.words)")
            let all = self.words(signed)
            #expect(all.contains("no action of C2PA") == (words != nil), "\(action): \(all)")
            if let words { #expect(all.contains(words), "\(all)") }
        }
    }

    @Test func aWorkThatLooksUnlikeWhatWasStatedIsWarnedOfAndShown() async throws {
        let zeros = String(repeating: "0", count: 64)
        let far = String(repeating: "0", count: 44) + String(repeating: "f", count: 20)
        let first = try await sign("a.bin", hash: zeros)
        #expect(first.status == 0 && !first.words.contains("looks less"))
        let parent = ["--parent", "a.bin.colophon", "--action"]
        let fits = try await sign(
            "b.bin", hash: far, parent[0], parent[1], parent[2], "c2pa.cropped")
        #expect(fits.status == 0 && !fits.words.contains("looks less"), "\(fits.words)")
        let strays = try await sign(
            "c.bin", hash: far, parent[0], parent[1], parent[2], "c2pa.transcoded")
        #expect(strays.status == 0)
        #expect(
            words(strays).contains(
                "than is said: distance 80 of 256, and the stated --action leaves at most 10"))
        let unstated = try await sign("d.bin", hash: far, parent[0], parent[1])
        #expect(words(unstated).contains("no --action says what was done, and up to 31 needs none"))

        try await submit("c.bin.colophon")
        let verdict = try await verify("c.bin")
        #expect(verdict.status == 0)
        #expect(
            words(verdict).contains(
                "its signer stated \"re-saved\", and it looks less like its parent than that: "
                    + "distance 80 of 256, says the record"))
        let told = try await verify("c.bin", "--json").objects.first
        let likeness = told?["parentLikeness"] as? [String: Any]
        #expect(likeness?["distance"] as? Int == 80 && likeness?["limit"] as? Int == 10)
        #expect(likeness?["explained"] as? Bool == false)
        let card = try await shop.colophon("show", "c.bin.colophon")
        #expect(words(card).contains("[S] Look recorded, and can be searched"))
        #expect(
            words(card).contains("[S] Parent looks less like it than was stated: distance 80"))
    }

    /// A correction of what a record says is about the same file, which looks the same.
    @Test func aCorrectionOfTheSameFileIsNotWarnedOf() async throws {
        let hash = String(repeating: "0f", count: 32)
        _ = try await sign("a.bin", hash: hash)
        let correction = try await sign(
            "a.bin", hash: hash, "--event", "correct", "--parent", "a.bin.colophon")
        #expect(correction.status == 0 && !correction.words.contains("looks less"))
        let ext = try await shop.predicate("a.bin.1.colophon")["ext"] as? [String: Any]
        let distances = ext?["parentDistances"] as? [[String: Any]]
        #expect(distances?.map { $0["distance"] as? Int } == [0])
    }
}
