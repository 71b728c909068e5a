import Provenance

/// Where a ledger's site has the page, the record and the proof of each step.
public struct HistoryLinks: Hashable, Sendable {
    /// What stands before the paths of the site, seen from the page: "../", or an address.
    private let root: String

    /// Takes what stands before the paths of the site.
    public init(root: String) {
        self.root = root
    }

    /// The page of an entry.
    func page(of entry: EntryID) -> String { "\(root)entries/\(entry)" }

    /// Its record.
    func record(of entry: EntryID) -> String { page(of: entry) + "/transparent" }

    /// Its proof (C2SP tlog-proof).
    func proof(of entry: EntryID) -> String { page(of: entry) + "/tlog-proof" }
}
