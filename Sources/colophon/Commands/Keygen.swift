public import ArgumentParser
import Encoding
public import Keys
import Studio

/// Makes a key pair.
struct Keygen: ColophonCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a signing key.",
        discussion: """
            Writes the private key (PKCS#8 PEM, mode 0600) and, beside it, the public
            key (SPKI PEM) that an administrator adds to a ledger. Existing files stay
            as they are.

              colophon keygen --out berlin.pem
              colophon key add --admin admin.pem --key berlin.pub.pem \\
                --issuer https://pops.example/berlin --ledger https://ledger.example/prints

            With --encrypt the private key is of use only with its passphrase, which is
            typed at a terminal, or read from --passphrase-fd or COLOPHON_PASSPHRASE_FILE.

            Keys made by `openssl genpkey -algorithm ed25519` work too, and encrypted
            ones by `openssl pkcs8 -topk8`.

            With --witness the key is a witness's. What is printed is its verifier key,
            for the "witness" line of everybody's policy. With --key that of a key
            which is there is printed again, and nothing is written.

              colophon keygen --witness witness.example/east --out witness.pem
              colophon keygen --witness witness.example/east --key witness.pem

            The name is for ever, and no other key should have it: a URL of yours without
            https:// is a good one. It has no space and no "+".
            """)

    @Option(
        help: ArgumentHelp(
            "Where the private key goes; with --witness default witness.pem.", valueName: "file"))
    var out: String?

    @Option(help: "The algorithm: ed25519 or es256.")
    var alg: KeyFile.Algorithm = .ed25519

    @Option(help: ArgumentHelp("Make a witness's key, under this name.", valueName: "name"))
    var witness: String?

    @Option(
        help: ArgumentHelp(
            "With --witness: a private key that is there; make none.", valueName: "file"))
    var key: String?

    @Flag(help: "Encrypt the private key with a passphrase.")
    var encrypt = false

    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        try checkUsage()
        let name = try witness.map { name throws(Failure) in try WitnessName(name) }
        if let key, let name { return try await tell(name, keyAt: key, console) }
        guard let out = out ?? name.map({ _ in "witness.pem" }) else {
            throw .usage("--out is missing", hint: "colophon keygen --out berlin.pem")
        }
        let publicPath = Self.publicPath(of: out)
        for path in [out, publicPath] where try NamedFile.isTaken(path) {
            throw Failure.unwritable(path, "it exists already", hint: "name another file")
        }
        let key = KeyFile.generate(alg)
        let pem = try await pem(of: key, to: out, console)
        try NamedFile.write(Array(pem.utf8), to: out, .createPrivate)
        try NamedFile.write(
            Array(KeyFile.pem(of: key.publicKey).utf8), to: publicPath, .create)
        let kid = Base64.encodeURL(key.publicKey.thumbprint)
        let members: [(Text, JSON?)] = [
            ("key", .string(Text(out))), ("publicKey", .string(Text(publicPath))),
            ("kid", .string(Text(kid))), ("coseKey", .string(Text(key.publicKey.string))),
        ]
        guard let name else {
            console.print("\(out) \(publicPath) \(kid)", members)
            return .yes
        }
        let vkey = try name.verifierKey(of: key, at: out)
        console.note("made \(out), the witness's private key: it stays on the witness's machine")
        console.print("\(vkey)", members + [("vkey", .string(Text("\(vkey)")))])
        return .yes
    }

    /// Refuses what does not go together.
    private func checkUsage() throws(Failure) {
        guard key == nil || witness != nil else {
            throw .usage(
                "--key goes with --witness: it names a key whose verifier key is printed",
                hint: "colophon keygen --witness witness.example/east --key witness.pem")
        }
        guard key == nil || (out == nil && !encrypt) else {
            throw .usage("--key makes no key: --out and --encrypt do not go with it")
        }
        guard witness == nil || alg == .ed25519 else {
            throw .usage("a witness's key is ed25519: --alg es256 does not go with --witness")
        }
        guard encrypt || key != nil || passphrase.passphraseFd == nil else {
            throw .usage("--passphrase-fd goes with --encrypt: a new key is plain without it")
        }
    }

    /// Prints the verifier key that a private key has under a name.
    private func tell(
        _ name: WitnessName, keyAt path: String, _ console: Console
    ) async throws(Failure) -> ExitStatus {
        let source = PassphraseSource(passphrase, try await common.settings(), console)
        let vkey = try name.verifierKey(
            of: try NamedFile.privateKey(path, source, console), at: path)
        console.print(
            "\(vkey)", [("key", .string(Text(path))), ("vkey", .string(Text("\(vkey)")))])
        return .yes
    }

    private func pem(
        of key: SigningKey, to path: String, _ console: Console
    ) async throws(Failure) -> String {
        guard encrypt else { return KeyFile.pem(of: key) }
        let source = PassphraseSource(passphrase, try await common.settings(), console)
        let passphrase = try source.passphrase(of: path, isNew: true)
        do throws(KeyFileError) {
            return try KeyFile.pem(of: key, passphrase: passphrase)
        } catch {
            throw .unwritable(path, "\(error)")
        }
    }

    /// `berlin.pem` has its public key in `berlin.pub.pem`.
    static func publicPath(of path: String) -> String {
        path.hasSuffix(".pem") ? path.dropLast(4) + ".pub.pem" : path + ".pub.pem"
    }
}

extension KeyFile.Algorithm: ExpressibleByArgument {}
