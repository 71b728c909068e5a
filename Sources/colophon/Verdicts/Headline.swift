import Checkpoints
import Encoding
import Files
import IndexMap
import Manifests
import Provenance
import Studio

/// The first words of a verdict: the answer, and what a person must know to act on it.
///
/// Each paragraph is a list of parts that are best not broken. Who signed is said only where the
/// signature verifies.
struct Headline {
    private typealias Phrase = VerdictPhrase

    /// The report that the words are about.
    let report: Report

    /// The collector's own names, which stand beside the URIs.
    let names: Names

    /// The genesis of the kit's ledger.
    let ledger: EntryID

    /// When the question was asked, in POSIX seconds.
    let now: UInt64

    /// The answer.
    var answer: [String] {
        switch report.outcome {
        case .damaged: [Phrase.damaged.words]
        case .refuted: [Phrase.refuted.words, report.falsehoods.first ?? ""]
        case .anotherFile: difference
        case .suspect: [Phrase.suspect.words] + doubt
        case .unproven: [Phrase.unproven.words, report.shortfall]
        case .recordOnly: [unchecked]
        case .verified:
            if report.isSuspect {
                [Phrase.suspectAccepted.words] + doubt
            } else {
                report.isRecordOnly ? [unchecked] : word(.signedBy)
            }
        }
    }

    /// What follows below the answer; of what is false nothing else is worth a word.
    var rest: [[String]] {
        var paragraphs: [[String]] = []
        switch report.outcome {
        case .damaged: break
        case .refuted: paragraphs += report.falsehoods.dropFirst().map { [Phrase.also.words, $0] }
        case .suspect: paragraphs.append(origin(.signedWithKeyOf))
        case .unproven: paragraphs.append(origin(.signedWithKeyOf))
        case .anotherFile, .recordOnly: paragraphs += standing
        case .verified:
            if answer != word(.signedBy) {
                paragraphs.append(word(.recordSignedBy))
            }
            paragraphs += laterRevocation
        }
        if report.outcome != .refuted, isUnchecked, answer != [unchecked] {
            paragraphs.append([unchecked])
        }
        if report.outcome != .refuted {
            let evidence = EvidenceText(report)
            paragraphs += (evidence.existedBy.map { [$0] } ?? []) + evidence.uncovered(at: now)
            paragraphs += BracketText(report).parts.map { [$0] } ?? []
        }
        return paragraphs.filter { !$0.isEmpty } + (advice.map { [[$0]] } ?? [])
    }

    /// What a record that is not false is worth, where the answer is about the file.
    private var standing: [[String]] {
        if report.isSuspect {
            return [[Phrase.suspect.words] + doubt, origin(.signedWithKeyOf)]
        }
        guard report.obstacle == nil else {
            return [[Phrase.unproven.words, report.shortfall], origin(.signedWithKeyOf)]
        }
        return [word(.recordSignedBy)] + laterRevocation
    }

    /// That the key was revoked after this entry, which stands all the same.
    private var laterRevocation: [[String]] {
        guard !report.isSuspect, let revocation = report.signer?.revocation else { return [] }
        return [[Phrase.later.words, revocation.words]]
    }

    /// What the signer's word is worth: who signed, below what it takes back.
    private func word(_ phrase: Phrase) -> [String] {
        let origin = origin(phrase)
        guard !origin.isEmpty, let withdrawn = Claims.withdrawn(report.manifest) else {
            return origin
        }
        return [Phrase.withdraws.with(["entries": withdrawn])] + origin
    }

    /// Who signed, where that is in the log, and since when; empty where the signature is nobody's.
    private func origin(_ phrase: Phrase) -> [String] {
        guard let issuer = report.signer?.issuer else { return [] }
        var parts = [phrase.with(["issuer": issuer.string])]
        parts += own(report.signer.flatMap { names[$0.keyID] })
        if let index = report.index {
            let entry = ["index": "\(index)", "origin": "\(report.origin)"] as KeyValuePairs
            parts += [Phrase.entryOf.with(entry)] + own(names[ledger])
        }
        if let time = report.loggedAt {
            parts.append(Phrase.loggedBy.with(["time": "\(Instant(time))"]))
        }
        if let reached = report.reached, reached > .logged {
            parts += WitnessText(report, names)?.parts ?? []
        }
        if report.reached ?? .signed > .signed { parts += EvidenceText(report).parts }
        if report.index == nil, report.loggedAt == nil, !report.isUnlogged {
            parts.append(Phrase.inNoLog.words)
        }
        return parts.dropLast().map { $0 + "," } + parts.suffix(1)
    }

