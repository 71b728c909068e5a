extension TrustPolicy {
    /// Checks every line of `note` whose key the policy lists.
    ///
    /// Throws only where the text is not a checkpoint; extension lines are refused unless
    /// `allowingExtensions`.
    public func evaluate(
        _ note: SignedNote, allowingExtensions: Bool = false
    ) throws(CheckpointError) -> PolicyEvaluation {
        let checkpoint = try Checkpoint(
            parsing: note.text, allowingExtensions: allowingExtensions)
        return evaluate(note, of: checkpoint, signedBy: [])
    }

    /// Checks the lines of `note`, whose text the caller has read as `checkpoint`, but for those
    /// of `signers`, which the caller has found to verify in this note.
    package func evaluate(
        _ note: SignedNote, of checkpoint: Checkpoint, signedBy signers: [VerifierKey]
    ) -> PolicyEvaluation {
        let findings = witnesses.map { witness in
            PolicyEvaluation.WitnessFinding(witness: witness, verdict: witness.key.verify(note))
        }
        return PolicyEvaluation(
            checkpoint: checkpoint,
            log: logVerdict(on: note, origin: checkpoint, signedBy: signers),
            witnesses: findings, quorum: quorumVerdict(on: findings))
    }

    /// Returns the checkpoint of `note` if the policy accepts it, or throws why not.
    public func open(
        _ note: SignedNote, allowingExtensions: Bool = false
    ) throws(PolicyRefusal) -> VerifiedCheckpoint {
        let evaluation: PolicyEvaluation
        do throws(CheckpointError) {
            evaluation = try evaluate(note, allowingExtensions: allowingExtensions)
        } catch {
            throw .malformed(error)
        }
        if let key = evaluation.badKey { throw .badSignature(key) }
        switch evaluation.log {
        case .unknown: throw .unknownLog
        case .unsupported(let key): throw .unsupportedLog(key)
        case .otherOrigin(let key): throw .otherOrigin(key)
        case .invalid(let key): throw .badSignature(key)
        case .signed(let key):
            switch evaluation.quorum {
            case .notMet: throw .quorumNotMet
            case .notRequired: return VerifiedCheckpoint(evaluation, key: key, time: nil)
            case .met(let time): return VerifiedCheckpoint(evaluation, key: key, time: time)
            }
        }
    }

    /// Joins what the log keys say: a bad line outranks a good one, a good one the rest.
    private func logVerdict(
        on note: SignedNote, origin checkpoint: Checkpoint, signedBy signers: [VerifierKey]
    ) -> PolicyEvaluation.LogVerdict {
        var joined = PolicyEvaluation.LogVerdict.unknown
        for log in logs {
            let verdict: PolicyEvaluation.LogVerdict =
                switch signers.contains(log.key) ? .valid : log.key.verify(note) {
                case .absent: .unknown
                case .unsupported: .unsupported(log.key)
                case .invalid: .invalid(log.key)
                case .valid, .cosigned:
                    log.key.name == checkpoint.origin ? .signed(log.key) : .otherOrigin(log.key)
                }
            if verdict.rank > joined.rank { joined = verdict }
        }
        return joined
    }

    /// Computes when the quorum was complete.
    ///
    /// A witness has seen the checkpoint at its cosignature's time, a group when the last
    /// member that its threshold needs had: the threshold-th smallest of its members' times.
    /// Members are defined before their groups, so one pass in the file's order is enough.
    private func quorumVerdict(
        on findings: [PolicyEvaluation.WitnessFinding]
    ) -> PolicyEvaluation.QuorumVerdict {
        guard quorum != .none else { return .notRequired }
        var times: [PolicyWord: UInt64] = [:]
        for finding in findings {
            if case .cosigned(let time) = finding.verdict { times[finding.witness.name] = time }
        }
        for group in groups {
            let seen = group.members.compactMap { times[$0] }.sorted()
            if seen.count >= group.threshold { times[group.name] = seen[group.threshold - 1] }
        }
        guard let time = times[quorum] else { return .notMet }
        return .met(time: time)
    }
}

extension PolicyEvaluation.LogVerdict {
    /// The order in which verdicts of several keys outrank each other.
    fileprivate var rank: Int {
        switch self {
        case .unknown: 0
        case .unsupported: 1
        case .otherOrigin: 2
        case .signed: 3
        case .invalid: 4
        }
    }
}

/// Why a policy does not accept a note.
///
/// Every case means the checkpoint must not be believed on this policy's word.
public enum PolicyRefusal: Error, Hashable, Sendable {
    /// The note's text is not a checkpoint.
    case malformed(CheckpointError)

    /// No listed log signed; another policy may know the one that did.
    case unknownLog

    /// A listed log signed with a type that this library cannot verify.
    case unsupportedLog(VerifierKey)

    /// A listed log signed a checkpoint of another origin.
    case otherOrigin(VerifierKey)

    /// A line of a listed key does not verify: the note is damaged or forged.
    case badSignature(VerifierKey)

    /// Too few witnesses have cosigned; a fresher note may have more.
    case quorumNotMet
}
