package import Checkpoints
package import Encoding
import Keys
import TestSupport

/// A witness that cosigns what it is shown, at the time that it is told.
package struct TestWitness: Sendable {
    package let verifierKey: VerifierKey
    private let key = KeyFile.generate(.ed25519)

    package init(_ name: Text) throws {
        guard case .ed25519(let bytes) = key.publicKey.material else {
            throw FixtureError.unexpected("a key that is not Ed25519")
        }
        verifierKey = try VerifierKey(name: name, ed25519: bytes, kind: .cosigner)
    }

    /// The signature line under a note.
    package func cosign(_ note: [UInt8], at time: UInt64) throws -> NoteSignature {
        let message = Cosignature.message(text: try SignedNote(parsing: note).text, time: time)
        return try NoteSignature(
            name: verifierKey.name, keyID: verifierKey.keyID,
            signature: Cosignature(time: time, signature: key.sign(message)).encoded)
    }
}
