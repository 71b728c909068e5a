import AsyncHTTPClient
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
        let time = CallTime(options, sending: 0)
        let request = request(
            "HEAD", "/entries/\(entry)/manifest", accept: "*/*", contentType: nil)
        var failures = 0
        while true {
            do throws(Attempt) {
                return try await look(request, time)
            } catch {
                failures += 1
                guard error.error.isTransient, failures < options.tries else { throw error.error }
                try await wait(after: failures, error, time)
            }
        }
    }

    private func look(
        _ request: HTTPClientRequest, _ time: CallTime
    ) async throws(Attempt) -> ManifestState {
        let result: Result<ManifestState, Attempt> = await time.run {
            do throws(Attempt) {
                _ = try await open(request, time)
                return .success(.present)
            } catch {
                guard case .refused(let problem) = error.error, problem.status == 410 else {
                    return .failure(error)
                }
                return .success(error.retryAfter == nil ? .gone : .leaving)
            }
        }
        return try result.mapError { time.judged($0) }.get()
    }
}
