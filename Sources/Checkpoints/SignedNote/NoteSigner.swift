public import Encoding

/// Signs notes with an Ed25519 key under a name: what a log does with its checkpoints.
///
/// It signs every text that it is given. That no two signed checkpoints contradict each other is
/// the caller's promise to keep: tree durable first, signature after.
public struct NoteSigner: Sendable {
    /// The public key of these signatures.
    public let verifierKey: VerifierKey

    private let key: SigningKey

    /// Creates a signer of type 0x01; `key` must be Ed25519 and `name` fit for a key.
    public init(name: Text, key: SigningKey) throws(VerifierKeyError) {
        guard case .ed25519(let publicKey) = key.publicKey.material else { throw .notEd25519 }
        self.verifierKey = try VerifierKey(name: name, ed25519: publicKey, kind: .log)
        self.key = key
    }

    /// The name under which notes are signed.
    public var name: Text { verifierKey.name }

    /// Returns the signature line for `text`; throws only what the cryptographic library does.
    public func sign(_ text: [UInt8]) throws(SigningError) -> NoteSignature {
        NoteSignature(by: verifierKey, signature: try key.sign(text))
    }
}
