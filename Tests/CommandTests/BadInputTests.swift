import Foundation
import Testing
import TestSupport

/// What people get wrong before any ledger is asked: one clear line, an exit code, no harm.
@Suite struct BadInputTests {
    private func expect(
        _ outcome: Program.Outcome, _ status: Int32, _ words: String,
        _ place: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.status == status, "\(outcome.words)", sourceLocation: place)
        #expect(outcome.words.contains(words), "\(outcome.words)", sourceLocation: place)
        #expect(outcome.words.split(separator: "\n").count <= 2, sourceLocation: place)
    }

    private func signPlainly(
        _ shop: Workshop, _ file: String, key: String = "berlin.pem"
    ) async throws -> Program.Outcome {
        try await shop.colophon(
            "sign", file, "--key", key, "--issuer", Workshop.berlin, "--creator", "A",
            "--title", "T")
    }

    @Test func aFolderIsNoWork() async throws {
        let shop = try await Workshop()
        try FileManager.default.createDirectory(
            at: shop.url("works"), withIntermediateDirectories: false)
        expect(
            try await signPlainly(shop, "works"), 2,
            "works: holds no file to sign\n  hint: links, and names that begin with \".\", are")
        expect(
            try await shop.colophon("show", "works"), 2,
            "works: is a folder\n  hint: name the files in it")
        #expect(try !shop.exists("works.colophon"))
        // Its files are signed, it never is.
        try shop.write("pixels", to: "works/photo.jpg")
        expect(try await signPlainly(shop, "works"), 0, "works/photo.jpg: no time of capture")
        #expect(try shop.exists("works/photo.jpg.colophon"))
        #expect(try !shop.exists("works.colophon"))
    }

    /// Opening a pipe that nobody writes to would wait for ever.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aPipeIsRefusedAtOnce() async throws {
        let shop = try await Workshop()
        let made = try await Program.run("mkfifo", ["pipe"], in: shop.folder)
        try #require(made.status == 0)
        expect(try await signPlainly(shop, "pipe"), 2, "is a pipe, not an ordinary file")
        expect(try await shop.colophon("show", "pipe"), 2, "is a pipe, not an ordinary file")
    }

    /// An error ends up in journals: a user, a password and a query stay out of it, whichever flag
    /// they were given to, be it one that takes no address.
    @Test(arguments: [
        "colophon mirror --to copy --from", "colophon log info --from", "colophon prove --from",
        "colophon audit --state state --from",
        "colophon trust fetch --ledger",
        "colophon verify a.jpg --trust",
        "colophon verify a.jpg --config", "colophon verify a.jpg --require",
        "colophon verify a.jpg --json --trust", "colophon refresh a.jpg.colophon --trust",
        "colophon submit a.jpg.colophon --ledger", "colophon submit --files-from",
        "colophon key list --ledger",
        "colophon policy get --ledger",
        "colophon chain check --spool",
        "colophon trust show", "colophon log entry 4 --trust", "colophon log checkpoint --policy",
        "colophon log info --vkey", "colophon prove 4 --to", "colophon mirror --to copy --trust",
        "colophon audit --state state --ledger https://l.example --trust", "colophon keygen --out",
        "colophon verify-misbehaviour a --policy", "colophon spool status", "colophon show",
        "colophon milestone check --milestone https://pops.example/m --spool",
        "colophon witness --data w --key berlin.pem --name w.example --logs l --listen",
        "colophon witness --data w --key berlin.pem --name w.example --logs l --ops-listen",
        "colophon witness --data w --key berlin.pem --name w.example --logs l --log-level",
        "colophon witness --config", "colophond serve --data none --listen",
        "colophond serve --data none --ops-listen", "colophond serve --data none --witness-policy",
        "colophond serve --data none --calendar", "colophond serve --config",
        "colophond serve --data none --timestamp-ca tsa.pem --timestamp-authority",
        "colophond serve --data none --timestamp-authority https://tsa.example --timestamp-ca",
        "colophond serve --data none --tls-key key.pem --tls-cert", "colophond backups list --to",
        "colophond init --data new --admin berlin.pub.pem --origin", "colophond rotate",
        "colophond init --data new --origin ledger.example --admin",
        "colophond restore --data new --from",
        "colophond trust-kit --data none --out kit --timestamp-ca",
    ])
    func anAddressThatIsRefusedKeepsItsSecrets(command: String) async throws {
        let shop = try await Workshop()
        let words = command.split(separator: " ").map(String.init)
        for address in ["https://ana:s3cret@ledger.example/x", "https://ledger.example/?k=s3cret"] {
            let outcome = try await Program.run(
                words[0], words.dropFirst() + [address], in: shop.folder)
            #expect(outcome.status == 2, "\(outcome.words)")
            #expect(outcome.words.contains("https://ledger.example/"), "\(outcome.words)")
            #expect(!outcome.words.contains("s3cret"), "\(outcome.words)")
            #expect(!outcome.output.contains("s3cret"), "\(outcome.output)")
        }
    }

    @Test func aFileThatIsNotThereIsNamed() async throws {
        let shop = try await Workshop()
        expect(try await signPlainly(shop, "no.jpg"), 2, "colophon: no.jpg: no such file")
    }

    @Test(.enabled(if: NSUserName() != "root", "root may read everything"))
    func aFileWithoutPermissionIsNamed() async throws {
        let shop = try await Workshop()
        try shop.write("pixels", to: "photo.jpg")
        try shop.setPermissions(0, "photo.jpg")
        expect(try await signPlainly(shop, "photo.jpg"), 2, "photo.jpg: permission denied")
    }

    @Test func aRecordIsNotAWork() async throws {
        let shop = try await Workshop()
        try shop.write("x", to: "photo.jpg.colophon")
        expect(try await signPlainly(shop, "photo.jpg.colophon"), 2, "is a record already")
    }

    @Test(arguments: [
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGb\n-----END ENCRYPTED PRIVATE KEY-----\n",
            "bad.pem: the private key is encrypted, and no passphrase was given\n"
                + "  hint: type it at a terminal, or name --passphrase-fd or "
                + "COLOPHON_PASSPHRASE_FILE\n"
        ),
        ("nothing like a key", "no PEM block"),
        ("", "no PEM block"),
    ])
    func aKeyThatIsNoneIsRefused(content: String, words: String) async throws {
        let shop = try await Workshop()
        try shop.write("pixels", to: "photo.jpg")
        try shop.write(content, to: "bad.pem")
        try shop.setPermissions(0o600, "bad.pem")
        expect(try await signPlainly(shop, "photo.jpg", key: "bad.pem"), 2, words)
    }

    @Test func aPublicKeySignsNothing() async throws {
        let shop = try await Workshop()
        try shop.write("pixels", to: "photo.jpg")
        try shop.setPermissions(0o600, "berlin.pub.pem")
        let signed = try await signPlainly(shop, "photo.jpg", key: "berlin.pub.pem")
        expect(signed, 2, "a private key is needed")
    }

    @Test func aKeyThatOthersCanReadIsWarnedAbout() async throws {
        let shop = try await Workshop()
        try shop.write("pixels", to: "photo.jpg")
        try shop.setPermissions(0o644, "berlin.pem")
        expect(try await signPlainly(shop, "photo.jpg"), 0, "berlin.pem: others can use")
    }

    @Test(arguments: [
        ("{\"geo\": 1}", "geo"), ("{\"nonce\": \"00\"}", "nonce"),
        ("{\"nonsense\": 1}", "nonsense"),
        ("{\"ext\": {}, \"ext\": {}}", "strict JSON"), ("{} {}", "strict JSON"), ("[]", "object"),
        ("{\"record\": {\"lang\": \"en\", \"title\": \"U\"}}", "record"), ("", "strict JSON"),
    ])
    func aPredicateThatIsWrongIsRefusedByName(content: String, words: String) async throws {
        let shop = try await Workshop()
        try shop.write("pixels", to: "photo.jpg")
        try shop.write(content, to: "more.json")
        let signed = try await shop.colophon(
            "sign", "photo.jpg", "--key", "berlin.pem", "--issuer", Workshop.berlin, "--creator",
            "A", "--title", "T", "--predicate", "more.json")
        expect(signed, 2, words)
        #expect(try !shop.exists("photo.jpg.colophon"))
    }

    @Test func aManifestHasALargestSize() async throws {
        let shop = try await Workshop()
        let padding = String(repeating: "x", count: 256 << 10)
        try shop.write(
            Records.slsa.replacing("https://ci.example/build/v1", with: padding), to: "slsa.json")
        let signed = try await shop.colophon(
            "sign", "--manifest", "slsa.json", "--key", "berlin.pem", "--issuer", Workshop.berlin)
        expect(signed, 2, "262144")
    }

    /// A foreign type has more room than ours, for what build services hand out.
    @Test(arguments: [
        ("https://slsa.dev/provenance/v1", 201, "subject: must have 1 to 200 elements"),
        ("https://slsa.dev/provenance/v1", 200, nil),
    ])
    func aForeignManifestHasTwoHundredSubjectsAtMost(
        type: String, count: Int, refusal: String?
    ) async throws {
        let shop = try await Workshop()
        let subjects = (0..<count).map { number in
            let hex = String(number, radix: 16)
            let digest = String(repeating: "0", count: 64 - hex.count) + hex
            return "{\"name\": \"f\(number)\", \"digest\": {\"sha256\": \"\(digest)\"}}"
        }
        let manifest = """
            {"_type": "https://in-toto.io/Statement/v1", "predicate": {},
             "predicateType": "\(type)",
             "subject": [\(subjects.joined(separator: ", "))]}
            """
        try shop.write(manifest, to: "slsa.json")
        let signed = try await shop.colophon(
            "sign", "--manifest", "slsa.json", "--key", "berlin.pem", "--issuer", Workshop.berlin)
        if let refusal {
            expect(signed, 2, "slsa.json: \(refusal)")
        } else {
            #expect(signed.status == 0 && signed.words == "", "\(signed.words)")
        }
        #expect(try shop.exists("slsa.json.colophon") == (refusal == nil))
    }

    @Test func aFileThatIsNoRecordIsUnreadable() async throws {
        let shop = try await Workshop()
        try shop.write("no cbor", to: "junk.colophon")
        try shop.write("", to: "empty.colophon")
        expect(try await shop.colophon("show", "junk.colophon"), 2, "damaged or incomplete record")
        expect(try await shop.colophon("show", "empty.colophon"), 2, "is empty")
        let submitted = try await shop.colophon(
            "submit", "junk.colophon", "--ledger", "http://127.0.0.1:1")
        #expect(submitted.status == 2)
        // Whatever becomes of them, the files are counted at the end.
        #expect(
            submitted.words == """
                colophon: junk.colophon: damaged or incomplete record
                  hint: look for another copy of it
                colophon: 0 registered, 0 known, 0 pending, 1 failed

                """)
    }

    /// A tebibyte of nothing: refused by its size, not by running out of memory.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aRecordLargerThanMemoryIsRefusedAtOnce() async throws {
        let shop = try await Workshop()
        try shop.write("pixels", to: "photo.jpg")
        try shop.write("", to: "photo.jpg.colophon")
        let file = try FileHandle(forWritingTo: shop.url("photo.jpg.colophon"))
        try file.truncate(atOffset: 1 << 40)
        try file.close()
        let kit = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Schemas/corpus/kits/good").path()
        for arguments in [
            ["show", "photo.jpg.colophon"], ["verify", "photo.jpg", "--trust", kit],
            ["submit", "photo.jpg.colophon", "--ledger", "http://127.0.0.1:1"],
        ] {
            let outcome = try await Program.run("colophon", arguments, in: shop.folder)
            expect(outcome, 2, "is larger than")
        }
    }

    @Test func aTrustKitThatIsNoneIsUnreadable() async throws {
        let shop = try await Workshop()
        try shop.write("pixels", to: "photo.jpg")
        try await shop.signWork("photo.jpg")
        let missing = try await shop.colophon("verify", "photo.jpg", "--trust", "nowhere")
        expect(missing, 2, "nowhere: no such file")
        let other = try await shop.colophon("verify", "photo.jpg", "--trust", ".")
        expect(other, 2, "policy: no such file")
        let none = try await shop.colophon("verify", "photo.jpg")
        expect(none, 2, "--trust is missing")
    }

    /// Each hint names the kit as that command takes it.
    @Test(arguments: [
        (["verify", "photo.jpg"], "--trust is missing", "--trust trust.colophon-kit"),
        (["trust", "name", "a/b", "A"], "--trust is missing", "--trust trust.colophon-kit"),
        (["trust", "update"], "the trust kit is missing", "name that"),
        (["trust", "show"], "the trust kit is missing", "name that"),
    ])
    func whoHasNoTrustKitIsToldHowToGetOne(
        arguments: [String], reason: String, use: String
    ) async throws {
        let shop = try await Workshop()
        try shop.write("pixels", to: "photo.jpg")
        let outcome = try await Program.run("colophon", arguments, in: shop.folder)
        expect(outcome, 2, reason)
        #expect(
            outcome.words.contains(
                "hint: colophon trust fetch --ledger URL writes trust.colophon-kit; "
                    + "then \(use)"), "\(outcome.words)")
    }

    @Test(arguments: ["ledger.example", "ftp://x", "http://", "http://x/?q", "http://a b"])
    func anAddressThatIsNoneIsRefused(address: String) async throws {
        let shop = try await Workshop()
        try shop.write("pixels", to: "photo.jpg")
        try await shop.signWork("photo.jpg")
        let submitted = try await shop.colophon(
            "submit", "photo.jpg.colophon", "--ledger", address)
        // A query may hold a secret, so it is not shown.
        expect(submitted, 2, String(address.prefix { $0 != "?" }))
    }

    /// Port 1 is nobody's; the record stays as it was and may be sent again.
    @Test func aLedgerOutOfReachMeansTryAgain() async throws {
        let shop = try await Workshop()
        try shop.write("pixels", to: "photo.jpg")
        try await shop.signWork("photo.jpg")
        let before = try shop.bytes("photo.jpg.colophon")
        let submitted = try await shop.colophon(
            "submit", "photo.jpg.colophon", "--ledger", "http://127.0.0.1:1", "--json")
        expect(submitted, 3, "nothing listens at http://127.0.0.1:1")
        #expect(try shop.bytes("photo.jpg.colophon") == before)
    }

    /// Control characters and reordering marks could make a terminal show something else.
    @Test func whatATerminalMustNotSeeIsNeverShown() async throws {
        let shop = try await Workshop()
        try shop.write(
            Records.slsa.replacing("\"app\"", with: "\"app\\u001b[31m\\u202egpj\""),
            to: "slsa.json")
        let signed = try await shop.sign("--manifest", "slsa.json")
        try #require(signed.status == 0, "\(signed.words)")
        let shown = try await shop.colophon("show", "slsa.json.colophon")
        #expect(shown.status == 0)
        #expect(shown.output.contains("app"))
        #expect(!shown.output.unicodeScalars.contains("\u{1B}"))
        #expect(!shown.output.unicodeScalars.contains("\u{202E}"))
    }
}
