import Checkpoints
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
            var tokens: Set<[UInt8]> = []
            func add(_ receipts: [[UInt8]], linesOfEach: Int) throws {
                for receipt in try receipts.map({ try Receipt($0) }) {
                    signed.insert(receipt.signature)
                    guard let note = receipt.note else { continue }
                    try signed.formUnion(Self.lines(of: note).prefix(linesOfEach))
                }
            }
            try add(file.receipts, linesOfEach: SignedNote.maximumSignatureCount)
            for issuer in file.issuers {
                try add(TransparentStatement(issuer).receipts, linesOfEach: 1)
            }
            for anchor in try file.anchors.map({ try Anchor($0) }) {
                try signed.formUnion(Self.lines(of: anchor.checkpoint))
                tokens.insert(anchor.evidence)
            }
            return (signed.count, tokens.count * TokenLimit.signatures)
        }
    }

    /// The signatures of a note in their order: the ledger's is the first.
    private static func lines(of note: [UInt8]) throws -> [[UInt8]] {
        try SignedNote(parsing: note).signatures.map(\.signature)
    }
}
