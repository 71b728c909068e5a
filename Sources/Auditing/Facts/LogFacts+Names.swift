import Encoding
import Merkle
import Provenance

extension LogFacts {
    /// Holds all names to each other; what was held before costs nothing again, but a look.
    mutating func settleNames(
        _ pace: inout SettlementPace,
        _ body: (AuditFinding) throws(RunError) -> Void
    ) throws(RunError) {
        var names = JudgedNames(questions, later)
        if self.names.isLookedUp {
            var known = KnownNames()
            try self.names.settleByLooking(&pace) { (record, look) throws(RunError) in
                for old in try known.settled(before: record, &look) {
                    names.take(old, isSettled: true)
                }
                names.take(record, isSettled: false)
                for old in try known.settled(behind: record, &look) {
                    names.take(old, isSettled: true)
                }
                try names.hand(to: body)
            }
        } else {
            try self.names.settleByReading(&pace) { (record, isSettled) throws(RunError) in
                names.take(record, isSettled: isSettled)
                try names.hand(to: body)
            }
        }
        names.tellNonces()
        try names.hand(to: body)
        (questions, later) = (names.questions, names.left)
        try dropExplained()
        try askLater()
    }

    /// Asks what had no room before, now that there is some.
    private mutating func askLater() throws(RunError) {
        guard later.count > 0, questions.count < ManifestQuestion.limit else { return }
        let waiting = WaitingQuestions(later, beside: questions)
        var asking = JudgedNames(questions, LaterQuestions())
        var merge = try RunMerge(names.runs)
        while let (record, _) = try merge.next() { asking.take(record, among: waiting) }
        (questions, later) = (asking.questions, asking.left)
    }

    /// Drops questions that an erasure has answered since.
    private mutating func dropExplained() throws(RunError) {
        var look = names.look
        var left: [ManifestQuestion] = []
        for question in questions {
            let (lower, upper) = NameRecord.range(of: DigestName(question.digest), .erased, .erased)
            let erasures = try look.records(from: lower, through: upper, limit: 1)
            if question.reason != .unexplained || erasures.isEmpty { left.append(question) }
        }
        questions = left
    }

    /// Holds what erasures name to the entries that there are (registry.md §10).
    mutating func settleErasures(
        _ pace: inout SettlementPace,
        _ body: (AuditFinding) throws(RunError) -> Void
    ) throws(RunError) {
        var look = names.look
        guard erasures.unsettledCount > 0 else { return }
        try erasures.settleByReading(&pace) { (record, isSettled) throws(RunError) in
            guard !isSettled, let words = try Self.fault(of: record, &look) else { return }
            try body(
                AuditFinding(
                    .erasure, .entry(record.erasure),
                    "erases \(EntryID(record.entry.hash)), \(words)"))
        }
    }

    /// Why an erasure should not name this entry; nil where all is well.
    private static func fault(
        of record: ErasureRecord, _ look: inout RunLook<NameRecord>
    ) throws(RunError) -> String? {
        let (lower, upper) = NameRecord.range(of: record.entry, .entry, .control)
        guard
            let entry = try look.records(from: lower, through: upper, limit: 1).first?.record,
            entry.index < record.erasure
        else { return "which is not in the log before it" }
        guard entry.kind == .entry else { return "which is a control statement" }
        for kind in [NameRecord.Kind.served, .missing, .unasked] {
            let exact = NameRecord(record.manifest, kind, entry.index)
            if try !look.records(from: exact, through: exact, limit: 1).isEmpty { return nil }
        }
        return "which has another manifest"
    }
}

/// Finds what is settled of the names of records that are not.
private struct KnownNames {
    private var name: DigestName?
    private var asked: Set<UInt8> = []

    /// Returns the settled records that decide about `record`, each time that it is the first of
    /// its name and kind.
    mutating func settled(
        before record: NameRecord, _ look: inout RunLook<NameRecord>
    ) throws(RunError) -> [NameRecord] {
        if record.name != name { (name, asked) = (record.name, []) }
        switch record.kind {
        case .entry, .control: return try first(.entry, .control, record, &look)
        case .nonce: return try first(.nonce, .nonce, record, &look)
        case .erased, .served, .missing: return try first(.erased, .erased, record, &look)
        case .unasked, nil: return []
        }
    }

    /// Returns the settled records that `record` decides about: manifests that it erases.
    mutating func settled(
        behind record: NameRecord, _ look: inout RunLook<NameRecord>
    ) throws(RunError) -> [NameRecord] {
        guard record.kind == .erased else { return [] }
        return try first(
            .served, .served, record, limit: ManifestQuestion.limitPerManifest, &look)
    }

    private mutating func first(
        _ low: NameRecord.Kind, _ high: NameRecord.Kind, _ record: NameRecord, limit: Int = 1,
        _ look: inout RunLook<NameRecord>
    ) throws(RunError) -> [NameRecord] {
        guard asked.insert(low.rawValue).inserted else { return [] }
        let (lower, upper) = NameRecord.range(of: record.name, low, high)
        return try look.records(from: lower, through: upper, limit: limit)
            .filter(\.isSettled).map(\.record)
    }
}
