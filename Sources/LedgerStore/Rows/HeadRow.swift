package import Checkpoints
import Encoding
package import Merkle
package import Provenance

/// One tree head as it is stored, under its size.
///
///     [time: uint, root: bstr, note: bstr, protected: bstr, signature: bstr]
///
/// The last three are empty from the moment the batch is durable until the head is signed. A
/// crash in between leaves it so; start-up signs it with its stored time. A stored note is used
/// as it is; only cosignatures may be added to it.
///
/// Trusted for nothing but the time: root and size are compared with the tiles.
package struct HeadRow: Hashable {
    package let size: UInt64
    package let time: UInt64
    package let root: Hash
    package var receipt: HeadReceipt?

    package init(size: UInt64, time: UInt64, root: Hash, receipt: HeadReceipt? = nil) {
        self.size = size
        self.time = time
        self.root = root
        self.receipt = receipt
    }

    package init(size: UInt64, value: [UInt8]) throws(LedgerError) {
        let parts = (try? CBOR.decode(value))?.arrayValue ?? []
        guard parts.count == 5, let time = parts[0].unsignedValue,
            let rootBytes = parts[1].bytesValue, let root = Hash(rootBytes),
            let note = parts[2].bytesValue, let protected = parts[3].bytesValue,
            let signature = parts[4].bytesValue
        else {
            throw .corrupt("the head of size \(size) cannot be read")
        }
        self.init(size: size, time: time, root: root)
        if !note.isEmpty {
            receipt = HeadReceipt(protected: protected, signature: signature, note: note)
        }
    }

    /// The signed checkpoint in the note; nil where the head was never signed.
    package func signedCheckpoint() throws(LedgerError) -> SignedCheckpoint? {
        guard let note = receipt?.note else { return nil }
        do throws(SignedCheckpointError) {
            return try SignedCheckpoint(parsing: note)
        } catch {
            throw .corrupt("the note of the head of size \(size) cannot be read: \(error)")
        }
    }

    /// The same head with `signed` as its note, which must be the same checkpoint with more lines.
    package func replacingNote(with signed: SignedCheckpoint) -> HeadRow {
        precondition(signed.claim.size == size && signed.claim.root == root, "another head's note")
        guard let receipt else { preconditionFailure("a head gets evidence once it is signed") }
        var row = self
        row.receipt = HeadReceipt(
            protected: receipt.protected, signature: receipt.signature, note: signed.encoded)
        return row
    }

    /// Whether the note in a stored row may have more than one signature line; told from the bytes
    /// alone, since most heads have one.
    package static func hasSeveralLines(_ value: [UInt8]) -> Bool {
        var lines = 0
        var index = 0
        while index + 3 < value.count, lines < 2 {
            // What each line begins with: an em dash and a space.
            if value[index] == 0xE2, value[index + 1] == 0x80, value[index + 2] == 0x94,
                value[index + 3] == 0x20
            {
                lines += 1
            }
            index += 1
        }
        return lines > 1
    }

    package var value: [UInt8] {
        CBOR.array([
            .unsigned(time), .bytes(root.bytes), .bytes(receipt?.note ?? []),
            .bytes(receipt?.protected ?? []), .bytes(receipt?.signature ?? []),
        ]).encoded()
    }
}
