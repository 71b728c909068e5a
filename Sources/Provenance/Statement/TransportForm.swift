import Encoding
import Manifests

/// A COSE_Sign1 in transport: the leaf, and the parts beside it in the unprotected header.
struct TransportForm {
    let message: COSESign1
    let leaf: [UInt8]
    let id: EntryID

    /// Reads the COSE form only: tag, determinism, lengths (statement.md §2).
    init(_ bytes: [UInt8]) throws(Refusal) {
        let message: COSESign1
        do throws(CBORError) {
            message = try COSESign1.decode(bytes)
        } catch {
            throw Refusal(
                .malformed, field: "statement",
                rule: "must be a deterministic COSE_Sign1: \(error)")
        }
        let byteCount = message.signature.count
        guard COSEAlgorithm.allCases.contains(where: { $0.signatureByteCount == byteCount }) else {
            throw Refusal(
                .malformed, field: "signature",
                rule: "must have the length of a known algorithm's")
        }
        leaf = message.unprotected.isEmpty ? bytes : message.encoded(with: [:])
        self.message = message
        id = EntryID(ofLeaf: leaf)
    }
}
