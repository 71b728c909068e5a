import Checkpoints
import Encoding
import Manifests
import Provenance

/// The lines of what was checked.
enum CardState {
    /// The most names of witnesses, the most evidence of a kind, and the most receipts.
    static let nameLimit = 4

    /// The answer, in the words of `colophon verify`.
    static func verdict(_ report: Report) -> CardLine {
        let words: [CardSentence.Value] = report.reached.map { [.word(level($0))] } ?? []
        func line(_ origin: CardOrigin, _ word: CardWord, _ why: String? = nil) -> CardLine {
            CardLine(
                origin, .verdict, CardSentence(word, why.map { [.text(Text($0))] } ?? words))
        }
        switch report.outcome {
        case .damaged: return line(.proven, .damaged)
        case .refuted: return line(.proven, .refuted, report.falsehoods.first ?? "")
        case .anotherFile:
            return line(.proven, isAboutFiles(report) ? .anotherFile : .anotherFileOfNone)
        case .suspect:
            let why = report.findings.first { $0.verdict == .suspect }
            return line(.proven, .suspect, report.signer?.doubt ?? why?.detail ?? "")
        case .unproven:
            guard !report.isUnlogged else {
                return CardLine(
                    .unknown, .verdict, CardSentence(.unproven, [.word(.noReceipt)]))
            }
            return line(.unknown, .unproven, report.shortfall)
        case .recordOnly: return line(.unknown, .workUnchecked)
        case .verified:
            if report.isSuspect { return line(.proven, .suspectAccepted) }
            guard report.isRecordOnly else { return line(.proven, .verified) }
            return line(.proven, isAboutFiles(report) ? .recordHolds : .recordOfNoFileHolds)
        }
    }

    private static func isAboutFiles(_ report: Report) -> Bool {
        report.statement.map { PredicateType.hasArtifact($0.predicate) } ?? true
    }

    private static func level(_ level: Level) -> CardWord {
        switch level {
        case .signed: .levelSigned
        case .logged: .levelLogged
        case .witnessed: .levelWitnessed
        case .timestamped: .levelTimestamped
        case .anchored: .levelAnchored
        }
    }

    /// Whether the file is the one that the record names; a digest is compared with no kit.
    static func work(_ statement: Statement, _ context: CardView.Context) -> CardLine {
        let hasFile = PredicateType.hasArtifact(statement.predicate)
        guard let artifact = context.artifact else {
            return hasFile
                ? CardLine(.unknown, .work, .notCompared)
                : CardLine(.stated, .work, .aboutNoFile)
        }
        let known = context.report?.findings.first { $0.check == .artifact }
        if let known, known.verdict == .unknown { return finding(known, .work) }
        if artifact == statement.manifestDigest {
            return CardLine(.proven, .work, .sameManifest, "\(artifact)")
        }
        guard hasFile else { return CardLine(.proven, .work, .anotherFileOfNone) }
        return statement.subjectDigests.contains(artifact)
            ? CardLine(.proven, .work, .sameFile, "\(artifact)")
            : CardLine(.proven, .work, .anotherFile)
    }

    /// Whether the manifest is the one that was signed.
    static func manifest(_ content: CardManifest, _ report: Report?) -> CardLine {
        switch content.standing {
        case .signed: return CardLine(.proven, .manifest, .manifestSigned)
        case .absent:
            guard let erasure = report?.erasure else {
                return CardLine(.unknown, .manifest, .manifestAbsent)
            }
            return CardLine(
                .proven, .manifest, .erasedBy, "\(erasure.entry)", erasure.reason.string)
        case .other: return CardLine(.proven, .manifest, .manifestOther)
        case .unreadable(let why): return CardLine(.unknown, .manifest, .manifestUnreadable, why)
        }
    }

