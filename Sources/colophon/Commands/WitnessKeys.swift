import Checkpoints
import Encoding
import Files
import HTTPService
import Settings
import Studio

/// The keys of a witness: the one that it cosigns with, and the one that its bastion knows.
struct WitnessKeys {
    private let settings: WitnessSettings
    private let passphrases: PassphraseSource

    init(_ settings: WitnessSettings, _ options: PassphraseOptions, _ console: Console) {
        self.settings = settings
        passphrases = PassphraseSource(options, settings.settings, console)
    }

    /// The witness's key under its name.
    var cosigner: Cosigner {
        get throws(Failure) {
            let path = try settings.required("key")
            let place = settings.settings.complaint("name", "").place
            let name = try WitnessName(settings.required("name"), at: place)
            return try name.cosigner(with: privateKey(path), at: path)
        }
    }

    /// Returns the bastion, whose key must be another than that of `cosigner`; nil where none is
    /// named.
    func bastion(beside cosigner: Cosigner) throws(Failure) -> Bastion? {
        let settings = settings.settings
        let (url, path) = (settings["bastion"], settings["bastion-key"])
        guard url != nil || path != nil else { return nil }
        guard let url else { throw .usage("--bastion is missing", hint: Self.pairHint) }
        guard let path else { throw .usage("--bastion-key is missing", hint: Self.pairHint) }
        let key = try privateKey(path)
        guard key.publicKey.material != .ed25519(cosigner.verifierKey.publicKey) else {
            throw .unreadable(
                path, "is the key that cosigns",
                hint: "the bastion's is a key of its own: colophon keygen --out bastion.pem")
        }
        let authorities = try settings["ca"].map { path throws(Failure) in
            try NamedFile.bytes(of: path, limit: FileLimit.authorities)
        }
        do throws(BastionError) {
            return try Bastion(url, key: key, authorities: authorities)
        } catch {
            throw Failure(settings.complaint("bastion", "\(error)"))
        }
    }

    private static let pairHint =
        "name both: --bastion https://HOST --bastion-key bastion.pem"

    /// Reads a private key, which must be its owner's alone.
    private func privateKey(_ path: String) throws(Failure) -> SigningKey {
        var danger: FileError?
        let key = try NamedKey.privateKey(
            path, passphrase: { () throws(Failure) in try passphrases.passphrase(of: path) },
            onDanger: { danger = $0 }, failing: { Failure($0) })
        if let danger {
            throw .unreadable(
                path, "this private key \(danger.words)",
                hint: "a witness's key is its own: chmod 600 keeps it so")
        }
        return key
    }
}
