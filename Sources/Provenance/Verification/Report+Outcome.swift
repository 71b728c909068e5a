public import IndexMap

extension Report {
    /// The answer in one word, for programs: the first of these that is so (verification.md §2).
    public enum Outcome: String, CaseIterable, Sendable {
        /// The file is not one COSE message: look for another copy of it.
        case damaged

        /// Something in the record is false: do not believe it.
        case refuted = "false"

        /// The record holds, as far as it goes, and is about another file.
        case anotherFile

        /// The key was revoked, and the entry stands where it may have been another's.
        case suspect

        /// The required level was not reached, or a listing is not proven to be complete:
        /// ``Report/obstacle`` says why.
        case unproven

        /// The record holds, and no file was compared with it.
        case recordOnly

        /// All that was asked about holds.
        case verified
    }

    /// The answer in one word.
    public var outcome: Outcome {
        if isDamaged { return .damaged }
        let refuted = findings.filter { $0.verdict == .refuted }
        if refuted.contains(where: { $0.check != .artifact }) { return .refuted }
        if !refuted.isEmpty { return .anotherFile }
        if isSuspect, !acceptsSuspect { return .suspect }
        guard let reached, reached >= required, !passedOver.contains(required) else {
            return .unproven
        }
        guard missingComplete.isEmpty else { return .unproven }
        return isRecordOnly || isAboutArtifact ? .verified : .recordOnly
    }

    /// The first finding that keeps the record from the required level, or a listing from being
    /// complete; nil where none does.
    public var obstacle: Finding? {
        let needed = Level.allCases.filter { level in
            level == required || level < required && !passedOver.contains(level)
        }
        let checks = needed.flatMap(\.checks)
        for check in checks {
            let all = findings.filter { $0.check == check }
            guard !all.contains(where: { $0.verdict.holds }) else { continue }
            return all.first ?? Finding(check, .absent, "is not examined here")
        }
        return missingComplete.first.map(whyIncomplete)
    }

    /// Why the listing of a kind of name of the record is not proven to be complete.
    private func whyIncomplete(_ kind: IndexKind) -> Finding {
        func isAsked(_ answer: Completeness.Answer) -> Bool {
            answer.name.kind == kind && answer.isAboutRecord
        }
        let proofs = completeness.filter { $0.answers.contains(where: isAsked) }
        let reached = proofs.compactMap { $0.head?.level }.max()
        let answers = proofs.flatMap { $0.answers.filter(isAsked) }
        let open = whyOpen(answers, of: proofs)
        let reason: String
        if let reached, reached < required {
            reason = VerdictPhrase.completeLevel.with([
                "reached": reached.rawValue, "level": required.rawValue,
            ])
        } else if let index, proofs.contains(where: { leavesOut(index, $0, isAsked) }) {
            reason = VerdictPhrase.completeOwnDoubted.with(["entry": "\(index)"])
        } else if !answers.isEmpty, open == nil {
            let isCovered = answers.contains(where: \.coversRecord)
            let phrase: VerdictPhrase = isCovered ? .completeSome : .completeUncovered
            reason = phrase.words
        } else {
            reason = open?.detail ?? VerdictPhrase.completeMissing.words
        }
        return Finding(
            .complete, open?.verdict ?? .absent,
            VerdictPhrase.completeRequired.with(["kind": kind.words, "reason": reason]))
    }

    /// What keeps the answers about a kind of name from being believed; of no answer why there is
    /// none, where the proofs say that.
    private func whyOpen(_ answers: [Completeness.Answer], of proofs: [Completeness]) -> Finding? {
        guard !completeness.isEmpty else { return findings.first { $0.check == .complete } }
        guard !answers.isEmpty else {
            // A proof that cannot be read may be about that.
            let unread = completeness.filter(\.answers.isEmpty)
            return unread.flatMap(\.findings).first { !$0.verdict.holds }
        }
        guard let open = answers.first(where: { !$0.verdict.holds }) else { return nil }
        let head = proofs.first { $0.answers.contains(open) }
        return open.finding ?? head?.findings.first { !$0.verdict.holds }
    }

    /// Whether a proof covers the record's entry and does not list it, which a thief may have
    /// placed.
    private func leavesOut(
        _ index: UInt64, _ proof: Completeness, _ isAsked: (Completeness.Answer) -> Bool
    ) -> Bool {
        guard let head = proof.head, index < head.size else { return false }
        return proof.answers.contains { isAsked($0) && $0.verdict.holds && !$0.coversRecord }
    }

    /// Whether all that is missing is that the record was never logged, as far as it says.
    public var isUnlogged: Bool {
        obstacle.map { $0.check == .receipt && $0.verdict == .absent } ?? false
    }

    /// Why the required level is not reached, in words for a person.
    public var shortfall: String {
        guard !isUnlogged else { return VerdictPhrase.noReceipt.words }
        let level = required.rawValue
        if let obstacle, obstacle.check == .complete { return obstacle.detail }
        guard let obstacle else { return VerdictPhrase.levelRequired.with(["level": level]) }
        guard let reached else { return obstacle.words }
        return VerdictPhrase.levelReached.with([
            "level": level, "reached": reached.rawValue, "reason": obstacle.words,
        ])
    }

    /// What is false, in words; the artifact last, for a false record is about no file.
    public var falsehoods: [String] {
        let all = findings.filter { $0.verdict == .refuted }
        return (all.filter { $0.check != .artifact } + all.filter { $0.check == .artifact })
            .map(\.words)
    }
}

extension IndexKind {
    /// The word for a kind of name, as it is asked for and as JSON has it.
    public var words: String {
        switch self {
        case .artifact: "artifact"
        case .sub: "sub"
        case .iss: "iss"
        case .title: "title"
        }
    }
}
