extension TrustPolicy {
    /// Checks every line of the note whose key the policy lists.
    ///
    /// `verified` is what this very note was opened as, where it was: the lines of those signers
    /// are not checked again. `headTime` is when the log says that it signed the head, in POSIX
    /// seconds: a cosignature that is too old for it counts for nothing.
    public func evaluate(
        _ signed: SignedCheckpoint, verified: VerifiedCheckpoint? = nil, headTime: UInt64? = nil
    ) -> PolicyEvaluation {
        let findings = witnesses.map { witness in
            PolicyEvaluation.WitnessFinding(
                witness: witness, verdict: witness.key.verify(signed.note))
        }
        let log = signed.verdict(
            of: logs.map { .init(key: $0.key) }, verified: verified?.signers ?? [])
        let evaluation = PolicyEvaluation(
            checkpoint: signed.claim, log: log, witnesses: findings,
            quorum: quorumVerdict(on: findings))
        return self.evaluation(evaluation, ofHeadAt: headTime)
    }

    /// Returns an evaluation by this policy, now that the time of the head is known, in POSIX
    /// seconds; nothing is verified again.
    public func evaluation(
        _ evaluation: PolicyEvaluation, ofHeadAt headTime: UInt64?
    ) -> PolicyEvaluation {
        let findings = evaluation.witnesses.map { finding in
            guard case .cosigned(let time) = finding.verdict,
                !Cosignature.mayBe(at: time, ofHeadAt: headTime)
            else { return finding }
            return PolicyEvaluation.WitnessFinding(
                witness: finding.witness, verdict: .tooEarly(time: time))
        }
        guard findings != evaluation.witnesses else { return evaluation }
        return PolicyEvaluation(
            checkpoint: evaluation.checkpoint, log: evaluation.log, witnesses: findings,
            quorum: quorumVerdict(on: findings))
    }

    /// Returns the checkpoint if the policy accepts it, or throws why not.
    public func open(_ signed: SignedCheckpoint) throws(PolicyRefusal) -> AcceptedCheckpoint {
        let evaluation = evaluate(signed)
        if let key = evaluation.badKey { throw .badSignature(key) }
        switch evaluation.log {
        case .unknown: throw .unknownLog
        case .unsupported(let key): throw .unsupportedLog(key)
        case .otherOrigin(let key): throw .otherOrigin(key)
        // The first cannot be, for a policy's log keys sign every size.
        case .notInForce(let key), .invalid(let key): throw .badSignature(key)
        case .signed(let signers):
            let head = VerifiedCheckpoint(signed.claim, signers: signers)
            switch evaluation.quorum {
            case .notMet: throw .quorumNotMet
            case .notRequired: return AcceptedCheckpoint(head, time: nil)
            case .met(let time): return AcceptedCheckpoint(head, time: time)
            }
        }
    }

    /// Says whether the quorum would be met if these witnesses, and no others, had cosigned.
    public func isQuorumMet(by hasCosigned: (Witness) -> Bool) -> Bool {
        let seen = witnesses.filter(hasCosigned).map { ($0.name, UInt64(1)) }
        return quorumVerdict(of: Dictionary(uniqueKeysWithValues: seen)) != .notMet
    }

    /// Computes when the quorum was complete.
    private func quorumVerdict(
        on findings: [PolicyEvaluation.WitnessFinding]
    ) -> PolicyEvaluation.QuorumVerdict {
        var times: [PolicyWord: UInt64] = [:]
        for finding in findings {
            if case .cosigned(let time) = finding.verdict { times[finding.witness.name] = time }
        }
        return quorumVerdict(of: times)
    }

    /// Computes when the quorum was complete, where these witnesses have cosigned at these times,
    /// which the caller has verified.
    ///
    /// A witness has seen the checkpoint at its cosignature's time, a group when the last
    /// member that its threshold needs had: the threshold-th smallest of its members' times.
    /// Members are defined before their groups, so one pass in the file's order is enough.
    package func quorumVerdict(
        of witnessTimes: [PolicyWord: UInt64]
    ) -> PolicyEvaluation.QuorumVerdict {
        guard quorum != .none else { return .notRequired }
        var times = witnessTimes
        for group in groups {
            let seen = group.members.compactMap { times[$0] }.sorted()
            if seen.count >= group.threshold { times[group.name] = seen[group.threshold - 1] }
        }
        guard let time = times[quorum] else { return .notMet }
        return .met(time: time)
    }
}

/// Why a policy does not accept a note.
///
/// Every case means the checkpoint must not be believed on this policy's word.
public enum PolicyRefusal: Error, Hashable, Sendable {
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