    /// What the record takes back, below its verdict: nobody is to overlook that.
    static func withdrawal(_ facts: ProvenanceFacts?) -> [CardLine] {
        guard let facts, facts.event == "withdraw" else { return [] }
        guard !facts.parents.isEmpty else {
            return [CardLine(.stated, .withdrawal, .withdrawsUnnamed)]
        }
        var lines = facts.parents.prefix(nameLimit).map { parent in
            if let entry = parent.entry {
                return CardLine(.stated, .withdrawal, .stepWithdraws, entry.string)
            }
            let digest = parent.sha256.map { "\($0)" } ?? ""
            return CardLine(.stated, .withdrawal, .stepWithdrawsFile, digest)
        }
        if facts.parents.count > nameLimit {
            let rest = "\(facts.parents.count - nameLimit)"
            lines.append(CardLine(.stated, .withdrawal, .moreParents, rest))
        }
        return labelledOnce(lines)
    }

    /// What later records say of this one, below its verdict: nobody is to overlook that, either.
    static func takenBack(_ history: WorkHistory) -> [CardLine] {
        let all = history.retractions(of: history.asked)
        return [(true, CardWord.withdrawal), (false, .correction)].flatMap { isWithdrawal, label in
            labelledOnce(
                all.filter { $0.isWithdrawal == isWithdrawal }.map {
                    CardLine($0.line.origin, label, $0.line.sentence)
                })
        }
    }

    /// Of several lines under one label the first bears it.
    static func labelledOnce(_ lines: [CardLine]) -> [CardLine] {
        lines.enumerated().map { place, line in
            place == 0 ? line : CardLine(line.origin, .none, line.sentence)
        }
    }

    /// What a kit shows of signer, ledger and everyone else.
    static func lines(of report: Report, isOnline: Bool) -> [CardLine] {
        var lines = signer(report) + [ledger(report)] + witnesses(report)
        lines += CardEvidence.lines(of: report) + complete(report)
        if report.erasure != nil, report.manifest != nil, let erasure = report.erasure {
            lines.append(
                CardLine(.proven, .erased, .erasedBy, "\(erasure.entry)", erasure.reason.string))
        }
        let word: CardWord = isOnline ? .asOfOnline : .asOfOffline
        let (size, time) = ("\(report.asOf.size)", "\(Instant(report.asOf.time))")
        lines.append(CardLine(.proven, .asOf, word, size, time))
        if report.isNewerThanKit, report.outcome != .refuted {
            let last = report.asOf.size - min(1, report.asOf.size)
            lines.append(CardLine(.unknown, .none, .newerThanKit, "\(last)"))
        }
        return lines
    }

    /// Whether a listing of entries is complete, where a proof says so.
    private static func complete(_ report: Report) -> [CardLine] {
        guard !report.completeness.isEmpty else { return [] }
        let findings = report.findings.filter { $0.check == .complete }
        return labelledOnce(findings.prefix(nameLimit).map { finding($0, .complete) })
    }

    private static func signer(_ report: Report) -> [CardLine] {
        let findings = report.findings.filter { [.signature, .issuer].contains($0.check) }
        if let refuted = findings.first(where: { $0.verdict == .refuted }) {
            return [finding(refuted, .signer)]
        }
        guard let signer = report.signer, let issuer = signer.issuer else {
            let open = findings.first { $0.verdict != .ok } ?? findings.first
            return open.map { [finding($0, .signer)] } ?? []
        }
        // As the verdict has it: who signed is said of what holds, of all else whose key it was.
        let holds = !report.isSuspect && report.obstacle == nil
        let word: CardWord = holds ? .signedBy : .signedWithKeyOf
        return [CardLine(.proven, .signer, word, issuer.string), key(signer, report)]
    }

