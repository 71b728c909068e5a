import Foundation
import TestSupport
import Testing

/// What other systems hand over: bytes that are no text, their text files, their envelopes.
@Suite struct ForeignInputTests {
    /// Runs a line of shell, in which `colophon` is the program: for bytes and pipes.
    private func shell(
        _ line: String, in shop: Workshop, environment: [String: String] = [:]
    ) async throws -> Program.Outcome {
        let program = try Program.url("colophon").path()
        return try await Program.run(
            "bash", ["-c", "colophon() { '\(program)' \"$@\"; }; \(line)"], in: shop.folder,
            environment: environment)
    }

    private static let signing = """
        colophon sign f --key berlin.pem --issuer \(Workshop.berlin) --title T --creator C
        """

    // MARK: - Bytes that are no text

    @Test(arguments: [
        ("--creator", "$'J\\xf6rg'"), ("--title", "$'J\\xf6rg'"), ("--record", "$'\\xff'"),
        ("--sub", "$'urn:\\xe2\\x82'"), ("--aud", "$'\\xf6'"), ("--action", "$'c2pa.\\xf6'"),
        ("--lang", "$'\\xc0\\xaf'"), ("--issuer", "$'https://\\xf6'"),
    ])
    func aTextThatIsNotUTF8IsRefusedByTheNameOfItsFlag(flag: String, value: String) async throws {
        let shop = try await Workshop()
        try shop.write("x", to: "f")
        for line in ["\(flag) \(value)", "\(flag)=\(value)"] {
            let signed = try await shell("\(Self.signing) \(line)", in: shop)
            #expect(signed.status == 2)
            #expect(signed.words.hasPrefix("colophon: \(flag): is not UTF-8"), "\(signed.words)")
        }
        #expect(try !shop.exists("f.colophon"))
    }

    @Test(arguments: ["COLOPHON_CREATOR", "COLOPHON_ISSUER"])
    func aVariableThatIsNotUTF8IsRefusedByItsName(name: String) async throws {
        let shop = try await Workshop()
        try shop.write("x", to: "f")
        let signed = try await shell(
            "\(name)=$'J\\xf6rg' colophon sign f --key berlin.pem --title T", in: shop)
        #expect(signed.status == 2)
        #expect(signed.words.hasPrefix("colophon: \(name): is not UTF-8"), "\(signed.words)")
    }

    /// Repaired, these would be one name, and the other file would be read or replaced.
    @Test func pathsKeepTheirBytes() async throws {
        let shop = try await Workshop()
        let name = "$'J\\xf6rg'"
        let made = try await shell(
            """
            mkdir \(name) $'J\\xef\\xbf\\xbdrg' && cp berlin.pem \(name)/k.pem &&
            echo x >\(name)/f &&
            \(Self.signing.replacing("sign f", with: "sign \(name)/f")) --key \(name)/k.pem &&
            COLOPHON_KEY=\(name)/k.pem colophon sign \(name)/f --force --issuer \(Workshop.berlin) \
            --title T --creator C && colophon show \(name)/f.colophon && ls $'J\\xef\\xbf\\xbdrg'
            """, in: shop)
        #expect(made.status == 0, "\(made.words)")
        #expect(!made.output.contains("\u{FFFD}"), "\(made.output)")
    }

    @Test func aNameThatIsNotUTF8IsNotSigned() async throws {
        let shop = try await Workshop()
        let signed = try await shell(
            "echo x >$'J\\xf6rg'; \(Self.signing.replacing("sign f", with: "sign $'J\\xf6rg'"))",
            in: shop)
        #expect(signed.status == 2)
        #expect(signed.words.contains("a record holds the name"), "\(signed.words)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: shop.folder.path()).count == 3)
    }

    @Test func theServerTakesTextAlone() async throws {
        let shop = try await Workshop()
        let server = try Program.url("colophond").path()
        for line in ["fsck --data $'\\xf6'", "fsck --data=$'\\xf6'"] {
            let refused = try await shell("'\(server)' \(line)", in: shop)
            #expect(refused.status == 2)
            #expect(refused.words.hasPrefix("colophond: --data: is not UTF-8"), "\(refused.words)")
        }
        let refused = try await shell("COLOPHOND_DATA=$'\\xf6' '\(server)' fsck", in: shop)
        #expect(refused.words.hasPrefix("colophond: COLOPHOND_DATA: is not UTF-8"))
    }

