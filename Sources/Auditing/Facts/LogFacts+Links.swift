import Encoding
import Merkle
import Provenance

extension LogFacts {
    /// Holds all numbers of spools to each other (spool.md §6).
    mutating func settleLinks(
        _ pace: inout SettlementPace,
        _ body: (AuditFinding) throws(RunError) -> Void
    ) throws(RunError) {
        if links.isLookedUp {
            try settleLinksByLooking(&pace, body)
        } else {
            var judge = LinkJudge()
            var gaps = GapList()
            try links.settleByReading(&pace) { (record, isSettled) throws(RunError) in
                for verdict in judge.take(record, isSettled: isSettled) {
                    try body(verdict.finding)
                }
                if judge.isAfterGap { gaps.open(record) }
            }
            self.gaps = gaps
        }
    }

    private mutating func settleLinksByLooking(
        _ pace: inout SettlementPace,
        _ body: (AuditFinding) throws(RunError) -> Void
    ) throws(RunError) {
        var gaps = gaps
        try links.settleByLooking(&pace) { (record, look) throws(RunError) in
            let around = try look.numbers(around: record)
            var judge = LinkJudge()
            var verdicts: [LinkJudge.Verdict] = []
            for (other, isSettled) in around {
                verdicts += judge.take(other, isSettled: isSettled)
            }
            // Each new record speaks for itself, and the first of its number for the ones behind.
            let isFirst =
                around.first { $0.record.sequence == record.sequence }?.record == record
            for verdict in verdicts {
                let isOwn = verdict.record == record
                let isBehind = isFirst && verdict.record.sequence == record.sequence + 1
                if isOwn || isBehind && around.isSettled(verdict.record) {
                    try body(verdict.finding)
                }
            }
            if isFirst { gaps.take(record, among: around) }
        }
        self.gaps = gaps
    }

    /// The gaps that are known, as they stand.
    func gapFindings() throws(RunError) -> [AuditFinding] {
        var look = links.look
        var findings: [AuditFinding] = []
        for end in gaps.ends {
            let before = try look.last(
                below: LinkRecord(before: end.sequence, of: end.keyID, end.id))
            let known = before.flatMap { $0.isOfSpool(of: end) ? $0.sequence + 1 : nil } ?? 0
            findings.append(end.gapFinding(from: known))
        }
        return findings
    }
}

extension RunLook<LinkRecord> {
    /// Returns records with the number of `record`, this one among them, with the one before and
    /// with the one behind: as many of each as a judge compares.
    fileprivate mutating func numbers(
        around record: LinkRecord
    ) throws(RunError) -> [(record: LinkRecord, isSettled: Bool)] {
        let (number, limit) = (record.sequence, LinkJudge.nameLimit)
        var own = try records(from: record.first(of: number), of: number, limit)
        if !own.contains(where: { $0.record == record }) { own.append((record, false)) }
        let before =
            number > 0 ? try records(from: record.first(of: number - 1), of: number - 1, limit) : []
        // A number is at most 2^53-1.
        return before + own
            + (try records(from: record.first(of: number + 1), of: number + 1, limit))
    }

    private mutating func records(
        from first: LinkRecord, of number: UInt64, _ limit: Int
    ) throws(RunError) -> [(record: LinkRecord, isSettled: Bool)] {
        try records(from: first, through: first.first(of: number + 1), limit: limit)
    }
}

extension [(record: LinkRecord, isSettled: Bool)] {
    fileprivate func isSettled(_ record: LinkRecord) -> Bool {
        contains { $0.record == record && $0.isSettled }
    }
}

extension GapList {
    /// Takes the first statement of a number, with those of the numbers around it.
    fileprivate mutating func take(
        _ record: LinkRecord, among around: [(record: LinkRecord, isSettled: Bool)]
    ) {
        let hasBefore = around.contains { $0.record.sequence + 1 == record.sequence }
        if record.sequence > 0, !hasBefore { open(record) }
        if let after = around.first(where: {
            $0.isSettled && $0.record.sequence == record.sequence + 1
        }) {
            close(after.record)
        }
    }
}

extension LinkRecord {
    /// The place before all records of its spool with this number.
    fileprivate func first(of number: UInt64) -> LinkRecord {
        LinkRecord(before: number, of: keyID, id)
    }

    /// The spool in words.
    private var words: String {
        "spool \(Hex.encode(id.bytes)) of key \(Base64.encodeURL(keyID.hash.bytes))"
    }

    fileprivate func gapFinding(from first: UInt64) -> AuditFinding {
        let last = sequence - 1
        let numbers = first == last ? "number \(last) is" : "numbers \(first) to \(last) are"
        return AuditFinding(
            .chain, .entry(index), "\(numbers) missing before number \(sequence) of \(words)")
    }

    fileprivate func doubledFinding(_ first: UInt64) -> AuditFinding {
        AuditFinding(
            .chain, .entry(index), "has number \(sequence) of \(words), which entry \(first) has")
    }

    fileprivate var unlinkedFinding: AuditFinding {
        AuditFinding(
            .chain, .entry(index),
            "has number \(sequence) of \(words), and names \(EntryID(previous.hash)) as the one "
                + "before, which has another number")
    }
}

extension LinkJudge.Verdict {
    fileprivate var record: LinkRecord {
        switch self {
        case .doubled(let record, _), .unlinked(let record): record
        }
    }

    fileprivate var finding: AuditFinding {
        switch self {
        case .doubled(let record, let first): record.doubledFinding(first)
        case .unlinked(let record): record.unlinkedFinding
        }
    }
}
