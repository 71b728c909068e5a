/// One moment at which a ledger is killed while it writes its index: a row of a table of index.md
/// §11 and storage.md §14.
struct IndexKill: Sendable {
    /// When, for people.
    let moment: String

    /// The writes that the ledger must come to; it is killed before the last.
    let writes: [String]

    private init(_ moment: String, _ writes: String...) {
        self.moment = moment
        self.writes = writes
    }

    /// All of them, in the order of the writes of an epoch.
    static let all = [
        IndexKill("before a table of keys", "table"),
        IndexKill("between a table and its place in the store", "table", "ingest"),
        IndexKill("between rows and how far they come", "ingest", "cursor"),
        IndexKill("between rows and their index head", "cursor", "batch"),
        IndexKill(
            "between an index head and the high-water file", "cursor", "batch", "highWater"),
        IndexKill(
            "between an index head and its signed checkpoint", "cursor", "batch", "highWater",
            "head"),
        IndexKill("between an index head and its lists", "cursor", "batch", "lists"),
        IndexKill("behind the lists", "lists", "table"),
        IndexKill("between the map's file and its digest", "snapshot", "snapshotDigest"),
        IndexKill("between the map's digest and its name", "snapshotDigest", "snapshotName"),
        IndexKill("behind the map's name", "snapshotName", "table"),
    ]
}
