import Checkpoints
import Encoding

/// What one examination has found out already, so that nothing costs a signature check twice.
///
/// The receipts in a file are often of one head, with one note and one signature. Each answer
/// kept here follows from what it is kept under and from the kit alone, and no file has more of
/// them than its limits allow; it is forgotten with the examination.
struct Memory {
    private var notes: [(bytes: [UInt8], origin: Text, verdict: HeadNote)] = []
    private var signatures: [(key: [UInt8], signature: [UInt8], message: [UInt8])] = []

    /// What `bytes` proved as a note of `origin`; nil where that was not asked yet.
    func headNote(_ bytes: [UInt8], origin: Text) -> HeadNote? {
        notes.first { $0.bytes == bytes && $0.origin == origin }?.verdict
    }

    /// Keeps what `bytes` prove as a note of `origin`.
    mutating func keep(_ verdict: HeadNote, of bytes: [UInt8], origin: Text) {
        notes.append((bytes, origin, verdict))
    }

    /// Checks a signature, unless the same one over the same message by the same key was found
    /// valid before; what is not valid is checked again, and refused again.
    mutating func check(
        _ signature: [UInt8], for message: [UInt8], by key: VerificationKey
    ) throws(SignatureError) {
        let isKnown = signatures.contains {
            $0.signature == signature && $0.key == key.thumbprint && $0.message == message
        }
        guard !isKnown else { return }
        try key.check(signature: signature, for: message)
        signatures.append((key.thumbprint, signature, message))
    }
}
