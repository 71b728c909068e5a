import LedgerClient
import Provenance
import Studio

/// Waits for a ledger to remove erased bytes from its disk.
enum ErasureWait {
    /// How long a person waits: a large ledger may compact for longer, and goes on by itself.
    private static let patience = Duration.seconds(30)

    /// Between two questions.
    private static let pause = Duration.milliseconds(250)

    /// Returns what the ledger has of an entry's manifest as soon as that is nothing, or when
    /// nobody wants to wait any longer; nil where it does not say.
    ///
    /// The erasure is logged by then, so nothing in here is a failure of it.
    static func end(of entry: EntryID, _ client: LedgerClient) async -> ManifestState? {
        let start = ContinuousClock.now
        while true {
            guard let state = try? await client.manifestState(of: entry) else { return nil }
            guard state == .leaving, .now - start < patience,
                (try? await Task.sleep(for: pause)) != nil
            else { return state }
        }
    }

    /// What a person is told.
    static func words(_ state: ManifestState?) -> String {
        switch state {
        case .gone:
            "no file of the ledger has the bytes any more; its backups have, until they are rotated"
        case .leaving:
            "the ledger gives the bytes out no more, and is still removing them from its files"
        case .present: "the ledger still gives the bytes out, although it logged the erasure"
        case nil: "it is logged; the ledger does not say whether its files have the bytes still"
        }
    }
}
