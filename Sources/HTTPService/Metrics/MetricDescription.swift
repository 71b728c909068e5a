/// What our metrics mean and how finely they are measured.
enum MetricDescription {
    /// Returns the text of the `HELP` line.
    static func help(of name: String) -> String {
        switch name {
        case "colophon_http_requests_total": "Requests answered, by route, method and status."
        case "colophon_http_request_seconds": "Time from a request's head to its answer's head."
        case "colophon_admissions_total": "Statements judged, by result."
        case "colophon_queue_entries": "Statements that wait for the sequencer."
        case "colophon_batch_entries": "Entries per synced batch."
        case "colophon_sync_seconds": "Time one batch took to be durable."
        case "colophon_tree_size": "Entries in the log."
        case "colophon_ready": "1 where statements are registered, 0 where only reads are answered."
        case "colophon_checkpoint_age_seconds": "Seconds since the newest head's time."
        case "colophon_rate_limited_total": "Statements that got 429, by the limit they met."
        case "colophon_tls_expiry_timestamp_seconds": "POSIX time at which the certificate expires."
        case "colophon_head_ahead_seconds": "Seconds that the newest head is ahead of the clock."
        case "colophon_pruned_heads_total": "Old tree heads that were removed."
        case "colophon_erasures_pending": "Erasures whose bytes are still in some file."
        case "colophon_scrub_findings": "Damaged rows that the scrub found in its newest round."
        case "colophon_scrub_last_finished_seconds": "When the scrub last finished, POSIX seconds."
        case "colophon_scrub_entries_total": "Entries that finished rounds of the scrub checked."
        default: "No description."
        }
    }

    /// Returns the upper bounds of a histogram's buckets, rising.
    static func bounds(of name: String) -> [Double] {
        name.hasSuffix("_entries") ? powersOfTwo : seconds
    }

    /// A batch has at most 4,096 entries.
    private static let powersOfTwo: [Double] = (0...12).map { Double(1 << $0) }

    /// From a tile out of memory (0.1 ms) to an answer nobody waits for.
    private static let seconds: [Double] = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
        5, 10,
    ]
}
