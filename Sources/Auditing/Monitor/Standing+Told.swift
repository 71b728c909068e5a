internal import Encoding
internal import Merkle

/// What was found, and whether it is still there.
extension Standing {
    /// What tells a finding apart from all others.
    static func name(of finding: AuditFinding) -> String {
        String(Hex.encode(Hash.sha256(Array("\(finding)".utf8)).bytes).prefix(nameDigits))
    }

    /// 128 bits: no log has two findings of one name.
    private static let nameDigits = 32

    /// Takes note of a finding; false where it was told, and is not gone since.
    mutating func tell(_ name: String, of rule: AuditRule) -> Bool {
        guard told[rule]?.contains(name) != true else { return false }
        told[rule, default: []].append(name)
        return true
    }

    /// Takes note of how many findings of a rule there are; returns how many there were when that
    /// was last told, where there are more now.
    mutating func count(_ count: UInt64, of rule: AuditRule) -> UInt64? {
        let before = counts[rule] ?? 0
        guard count > before else { return nil }
        counts[rule] = count
        return before
    }

    /// Forgets what a whole round has not found any more; returns whether there was anything.
    mutating func forget(but present: [AuditRule: Set<String>], _ list: FindingList) -> Bool {
        var isAny = false
        for (rule, names) in told {
            let left = names.filter { present[rule]?.contains($0) == true }
            isAny = isAny || left.count < names.count
            told[rule] = left.isEmpty ? nil : left
        }
        for (rule, before) in counts {
            let count = list.counts[rule] ?? 0
            isAny = isAny || count < before
            counts[rule] = count == 0 ? nil : count
        }
        if isAny { departures += 1 }
        return isAny
    }

    /// Forgets the oldest of a rule that are too many, but for those that are there: what a round
    /// that was cut has not found may be there all the same.
    mutating func bound(_ present: [AuditRule: Set<String>]) -> Bool {
        var isAny = false
        for (rule, names) in told where names.count > MonitorLimit.toldOfRule {
            var excess = names.count - MonitorLimit.toldOfRule
            told[rule] = names.filter { name in
                guard excess > 0, present[rule]?.contains(name) != true else { return true }
                excess -= 1
                return false
            }
            isAny = true
        }
        if isAny { departures += 1 }
        return isAny
    }
}
