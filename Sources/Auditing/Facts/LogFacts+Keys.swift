import Encoding
import Merkle
import Provenance

extension LogFacts {
    /// What the names say together, turned into findings.
    private struct Names {
        /// Pairs that are kept until it is known which entries are one statement.
        static let limit = 1 << 16

        let isFinal: Bool
        var judge = KeyJudge()
        var settlement = Settlement()
        var findings: [AuditFinding] = []

        /// Later entries of one statement: they have one nonce too, which is no second fault.
        var duplicates: Set<UInt64> = []
        var nonces: [(index: UInt64, first: UInt64)] = []

        /// Records of manifests that an erasure may still explain.
        var again: [KeyRecord] = []

        mutating func take(_ record: KeyRecord, isSettled: Bool) {
            guard let verdict = judge.take(record, isSettled: isSettled) else { return }
            switch verdict {
            case .duplicate(let index, let first):
                if duplicates.count < Self.limit { duplicates.insert(index) }
                findings.append(
                    AuditFinding(.duplicate, .entry(index), "is the statement of entry \(first)"))
            case .nonce(let index, let first):
                nonces.append((index, first))
                if nonces.count >= Self.limit { tellNonces() }
            case .unexplained(let index, _):
                if isFinal || again.count >= Self.limit {
                    findings.append(
                        AuditFinding(
                            .manifest, .entry(index),
                            "its manifest is not there, and no erasure names it"))
                } else {
                    again.append(record)
                    settlement.unexplained += 1
                }
            case .served(let index, let erasure):
                take(served: record.name.hash, index, erasure)
            }
        }

        private mutating func take(served digest: Hash, _ index: UInt64, _ erasure: UInt64) {
            guard settlement.toReadAgain.count < Settlement.limit else {
                if again.count < Self.limit { again.append(KeyRecord(digest, .served, index)) }
                return
            }
            settlement.toReadAgain.append(
                Settlement.ErasedManifest(index: index, digest: digest, erasure: erasure))
        }

        /// Hands over what was found, so that little of it is in memory.
        mutating func hand(
            to body: (AuditFinding) throws(RunError) -> Void
        ) throws(RunError) {
            guard !findings.isEmpty else { return }
            for finding in findings { try body(finding) }
            findings.removeAll(keepingCapacity: true)
        }

        mutating func tellNonces() {
            for (index, first) in nonces where !duplicates.contains(index) {
                findings.append(
                    AuditFinding(
                        .nonce, .entry(index),
                        "has the issuer and the nonce of entry \(first), and is another statement"))
            }
            nonces = []
        }
    }

    /// Holds all names to each other; what was held before costs nothing again, but a look.
    mutating func settleKeys(
        isFinal: Bool, _ body: (AuditFinding) throws(RunError) -> Void
    ) throws(RunError) -> Settlement {
        var names = Names(isFinal: isFinal)
        var known = KnownNames()
        if keys.isLookedUp {
            try keys.settleByLooking { (record, look) throws(RunError) in
                for old in try known.settled(beside: record, &look) {
                    names.take(old, isSettled: true)
                }
                names.take(record, isSettled: false)
                try names.hand(to: body)
            }
        } else {
            try keys.settleByReading { (record, isSettled) throws(RunError) in
                names.take(record, isSettled: isSettled)
                try names.hand(to: body)
            }
        }
        names.tellNonces()
        try names.hand(to: body)
        for record in names.again { try keys.append(record) }
        return names.settlement
    }

    /// Holds what erasures name to the entries that there are (registry.md §10).
    mutating func settleErasures(
        _ body: (AuditFinding) throws(RunError) -> Void
    ) throws(RunError) {
        var look = keys.look
        try erasures.settleByReading { (record, isSettled) throws(RunError) in
            guard !isSettled, let words = try Self.fault(of: record, &look) else { return }
            try body(
                AuditFinding(
                    .erasure, .entry(record.erasure),
                    "erases \(EntryID(record.entry.hash)), \(words)"))
        }
    }

    /// Why an erasure should not name this entry; nil where all is well.
    private static func fault(
        of record: ErasureRecord, _ look: inout RunLook<KeyRecord>
    ) throws(RunError) -> String? {
        let (lower, upper) = KeyRecord.range(of: record.entry, .entry, .control)
        guard
            let entry = try look.records(from: lower, through: upper, limit: 1).first?.record,
            entry.index < record.erasure
        else { return "which is not in the log before it" }
        guard entry.kind == .entry else { return "which is a control statement" }
        for kind in [KeyRecord.Kind.served, .missing, .unasked] {
            let exact = KeyRecord(record.manifest, kind, entry.index)
            if try !look.records(from: exact, through: exact, limit: 1).isEmpty { return nil }
        }
        return "which has another manifest"
    }
}

/// Finds what is settled of the names of records that are not.
private struct KnownNames {
    private var name: KeyName?
    private var asked: Set<UInt8> = []

    /// Returns the settled records that decide about `record`, each time that it is the first of
    /// its name and kind.
    mutating func settled(
        beside record: KeyRecord, _ look: inout RunLook<KeyRecord>
    ) throws(RunError) -> [KeyRecord] {
        if record.name != name { (name, asked) = (record.name, []) }
        switch record.kind {
        case .erased:
            let known = try first(.erased, .erased, record, &look)
            return try known + first(.served, .served, record, limit: Settlement.limit, &look)
        case .entry, .control: return try first(.entry, .control, record, &look)
        case .nonce: return try first(.nonce, .nonce, record, &look)
        case .served, .missing: return try first(.erased, .erased, record, &look)
        case .unasked, nil: return []
        }
    }

    private mutating func first(
        _ low: KeyRecord.Kind, _ high: KeyRecord.Kind, _ record: KeyRecord, limit: Int = 1,
        _ look: inout RunLook<KeyRecord>
    ) throws(RunError) -> [KeyRecord] {
        guard asked.insert(low.rawValue).inserted else { return [] }
        let (lower, upper) = KeyRecord.range(of: record.name, low, high)
        return try look.records(from: lower, through: upper, limit: limit)
            .filter(\.isSettled).map(\.record)
    }
}
