import Encoding

/// Template 1 for the types without an artifact; frozen like the rest of it. A line of template 2
/// says so.
extension CardWriter {
    mutating func milestone(_ facts: JSON) {
        line(.milestone, facts["milestone"]?.text)
        line(.slice, facts["slice"]?.text)
        line(.decision, facts["decision"]?.text.map(named))
        let metric = facts["metric"]
        let rule = shown(metric?["comparator"]) + " " + shown(metric?["threshold"])
        line(.metric, shown(metric?["name"]) + " " + rule + " " + shown(metric?["unit"]))
        if let observed = facts["observed"] {
            line(.observed, shown(observed["value"]) + " " + shown(metric?["unit"]))
            window(observed["window"])
        }
        list(.evidence, texts(facts["evidence"]))
    }

    mutating func reconciliation(_ facts: JSON) {
        line(.drop, facts["drop"]?.text)
        line(.verdict, facts["verdict"]?.text.map(named))
        window(facts["window"])
        let counts = ["allotted", "sold", "returned", "remaining"] as [Text]
        line(.counts, joined(counts.map { named($0) + " " + shown(facts["counts"]?[$0]) }))
        let ranges = (facts["serials"]?.array ?? []).map { range in
            let from = range["from"] ?? range.array?.first
            return span(shown(from), shown(range["to"] ?? range.array?.last))
        }
        list(.serials, ranges)
    }

    mutating func postmortem(_ facts: JSON) {
        line(.milestone, facts["milestone"]?.text)
        prose(.summary, facts["summary"]?.text)
        let steps = facts["timeline"]?.array ?? []
        list(.timeline, steps.map { shown($0["at"]) + " " + shown($0["text"]) })
        list(.actions, texts(facts["actions"]))
        list(.entries, texts(facts["entries"]))
    }

    mutating func telemetry(_ facts: JSON, pop: Text) {
        line(.pop, pop)
        window(facts["window"])
        list(.device, numbers(facts["device"]))
        list(.integrity, numbers(facts["integrity"]))
        list(.business, numbers(facts["business"]))
    }

    mutating func policy(_ facts: JSON) {
        line(.ledger, facts["origin"]?.text)
        line(.noteKey, facts["noteKey"]?.text)
        line(.receiptKey, facts["receiptKey"]?.text)
        line(.ledgerKey, facts["ledgerKey"]?.text)
        line(.recovery, facts["recoveryKey"]?.text)
        line(.algorithms, joined((facts["algorithms"]?.array ?? []).map { shown($0) }))
        list(.types, texts(facts["predicateTypes"]))
        let limits = ["manifestBytes", "statementBytes", "subjects"] as [Text]
        line(.limits, joined(limits.map { $0 + " " + shown(facts["limits"]?[$0]) }))
        line(.ahead, shown(facts["maxAhead"]) + " s")
    }

    mutating func key(_ facts: JSON) {
        line(.operation, facts["operation"]?.text.map(named))
        line(.issuer, facts["issuer"]?.text)
        line(.roles, joined(texts(facts["roles"]).map(named)))
        line(.key, facts["coseKey"]?.text)
        line(.valid, span(shown(facts["notBefore"]), shown(facts["notAfter"])))
        line(.until, facts["signedUntil"]?.text)
        if let size = facts["suspectFrom"].map(shown) {
            line(.suspect, say(.suspectEntries, [size], "from entry " + size))
        }
        prose(.reason, facts["reason"]?.text)
    }

    mutating func logKey(_ facts: JSON) {
        line(.handover, facts["which"]?.text.map(named))
        line(.oldKey, facts["old"]?.text)
        line(.newKey, facts["new"]?.text)
        line(.lastSize, shown(facts["lastSize"]))
        // Template 2.
        if let size = facts["suspectFrom"].map(shown) {
            line(.suspect, say(.suspectHeads, [size], "heads from size " + size))
        }
    }

    mutating func erasure(_ facts: JSON) {
        list(.erased, texts(facts["entries"]))
        line(.manifest, facts["sha256"]?.text)
        prose(.reason, facts["reason"]?.text)
        line(.authority, facts["authority"]?.text)
    }

    private mutating func window(_ window: JSON?) {
        guard let window else { return }
        line(.window, span(shown(window["from"]), shown(window["to"])))
    }

    private func span(_ from: Text, _ to: Text) -> Text {
        say(.span, [from, to], from + " to " + to)
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
