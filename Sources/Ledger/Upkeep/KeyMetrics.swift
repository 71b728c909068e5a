import LedgerStore
import Metrics
import Provenance

/// The instruments of the indexer: made once, because making one takes a lock.
struct KeyMetrics: Sendable {
    /// Entries that lists find in memory only.
    let waiting = Gauge(label: "colophon_index_waiting_entries")

    /// Entries of a folder of format 1 that are not migrated yet.
    private let unmigrated = Gauge(label: "colophon_migration_waiting_entries")

    /// 1 where the index has stopped, else 0.
    let stopped = Gauge(label: "colophon_index_stopped")

    /// Bytes of memory of the map of the index.
    let mapBytes = Gauge(label: "colophon_index_map_bytes")

    private let size = Gauge(label: "colophon_index_size")
    private let heads = Counter(label: "colophon_index_heads_total")
    private let held = Metrics.Timer(label: "colophon_index_ingest_seconds")
    private let records = Counter(label: "colophon_index_records_total")

    /// Notes how many entries of format 1 are left.
    func migrated(leaving entries: UInt64) {
        unmigrated.record(entries)
    }

    /// Notes the newest index head, be it of an earlier run.
    func stands(at head: PlacedIndexHead) {
        size.record(head.head.size)
    }

    /// Notes an index head that was logged.
    func logged(_ head: PlacedIndexHead) {
        stands(at: head)
        heads.increment()
    }

    /// Notes a table: for how long it let no other write in, and what it held.
    func ingested(_ held: Duration, records: Int) {
        self.held.record(duration: held)
        self.records.increment(by: records)
    }
}
