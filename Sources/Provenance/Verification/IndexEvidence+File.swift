import Encoding
public import Manifests

extension IndexEvidence {
    /// Makes a file that convicts by itself where it does: an entry with its receipts, which
    /// carries a proof of completeness (misbehaviour.md §6).
    ///
    /// - Parameters:
    ///   - leaf: the entry, of any `typ`.
    ///   - receipts: encoded, by rising tree size.
    ///   - complete: the bytes of a ``CompleteProof``.
    public static func file(
        of leaf: [UInt8], _ receipts: [[UInt8]], carrying complete: [UInt8]
    ) throws(Refusal) -> [UInt8] {
        var message = try TransportForm(leaf).message
        message.unprotected = CBORMap([
            (.int(HeaderLabel.receipts), .array(receipts.map { .bytes($0) })),
            (.int(HeaderLabel.completes), .array([.bytes(complete)])),
        ])
        return message.encoded()
    }
}
