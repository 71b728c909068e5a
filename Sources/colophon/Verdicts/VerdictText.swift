import Checkpoints
import Encoding
import HTTPCalls
import Manifests
import Merkle
import Provenance
import Studio

/// A verdict in words for a person, or as one JSON object for a program.
struct VerdictText {
    private let name: String
    private let record: String
    private let report: Report
    private let names: Names
    private let ledger: EntryID
    private let file: ComparedFile?
    private let online: ServiceURL?
    private let kit: String
    private let address: String?
    private let now: UInt64

    /// - Parameters:
    ///   - name: what the answer is about, as it was named.
    ///   - record: the file of the record.
    ///   - names: the collector's own, which stand beside what they name.
    ///   - ledger: the genesis of the kit's ledger.
    ///   - kit: how the trust kit was named.
    ///   - address: the ledger's, where the settings name one.
    ///   - file: the file that the record was compared with; nil where none was.
    ///   - online: the ledger at which the newest state was looked up; nil where it was not.
    ///   - now: when it was asked, in POSIX seconds.
    init(
        _ name: String, record: String, _ report: Report, _ names: Names, ledger: EntryID,
        kit: String, address: String? = nil,
        file: ComparedFile? = nil, online: ServiceURL? = nil, now: UInt64
    ) {
        (self.online, self.now) = (online, now)
        (self.kit, self.address) = (kit, address)
        self.name = name
        self.record = record
        self.report = report
        self.names = names
        self.ledger = ledger
        self.file = file
    }

    /// Prints the verdict: the answer first; everything that led to it where that is wanted.
    func print(to console: Console, verbose: Bool) {
        guard !console.quiet || !report.ok else { return }
        for line in lines(verbose: verbose) { console.print(line) }
    }

    /// The text in lines of at most 80 columns, where words allow it.
    func lines(verbose: Bool) -> [String] {
        let headline = Headline(report: report, names: names, ledger: ledger, now: now)
        var lines = Columns.pack(headline.answer, head: name + ":", indent: "  ")
        for paragraph in headline.rest {
            lines += Columns.pack(paragraph, head: " ", indent: "  ")
        }
        if let envelope = file?.envelope {
            lines += Columns.wrap("the file " + EnvelopeText.words(envelope), head: "  ")
        }
        for words in evidence { lines += Columns.wrap(words, head: "  ") }
        if let erasure = report.erasure, report.outcome != .refuted {
            lines += Columns.wrap(
                VerdictPhrase.erased.with([
                    "entry": "\(erasure.entry)", "reason": erasure.reason.string,
                ]), head: "  ")
        }
        let command = headline.command(mending: record, by: kit, at: address)
        if let command { lines.append("  hint: \(command)") }
        if let search { lines.append("  hint: \(search)") }
        guard verbose else {
            return [.refuted, .damaged].contains(report.outcome)
                ? lines : lines + CompleteText.lines(of: report) + fresh + brief
        }
        let witnesses = WitnessText(report, names)?.lines ?? []
        return lines + findings + witnesses + claims + Columns.wrap(asOf, head: "")
    }

    /// What decides nothing, and what a person should know: of what is false nothing else is worth
    /// a word.
    private var evidence: [String] {
        guard ![.refuted, .damaged].contains(report.outcome) else { return [] }
        return [
            likeness?.words, likeness.map { _ in "\(LikenessWords.offline)" }, credentials?.words,
            ParentText(report.manifest)?.doubt,
        ].compactMap(\.self)
    }

    private var likeness: ComparedLook? { file.flatMap { ComparedLook($0, report) } }

    /// The command that looks for what another file was made from; nil where nothing can be looked
    /// for.
    private var search: String? {
        guard report.outcome == .anotherFile, let file, file.look?.hashes != nil else { return nil }
        return CommandLineText.find(
            file.path, by: kit, at: address ?? "https://\(report.origin)")
    }

    private var credentials: CredentialText? {
        CredentialText(report.manifest, file?.credentials, isSameFile: report.isSameFile)
    }

    /// The exit status that this verdict means.
    var status: ExitStatus {
        if report.ok { return .yes }
        return report.isDamaged ? .usage : .no
    }

    private var isSigned: Bool { report.signer?.issuer != nil }

    /// The claims in a line; what does not fit stands further in than any word of ours, so that no
    /// title passes for one.
    private var brief: [String] {
        guard let statement = report.statement else { return [] }
        let head = isSigned ? "  claimed:" : "  claimed, by nobody known:"
        let parts = Claims.brief(statement, report.manifest)
        return Columns.pack(
            parts.dropLast().map { $0 + "," } + parts.suffix(1), head: head,
            indent: "           ")
    }

    /// Everything that was found, by its verdict.
    private var findings: [String] {
        var lines: [String] = []
        for verdict in [Verdict.refuted, .suspect, .ok, .unknown, .notChecked, .absent] {
            let findings = report.findings.filter { $0.verdict == verdict }
            guard !findings.isEmpty else { continue }
            lines.append(heading(verdict).words + ":")
            for finding in findings {
                lines += Columns.wrap(
                    finding.detail, head: "  " + Columns.pad(finding.check.words, to: 13))
            }
        }
        return lines
    }

