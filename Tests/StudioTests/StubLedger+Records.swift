import Provenance
import Studio
import Synchronization
import TestSupport

// MARK: - Records in files

extension StubLedger {
    /// Signs a record in a folder, has the ledger complete it, and returns its path.
    func submitted(_ name: String, in folder: TemporaryFolder) async throws -> String {
        let path = try folder.signWork(name, by: fixture)
        try await with { client in
            await RecordSubmission(client: client, onEvent: { _ in }).run([path])
        }
        return path
    }

    /// Refreshes records and returns what was told.
    func refresh(
        _ paths: [String], kit: TrustKit? = nil, checkers: [EvidenceChecker] = [],
        withComplete: Bool = false
    ) async throws -> [RefreshEvent] {
        let events = Mutex<[RefreshEvent]>([])
        try await with { client in
            await RecordRefresh(
                client: client, kit: kit, checkers: checkers, withComplete: withComplete,
                onEvent: { event in events.withLock { $0.append(event) } }
            ).run(paths)
        }
        return events.withLock { $0 }
    }
}