    /// Says that a name is the collector's, where there is one.
    private func own(_ name: String?) -> [String] {
        name.map { ["which you call \"\($0)\""] } ?? []
    }

    private var isAboutFiles: Bool {
        report.statement.map { PredicateType.hasArtifact($0.predicate) } ?? true
    }

    /// Whether no file was compared.
    private var isUnchecked: Bool {
        report.statement != nil && !report.isAboutArtifact
            && !report.findings.contains { $0.check == .artifact && $0.verdict == .refuted }
    }

    private var unchecked: String {
        (isAboutFiles ? Phrase.recordOnly : Phrase.recordOfNoFile).words
    }

    private var difference: [String] {
        isAboutFiles
            ? [Phrase.anotherFile.words, Phrase.anotherFileHow.words]
            : [Phrase.anotherFileOfNone.words]
    }

    /// Why the entry is suspect.
    private var doubt: [String] {
        if report.signer?.state == .suspect, let revocation = report.signer?.revocation,
            let from = revocation.suspectFrom
        {
            return [revocation.words, Phrase.suspectFrom.with(["entry": "\(from)"])]
        }
        guard report.isHeadSuspect else { return [] }
        return [Phrase.ledgerKeyStolen.words, Phrase.thiefMayHaveMade.words]
    }

    /// The command that may mend what is not proven, whole; nil where none is known.
    ///
    /// - Parameters:
    ///   - record: the file of the record.
    ///   - kit: how the trust kit was named: by it a new receipt is judged.
    ///   - address: the ledger's, where the settings name one.
    func command(mending record: String, by kit: String, at address: String?) -> String? {
        let ledger = address ?? "https://\(report.origin)"
        let isIncomplete = !report.missingComplete.filter(isCarried).isEmpty
        let refresh = CommandLineText.refresh(
            record, by: kit, at: ledger, complete: isIncomplete)
        if report.outcome == .suspect, report.isHeadSuspect { return refresh }
        guard report.outcome == .unproven else { return nil }
        if report.isUnlogged { return "colophon submit \(ShellWord.quoted(record))" }
        guard let obstacle = report.obstacle, obstacle.verdict != .refuted else { return nil }
        switch obstacle.check {
        // Where nobody is named as a witness, or as an authority, nobody's word helps.
        case .cosignatures: return report.witnessing?.quorum == PolicyWord.none ? nil : refresh
        case .timestamp where report.namesNobody(for: .timestamped): return nil
        case .timestamp, .anchor: return obstacle.verdict == .absent ? refresh : nil
        case .complete where obstacle.verdict == .absent:
            if isIncomplete { return refresh }
            guard report.missingComplete.contains(.iss), let issuer = report.statement?.issuer
            else { return nil }
            return CommandLineText.complete(of: issuer, by: kit, at: ledger)
        default: return nil
        }
    }

    /// Whether a refresh puts proofs about this kind of name into a record (record.md §6): where it
    /// has such a name.
    private func isCarried(_ kind: IndexKind) -> Bool {
        switch kind {
        case .artifact: report.statement?.subjectDigests.isEmpty == false
        case .sub: true
        case .iss, .title: false
        }
    }

    /// Advice for the person who asked; nil where none is needed.
    private var advice: String? {
        switch report.outcome {
        case .damaged: Phrase.adviseAnotherCopy.words
        case .suspect where report.isHeadSuspect: Phrase.adviseNewerReceipt.words
        case .suspect: Phrase.adviseAccept.words
        case .anotherFile, .recordOnly:
            if !isAboutFiles {
                Phrase.adviseRecordOnly.words
            } else if report.outcome == .recordOnly {
                Phrase.adviseWork.words
            } else {
                nil
            }
        case .unproven:
            if let obstacle = report.obstacle, obstacle.check == .anchor,
                obstacle.verdict == .notChecked
            {
                Phrase.adviseHeaders.words
            } else {
                nil
            }
        case .refuted, .verified: nil
        }
    }
}
