import Encoding
import Manifests
import Provenance

/// A verdict in words for a person, or as one JSON object for a program.
struct VerdictText {
    private let name: String
    private let report: Report

    init(_ name: String, _ report: Report) {
        self.name = name
        self.report = report
    }

    /// Prints the verdict: the answer first, then everything that led to it.
    func print(to console: Console) {
        guard !console.quiet || !report.ok else { return }
        for line in lines { console.print(line) }
    }

    /// The text in lines of at most 80 columns, where words allow it.
    var lines: [String] {
        var lines = Columns.wrap(answer, head: name + ": ")
        if let advice { lines += Columns.wrap(advice, head: "") }
        for verdict in [Verdict.refuted, .ok, .unknown, .notChecked, .absent] {
            let findings = report.findings.filter { $0.verdict == verdict }
            guard !findings.isEmpty else { continue }
            lines.append("\(Self.heading(verdict)):")
            for finding in findings {
                lines += Columns.wrap(
                    finding.detail, head: "  " + Columns.pad(Self.word(finding.check), to: 13))
            }
        }
        lines += claims
        lines += Columns.wrap(asOf, head: "")
        return lines
    }

    private var answer: String {
        let reached = report.reached.map { "proven as far as \"\($0.rawValue)\"" }
        if report.findings.contains(where: { $0.verdict == .refuted }) {
            let rest = reached.map { "; apart from that it is \($0)" } ?? ""
            return "FALSE, do not believe it" + rest
        }
        guard let level = report.reached, let reached else {
            return "NOT PROVEN: \"\(report.required.rawValue)\" is required"
        }
        guard level >= report.required else {
            return "NOT ENOUGH: \(reached), but \"\(report.required.rawValue)\" is required"
        }
        guard report.ok else {
            return "NO FILE VERIFIED: only the record is \(reached)"
        }
        return report.isRecordOnly ? reached + "; the record alone, no file" : reached
    }

    /// Advice where the statement names no file that was given; nil where none is needed.
    private var advice: String? {
        guard !report.isRecordOnly, !report.isAboutArtifact, let statement = report.statement
        else { return nil }
        guard PredicateType.hasArtifact(statement.predicate) else {
            return """
                This record is not about a file. To judge the record alone, add --record-only \
                and name the record.
                """
        }
        let isMissing = report.findings.contains {
            $0.check == .artifact && $0.verdict == .notChecked
        }
        guard isMissing else { return nil }
        return """
            Name the artifact before its record to have it compared; to judge the record alone, \
            add --record-only.
            """
    }

    /// The claims of the signer, which are not proven.
    private var claims: [String] {
        guard let statement = report.statement else { return [] }
        var lines = ["claimed by the signer, not proven:"]
        for claim in Claims.of(statement, report.manifest) {
            lines += Columns.wrap(
                claim.value, head: "  " + Columns.pad(claim.name, to: 13))
        }
        return lines
    }

    private var asOf: String {
        """
        as of tree size \(report.asOf.size), \(Instant(report.asOf.time)): what the ledger \
        decided later is not known here. Whether an artifact shows the truth is never proven.
        """
    }

    private static func heading(_ verdict: Verdict) -> String {
        switch verdict {
        case .ok: "proven"
        case .absent: "absent"
        case .unknown: "unknown to this trust kit"
        case .notChecked: "not checked here"
        case .refuted: "FALSE"
        }
    }

    private static func word(_ check: Check) -> String {
        check == .aud ? "audience" : check.rawValue
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
        return [
            "file": .string(Text(name)),
            "entry": report.entry.map { .string(Text("\($0)")) } ?? .null,
            "required": .string(Text(report.required.rawValue)),
            "reached": report.reached.map { .string(Text($0.rawValue)) } ?? .null,
            "ok": .bool(report.ok),
            "asOf": [
                "size": .integer(Int64(clamping: report.asOf.size)),
                "time": .integer(Int64(clamping: report.asOf.time)),
            ],
            "newerThanKit": .bool(report.isNewerThanKit),
            "findings": .array(findings),
        ]
    }
}
