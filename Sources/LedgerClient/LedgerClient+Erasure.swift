import NIOHTTP1
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
    public func manifestState(of entry: EntryID) async throws(ClientError) -> ManifestState {
        let request = request(
            "HEAD", "/entries/\(entry)/manifest", accept: "*/*", body: nil, contentType: nil)
        var failures = 0
        while true {
            do throws(Attempt) {
                _ = try await open(request)
                return .present
            } catch {
                if case .refused(let problem) = error.error, problem.status == 410 {
                    return error.retryAfter == nil ? .gone : .leaving
                }
                failures += 1
                guard error.error.isTransient, failures < options.tries else { throw error.error }
                try await wait(after: failures, error)
            }
        }
    }
}
