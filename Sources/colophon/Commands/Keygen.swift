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
            """)

    @Option(help: ArgumentHelp("Where the private key goes.", valueName: "file"))
    var out: String

    @Option(help: "The algorithm: ed25519 or es256.")
    var alg: KeyFile.Algorithm = .ed25519

    @Flag(help: "Encrypt the private key with a passphrase.")
    var encrypt = false

    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let publicPath = Self.publicPath(of: out)
        for path in [out, publicPath] where try NamedFile.isTaken(path) {
            throw Failure.unwritable(path, "it exists already", hint: "name another file")
        }
        guard encrypt || passphrase.passphraseFd == nil else {
            throw .usage("--passphrase-fd goes with --encrypt: a new key is plain without it")
        }
        let key = KeyFile.generate(alg)
        try NamedFile.write(Array(try await pem(of: key, console).utf8), to: out, .createPrivate)
        try NamedFile.write(
            Array(KeyFile.pem(of: key.publicKey).utf8), to: publicPath, .create)
        let name = Base64.encodeURL(key.publicKey.thumbprint)
        console.print(
            "\(out) \(publicPath) \(name)",
            [
                ("key", .string(Text(out))), ("publicKey", .string(Text(publicPath))),
                ("kid", .string(Text(name))),
                ("coseKey", .string(Text(key.publicKey.string))),
            ])
        return .yes
    }

    private func pem(of key: SigningKey, _ console: Console) async throws(Failure) -> String {
        guard encrypt else { return KeyFile.pem(of: key) }
        let source = PassphraseSource(passphrase, try await common.settings(), console)
        let passphrase = try source.passphrase(of: out, isNew: true)
        do throws(KeyFileError) {
            return try KeyFile.pem(of: key, passphrase: passphrase)
        } catch {
            throw .unwritable(out, "\(error)")
        }
    }

    /// `berlin.pem` has its public key in `berlin.pub.pem`.
    static func publicPath(of path: String) -> String {
        path.hasSuffix(".pem") ? path.dropLast(4) + ".pub.pem" : path + ".pub.pem"
    }
}

extension KeyFile.Algorithm: ExpressibleByArgument {}
