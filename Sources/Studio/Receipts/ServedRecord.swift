import Checkpoints
import Encoding
import HTTPCalls
import LedgerClient
import Manifests
import Provenance

/// What a ledger gives for a record: the receipts of its bounds, and anchors (http.md §15).
///
/// Each receipt is about the statement by its own arithmetic. Nothing is verified beyond that.
struct ServedRecord {
    /// The receipt of the newest head, with those signature lines alone that the kit can verify.
    let newest: FittingReceipt

    /// Those of smaller heads, rising: of the first that the ledger has kept, and of the first that
    /// others have seen.
    let earlier: [FittingReceipt]

    /// Evidence about heads that hold the entry, as the ledger says.
    let anchors: [CBORMap]

    /// How often there may be more.
    let intervals: PromisedIntervals

    /// Asks a ledger for what it has of a statement.
    init(
        of statement: Statement, at client: LedgerClient, by judge: ReceiptJudge
    ) async throws(NewerReceiptsError) {
        let answer: RecordAnswer
        do throws(CallError) {
            answer = try await client.record(of: statement.id)
        } catch {
            guard case .refused(let problem) = error, problem.status == 404 else {
                throw .ledger(error)
            }
            throw .noEntry
        }
        guard let bytes = answer.bytes else { throw .notYet(retryAfter: answer.retryAfter) }
        let record: TransparentStatement
        do throws(Refusal) {
            record = try TransparentStatement(bytes)
        } catch {
            throw .ledger(.unexpected("a record that is none: \(error)"))
        }
        guard record.statement == statement else {
            throw .ledger(.unexpected("the record of another entry"))
        }
        let receipts: [FittingReceipt]
        do throws(ReceiptError) {
            receipts = try record.receipts.map { bytes throws(ReceiptError) in
                try judge.stripped(FittingReceipt(bytes, for: statement), of: statement)
            }
        } catch {
            throw .receipt(error, nil)
        }
        guard let newest = receipts.max(by: { $0.head.size < $1.head.size }) else {
            throw .ledger(.unexpected("a record without a receipt"))
        }
        self.newest = newest
        earlier = receipts.filter { $0.head.size < newest.head.size }
            .sorted { $0.head.size < $1.head.size }
        anchors = record.anchors
        intervals = answer.intervals
    }
}
