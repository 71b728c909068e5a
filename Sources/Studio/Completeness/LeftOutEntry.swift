import HTTPCalls
import LedgerClient
import Provenance

/// An entry that a ledger's index leaves out, with as much of the evidence as there is.
package enum LeftOutEntry: Sendable {
    /// The whole: it convicts the ledger.
    case convicts(OmissionEvidence)

    /// A half: the ledger gives nothing that would convict it.
    case withheld(WithheldReceipt)

    /// Asks for the record of an entry, which together with a signed proof convicts; that nothing
    /// comes is told with the half that is here.
    ///
    /// - Parameters:
    ///   - omission: what `proof` shows of the entry.
    ///   - kit: the kit by which `proof` was found to be signed and logged.
    init(
        _ entry: EntryID, _ omission: Omission, shownBy proof: [UInt8],
        asking client: LedgerClient, by kit: TrustKit
    ) async {
        let reason: WithheldReceipt.Reason
        do throws(CallError) {
            if let record = try await client.record(of: entry).bytes {
                if let evidence = OmissionEvidence(record, leftOutOf: proof, by: kit) {
                    self = .convicts(evidence)
                    return
                }
                reason = .notUsable
            } else {
                reason = .receiptFollows
            }
        } catch {
            if case .refused(let problem) = error, problem.status == 404 {
                reason = .noReceipt
            } else {
                reason = .failed(error)
            }
        }
        self = .withheld(WithheldReceipt(reason, of: omission, shownBy: proof))
    }
}