    /// The claims of the signer, which are not proven.
    private var claims: [String] {
        guard let statement = report.statement else { return [] }
        var lines = [
            (isSigned ? VerdictPhrase.headingClaimed : .headingClaimedByNobody).words + ":"
        ]
        for claim in Claims.of(statement, report.manifest) {
            lines += Columns.wrap(
                claim.value, head: "  " + Columns.pad(claim.name, to: 13))
        }
        return lines
    }

    /// How fresh the answer is: what was decided later, nobody here knows.
    private var fresh: [String] {
        guard report.statement != nil else { return [] }
        let parts = [
            "as of tree size \(report.asOf.size),", "\(Instant(report.asOf.time));",
            online == nil ? "nothing was looked up online" : "looked up just now",
        ]
        return Columns.pack(parts, head: " ", indent: "  ")
    }

    private var asOf: String {
        let truth = VerdictPhrase.truth.words
        let size = VerdictPhrase.asOf.with([
            "size": "\(report.asOf.size)", "time": "\(Instant(report.asOf.time))",
        ])
        guard let online else {
            return "\(size): \(VerdictPhrase.notLookedUp.words) (--ledger URL does). \(truth)"
        }
        return "\(size), the newest state that \(online) gave just now. \(truth)"
    }

    private func heading(_ verdict: Verdict) -> VerdictPhrase {
        switch verdict {
        case .ok: isSigned ? .headingProven : .headingInOrder
        case .suspect: .headingSuspect
        case .absent: .headingAbsent
        case .unknown: .headingUnknown
        case .notChecked: .headingNotChecked
        case .refuted: .headingFalse
        }
    }

    /// The object of verification.md §9.
    var json: JSON.Object {
        let findings = report.findings.map { finding in
            JSON.object([
                "check": .string(Text(finding.check.rawValue)),
                "verdict": .string(Text(finding.verdict.rawValue)),
                "detail": .string(Text(finding.detail)),
            ])
        }
        var object: JSON.Object = [
            "file": .string(Text(name)),
            "entry": report.entry.map { .string(Text("\($0)")) } ?? .null,
            "outcome": .string(Text(report.outcome.rawValue)),
            "signer": report.signer.map { .object(json($0)) } ?? .null,
            "origin": .string(report.origin.text),
            "index": report.index.map { .integer(Int64(clamping: $0)) } ?? .null,
            "loggedAt": report.loggedAt.map { .integer(Int64(clamping: $0)) } ?? .null,
            "claims": Claims.json(report),
            "required": .string(Text(report.required.rawValue)),
            "reached": report.reached.map { .string(Text($0.rawValue)) } ?? .null,
            "ok": .bool(report.ok),
            "asOf": [
                "size": .integer(Int64(clamping: report.asOf.size)),
                "time": .integer(Int64(clamping: report.asOf.time)),
            ],
            "newerThanKit": .bool(report.isNewerThanKit),
            "online": .bool(online != nil),
            "findings": .array(findings),
        ]
        let witnesses = WitnessText(report, names)
        object["witnesses"] = witnesses?.json ?? .array([])
        object["quorum"] = witnesses?.quorum ?? .null
        let evidence = EvidenceText(report)
        object["evidence"] = evidence.json
        object["existedBy"] = evidence.earliestJSON
        object["notBefore"] = BracketText(report).json
        if !report.completeness.isEmpty {
            object["complete"] = .array(
                report.completeness.map { .object(CompleteText($0).json) })
        }
        object["erasure"] = report.erasure.map { erasure in
            [
                "entry": .integer(Int64(clamping: erasure.entry)),
                "reason": .string(erasure.reason), "authority": .string(erasure.authority),
            ]
        }
        object["likeness"] = likeness?.json
        object["credentials"] = credentials?.json
        object["parentLikeness"] = ParentText(report.manifest)?.json
        object["envelope"] = file?.envelope.map { .string(Text($0.rawValue)) }
        return object
    }

    private func json(_ signer: Report.Signer) -> JSON.Object {
        let revoked = signer.revocation.map { revocation in
            JSON.object([
                "entry": .integer(Int64(clamping: revocation.entry)),
                "reason": .string(revocation.reason),
                "suspectFrom": revocation.suspectFrom.map { .integer(Int64(clamping: $0)) }
                    ?? .null,
            ])
        }
        return Console.object([
            ("issuer", signer.issuer.map { .string($0) } ?? .null),
            ("kid", .string(Text(Base64.encodeURL(signer.keyID.bytes)))),
            ("roles", .array(signer.roles.map { .string($0.name) })),
            ("state", .string(Text(signer.state.rawValue))), ("revoked", revoked),
            ("yourName", names[signer.keyID].map { .string(Text($0)) }),
        ])
    }
}

/// What is said of a file that is an envelope around the signed manifest.
enum EnvelopeText {
    /// Says what the file is and what of it was not checked, behind the file's name.
    static func words(_ form: StatementEnvelope.Form) -> String {
        "is a \(form.rawValue) around the signed manifest; its own signatures were not checked"
    }
}
