internal import Encoding
internal import Synchronization

/// What rounds come to: conditions that begin and end, and findings that are new.
extension Monitor {
    /// Whether a round can tell the end of a condition: whether it has judged it.
    private static func isJudged(_ lasting: Standing.Lasting, by round: MonitorRound) -> Bool {
        // Where no head is believed, nothing is known of any.
        guard round.size != nil, round.ending != .cut else { return false }
        return switch lasting.kind {
        case .behind, .stale, .quorum: true
        case .overdue: round.ending == .whole && round.judgedEvidence.contains(lasting.subject)
        default: false
        }
    }

    /// The rules whose findings are told as conditions.
    package static let conditionRules: Set<AuditRule> = [.quorum, .behind, .stale, .overdue]

    /// Tells what is new after a round.
    package func take(_ round: MonitorRound) throws(MonitorStateError) {
        let now = now()
        state.withLock { state in
            if round.ending == .whole {
                state.numbers.lastSuccess = now
                state.numbers.size = round.size ?? state.numbers.size
                if !state.standing.hasBegun {
                    state.standing.hasBegun = true
                    state.isChanged = true
                }
            }
            if round.size != nil { state.numbers.headTime = round.headTime }
            state.numbers.hasQuorum = round.hasQuorum
            state.numbers.findings = round.findings.counts
        }
        try begin(round.conditions, head: round.size, now)
        try end(but: round.conditions, head: round.size, now) { Self.isJudged($0, by: round) }
        try tellNew(round, now)
        try flush()
    }

    /// Tells that the source cannot be read, once that has lasted.
    ///
    /// - Parameter since: when it could last be read, POSIX seconds.
    package func unreadable(
        since: UInt64, after limit: Duration, _ words: String
    ) throws(MonitorStateError) {
        let now = now()
        guard now >= since, .seconds(now - since) >= limit else { return }
        let minutes = (now - since) / 60
        try begin(
            [.init(.unreadable, "the log could not be read for \(minutes) minutes: \(words)")],
            head: nil, now)
        try flush()
    }

    /// Tells that the source can be read again, where it was told that it cannot.
    package func readable() throws(MonitorStateError) {
        try end(but: [], head: nil, now()) { $0.kind == .unreadable }
        try flush()
    }

    // MARK: - Conditions

    private func begin(
        _ conditions: [MonitorRound.Condition], head: UInt64?, _ now: UInt64
    ) throws(MonitorStateError) {
        for condition in conditions {
            let key = Standing.key(condition.kind, condition.subject)
            let number: UInt64? = state.withLock { state in
                let goesOn = state.standing.lasting.contains {
                    $0.kind == condition.kind && $0.subject == condition.subject
                }
                guard !goesOn else { return nil }
                let number = state.standing.begun[key, default: 0]
                state.standing.begun[key] = number + 1
                state.standing.lasting.append(
                    .init(
                        kind: condition.kind, subject: condition.subject, number: number,
                        since: now))
                state.isChanged = true
                return number
            }
            guard let number else { continue }
            try tell(
                MonitorEvent(
                    condition.kind, of: origin, key: "\(condition.subject) \(number)",
                    turn: .begins, time: now, words: condition.words,
                    Self.members(condition.subject, head)))
        }
    }

    private func end(
        but conditions: [MonitorRound.Condition], head: UInt64?, _ now: UInt64,
        where isJudged: (Standing.Lasting) -> Bool
    ) throws(MonitorStateError) {
        let goOn = Set(conditions.map { Standing.key($0.kind, $0.subject) })
        let ended = state.withLock { state in
            let ended = state.standing.lasting.filter {
                isJudged($0) && !goOn.contains(Standing.key($0.kind, $0.subject))
            }
            guard !ended.isEmpty else { return ended }
            state.standing.lasting.removeAll { ended.contains($0) }
            state.isChanged = true
            return ended
        }
        for lasting in ended {
            try tell(
                MonitorEvent(
                    lasting.kind, of: origin, key: "\(lasting.subject) \(lasting.number)",
                    turn: .ends, time: now, words: Self.words(endOf: lasting, now),
                    Self.members(lasting.subject, head)))
        }
    }

    private static func words(endOf lasting: Standing.Lasting, _ now: UInt64) -> String {
        let words =
            switch lasting.kind {
            case .behind: "the log shows its newest head again"
            case .stale: "the newest head is young enough again"
            case .quorum: "the newest head has its quorum of witnesses again"
            case .overdue: "heads are dated again by \(lasting.subject)"
            default: "the log can be read again"
            }
        return "\(words), after \((now - min(now, lasting.since)) / 60) minutes"
    }

    private static func members(_ subject: String, _ head: UInt64?) -> [(Text, JSON?)] {
        [
            ("head", head.map { .integer(Int64(clamping: $0)) }),
            ("subject", subject.isEmpty ? nil : .string(Text(subject))),
        ]
    }

    // MARK: - Findings

    /// Tells findings that are new, the first of each rule one by one.
    ///
    /// What a whole round does not find any more is gone, and new where it comes back.
    private func tellNew(_ round: MonitorRound, _ now: UInt64) throws(MonitorStateError) {
        let departures = state.withLock { $0.standing.departures }
        var present: [AuditRule: Set<String>] = [:]
        for finding in round.findings.kept where !Self.conditionRules.contains(finding.rule) {
            let name = Standing.name(of: finding)
            present[finding.rule, default: []].insert(name)
            guard change({ $0.tell(name, of: finding.rule) ? true : nil }) != nil else { continue }
            try tell(event(finding, round.evidence(finding), departures, now))
        }
        for (rule, count) in round.findings.counts.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where !Self.conditionRules.contains(rule) {
            guard let before = change({ $0.count(count, of: rule) }),
                count > max(before, UInt64(MonitorLimit.findingsOfRule))
            else { continue }
            try tell(more(rule, count, departures, now))
        }
        _ = change { standing in
            let isWhole = round.ending == .whole
            let isAny =
                isWhole ? standing.forget(but: present, round.findings) : standing.bound(present)
            return isAny ? true : nil
        }
    }

    /// Changes what is remembered; nil where `body` says that it did not.
    func change<Value: Sendable>(_ body: (inout Standing) -> Value?) -> Value? {
        state.withLock { state in
            let value = body(&state.standing)
            if value != nil { state.isChanged = true }
            return value
        }
    }

    private func event(
        _ finding: AuditFinding, _ evidence: String?, _ departures: UInt64, _ now: UInt64
    ) -> MonitorEvent {
        var members: [(Text, JSON?)] = []
        if case .object(let object) = finding.json {
            members = object.members.map { ($0.name, $0.value) }
        }
        if let evidence { members.append(("evidence", .string(Text(evidence)))) }
        return MonitorEvent(
            finding.rule == .fork ? .splitView : .finding, of: origin,
            key: "\(finding) \(departures)", time: now,
            words: "\(finding.place): \(finding.detail)", members)
    }

    private func more(
        _ rule: AuditRule, _ count: UInt64, _ departures: UInt64, _ now: UInt64
    ) -> MonitorEvent {
        MonitorEvent(
            .more, of: origin, key: "\(rule.rawValue) \(count) \(departures)", time: now,
            words: "there are \(count) findings now of this rule: \(rule.meaning)",
            [
                ("rule", .string(Text(rule.rawValue))),
                ("weight", .string(Text(rule.weight.rawValue))),
                ("count", .integer(Int64(clamping: count))),
            ])
    }
}