    /// Whether the key might sign where the entry stands: proven only where that place is proven,
    /// and where the kit knows all that was decided up to it.
    private static func key(_ signer: Report.Signer, _ report: Report) -> CardLine {
        if let doubt = signer.doubt { return CardLine(.proven, .key, .keySuspect, doubt) }
        if let open = report.findings.first(where: { $0.check == .issuer && $0.verdict != .ok }) {
            return finding(open, .key)
        }
        let size = "\(report.asOf.size)"
        guard let index = report.index else {
            return CardLine(.unknown, .key, .keyUnplaced, size)
        }
        guard index < report.asOf.size else { return CardLine(.unknown, .key, .keyOlder, size) }
        if let revocation = signer.revocation {
            let entry = "\(revocation.entry)"
            return revocation.reason.isEmpty
                ? CardLine(.proven, .key, .keyRevokedLater, entry)
                : CardLine(.proven, .key, .keyRevokedLaterWhy, entry, revocation.reason.string)
        }
        let word: CardWord = signer.state == .retired ? .keyRetired : .keyAdded
        return CardLine(.proven, .key, word, size)
    }

    private static func ledger(_ report: Report) -> CardLine {
        let findings = report.findings.filter { $0.check == .receipt }
        if let refuted = findings.first(where: { $0.verdict == .refuted }) {
            return finding(refuted, .ledger)
        }
        if findings.contains(where: { $0.verdict == .suspect }) {
            return CardLine(.proven, .ledger, .headSuspect)
        }
        if let index = report.index {
            let origin = "\(report.origin)"
            guard let time = report.loggedAt else {
                return CardLine(.proven, .ledger, .entryOf, "\(index)", origin)
            }
            return CardLine(
                .proven, .ledger, .entryOfAt, "\(index)", origin, "\(Instant(time))")
        }
        guard let open = findings.first(where: { $0.verdict != .absent }) else {
            return CardLine(.unknown, .ledger, .noReceipt)
        }
        return finding(open, .ledger)
    }

    private static func witnesses(_ report: Report) -> [CardLine] {
        guard let witnessing = report.witnessing else { return [] }
        guard witnessing.quorum != .none else {
            return [CardLine(.unknown, .witnesses, .noQuorum)]
        }
        if let refuted = report.findings.first(where: {
            $0.check == .cosignatures && $0.verdict == .refuted
        }) {
            return [finding(refuted, .witnesses)]
        }
        guard let completeAt = witnessing.completeAt else {
            let open = report.findings.first { $0.check == .cosignatures }
            return open.map { [finding($0, .witnesses)] } ?? []
        }
        let seenBy = witnessing.seenBy
        var values: [CardSentence.Value] = [names(seenBy.map { "\($0.name)" })]
        let rest = ["\(seenBy.count)", "\(witnessing.witnesses.count)", "\(Instant(completeAt))"]
        values += rest.map { .text(Text($0)) }
        guard let newest = witnessing.freshAt, newest > completeAt else {
            return [CardLine(.witnessed, .witnesses, CardSentence(.seenBy, values))]
        }
        values.append(.text(Text("\(Instant(newest))")))
        return [CardLine(.witnessed, .witnesses, CardSentence(.seenByNewest, values))]
    }

    /// The first names, and how many more there are.
    static func names(_ all: [String]) -> CardSentence.Value {
        let first = Text(all.prefix(nameLimit).joined(separator: ", "))
        guard all.count > nameLimit else { return .text(first) }
        return .sentence(.andMore, [first, Text("\(all.count - nameLimit)")])
    }

    /// A finding in the words of its verdict.
    static func finding(_ finding: Finding, _ label: CardWord) -> CardLine {
        let (origin, word): (CardOrigin, CardWord) =
            switch finding.verdict {
            case .ok: (.proven, .isThere)
            case .suspect: (.proven, .isSuspect)
            case .refuted: (.proven, .isFalse)
            case .absent: (.unknown, .isAbsent)
            case .unknown: (.unknown, .isUnknown)
            case .notChecked: (.unknown, .isNotChecked)
            }
        // The detail of a signature has no noun; the labels of all others name theirs.
        let detail = finding.check == .signature ? finding.words : finding.detail
        return CardLine(origin, label, word, detail)
    }
}