    // MARK: - Text files

    @Test func keysOfOtherSystemsAreRead() async throws {
        let shop = try await Workshop()
        let key = String(decoding: try shop.bytes("berlin.pem"), as: UTF8.self)
        for (number, text) in [
            "\u{FEFF}" + key, key.replacing("\n", with: "\r\n"), key.replacing("\n", with: "\r"),
            "\u{FEFF}" + key.replacing("\n", with: "\r\n"),
        ].enumerated() {
            try shop.write(text, to: "other.pem")
            try shop.setPermissions(0o600, "other.pem")
            try shop.write("x", to: "f\(number)")
            let signed = try await shop.sign(
                "f\(number)", "--key", "other.pem", "--title", "T", "--creator", "C")
            #expect(signed.status == 0, "\(number): \(signed.words)")
        }
    }

    @Test func utf16IsNamed() async throws {
        let shop = try await Workshop()
        let key = String(decoding: try shop.bytes("berlin.pem"), as: UTF8.self)
        try (Data([0xFF, 0xFE]) + (key.data(using: .utf16LittleEndian) ?? Data()))
            .write(to: shop.url("wide.pem"))
        try shop.setPermissions(0o600, "wide.pem")
        try shop.write("x", to: "f")
        for arguments in [
            ["sign", "f", "--key", "wide.pem", "--issuer", Workshop.berlin],
            ["submit", "--files-from", "wide.pem", "--ledger", "http://127.0.0.1:1"],
            ["sign", "--manifest", "wide.pem", "--key", "berlin.pem", "--issuer", Workshop.berlin],
        ] {
            let refused = try await Program.run("colophon", arguments, in: shop.folder)
            #expect(refused.status == 2)
            #expect(refused.words.contains("UTF-16"), "\(refused.words)")
        }
    }

    @Test func jsonThatIsMergedMayHaveAMarkAndJSONThatIsSignedMayNot() async throws {
        let shop = try await Workshop()
        try shop.write("x", to: "f")
        try shop.write("\u{FEFF}{\r\n\"milestone\": \"urn:spring\"}\r\n", to: "more.json")
        let signed = try await shop.sign(
            "f", "--predicate", "more.json", "--title", "T", "--creator", "C")
        #expect(signed.status == 0, "\(signed.words)")
        try shop.write("\u{FEFF}" + Records.slsa, to: "slsa.json")
        let refused = try await shop.sign("--manifest", "slsa.json")
        #expect(refused.status == 2)
        #expect(refused.words.contains("byte order mark"), "\(refused.words)")
    }

