import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif
import Testing
import TestSupport

/// What a ledger refuses, as its client reports it: one line, exit code 1, nothing lost.
@Suite struct RefusalTests {
    private func ledger() async throws -> LedgerProcess {
        let ledger = try await LedgerProcess(in: Workshop())
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try ledger.shop.write("pixels", to: "photo.jpg")
        return ledger
    }

    private func expectRefusal(
        _ ledger: LedgerProcess, _ words: String, _ place: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try ledger.shop.bytes("photo.jpg.colophon")
        let submitted = try await ledger.colophon("submit", "photo.jpg.colophon")
        #expect(submitted.status == 1, "\(submitted.words)", sourceLocation: place)
        #expect(
            submitted.words.hasPrefix("colophon: photo.jpg.colophon: "), sourceLocation: place)
        #expect(
            submitted.words.contains(words), "\(submitted.words)", sourceLocation: place)
        #expect(
            submitted.words.contains("hint:"), "\(submitted.words)", sourceLocation: place)
        #expect(try ledger.shop.bytes("photo.jpg.colophon") == before, sourceLocation: place)
    }

    @Test func aKeyThatNobodyAddedSignsInVain() async throws {
        let ledger = try await ledger()
        _ = try await ledger.shop.colophon("keygen", "--out", "other.pem")
        let signed = try await ledger.shop.sign(
            "photo.jpg", "--creator", "A", "--title", "T", "--key", "other.pem")
        try #require(signed.status == 0, "\(signed.words)")
        try await expectRefusal(ledger, "kid")
    }

    /// A clock a minute behind the administrator's, or a key that is for later.
    @Test func aRecordFromBeforeItsKeyIsToldTheTimeAndWhatHelps() async throws {
        let ledger = try await LedgerProcess(in: Workshop())
        try ledger.shop.write("pixels", to: "photo.jpg")
        func add(_ flags: [String]) async throws {
            let added = try await Program.run(
                "colophon",
                ["key", "add", "--admin", "admin.pem", "--key", "berlin.pub.pem"]
                    + ["--issuer", Workshop.berlin, "--origin", LedgerProcess.origin]
                    + ["--ledger", ledger.address] + flags,
                in: ledger.shop.folder, environment: ["HOME": ledger.shop.folder.path()])
            try #require(added.status == 0, "\(added.words)")
        }
        try await add(["--not-before", "2999-01-01T00:00:00Z"])
        try await ledger.shop.signWork("photo.jpg")
        try await expectRefusal(ledger, "was signed before 2999-01-01T00:00:00Z")
        try await expectRefusal(ledger, "look at the signer's clock")
        try await expectRefusal(ledger, "with an earlier --not-before")
        try await add(["--not-before", "1970-01-01T00:00:00Z"])
        let submitted = try await ledger.colophon("submit", "photo.jpg.colophon")
        #expect(submitted.status == 0, "\(submitted.words)")
    }

    @Test func anIssuerThatIsNotTheKeysIsRefused() async throws {
        let ledger = try await ledger()
        let signed = try await ledger.shop.sign(
            "photo.jpg", "--creator", "A", "--title", "T", "--issuer", "https://pops.example/x")
        try #require(signed.status == 0, "\(signed.words)")
        try await expectRefusal(ledger, "iss")
    }

    @Test func aStatementForAnotherLedgerIsRefused() async throws {
        let ledger = try await ledger()
        try await ledger.shop.signWork("photo.jpg", "--aud", "other.example")
        try await expectRefusal(ledger, "aud")
    }

    @Test func aTypeThatTheRoleDoesNotCoverIsRefused() async throws {
        let ledger = try await ledger()
        try ledger.shop.write(Records.slsa, to: "photo.jpg")
        let signed = try await ledger.shop.sign("--manifest", "photo.jpg")
        try #require(signed.status == 0, "\(signed.words)")
        try await expectRefusal(ledger, "role")
    }

    @Test func aRevokedKeyAdmitsNothingAndARetiredOneWhatItHadSigned() async throws {
        let ledger = try await ledger()
        let shop = ledger.shop
        try await shop.signWork("photo.jpg")
        try shop.write("later", to: "later.jpg")
        let retired = try await ledger.colophon(
            "key", "retire", "--admin", "admin.pem", "--key", "berlin.pub.pem")
        #expect(retired.status == 0, "\(retired.words)")
        let drained = try await ledger.colophon("submit", "photo.jpg.colophon")
        #expect(drained.status == 0, "\(drained.words)")
        let revoked = try await ledger.colophon(
            "key", "revoke", "--admin", "admin.pem", "--key", "berlin.pub.pem", "--reason", "lost")
        #expect(revoked.status == 0, "\(revoked.words)")
        try await shop.signWork("later.jpg")
        let refused = try await ledger.colophon("submit", "later.jpg.colophon")
        #expect(refused.status == 1)
        #expect(refused.words.contains("revoked"), "\(refused.words)")
        let known = try await ledger.colophon("submit", "photo.jpg.colophon")
        #expect(known.status == 0, "what is known is answered whatever became of the key")
        let final = try await ledger.colophon(
            "key", "add", "--admin", "admin.pem", "--key", "berlin.pub.pem", "--issuer",
            Workshop.berlin)
        #expect(final.status == 1)
    }

    @Test func onlyAnAdministratorChangesKeys() async throws {
        let ledger = try await ledger()
        let stranger = try await ledger.colophon(
            "key", "add", "--admin", "berlin.pem", "--key", "admin.pub.pem", "--issuer",
            Workshop.berlin)
        #expect(stranger.status == 1, "\(stranger.words)")
    }

    @Test func oneBadRecordOfManyFailsAlone() async throws {
        let ledger = try await ledger()
        let shop = ledger.shop
        try await shop.signWork("photo.jpg")
        try shop.write("other", to: "other.jpg")
        try await shop.signWork("other.jpg", "--aud", "other.example")
        try shop.write("no cbor", to: "junk.colophon")
        let submitted = try await ledger.colophon(
            "submit", "photo.jpg.colophon", "other.jpg.colophon", "junk.colophon",
            "nowhere.colophon")
        #expect(submitted.status == 1)
        #expect(submitted.output.hasPrefix("photo.jpg.colophon "))
        #expect(submitted.output.split(separator: "\n").count == 1)
        for name in ["other.jpg.colophon", "junk.colophon", "nowhere.colophon"] {
            #expect(submitted.words.contains("colophon: \(name): "))
        }
    }

    @Test func aChangedPolicyDecidesFromThenOn() async throws {
        let ledger = try await ledger()
        let policy = """
            {"algorithms": [-8, -7], "predicateTypes": ["urn:colophon:telemetry:v1"],
             "limits": {"manifestBytes": 262144, "statementBytes": 8192, "subjects": 64},
             "maxAhead": 86400}
            """
        try ledger.shop.write(policy, to: "policy.json")
        let set = try await ledger.colophon(
            "policy", "set", "--admin", "admin.pem", "--policy", "policy.json")
        #expect(set.status == 0, "\(set.words)")
        try await ledger.shop.signWork("photo.jpg")
        try await expectRefusal(ledger, "predicate")
    }

    @Test func anErasedManifestIsGoneAndItsProofStays() async throws {
        let ledger = try await ledger()
        let entry = try await ledger.shop.signWork("photo.jpg")
        _ = try await ledger.colophon("submit", "photo.jpg.colophon")
        let erased = try await ledger.colophon(
            "erase", "--entry=\(entry)", "--admin", "admin.pem", "--reason", "asked for",
            "--authority", "GDPR Art. 17")
        #expect(erased.status == 0, "\(erased.words)")
        #expect(erased.words.contains("no file of the ledger has the bytes"), "\(erased.words)")
        // The title is in the manifest and nowhere else.
        let folder = ledger.shop.url("ledger").path()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let file = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
            #expect(file.range(of: Data("Estuary".utf8)) == nil, "\(name)")
        }
        let url = try #require(URL(string: "\(ledger.address)/entries/\(entry)/manifest"))
        let (_, answer) = try await URLSession.shared.data(from: url)
        #expect((answer as? HTTPURLResponse)?.statusCode == 410)
        try await ledger.writeKit()
        let proven = try await ledger.colophon("verify", "photo.jpg", "--trust", "trust")
        #expect(proven.status == 0, "\(proven.output)")
    }

    /// A person who verifies with the kit of another ledger learns that nothing is proven.
    @Test func theTrustKitOfAnotherLedgerProvesNothing() async throws {
        let (one, other) = (try await ledger(), try await ledger())
        try await one.shop.signWork("photo.jpg")
        _ = try await one.colophon("submit", "photo.jpg.colophon")
        try await other.writeKit()
        let verdict = try await one.colophon(
            "verify", "photo.jpg", "--trust", other.shop.url("trust").path())
        #expect(verdict.status == 1, "\(verdict.output)")
    }

    @Test func aReceiptCanBePrintedAndTakenBack() async throws {
        let ledger = try await ledger()
        let shop = ledger.shop
        try await shop.signWork("photo.jpg")
        let before = try shop.bytes("photo.jpg.colophon")
        let printed = try await ledger.colophon("submit", "photo.jpg.colophon", "--stdout")
        #expect(printed.status == 0)
        try Data(printed.bytes).write(to: shop.url("receipt"))
        #expect(try shop.bytes("photo.jpg.colophon") == before)
        try await ledger.writeKit()
        let without = try await ledger.colophon("verify", "photo.jpg", "--trust", "trust")
        #expect(without.status == 1)
        let with = try await ledger.colophon(
            "verify", "photo.jpg", "--trust", "trust", "--receipt", "receipt")
        #expect(with.status == 0, "\(with.output)")
    }

    /// The head that a PoP had seen bounds the time of signing from below.
    @Test func aSeenCheckpointIsProvenToBeOlder() async throws {
        let ledger = try await ledger()
        let shop = ledger.shop
        let url = try #require(URL(string: "\(ledger.address)/checkpoint"))
        let (note, _) = try await URLSession.shared.data(from: url)
        try note.write(to: shop.url("checkpoint"))
        try await shop.signWork("photo.jpg", "--seen", "checkpoint")
        let submitted = try await ledger.colophon("submit", "photo.jpg.colophon")
        #expect(submitted.status == 0, "\(submitted.words)")
        let receipts = try await shop.show("photo.jpg.colophon")["receipts"] as? [Any]
        #expect(receipts?.count == 2)
        try await ledger.writeKit()
        let verdict = try await ledger.colophon(
            "verify", "photo.jpg", "--trust", "trust", "--json")
        #expect(verdict.status == 0, "\(verdict.output)")
        let findings = verdict.objects.first?["findings"] as? [[String: String]] ?? []
        #expect(findings.first { $0["check"] == "seen" }?["verdict"] == "ok")
        let bound = try #require(verdict.objects.first?["notBefore"] as? [String: Any])
        let size = String(decoding: note, as: UTF8.self).split(separator: "\n")[1]
        #expect(bound["size"] as? Int == Int(size) && bound["time"] is NSNull, "\(bound)")
        let told = try await ledger.colophon("verify", "photo.jpg", "--trust", "trust")
        let words = told.output.unwrapped
        #expect(
            words.contains("signed not before the log's head of \(size) entries, not after "),
            "\(told.output)")
    }

    @Test func aRecordKeepsItsModeAndALinkIsFollowed() async throws {
        let ledger = try await ledger()
        let shop = ledger.shop
        try await shop.signWork("photo.jpg")
        try shop.setPermissions(0o640, "photo.jpg.colophon")
        try FileManager.default.createSymbolicLink(
            atPath: shop.url("link.colophon").path(), withDestinationPath: "photo.jpg.colophon")
        let before = try shop.bytes("photo.jpg.colophon").count
        let submitted = try await ledger.colophon("submit", "link.colophon")
        #expect(submitted.status == 0, "\(submitted.words)")
        #expect(try shop.permissions("photo.jpg.colophon") == 0o640)
        #expect(try shop.bytes("photo.jpg.colophon").count > before)
        let link = try FileManager.default.destinationOfSymbolicLink(
            atPath: shop.url("link.colophon").path())
        #expect(link == "photo.jpg.colophon")
    }
}
