public import HTTPCalls
public import Provenance

/// What a ledger has of an entry's manifest.
public enum ManifestState: Hashable, Sendable {
    /// It gives the bytes out.
    case present

    /// It gives them out no more, and is removing them from its files.
    case leaving

    /// No file of the ledger has them; its backups have, until they are rotated.
    case gone
}

extension LedgerClient {
    /// Asks what the ledger has of an entry's manifest; a connection that fails is tried again.
    public func manifestState(of entry: EntryID) async throws(CallError) -> ManifestState {
        let request = CallRequest("HEAD", "/entries/\(entry)/manifest", accept: "*/*")
        return try await caller.call(sending: 0) { time in
            let answer = await caller.exchange(request, time, into: ()) { _, _ in }
            switch answer.status {
            case .success:
                return .done(.present)
            case .failure(let failure):
                guard case .refused(let problem) = failure.error, problem.status == 410 else {
                    return .failed(failure)
                }
                return .done(failure.retryAfter == nil ? .gone : .leaving)
            }
        }
    }
}