    @Test(arguments: [
        "a\\0b\\0", "a\\nb\\n", "a\\r\\nb\\r\\n", "a\\rb\\r", "\\357\\273\\277a\\r\\nb",
    ])
    func listsOfOtherSystemsAreRead(list: String) async throws {
        let shop = try await Workshop()
        let submitted = try await shell(
            "printf '\(list)' | colophon submit --files-from - --ledger http://127.0.0.1:1 --json",
            in: shop)
        #expect(submitted.status == 2)
        for name in ["a", "b"] {
            #expect(
                submitted.words.contains("\"file\":\"\(name)\"")
                    || submitted.words.contains("\"file\": \"\(name)\""), "\(submitted.words)")
        }
    }

    // MARK: - Envelopes

    private static func envelope(_ statement: String) -> String {
        """
        {"payloadType":"application/vnd.in-toto+json","payload":\
        "\(Data(statement.utf8).base64EncodedString())","signatures":[{"sig":"AA=="}]}
        """
    }

    @Test func thePayloadOfAnEnvelopeIsSignedAsItIs() async throws {
        let shop = try await Workshop()
        let envelope = Self.envelope(Records.slsa)
        try shop.write(envelope + "\n", to: "a.intoto.jsonl")
        try shop.write(
            "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"dsseEnvelope\":"
                + envelope + ",\"verificationMaterial\":{}}", to: "b.sigstore.json")
        for (name, form) in [
            ("a.intoto.jsonl", "DSSE envelope"), ("b.sigstore.json", "Sigstore bundle"),
        ] {
            let signed = try await shop.sign("--manifest", name)
            #expect(signed.status == 0, "\(signed.words)")
            #expect(signed.words.contains(form) && signed.words.contains("was not checked"))
            let record = Data(try shop.bytes(name + ".colophon"))
            #expect(record.range(of: Data(Records.slsa.utf8)) != nil)
        }
    }

    /// The answer is about the manifest in the envelope, and says so to everyone who reads it.
    @Test func anEnvelopeIsVerifiedAsTheManifestInItAndThatIsSaid() async throws {
        let shop = try await Workshop()
        let ledger = try await LedgerProcess(in: shop)
        let issuer = "https://ci.example/builds"
        try await ledger.add("berlin", issuer: issuer, role: "ci")
        let envelope = Self.envelope(Records.slsa)
        let bundle = "\"dsseEnvelope\":\(envelope),\"verificationMaterial\":{}}"
        try shop.write("{" + bundle, to: "b.sigstore.json")
        let signed = try await shop.colophon(
            "sign", "--manifest", "b.sigstore.json", "--key", "berlin.pem", "--issuer", issuer)
        try #require(signed.status == 0, "\(signed.words)")
        let sent = try await ledger.colophon("submit", "b.sigstore.json.colophon")
        try #require(sent.status == 0, "\(sent.words)")
        try await ledger.writeKit()
        func verify(_ name: String, _ flags: String...) async throws -> Program.Outcome {
            try await Program.run(
                "colophon",
                ["verify", name, "b.sigstore.json.colophon", "--trust", "trust"] + flags,
                in: shop.folder)
        }
        let words = "is a Sigstore bundle around the signed manifest"
        let plain = try await verify("b.sigstore.json")
        #expect(plain.status == 0, "\(plain.output)")
        #expect(plain.output.contains("the file \(words)"), "\(plain.output)")
        #expect(plain.words.contains("b.sigstore.json: \(words)"), "\(plain.words)")
        let quiet = try await verify("b.sigstore.json", "--quiet")
        #expect(quiet.status == 0 && quiet.output.isEmpty)
        #expect(quiet.words.contains("its own signatures were not checked"), "\(quiet.words)")
        let json = try await verify("b.sigstore.json", "--json")
        #expect(json.objects.first?["envelope"] as? String == "Sigstore bundle")
        #expect(json.words.contains("\"warning\""), "\(json.words)")
        try shop.write(Records.slsa, to: "slsa.json")
        let bare = try await verify("slsa.json", "--json")
        #expect(bare.status == 0 && bare.words.isEmpty, "\(bare.words)")
        #expect(bare.objects.first?["envelope"] == nil)

        // Another statement where other readers look, and the signed one where nobody does.
        let other = Self.envelope(Records.slsa.replacing("\"app\"", with: "\"evil\""))
        try shop.write(
            "{\"dsseEnvelope\":\(other),\"verificationMaterial\":{},\(envelope.dropFirst())",
            to: "evil.sigstore.json")
        let evil = try await verify("evil.sigstore.json", "--json")
        #expect(evil.status == 1, "\(evil.output)")
        #expect(evil.objects.first?["outcome"] as? String == "anotherFile", "\(evil.output)")
        #expect(evil.objects.first?["envelope"] == nil)
        let refused = try await shop.sign("--manifest", "evil.sigstore.json")
        #expect(refused.status == 2 && refused.words.contains("several contents"))
    }

    @Test(arguments: [
        ("{\"spdxVersion\":\"SPDX-2.3\"}", "no in-toto Statement"),
        ("{\"payloadType\":\"text/plain\",\"payload\":\"\"}", "an envelope of text/plain"),
        ("{\"messageSignature\":{},\"verificationMaterial\":{}}", "holds no statement"),
        ("{\"predicateType\":\"a\"}\n{\"predicateType\":\"b\"}\n", "line 1 a, line 2 b"),
    ])
    func anotherFileGetsOneClearLine(file: String, words: String) async throws {
        let shop = try await Workshop()
        try shop.write(file, to: "my file.json")
        let refused = try await shop.sign("--manifest", "my file.json")
        #expect(refused.status == 2)
        #expect(refused.words.contains(words), "\(refused.words)")
        #expect(try !shop.exists("my file.json.colophon"))
    }

    // MARK: - Encrypted keys

    @Test func anEncryptedKeySignsWithItsPassphraseFromAPipeOrAFile() async throws {
        let shop = try await Workshop()
        let made = try await shell(
            "colophon keygen --encrypt --out my.pem --passphrase-fd 3 3<<<'two words'", in: shop)
        #expect(made.status == 0, "\(made.words)")
        #expect(try shop.bytes("my.pem").starts(with: Array("-----BEGIN ENCRYPTED".utf8)))
        #expect(try shop.permissions("my.pem") == 0o600)
        for name in ["f1", "f2", "f3", "f4"] { try shop.write("x", to: name) }
        let signing = "--key my.pem --issuer \(Workshop.berlin) --title T --creator C"
        try shop.write("two words\r\nmore\n", to: "pass")
        try shop.setPermissions(0o600, "pass")
        for (file, line) in [
            ("f1", "colophon sign f1 \(signing) --passphrase-fd 3 3<<<'two words'"),
            ("f2", "COLOPHON_PASSPHRASE_FILE=pass colophon sign f2 \(signing)"),
            (
                "f3",
                "cat my.pem | colophon sign f3 \(signing.replacing("my.pem", with: "-")) "
                    + "--passphrase-fd 3 3< <(printf 'two words')"
            ),
        ] {
            let signed = try await shell(line, in: shop)
            #expect(signed.status == 0)
            // Not a word about key or passphrase.
            #expect(
                signed.words == "colophon: \(file): no time of capture: "
                    + "not a JPEG, TIFF, DNG, HEIC, PNG or WebP\n", "\(line)")
        }
        try shop.setPermissions(0o644, "pass")
        let warned = try await shell(
            "COLOPHON_PASSPHRASE_FILE=pass colophon sign f4 \(signing)", in: shop)
        #expect(warned.status == 0 && warned.words.contains("pass: others can read"))
    }

    @Test(arguments: [
        ("--passphrase-fd 3 3<<<wrong", "the passphrase is wrong"),
        ("--passphrase-fd 3 3</dev/null", "--passphrase-fd 3 is empty"),
        ("--passphrase-fd 3 3<<<''", "--passphrase-fd 3 is empty"),
        ("--passphrase-fd 3 3< <(printf 'a\\0b')", "holds U+0000"),
        ("", "no passphrase was given"),
    ])
    func whatIsNotThePassphraseIsSaid(source: String, words: String) async throws {
        let shop = try await Workshop()
        _ = try await shell(
            "colophon keygen --encrypt --out 'my key.pem' --passphrase-fd 3 3<<<right", in: shop)
        try shop.write("x", to: "f")
        let line = Self.signing.replacing("berlin.pem", with: "'my key.pem'")
        let refused = try await shell(
            "\(line) \(source) 2>&1 | cat >&2; exit ${PIPESTATUS[0]}", in: shop)
        #expect(refused.status == 2)
        #expect(refused.words.contains(words), "\(refused.words)")
        #expect(try !shop.exists("f.colophon"))
    }

    @Test func aPassphraseForAPlainKeyIsRefusedWhereTheKeyIsMade() async throws {
        let shop = try await Workshop()
        let refused = try await shell(
            "colophon keygen --out a.pem --passphrase-fd 3 3<<<secret", in: shop)
        #expect(refused.status == 2 && refused.words.contains("--encrypt"))
        #expect(try !shop.exists("a.pem"))
    }

    // MARK: - Commands in hints

    @Test func aCommandInAHintCanBeRun() async throws {
        let shop = try await Workshop()
        try shop.write("x", to: "f")
        let made = try await shell(
            "colophon keygen --out \"it's my key.pem\" --alg es256 && openssl ec -aes256 "
                + "-in \"it's my key.pem\" -passout pass:x -out \"it's old.pem\" 2>/dev/null",
            in: shop)
        #expect(made.status == 0, "\(made.words)")
        try shop.setPermissions(0o600, "it's old.pem")
        let refused = try await shop.sign(
            "f", "--key", "it's old.pem", "--title", "T", "--creator", "C")
        #expect(refused.status == 2)
        let hint = try #require(refused.words.firstMatch(of: /openssl pkcs8 [^"]*/)?.0)
        let command = String(hint).replacing("\\\\", with: "\\")
        let ran = try await shell("\(command) -passin pass:x -passout pass:y", in: shop)
        #expect(ran.status == 0, "\(command): \(ran.words)")
        #expect(try shop.exists("new.pem"))
    }
}
