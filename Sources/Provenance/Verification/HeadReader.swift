import Checkpoints
import Encoding
import Manifests
import Merkle

/// Reads what logs have signed, by the keys of one kit: checkpoints, and receipts' signatures.
///
/// The receipts in a file are often of one head, with one note and one signature, so what was
/// checked is kept. Each answer follows from the bytes that it is kept under and from the kit
/// alone, and no file has more of them than its limits allow. A run has few files.
struct HeadReader {
    /// A checkpoint and what the kit's log keys say about it.
    struct Reading {
        /// The checkpoint with all its signature lines.
        let signed: SignedCheckpoint

        fileprivate let origin: Text
        fileprivate let verdict: LogVerdict

        /// Returns the head if a known key signed it; `tree` is what else is known of it.
        func open(
            about tree: (size: UInt64, root: Hash)? = nil
        ) throws(CheckpointRefusal) -> VerifiedCheckpoint {
            try signed.open(as: origin, on: verdict, about: tree)
        }

        /// Returns whether a known key signed the head, and throws what is wrong with it whoever
        /// signed: its origin, its tree, or the line of a known key.
        func isKnown(
            about tree: (size: UInt64, root: Hash)? = nil
        ) throws(CheckpointRefusal) -> Bool {
            do throws(CheckpointRefusal) {
                _ = try open(about: tree)
                return true
            } catch .unknownKey {
                return false
            }
        }
    }

    private let kit: TrustKit
    private var readings: [(bytes: [UInt8], origin: Text, reading: Reading)] = []
    private var signatures: [(key: [UInt8], signature: [UInt8], message: [UInt8])] = []

    /// Prepares to read by the keys of `kit`.
    init(_ kit: TrustKit) {
        self.kit = kit
    }

    /// Reads a note by the keys that the kit trusts for `origin`.
    mutating func read(
        _ bytes: [UInt8], as origin: Text
    ) throws(CheckpointRefusal) -> Reading {
        if let known = readings.first(where: { $0.bytes == bytes && $0.origin == origin }) {
            return known.reading
        }
        return keep(try Self.parse(bytes), bytes, as: origin)
    }

    /// Reads a note by the keys that the kit trusts for the origin that the note names.
    mutating func read(_ bytes: [UInt8]) throws(CheckpointRefusal) -> Reading {
        if let known = readings.first(where: { $0.bytes == bytes }) {
            return try read(bytes, as: known.reading.signed.claim.origin)
        }
        let signed = try Self.parse(bytes)
        return keep(signed, bytes, as: signed.claim.origin)
    }

    private static func parse(
        _ bytes: [UInt8]
    ) throws(CheckpointRefusal) -> SignedCheckpoint {
        do throws(SignedCheckpointError) {
            return try SignedCheckpoint(parsing: bytes)
        } catch {
            throw .malformed(error)
        }
    }

    private mutating func keep(
        _ signed: SignedCheckpoint, _ bytes: [UInt8], as origin: Text
    ) -> Reading {
        let reading = Reading(
            signed: signed, origin: origin, verdict: signed.verdict(of: kit.logTerms(of: origin)))
        readings.append((bytes, origin, reading))
        return reading
    }

    /// Checks the COSE signature of a receipt over `root`, whatever its checkpoint says.
    mutating func checkSignature(of receipt: Receipt, over root: Hash) throws(Refusal) {
        guard let keys = kit.receiptKeys[receipt.origin] else {
            throw Self.refusal(.unknownKey, "is of \(receipt.origin), which the kit does not know")
        }
        guard let key = keys[receipt.keyID] else {
            throw Self.refusal(
                .unknownKey, "is signed by a receipt key that the kit does not know")
        }
        guard key.algorithm == receipt.algorithm else {
            throw Self.refusal(.algorithm, "names another algorithm than its key's")
        }
        do throws(SignatureError) {
            try check(receipt.signature, for: receipt.toBeSigned(root: root), by: key)
        } catch {
            throw Self.refusal(
                .signature, "its signature does not verify for this statement: \(error)")
        }
        let isOwn = receipt.origin == kit.origin.text
        guard !isOwn || kit.registry.isReceiptKey(receipt.keyID, forSize: receipt.treeSize) else {
            throw Self.refusal(.keyState, "is signed by a key that was not in force at its size")
        }
    }

    /// Checks a signature, unless the same one over the same message by the same key was found
    /// valid before; what is not valid is checked again, and refused again.
    private mutating func check(
        _ signature: [UInt8], for message: [UInt8], by key: VerificationKey
    ) throws(SignatureError) {
        let isKnown = signatures.contains {
            $0.signature == signature && $0.key == key.thumbprint && $0.message == message
        }
        guard !isKnown else { return }
        try key.check(signature: signature, for: message)
        signatures.append((key.thumbprint, signature, message))
    }

    private static func refusal(_ reason: Refusal.Reason, _ rule: String) -> Refusal {
        Refusal(reason, field: "receipt", rule: rule)
    }
}
