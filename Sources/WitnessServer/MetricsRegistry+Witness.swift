package import HTTPService

extension MetricsRegistry {
    /// Creates an empty registry that says what a witness measures.
    package static func forWitness() -> MetricsRegistry {
        MetricsRegistry(describing: [
            "colophon_witness_requests_total": "Requests for cosignatures, by result.",
            "colophon_witness_logs": "Logs that are cosigned for.",
            "colophon_witness_cosigned_logs": "Logs of which something was cosigned.",
            "colophon_witness_sync_seconds": "Time one write took to be durable.",
            "colophon_witness_sync_requests": "Requests that one write made durable.",
            "colophon_witness_misbehaviour_total":
                "Requests that showed a log to have signed two histories.",
            "colophon_ready": "1 where cosignatures are given, 0 where none are.",
        ])
    }
}
