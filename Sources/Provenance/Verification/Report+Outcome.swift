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

        /// The required level was not reached: ``Report/obstacle`` says why.
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
        return isRecordOnly || isAboutArtifact ? .verified : .recordOnly
    }

    /// The first finding that keeps the record from the required level; nil where none does.
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
        return nil
    }
}
