import Metrics

/// The instruments of the sequencer: made once, because making one takes a lock.
struct SequencerMetrics {
    /// Statements that wait.
    let queued = Gauge(label: "colophon_queue_entries")

    /// Time from a plan to its published head.
    let sync = Metrics.Timer(label: "colophon_sync_seconds")

    /// Entries per batch.
    let batch = Recorder(label: "colophon_batch_entries")

    /// Entries in the log.
    let size = Gauge(label: "colophon_tree_size")
}
