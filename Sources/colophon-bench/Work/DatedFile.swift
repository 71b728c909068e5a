import Merkle
import Provenance

/// A record with its artifact's digest, as a collector verifies it.
struct DatedFile: Sendable {
    let bytes: [UInt8]
    let artifact: Hash

    /// Bytes beside those of the manifest.
    var byteCountBesideManifest: Int {
        get throws {
            let file = try TransparentStatement(bytes)
            return bytes.count - (file.manifest?.count ?? 0)
        }
    }

    /// The signatures that it rests on, each counted once: those of our formats, and those of its
    /// tokens.
    ///
    /// A key statement's own is not one of them, as the kit's registry vouches for it; of the heads
    /// under its receipts the ledger's signature is.
    var signatures: (own: Int, tokens: Int) {
        get throws {
            let file = try TransparentStatement(bytes)
            var signed: Set<[UInt8]> = [file.statement.signature]
            try signed.formUnion(ReceiptSignatures.all(of: file.receipts))
            for issuer in file.issuers {
                let receipts = try TransparentStatement(issuer).receipts
                try signed.formUnion(ReceiptSignatures.all(of: receipts, linesOfEach: 1))
            }
            var tokens: Set<[UInt8]> = []
            for anchor in try file.anchors.map({ try Anchor($0) }) {
                try signed.formUnion(ReceiptSignatures.lines(of: anchor.checkpoint))
                tokens.insert(anchor.evidence)
            }
            return (signed.count, tokens.count * TokenLimit.signatures)
        }
    }
}
