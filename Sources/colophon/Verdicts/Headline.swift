import Checkpoints
import Encoding
import Files
import Manifests
import Provenance
import Studio

/// The first words of a verdict: the answer, and what a person must know to act on it.
///
/// Each paragraph is a list of parts that are best not broken. Who signed is said only where the
/// signature verifies.
struct Headline {
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
        case .damaged: ["damaged or incomplete record"]
        case .refuted: ["FALSE, do not believe it:", falsehoods.first ?? ""]
        case .anotherFile: difference
        case .suspect: ["SUSPECT:"] + doubt
        case .unproven: ["NOT PROVEN:", shortfall]
        case .recordOnly: [unchecked]
        case .verified:
            if report.isSuspect {
                ["SUSPECT, and accepted:"] + doubt
            } else {
                report.isRecordOnly ? [unchecked] : word("signed by")
            }
        }
    }

    /// What follows below the answer; of what is false nothing else is worth a word.
    var rest: [[String]] {
        var paragraphs: [[String]] = []
        switch report.outcome {
        case .damaged: break
        case .refuted: paragraphs += falsehoods.dropFirst().map { ["also:", $0] }
        case .suspect: paragraphs.append(origin("signed with the key of"))
        case .unproven: paragraphs.append(origin("signed with the key of"))
        case .anotherFile, .recordOnly: paragraphs += standing
        case .verified:
            if answer != word("signed by") {
                paragraphs.append(word("the record is signed by"))
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
            return [["SUSPECT:"] + doubt, origin("signed with the key of")]
        }
        guard report.obstacle == nil else {
            return [["NOT PROVEN:", shortfall], origin("signed with the key of")]
        }
        return [word("the record is signed by")] + laterRevocation
    }

    /// That the key was revoked after this entry, which stands all the same.
    private var laterRevocation: [[String]] {
        guard !report.isSuspect, let revocation = report.signer?.revocation else { return [] }
        return [["later", revocation.words]]
    }

    /// What the signer's word is worth: who signed, below what it takes back.
    private func word(_ verb: String) -> [String] {
        let origin = origin(verb)
        guard !origin.isEmpty, let withdrawn = Claims.withdrawn(report.manifest) else {
            return origin
        }
        return ["WITHDRAWS \(withdrawn),"] + origin
    }

    /// Who signed, where that is in the log, and since when; empty where the signature is nobody's.
    private func origin(_ verb: String) -> [String] {
        guard let issuer = report.signer?.issuer else { return [] }
        var parts = ["\(verb) \(issuer)"] + own(report.signer.flatMap { names[$0.keyID] })
        if let index = report.index {
            parts += ["entry \(index) of \(report.origin)"] + own(names[ledger])
        }
        if let time = report.loggedAt { parts.append("logged by \(Instant(time))") }
        if let reached = report.reached, reached > .logged {
            parts += WitnessText(report, names)?.parts ?? []
        }
        if report.reached ?? .signed > .signed { parts += EvidenceText(report).parts }
        if report.index == nil, report.loggedAt == nil, !isUnlogged {
            parts.append("in no log that is known")
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
        isAboutFiles
            ? "record only: the work was NOT checked" : "record only: it is about no file"
    }

    private var difference: [String] {
        isAboutFiles
            ? [
                "NOT THE SAME FILE as the record describes",
                "(edited, re-saved, or another picture)",
            ]
            : ["NOT THE SAME FILE: the record is about none"]
    }

    /// Why the entry is suspect.
    private var doubt: [String] {
        if report.signer?.state == .suspect, let revocation = report.signer?.revocation,
            let from = revocation.suspectFrom
        {
            return [revocation.words, "and is suspect from entry \(from) on"]
        }
        guard report.isHeadSuspect else { return [] }
        return [
            "a key of the ledger was stolen,", "and a thief may have made the record's receipt",
        ]
    }

    /// What is false, in words; the artifact last, for a false record is about no file.
    private var falsehoods: [String] {
        let all = report.findings.filter { $0.verdict == .refuted }
        return (all.filter { $0.check != .artifact } + all.filter { $0.check == .artifact })
            .map(Self.words)
    }

    /// Whether all that is missing is that the record was never logged, as far as it says.
    private var isUnlogged: Bool {
        report.obstacle.map { $0.check == .receipt && $0.verdict == .absent } ?? false
    }

    /// The command that may mend what is not proven, whole; nil where none is known.
    ///
    /// - Parameters:
    ///   - record: the file of the record.
    ///   - kit: how the trust kit was named: by it a new receipt is judged.
    ///   - address: the ledger's, where the settings name one.
    func command(mending record: String, by kit: String, at address: String?) -> String? {
        let refresh = CommandLineText.refresh(
            record, by: kit, at: address ?? "https://\(report.origin)")
        if report.outcome == .suspect, report.isHeadSuspect { return refresh }
        guard report.outcome == .unproven else { return nil }
        if isUnlogged { return "colophon submit \(ShellWord.quoted(record))" }
        guard let obstacle = report.obstacle, obstacle.verdict != .refuted else { return nil }
        switch obstacle.check {
        // Where nobody is named as a witness, or as an authority, nobody's word helps.
        case .cosignatures: return report.witnessing?.quorum == PolicyWord.none ? nil : refresh
        case .timestamp where report.namesNobody(for: .timestamped): return nil
        case .timestamp, .anchor: return obstacle.verdict == .absent ? refresh : nil
        default: return nil
        }
    }

    /// Why the required level is not reached.
    private var shortfall: String {
        guard !isUnlogged else {
            return "the record has no receipt: it is in no log that is known"
        }
        guard let finding = report.obstacle else {
            return "\"\(report.required.rawValue)\" is required"
        }
        guard let reached = report.reached else { return Self.words(finding) }
        return "\"\(report.required.rawValue)\" is required, and only \"\(reached.rawValue)\" is "
            + "reached: \(Self.words(finding))"
    }

    /// What was found, with the part that it is about where the detail does not say so.
    private static func words(_ finding: Finding) -> String {
        switch finding.check {
        case .issuer: finding.detail
        case .signature where finding.detail.hasPrefix("is "): "the signature " + finding.detail
        case .signature where finding.detail.hasPrefix("the "): finding.detail
        case .aud: "audience: " + finding.detail
        default: "\(finding.check.rawValue): \(finding.detail)"
        }
    }

    /// Advice for the person who asked; nil where none is needed.
    private var advice: String? {
        switch report.outcome {
        case .damaged: "look for another copy of the record"
        case .suspect where report.isHeadSuspect: "get a newer receipt, which the ledger still has"
        case .suspect: "--accept-suspect takes it, if you know that it is the studio's own"
        case .anotherFile, .recordOnly:
            if !isAboutFiles {
                "to judge the record alone, name it and add --record-only"
            } else if report.outcome == .recordOnly {
                "name the work before its record to have it compared, or add --record-only"
            } else {
                nil
            }
        case .unproven:
            if let obstacle = report.obstacle, obstacle.check == .anchor,
                obstacle.verdict == .notChecked
            {
                "--bitcoin-headers FILE checks it, by block headers from whom you trust"
            } else {
                nil
            }
        case .refuted, .verified: nil
        }
    }
}
