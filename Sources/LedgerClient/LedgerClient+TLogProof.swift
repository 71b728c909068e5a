public import HTTPCalls
public import Provenance

extension LedgerClient {
    /// Returns the proof of an entry as text (C2SP tlog-proof); nil where the entry is durable and
    /// no head that is served holds it yet.
    public func tlogProof(of entry: EntryID) async throws(CallError) -> [UInt8]? {
        let path = "/entries/\(entry)/tlog-proof"
        let request = CallRequest("GET", path, accept: "text/plain")
        let answer = try await caller.send(request, limit: ClientLimit.proofBytes)
        switch answer.status {
        case 200: return answer.body
        case 202, 204: return nil
        default: throw .unexpected("status \(answer.status) to GET \(path)")
        }
    }
}
