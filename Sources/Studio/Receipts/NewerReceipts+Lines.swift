import Checkpoints
import HTTPCalls
import LedgerClient
import Provenance

/// The cosignatures that came later, for heads that a file has.
extension NewerReceipts {
    /// Asks for the cosignatures of the heads that the file has, the earliest first, until one is
    /// witnessed: nothing can say more about how early the entry was seen.
    ///
    /// - Parameter given: what the ledger gave anyhow, whose notes need not be asked for.
    static func lines(
        for own: [FittingReceipt], _ given: [FittingReceipt], of statement: Statement,
        _ client: LedgerClient, _ judge: ReceiptJudge
    ) async throws(NewerReceiptsError) -> [(head: Checkpoint, lines: [NoteSignature])] {
        var found: [(head: Checkpoint, lines: [NoteSignature])] = []
        for receipt in own {
            guard !judge.isWitnessed(receipt.receipt, of: statement) else { break }
            let note: [UInt8]?
            if let same = given.first(where: { $0.head == receipt.head }) {
                note = same.receipt.note
            } else {
                do throws(CallError) {
                    note = try await client.checkpoint(ofSize: receipt.head.size)
                } catch {
                    throw .ledger(error)
                }
            }
            guard let note else { continue }
            let signed = try cosigned(note, like: receipt, given.last, judge)
            found.append((receipt.head, signed))
            var list = judge.list([receipt.bytes], of: statement)
            list.add(signed, toHeadOf: receipt.head)
            let isSeen = list.bytes.contains { bytes in
                (try? Receipt(bytes)).map { judge.isWitnessed($0, of: statement) } ?? false
            }
            if isSeen { break }
        }
        // The other witnesses of the heads that the ledger gave, where the file has them already.
        for receipt in own where !found.contains(where: { $0.head == receipt.head }) {
            guard let same = given.first(where: { $0.head == receipt.head }),
                let note = same.receipt.note
            else { continue }
            found.append((receipt.head, try cosigned(note, like: receipt, given.last, judge)))
        }
        return found
    }

    /// Returns the verified cosignatures under a note, which must be of the very head that the file
    /// has.
    private static func cosigned(
        _ note: [UInt8], like receipt: FittingReceipt, _ newest: FittingReceipt?,
        _ judge: ReceiptJudge
    ) throws(NewerReceiptsError) -> [NoteSignature] {
        let signed: SignedCheckpoint
        do throws(SignedCheckpointError) {
            signed = try SignedCheckpoint(parsing: note)
        } catch {
            throw .ledger(.unexpected("a checkpoint that is none: \(error)"))
        }
        let head = signed.claim
        guard head.origin == receipt.head.origin, head.size == receipt.head.size else {
            throw .ledger(
                .unexpected("the checkpoint of another tree than that of \(receipt.head.size)"))
        }
        guard head.root == receipt.head.root else {
            throw .receipt(.twoTrees(head.size), newest)
        }
        return judge.verifiedLines(of: signed, at: receipt.receipt.issuedAt)
    }
}
