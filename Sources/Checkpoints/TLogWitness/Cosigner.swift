public import Encoding

/// Cosigns the checkpoints of any log with an Ed25519 key under a name: what a witness does
/// (C2SP tlog-cosignature, type 0x04).
///
/// It signs every text that it is given. That no two checkpoints that it has cosigned contradict
/// each other is the caller's promise to keep: state durable first, signature after.
public struct Cosigner: Sendable {
    /// The public key of these cosignatures.
    public let verifierKey: VerifierKey

    private let key: SigningKey

    /// Creates a cosigner; `key` must be Ed25519 and `name` fit for a key.
    public init(name: Text, key: SigningKey) throws(VerifierKeyError) {
        guard case .ed25519(let publicKey) = key.publicKey.material else { throw .notEd25519 }
        self.verifierKey = try VerifierKey(name: name, ed25519: publicKey, kind: .cosigner)
        self.key = key
    }

    /// The name under which checkpoints are cosigned.
    public var name: Text { verifierKey.name }

    /// Returns the signature line for the text of a checkpoint, seen at `time`.
    ///
    /// `time` is POSIX seconds, 1...2^63 - 1.
    public func sign(_ text: [UInt8], at time: UInt64) throws(CosigningError) -> NoteSignature {
        do {
            let signature = try key.sign(Cosignature.message(text: text, time: time))
            let cosignature = try Cosignature(time: time, signature: signature)
            return NoteSignature(by: verifierKey, signature: cosignature.encoded)
        } catch let error as SigningError {
            throw .signing(error)
        } catch let error as CosignatureError {
            throw .cosignature(error)
        } catch {
            preconditionFailure("neither throws anything else")
        }
    }
}

/// Why a checkpoint was not cosigned.
public enum CosigningError: Error, Hashable, Sendable {
    /// The cryptographic library failed.
    case signing(SigningError)

    /// The time is none that a cosignature can have.
    case cosignature(CosignatureError)
}
