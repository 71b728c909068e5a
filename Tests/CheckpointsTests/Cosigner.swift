import Checkpoints
import Crypto
import Encoding
import Merkle

/// Keys that are the same in every run: the seed is the hash of a word.
func privateKey(_ word: String) throws -> Curve25519.Signing.PrivateKey {
    try Curve25519.Signing.PrivateKey(rawRepresentation: Hash.sha256(Array(word.utf8)).bytes)
}

/// A log under its name; the word chooses its key.
func signer(_ name: Text, key word: String? = nil) throws -> NoteSigner {
    try NoteSigner(name: name, key: .ed25519(privateKey(word ?? name.string)))
}

/// A witness, written from the specification alone (C2SP tlog-cosignature).
struct Cosigner {
    let verifierKey: VerifierKey
    private let key: Curve25519.Signing.PrivateKey

    init(_ name: Text, key word: String? = nil) throws {
        key = try privateKey(word ?? name.string)
        verifierKey = try VerifierKey(
            name: name, ed25519: Array(key.publicKey.rawRepresentation), kind: .cosigner)
    }

    /// Signs the text at a time, and writes the time before the signature.
    func sign(_ text: [UInt8], at time: UInt64) throws -> NoteSignature {
        let message = Array("cosignature/v1\ntime \(time)\n".utf8) + text
        let timeBytes = (0..<8).map { UInt8(truncatingIfNeeded: time >> (56 - 8 * UInt64($0))) }
        return try NoteSignature(
            name: verifierKey.name, keyID: verifierKey.keyID,
            signature: timeBytes + Array(key.signature(for: message)))
    }
}

/// A root that is no tree's.
let someRoot = Hash.sha256(Array("root".utf8))

/// A checkpoint of `origin`, signed by the log and by each witness at its time.
func note(
    _ origin: Text = "ledger.example/prints", size: UInt64 = 7, root: Hash = someRoot,
    cosigned: [(Cosigner, UInt64)] = []
) throws -> SignedNote {
    let note = try signer(origin).note(Checkpoint(origin: origin, size: size, root: root))
    return try note.adding(cosigned.map { try $0.sign(note.text, at: $1) })
}

/// The text's bytes.
func bytes(_ string: String) -> [UInt8] {
    Array(string.utf8)
}

/// A verifier key from its string.
func vkey(_ string: String) throws -> VerifierKey {
    try VerifierKey(parsing: Text(string))
}
