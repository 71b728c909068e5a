package import HTTPService

extension MetricsRegistry {
    /// Creates an empty registry that says what a ledger measures.
    package static func forLedger() -> MetricsRegistry {
        MetricsRegistry(describing: [
            "colophon_admissions_total": "Statements judged, by result.",
            "colophon_queue_entries": "Statements that wait for the sequencer.",
            "colophon_batch_entries": "Entries per synced batch.",
            "colophon_sync_seconds": "Time one batch took to be durable.",
            "colophon_tree_size": "Entries in the log.",
            "colophon_index_waiting_entries":
                "Entries that lists find in memory, because their rows are not written yet.",
            "colophon_index_ingest_seconds":
                "Time for which one table of keys let no other write in.",
            "colophon_index_records_total": "Rows of keys that were written.",
            "colophon_index_size": "Entries that the newest index head covers.",
            "colophon_index_heads_total": "Index heads that were logged.",
            "colophon_index_map_bytes": "Bytes of memory of the map of the index.",
            "colophon_index_stopped": "1 where the index has stopped, else 0.",
            "colophon_migration_waiting_entries":
                "Entries of storage format 1 that are not migrated yet.",
            "colophon_served_size": "Entries below the head that meets the quorum.",
            "colophon_unserved_seconds":
                "Seconds for which at most an entry has waited for the quorum.",
            "colophon_ready":
                "1 where statements are registered, 0 where only reads are answered.",
            "colophon_checkpoint_age_seconds": "Seconds since the newest head's time.",
            "colophon_rate_limited_total": "Statements that got 429, by the limit they met.",
            "colophon_head_ahead_seconds": "Seconds that the newest head is ahead of the clock.",
            "colophon_pruned_heads_total": "Old tree heads that were removed.",
            "colophon_erasures_pending": "Erasures whose bytes are still in some file.",
            "colophon_witness_up": "1 where the witness's newest answer was a good one, else 0.",
            "colophon_witness_size": "Size of the newest head that the witness has cosigned.",
            "colophon_witness_cosigned_seconds": "When the witness last cosigned, POSIX seconds.",
            "colophon_witness_cosignatures_total": "Cosignatures that the witness gave.",
            "colophon_witness_failures_total": "Questions without a good answer, by kind.",
            "colophon_witness_ignored_lines_total":
                "Lines of the witness's answers that were not by its key.",
            "colophon_quorum_size": "Size of the newest head that a quorum has cosigned.",
            "colophon_quorum_seconds": "When that quorum was complete, POSIX seconds.",
            "colophon_signing_held":
                "1 where what a witness remembers forbids or holds signing, else 0.",
            "colophon_split_views_total":
                "Heads that the log's key has signed and that are another tree's.",
            "colophon_anchors_total":
                "Tokens that the authority gave, and promises that the calendar kept.",
            "colophon_anchor_failures_total":
                "Questions to an authority or a calendar without a good answer, by kind.",
            "colophon_anchor_up": "1 where the source's newest answer was a good one, else 0.",
            "colophon_anchor_size":
                "Size of the largest head that the source has dated, or promised to.",
            "colophon_anchor_overdue": "1 where the source owes evidence for too long, else 0.",
            "colophon_anchor_pending": "Promises of the calendar that are not kept yet.",
            "colophon_anchor_seconds":
                "Time of the newest complete evidence of a type, POSIX seconds; 0 without.",
            "colophon_similar_entries": "Entries that the search by likeness covers.",
            "colophon_similar_pictures": "Pictures that the search by likeness has.",
            "colophon_similar_loading":
                "1 while the search by likeness does not cover the whole log yet, else 0.",
            "colophon_similar_searches_total": "Searches by likeness.",
            "colophon_similar_mismatches_total":
                "Rows of the search by likeness that were not what their manifests say.",
            "colophon_scrub_findings":
                "Damaged rows that the scrub found in its newest round.",
            "colophon_scrub_last_finished_seconds":
                "When the scrub last finished, POSIX seconds.",
            "colophon_scrub_entries_total":
                "Entries that finished rounds of the scrub checked.",
        ])
    }
}
