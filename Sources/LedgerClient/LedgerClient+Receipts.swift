public import HTTPCalls
public import Provenance

/// What a ledger says when it is asked for the receipt of an entry.
public enum ReceiptAnswer: Hashable, Sendable {
    /// The receipt at the newest head that the ledger serves.
    case receipt([UInt8])

    /// The entry is durable, and no head that is served holds it yet; the ledger may say when to
    /// ask again.
    case notYet(retryAfter: Duration?)
}

extension LedgerClient {
    /// Returns the newest receipt of an entry.
    public func receipt(of entry: EntryID) async throws(CallError) -> ReceiptAnswer {
        let path = "/entries/\(entry)"
        let request = CallRequest("GET", path, accept: "application/cose")
        let answer = try await caller.send(request, limit: ClientLimit.entryBytes)
        switch answer.status {
        case 200: return .receipt(answer.body)
        case 202, 204: return .notYet(retryAfter: answer.retryAfter)
        default: throw .unexpected("status \(answer.status) to GET \(path)")
        }
    }
}
