/// Predicates of records without an artifact, as people write them.
enum Records {
    static let milestone = """
        {"milestone": "https://plans.example/spring", "slice": "berlin",
         "metric": {"name": "failed prints", "unit": "percent", "comparator": "<=",
                    "threshold": 2},
         "observed": {"value": 1.5}, "decision": "promote", "evidence": []}
        """

    static let reconciliation = """
        {"drop": "https://drops.example/estuary",
         "window": {"from": "2026-05-01T08:00:00Z", "to": "2026-05-01T20:00:00Z"},
         "counts": {"allotted": 50, "sold": 7, "returned": 0, "remaining": 43},
         "serials": [[1, 7]], "verdict": "balanced"}
        """

    static let postmortem = """
        {"milestone": "https://plans.example/spring", "summary": "Two prints were cut too short.",
         "timeline": [{"at": "2026-05-01T11:30:00Z", "text": "The cutter slipped."}],
         "actions": ["Check the cutter each morning."], "entries": []}
        """

    static let telemetry = """
        {"window": {"from": "2026-05-01T08:00:00Z", "to": "2026-05-01T20:00:00Z"},
         "device": {"uptimeSeconds": 43200}, "integrity": {"signed": 12, "failed": 0},
         "business": {"visitors": 310}}
        """

    static let slsa = """
        {"_type": "https://in-toto.io/Statement/v1",
         "subject": [{"name": "app", "digest": {"sha256":
           "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}}],
         "predicateType": "https://slsa.dev/provenance/v1",
         "predicate": {"buildDefinition": {"buildType": "https://ci.example/build/v1"}}}
        """
}
