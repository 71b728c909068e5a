import Checkpoints
import LogReader
package import Provenance

extension ProvenLog {
    /// Returns a proof of growth as a consistency receipt (RFC 9942).
    ///
    /// Only the ledger can sign one. But nothing that it signs depends on what is proven: any
    /// receipt of the newer head lends its signature. That is one of `record`, where it has one of
    /// this head, or the one that the ledger gives for its first entry.
    package func receipt(
        of growth: ProvenLogGrowth, lentBy record: TransparentStatement? = nil
    ) async throws(ProvingError) -> [UInt8] {
        guard let kit = trust.receiptKit else {
            throw .unsigned("a receipt is signed with a key that only the ledger's trust kit has")
        }
        let head = growth.new.checkpoint
        for bytes in record?.receipts ?? [] {
            guard let statement = record?.statement,
                let fitting = try? FittingReceipt(bytes, for: statement), fitting.head == head,
                (try? ReceiptJudge(kit).check(fitting, of: statement)) != nil
            else { continue }
            return fitting.receipt.proving(growth.growth.proof)
        }
        guard let client else {
            throw .unsigned(
                "only the ledger signs receipts, and files alone have none of tree size "
                    + "\(head.size)")
        }
        let first = try await served(
            kit.genesis, kit.controls[0].statement, at: 0, as: .receipt, from: client)
        guard first.head.checkpoint == head, let bytes = first.receipt,
            let receipt = try? Receipt(bytes)
        else {
            throw .unsigned(
                "the ledger signs receipts of the head that it serves, of size "
                    + "\(first.head.checkpoint.size), and of no other")
        }
        return receipt.proving(growth.growth.proof)
    }
}
