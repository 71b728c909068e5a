import Foundation
import Testing
import TestSupport

/// The ledger end to end, as its users meet it: every layer is the real one.
@Suite struct StoryTests {
    private static let lagos = "https://pops.example/lagos"
    private static let builds = "https://ci.example/builds"
    private static let works = [
        "photo.jpg", "print.jpg", "crop.jpg", "lagoon.tif", "slsa.json",
    ]

    /// What is written about something that is no file.
    private static let records = [
        "milestone.json.colophon", "reconciliation.json.colophon", "postmortem.json.colophon",
        "telemetry.json.colophon",
    ]

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aWorkIsSignedLoggedAndProvenWithoutTheLedger() async throws {
        let shop = try await Workshop()
        let ledger = try await LedgerProcess(in: shop)
        _ = try await shop.colophon("keygen", "--out", "lagos.pem", "--alg", "es256")
        _ = try await shop.colophon("keygen", "--out", "build.pem")
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try await ledger.add("lagos", issuer: Self.lagos)
        try await ledger.add("build", issuer: Self.builds, role: "ci")
        try await ledger.writeKit()
        try await signEverything(shop)

        let one = try await ledger.colophon("submit", "photo.jpg.colophon", "--json")
        #expect(one.status == 0, "\(one.words)")
        #expect(one.objects.first?["status"] as? String == "registered")
        let receipt = try shop.bytes("photo.jpg.colophon")
        let again = try await ledger.colophon("submit", "photo.jpg.colophon", "--json")
        #expect(again.objects.first?["status"] as? String == "known")
        #expect(again.objects.first?["index"] as? Int == one.objects.first?["index"] as? Int)
        #expect(try shop.bytes("photo.jpg.colophon") == receipt)

        let records = Self.works.map { $0 + ".colophon" } + Self.records
        try shop.write(records.joined(separator: "\n"), to: "list")
        let all = try await ledger.colophon("submit", "--files-from", "list", "--json")
        #expect(all.status == 0, "\(all.words)")
        #expect(all.objects.count == records.count)
        let indexes = Set(all.objects.compactMap { $0["index"] as? Int })
        #expect(indexes == Set(5..<5 + records.count))

        try await ledger.writeKit()
        #expect(try await ledger.stop() == 0)
        try await everythingIsProven(shop)
        try await everyAlteredByteIsFound(shop)
    }

    private func signEverything(_ shop: Workshop) async throws {
        let berlin = ["--key", "berlin.pem", "--issuer", Workshop.berlin, "--creator", "B"]
        let lagos = ["--key", "lagos.pem", "--issuer", Self.lagos]
        try shop.write("a photograph", to: "photo.jpg")
        try shop.write("a print", to: "print.jpg")
        try shop.write("a crop", to: "crop.jpg")
        try shop.write("an orthomosaic", to: "lagoon.tif")
        try shop.write(
            "{\"geo\": {\"bounds\": [3.38, 6.45, 3.4, 6.46], \"crs\": \"EPSG:4326\", "
                + "\"groundSampleDistanceM\": 1.2}}", to: "geo.json")
        let commands: [[String]] = [
            ["photo.jpg", "--title", "Elephants"] + berlin,
            ["print.jpg", "--title", "Print", "--edition", "7/50", "--event", "issue"]
                + ["--drop", "https://drops.example/elephants"] + berlin,
            ["crop.jpg", "--title", "Detail", "--parent", "photo.jpg.colophon"]
                + ["--action", "c2pa.cropped"] + berlin,
            ["lagoon.tif", "--title", "The lagoon", "--predicate", "geo.json"]
                + ["--creator", "L"] + lagos,
        ]
        for command in commands { try await sign(shop, command) }
        let records = [
            "milestone": Records.milestone, "reconciliation": Records.reconciliation,
            "postmortem": Records.postmortem, "telemetry": Records.telemetry,
        ]
        for (type, predicate) in records {
            try shop.write(predicate, to: "\(type).json")
            try await sign(
                shop,
                ["--type", type, "--predicate", "\(type).json", "--trust", "trust"] + lagos)
        }
        try shop.write(Records.slsa, to: "slsa.json")
        try await sign(
            shop,
            ["--manifest", "slsa.json", "--key", "build.pem", "--issuer", Self.builds])
    }

    private func sign(_ shop: Workshop, _ arguments: [String]) async throws {
        let signed = try await Program.run("colophon", ["sign"] + arguments, in: shop.folder)
        try #require(signed.status == 0, "\(signed.words)")
    }

    private func verify(_ shop: Workshop, _ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", ["verify", "--trust", "trust", "--json"] + arguments, in: shop.folder)
    }

    private func everythingIsProven(_ shop: Workshop) async throws {
        for (names, flags) in [(Self.works, []), (Self.records, ["--record-only"])] {
            let proven = try await Program.run(
                "colophon", ["verify", "--trust", "trust", "--json"] + flags + names,
                in: shop.folder)
            #expect(proven.status == 0, "\(proven.output)")
            #expect(proven.objects.compactMap { $0["file"] as? String } == names)
            for object in proven.objects {
                #expect(object["ok"] as? Bool == true)
                #expect(object["reached"] as? String == "logged")
            }
        }
        let words = try await shop.colophon("verify", "photo.jpg", "--trust", "trust")
        let lines = words.output.split(separator: "\n")
        #expect(lines.first == "photo.jpg: signed by \(Workshop.berlin),")
        #expect(lines.count == 4 && lines[1].contains("entry 5 of \(LedgerProcess.origin), logged"))
        #expect(lines.last == "  claimed: \"Elephants\" by B, capture")
        #expect(words.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let more = try await shop.colophon(
            "verify", "photo.jpg", "--trust", "trust", "--require", "witnessed")
        #expect(more.status == 1)
        let trust = try await shop.colophon("trust", "show", "trust")
        #expect(trust.output.contains("is the word of whoever gave you this kit"))
        #expect(trust.output.contains(Self.lagos))
    }

    private func everyAlteredByteIsFound(_ shop: Workshop) async throws {
        try shop.write("a photograpH", to: "altered.jpg")
        let artifact = try await verify(shop, "altered.jpg", "photo.jpg.colophon")
        try expectFalse(artifact, "artifact")
        let record = try shop.bytes("photo.jpg.colophon")
        let receipt = LedgerProcess.origin
        let places: [(check: String, after: String, distance: Int)] = [
            ("manifest", "Elephants", 2), ("signature", Workshop.berlin, 9),
            ("receipt", "https://" + receipt, 9), ("receipt", "\u{2014} \(receipt) ", 60),
        ]
        for place in places {
            var altered = Data(record)
            let found = try #require(altered.range(of: Data(place.after.utf8)))
            let index = found.lowerBound + place.distance
            altered[index] = altered[index] == UInt8(ascii: "a") ? UInt8(ascii: "b") : 0x61
            try altered.write(to: shop.url("altered.colophon"))
            let verdict = try await verify(shop, "photo.jpg", "altered.colophon")
            try expectFalse(verdict, place.check)
        }
    }

    private func expectFalse(
        _ verdict: Program.Outcome, _ check: String, _ place: SourceLocation = #_sourceLocation
    ) throws {
        #expect(verdict.status == 1, "\(verdict.output)", sourceLocation: place)
        let findings = verdict.objects.first?["findings"] as? [[String: String]] ?? []
        let isFalse = findings.filter { $0["verdict"] == "false" }.compactMap { $0["check"] }
        #expect(isFalse.contains(check), "\(findings)", sourceLocation: place)
    }
}
