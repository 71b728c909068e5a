import Checkpoints
import Encoding
import Manifests
import Merkle

extension Registry {
    /// What a control statement would leave, as far as it decides who can sign the next one.
    struct Successor {
        /// The algorithms that the policy then lists.
        var algorithms: [Int64]

        /// The ledger key that is then in force.
        var ledgerKey: COSEKey

        /// The record of the key that the statement is about, as it then is; nil for none.
        var record: KeyRecord?

        /// The largest iat of the control chain, the statement's own included.
        var latest: UInt64
    }

    /// What a control statement of this iat would leave if it changed nothing.
    func successor(issuedAt: UInt64) -> Successor {
        Successor(
            algorithms: policy.settings.algorithms, ledgerKey: ledgerKeys.current, record: nil,
            latest: max(latestIssuedAt, issuedAt))
    }

    /// Refuses a control statement after which nobody could sign the next one: that could never
    /// be mended (registry.md §9).
    ///
    /// The recovery key counts for nothing here: it is for what goes wrong all the same. Where
    /// statements before this one are not known nothing can be said, and nothing is refused.
    func checkLockOut(leaving next: Successor) throws(Refusal) {
        guard !hasGaps else { return }
        try Self.checkOwnKeys(
            by: next.algorithms, ledgerKey: next.ledgerKey, recoveryKey,
            field: next.ledgerKey == ledgerKeys.current
                ? "predicate.algorithms" : "predicate.new")
        if let record = next.record, record.canAdminister(after: next) { return }
        let isSomeoneLeft = administrators.contains { keyID in
            guard keyID != next.record?.key.keyID, let record = keys[keyID] else { return false }
            return record.canAdminister(after: next)
        }
        guard isSomeoneLeft else { throw lockOut(by: next) }
    }

    /// Checks that a policy lists the algorithms of the two keys that no `key` statement replaces.
    static func checkOwnKeys(
        by algorithms: [Int64], ledgerKey: COSEKey, _ recoveryKey: COSEKey?, field: String
    ) throws(Refusal) {
        let own = [("ledger key", ledgerKey), ("recovery key", recoveryKey)]
        for case let (name, key?) in own where !algorithms.contains(key.algorithm.rawValue) {
            let code = key.algorithm.rawValue
            throw Refusal(
                .lockOut, field: field,
                rule: """
                    the policy must list \(code), the algorithm of the \(name), which could sign \
                    nothing otherwise; the list would be \(algorithms): put \(code) into it
                    """)
        }
    }

    /// Says which member of the statement leaves nobody, and what to do before it.
    private func lockOut(by next: Successor) -> Refusal {
        let latest = Int64(clamping: next.latest)
        let moment = Timestamp(seconds: latest).text?.string ?? "\(latest) s"
        let rule = """
            must leave an administrator who can sign: a key of role admin in use, of an algorithm \
            that the policy lists, with notBefore <= \(moment) <= notAfter (the newest iat of a \
            control statement); add one first
            """
        guard let record = next.record, record.roles.contains(.admin) else {
            let isPolicy = next.algorithms != policy.settings.algorithms
            return Refusal(
                .lockOut, field: isPolicy ? "predicate.algorithms" : "iat", rule: rule)
        }
        let field =
            if record.state != .added {
                "predicate.operation"
            } else if latest < record.notBefore {
                "predicate.notBefore"
            } else if latest > record.notAfter {
                "predicate.notAfter"
            } else {
                "predicate.coseKey"
            }
        return Refusal(.lockOut, field: field, rule: rule)
    }
}

extension KeyRecord {
    /// Says whether this key could sign a control statement on top of `next`.
    fileprivate func canAdminister(after next: Registry.Successor) -> Bool {
        let latest = Int64(clamping: next.latest)
        return roles.contains(.admin) && state == .added
            && next.algorithms.contains(key.algorithm.rawValue)
            && notBefore <= latest && latest <= notAfter
    }
}
