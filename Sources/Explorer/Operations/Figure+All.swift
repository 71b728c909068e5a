extension Figure {
    /// The figures that `Schemas/alerts.yml` watches, with its limits, and some that help to read
    /// them.
    package static let all: [Figure] = load + index + faults + others

    private static let day = 86_400.0

    /// How much is asked, and how fast it is answered.
    private static let load: [Figure] = [
        Figure(title: "Entries", unit: .entries, alert: "ColophonTreeShrank", rule: .none) {
            now, _ in
            Double(now.treeSize)
        },
        Figure(title: "Registered", unit: .perSecond, alert: nil, rule: .none) { now, before in
            guard let before, now.uptime > before.uptime else { return nil }
            let more = now.treeSize - min(now.treeSize, before.treeSize)
            return Double(more) / (now.uptime - before.uptime)
        },
        Figure(title: "Sync, p99", unit: .seconds, alert: "ColophonSlowDisk", rule: .above(0.25)) {
            $0.quantile(0.99, of: "colophon_sync_seconds", since: $1)
        },
        Figure(
            title: "Slowest route, p99", unit: .seconds, alert: "ColophonSlowAnswers",
            rule: .above(1)
        ) {
            $0.quantile(0.99, of: "colophon_http_request_seconds", since: $1) {
                $0["route"] != "/batch"
            }
        },
        Figure(title: "Answers 5xx", unit: .percent, alert: "ColophonErrors", rule: .above(1)) {
            now, before in
            let name = "colophon_http_requests_total"
            guard let all = now.growth(of: name, since: before), all > 0 else { return nil }
            let errors = now.growth(of: name, since: before) {
                $0["status"]?.hasPrefix("5") == true
            }
            return (errors ?? 0) / all * 100
        },
        Figure(title: "Sent away, busy", unit: .count, alert: "ColophonBusy", rule: .above(0)) {
            $0.growth(of: "colophon_admissions_total", since: $1) { $0["result"] == "busy" }
        },
    ]

    /// How far the index is (index.md §11).
    private static let index: [Figure] = [
        Figure(title: "Indexed", unit: .entries, alert: nil, rule: .none) { now, _ in
            now.indexedSize.map { Double($0) }
        },
        Figure(title: "Not indexed", unit: .entries, alert: nil, rule: .none) { now, _ in
            now.indexedSize.map { Double(now.treeSize - min(now.treeSize, $0)) }
        },
    ]

    /// What is wrong with the ledger itself.
    private static let faults: [Figure] = [
        Figure(title: "Ready", unit: .count, alert: "ColophonNotReady", rule: .below(1)) { now, _ in
            now.isReady ? 1 : 0
        },
        Figure(title: "Not stored", unit: .count, alert: "ColophonNotSaved", rule: .above(0)) {
            $0.growth(of: "colophon_admissions_total", since: $1) { $0["result"] == "storage" }
        },
        Figure(title: "Damaged rows", unit: .count, alert: "ColophonDamage", rule: .above(0)) {
            now, _ in
            now.sum("colophon_scrub_findings")
        },
        Figure(
            title: "Index stopped", unit: .count, alert: "ColophonIndexStopped", rule: .above(0)
        ) { now, _ in
            now.sum("colophon_index_stopped")
        },
        Figure(title: "Last full check", unit: .days, alert: "ColophonNotChecked", rule: .above(14))
        {
            now, _ in
            guard let last = now.sum("colophon_scrub_last_finished_seconds"), last > 0 else {
                return nil
            }
            return max(0, now.time - last) / day
        },
        Figure(
            title: "Head before clock", unit: .seconds, alert: "ColophonClockWentBack",
            rule: .above(60)
        ) { now, _ in
            Double(now.headAhead)
        },
        Figure(
            title: "Certificate left", unit: .days, alert: "ColophonCertificateExpires",
            rule: .below(14)
        ) { now, _ in
            now.numbers("colophon_tls_expiry_timestamp_seconds").min()
                .map { ($0 - now.time) / day }
        },
    ]

    /// What witnesses, authorities and calendars say, or owe.
    private static let others: [Figure] = [
        Figure(title: "Split views", unit: .count, alert: "ColophonSplitView", rule: .above(0)) {
            now, _ in
            now.sum("colophon_split_views_total")
        },
        Figure(title: "Signing held", unit: .count, alert: "ColophonSigningHeld", rule: .above(0)) {
            now, _ in
            now.sum("colophon_signing_held")
        },
        Figure(
            title: "Without a quorum", unit: .seconds, alert: "ColophonQuorumLost",
            rule: .above(300)
        ) { now, _ in
            guard let time = now.numbers("colophon_quorum_seconds").max(),
                let size = now.numbers("colophon_quorum_size").max()
            else { return nil }
            // Before the first quorum there is no time of it: so long as this process runs.
            let missing = time > 0 ? now.time - time : now.uptime
            return Double(now.treeSize) > size ? max(0, missing) : 0
        },
        Figure(title: "Witnesses down", unit: .count, alert: "ColophonWitnessDown", rule: .above(0))
        {
            now, _ in
            let name = "colophon_witness_up"
            return now.sum(name) == nil
                ? nil : Double(now.numbers(name).count { $0 == 0 })
        },
        Figure(
            title: "Evidence overdue", unit: .count, alert: "ColophonAnchorOverdue",
            rule: .above(0)
        ) { now, _ in
            now.sum("colophon_anchor_overdue")
        },
        Figure(
            title: "Promises forgotten", unit: .count, alert: "ColophonPromisesForgotten",
            rule: .above(0)
        ) {
            $0.growth(of: "colophon_anchor_failures_total", since: $1) { $0["kind"] == "forgotten" }
        },
    ]
}
