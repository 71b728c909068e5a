import Foundation
import Testing
import TestSupport

@Suite struct SignTests {
    @Test func aRecordStandsBesideItsWork() async throws {
        let shop = try await Workshop()
        try shop.write("pixels", to: "photo.jpg")
        let entry = try await shop.signWork("photo.jpg", "--record", "From the hide.")
        let shown = try await shop.show("photo.jpg.colophon")
        #expect(shown["entry"] as? String == entry)
        #expect(shown["iss"] as? String == Workshop.berlin)
        #expect((shown["sub"] as? String)?.hasPrefix("urn:uuid:") == true)
        #expect(shown["aud"] == nil)
        let predicate = try await shop.predicate("photo.jpg.colophon")
        #expect(predicate["pop"] as? String == Workshop.berlin)
        #expect(predicate["event"] as? String == "capture")
        #expect(predicate["card"] is [String: Any])
    }

    @Test func aSecondEntryIsMadeOnlyByForceAndSaysSo() async throws {
        let shop = try await Workshop()
        try shop.write("pixels", to: "photo.jpg")
        let first = try await shop.signWork("photo.jpg")
        let before = try shop.bytes("photo.jpg.colophon")
        let refused = try await shop.sign("photo.jpg", "--creator", "A", "--title", "T")
        #expect(refused.status == 2)
        #expect(refused.words.contains("--force"))
        #expect(try shop.bytes("photo.jpg.colophon") == before)
        let forced = try await shop.sign("photo.jpg", "--creator", "A", "--title", "T", "--force")
        #expect(forced.status == 0)
        #expect(forced.words.contains("second entry"))
        #expect(forced.objects.first?["entry"] as? String != first)
    }

    @Test func aCopyOfAnEditionHasItsOwnThread() async throws {
        let shop = try await Workshop()
        try shop.write("ink", to: "print.tif")
        try await shop.signWork(
            "print.tif", "--edition", "7/50", "--drop", "https://drops.example/estuary",
            "--event", "issue")
        let shown = try await shop.show("print.tif.colophon")
        #expect(shown["sub"] as? String == "https://drops.example/estuary#7")
    }

    @Test(arguments: [
        ["--edition", "0/50", "--drop", "https://d.example/x"],
        ["--edition", "51/50", "--drop", "https://d.example/x"],
        ["--edition", "7", "--drop", "https://d.example/x"],
        ["--edition", "+7/50", "--drop", "https://d.example/x"],
        ["--edition", "7/50", "--drop", "https://d.example/x#y"],
        ["--edition", "7/50"],
        ["--drop", "https://d.example/x"],
        ["--edition", "7/50", "--drop", "https://d.example/x", "--sub", "urn:x:y"],
    ])
    func anEditionThatIsNoneIsRefused(flags: [String]) async throws {
        let shop = try await Workshop()
        try shop.write("ink", to: "print.tif")
        let signed = try await Program.run(
            "colophon",
            ["sign", "print.tif", "--key", "berlin.pem", "--issuer", Workshop.berlin]
                + ["--creator", "A", "--title", "T"] + flags, in: shop.folder)
        #expect(signed.status == 2)
        #expect(try !shop.exists("print.tif.colophon"))
    }

    @Test func aCropContinuesTheThreadOfItsParent() async throws {
        let shop = try await Workshop()
        try shop.write("pixels", to: "photo.jpg")
        try shop.write("pix", to: "crop.jpg")
        let parent = try await shop.signWork("photo.jpg")
        try await shop.signWork(
            "crop.jpg", "--parent", "photo.jpg.colophon", "--action", "c2pa.cropped")
        let thread = try await shop.show("photo.jpg.colophon")["sub"] as? String
        #expect(try await shop.show("crop.jpg.colophon")["sub"] as? String == thread)
        let predicate = try await shop.predicate("crop.jpg.colophon")
        let parents = try #require(predicate["parents"] as? [[String: String]])
        #expect(parents == [["entry": parent, "relation": "parentOf"]])
        #expect(predicate["actions"] as? [String] == ["c2pa.cropped"])
        #expect(predicate["event"] as? String == "edit")
    }

    @Test func aFinishedManifestIsSignedByteForByte() async throws {
        let shop = try await Workshop()
        let digest = String(repeating: "ab", count: 32)
        let manifest = """
            {"predicateType" : "https://slsa.dev/provenance/v1",
              "_type":"https://in-toto.io/Statement/v1", "predicate": {"n": 1.50},
              "subject":[{"name":"app","digest":{"sha256":"\(digest)"}}] }

            """
        try shop.write(manifest, to: "slsa.json")
        let signed = try await shop.sign("--manifest", "slsa.json")
        #expect(signed.status == 0, "\(signed.words)")
        let record = Data(try shop.bytes("slsa.json.colophon"))
        #expect(record.range(of: Data(manifest.utf8)) != nil)
    }

    @Test(arguments: [
        ("milestone", Records.milestone, "https://plans.example/spring"),
        ("reconciliation", Records.reconciliation, "https://drops.example/estuary"),
        ("postmortem", Records.postmortem, "https://plans.example/spring"),
        ("telemetry", Records.telemetry, Workshop.berlin),
    ])
    func aRecordWithoutAnArtifactIsAboutAURI(
        type: String, predicate: String, subject: String
    ) async throws {
        let shop = try await Workshop()
        try shop.write(predicate, to: "record.json")
        let signed = try await shop.sign(
            "--type", type, "--predicate", "record.json", "--aud", "ledger.example/prints")
        #expect(signed.status == 0, "\(signed.words)")
        let manifest = try await shop.show("record.json.colophon")["manifest"] as? [String: Any]
        let subjects = manifest?["subject"] as? [[String: Any]]
        #expect(subjects?.first?["name"] as? String == subject)
    }

    @Test(arguments: [("milestone", Records.milestone), ("reconciliation", Records.reconciliation)])
    func aDecisionIsMeantForOneLedger(type: String, predicate: String) async throws {
        let shop = try await Workshop()
        try shop.write(predicate, to: "record.json")
        let signed = try await shop.sign("--type", type, "--predicate", "record.json")
        #expect(signed.status == 2)
        #expect(signed.words.contains("--aud"))
    }

    @Test func settingsComeFromTheEnvironmentAndTheConfiguration() async throws {
        let shop = try await Workshop()
        try shop.write("pixels", to: "photo.jpg")
        try shop.write("creator: Ana\nissuer: https://pops.example/other\n", to: "c.yaml")
        let signed = try await shop.colophon(
            "sign", "photo.jpg", "--title", "T", "--config", "c.yaml",
            environment: ["COLOPHON_KEY": "berlin.pem", "COLOPHON_ISSUER": Workshop.berlin])
        #expect(signed.status == 0, "\(signed.words)")
        let shown = try await shop.show("photo.jpg.colophon")
        #expect(shown["iss"] as? String == Workshop.berlin)
    }
}
