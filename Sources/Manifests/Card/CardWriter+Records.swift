import Encoding

/// Template 1 for the types without an artifact; frozen like the rest of it. A line of template 2
/// says so.
extension CardWriter {
    mutating func milestone(_ facts: JSON) {
        line("Milestone", facts["milestone"]?.text)
        line("Slice", facts["slice"]?.text)
        line("Decision", facts["decision"]?.text)
        let metric = facts["metric"]
        let rule = shown(metric?["comparator"]) + " " + shown(metric?["threshold"])
        line("Metric", shown(metric?["name"]) + " " + rule + " " + shown(metric?["unit"]))
        if let observed = facts["observed"] {
            line("Observed", shown(observed["value"]) + " " + shown(metric?["unit"]))
            window(observed["window"])
        }
        list("Evidence", texts(facts["evidence"]))
    }

    mutating func reconciliation(_ facts: JSON) {
        line("Drop", facts["drop"]?.text)
        line("Verdict", facts["verdict"]?.text)
        window(facts["window"])
        let counts = ["allotted", "sold", "returned", "remaining"] as [Text]
        line("Counts", joined(counts.map { $0 + " " + shown(facts["counts"]?[$0]) }))
        let ranges = (facts["serials"]?.array ?? []).map { range in
            let from = range["from"] ?? range.array?.first
            return shown(from) + " to " + shown(range["to"] ?? range.array?.last)
        }
        list("Serials", ranges)
    }

    mutating func postmortem(_ facts: JSON) {
        line("Milestone", facts["milestone"]?.text)
        prose("Summary", facts["summary"]?.text)
        let steps = facts["timeline"]?.array ?? []
        list("Timeline", steps.map { shown($0["at"]) + " " + shown($0["text"]) })
        list("Actions", texts(facts["actions"]))
        list("Entries", texts(facts["entries"]))
    }

    mutating func telemetry(_ facts: JSON, pop: Text) {
        line("PoP", pop)
        window(facts["window"])
        list("Device", numbers(facts["device"]))
        list("Integrity", numbers(facts["integrity"]))
        list("Business", numbers(facts["business"]))
    }

    mutating func policy(_ facts: JSON) {
        line("Ledger", facts["origin"]?.text)
        line("Note key", facts["noteKey"]?.text)
        line("Receipt key", facts["receiptKey"]?.text)
        line("Ledger key", facts["ledgerKey"]?.text)
        line("Recovery", facts["recoveryKey"]?.text)
        line("Algorithms", joined((facts["algorithms"]?.array ?? []).map { shown($0) }))
        list("Types", texts(facts["predicateTypes"]))
        let limits = ["manifestBytes", "statementBytes", "subjects"] as [Text]
        line("Limits", joined(limits.map { $0 + " " + shown(facts["limits"]?[$0]) }))
        line("Ahead", shown(facts["maxAhead"]) + " s")
    }

    mutating func key(_ facts: JSON) {
        line("Operation", facts["operation"]?.text)
        line("Issuer", facts["issuer"]?.text)
        line("Roles", joined(texts(facts["roles"])))
        line("Key", facts["coseKey"]?.text)
        line("Valid", shown(facts["notBefore"]) + " to " + shown(facts["notAfter"]))
        line("Until", facts["signedUntil"]?.text)
        if let size = facts["suspectFrom"] { line("Suspect", "from entry " + shown(size)) }
        prose("Reason", facts["reason"]?.text)
    }

    mutating func logKey(_ facts: JSON) {
        line("Handover", facts["which"]?.text)
        line("Old key", facts["old"]?.text)
        line("New key", facts["new"]?.text)
        line("Last size", shown(facts["lastSize"]))
        // Template 2.
        if let size = facts["suspectFrom"] { line("Suspect", "heads from size " + shown(size)) }
    }

    mutating func erasure(_ facts: JSON) {
        list("Erased", texts(facts["entries"]))
        line("Manifest", facts["sha256"]?.text)
        prose("Reason", facts["reason"]?.text)
        line("Authority", facts["authority"]?.text)
    }

    private mutating func window(_ window: JSON?) {
        guard let window else { return }
        line("Window", shown(window["from"]) + " to " + shown(window["to"]))
    }

    private func texts(_ value: JSON?) -> [Text] {
        (value?.array ?? []).compactMap(\.text)
    }

    private func numbers(_ value: JSON?) -> [Text] {
        (value?.object?.members ?? []).map { $0.name + " " + shown($0.value) }
    }

    private func joined(_ texts: [Text]) -> Text {
        var joined: Text = ""
        for text in texts { joined = joined.isEmpty ? text : joined + ", " + text }
        return joined
    }
}
