import Encoding
import IndexMap
import Provenance
import Studio

/// What proofs of completeness show, in words for a person or as JSON for a program.
struct CompleteText {
    private let completeness: Report.Completeness

    init(_ completeness: Report.Completeness) {
        self.completeness = completeness
    }

    /// Says what a proof shows that is judged beside no record; the answer first.
    ///
    /// - Parameter inPart: whether some positions are all that was asked for.
    func print(named name: String, holds: Bool, inPart: Bool = false, to console: Console) {
        guard !console.quiet || !holds else { return }
        let findings = completeness.findings
        let first = findings.first { $0.verdict == .refuted } ?? findings.first
        let rest = findings.filter { $0 != first }
        let words = first.map { [holds && inPart ? $0.detail : Self.words($0)] } ?? []
        for line in Columns.pack(words, head: name + ":", indent: "  ") { console.print(line) }
        for finding in rest {
            for line in Columns.wrap(Self.words(finding), head: "  ") { console.print(line) }
        }
        guard !holds, findings.allSatisfy({ $0.verdict == .ok }) else { return }
        let level = completeness.head?.level?.rawValue ?? ""
        for line in Columns.wrap("its index head has reached \"\(level)\" only", head: "  ") {
            console.print(line)
        }
        guard completeness.head?.level == .logged else { return }
        console.print("  hint: --require logged takes the log's own word")
    }

    private static func words(_ finding: Finding) -> String {
        switch finding.verdict {
        case .refuted: "\(VerdictPhrase.refuted.words) \(finding.detail)"
        case .suspect: "\(VerdictPhrase.suspect.words) \(finding.detail)"
        case .ok: finding.detail
        case .absent, .unknown, .notChecked:
            "\(VerdictPhrase.unproven.words) \(finding.detail)"
        }
    }

    /// The lines below the verdict of a record, where not all findings are told; none where nobody
    /// has a proof.
    static func lines(of report: Report) -> [String] {
        guard !report.completeness.isEmpty else { return [] }
        return report.findings.filter { $0.check == .complete }.flatMap {
            Columns.wrap($0.verdict == .absent ? $0.detail : words($0), head: "  ")
        }
    }

    /// The object of verification.md §9 about a proof that is judged beside no record.
    func json(named name: String, holds: Bool) -> JSON.Object {
        var object = json
        object["file"] = .string(Text(name))
        object["ok"] = .bool(holds)
        object["findings"] = .array(
            completeness.findings.map { finding in
                [
                    "check": .string(Text(finding.check.rawValue)),
                    "verdict": .string(Text(finding.verdict.rawValue)),
                    "detail": .string(Text(finding.detail)),
                ]
            })
        return object
    }

    /// The object of verification.md §9.
    var json: JSON.Object {
        let head = completeness.head
        return Console.object([
            ("head", head.map { .string(Text("\($0.entry)")) } ?? .null),
            ("index", Self.number(head?.index)), ("size", Self.number(head?.size)),
            ("time", Self.number(head?.time)),
            ("reached", head?.level.map { .string(Text($0.rawValue)) } ?? .null),
            ("witnesses", Self.number(head.map { UInt64($0.witnesses) })),
            ("notCovered", Self.number(head?.notCovered)),
            ("answers", .array(completeness.answers.map { .object(Self.json($0)) })),
        ])
    }

    private static func json(_ answer: Report.Completeness.Answer) -> JSON.Object {
        Console.object([
            ("kind", .string(Text(answer.name.kind.words))),
            ("value", .string(Text(answer.name.text))),
            ("ofRecord", .bool(answer.isAboutRecord)),
            ("coversRecord", .bool(answer.coversRecord)),
            ("verdict", .string(Text(answer.verdict.rawValue))),
            ("count", number(answer.count)),
            ("indexes", .array(answer.indexes.map { number($0) })),
            ("shown", .array(answer.shown.map { number($0) })), ("all", .bool(answer.isAll)),
        ])
    }

    private static func number(_ value: UInt64?) -> JSON {
        value.map { .integer(Int64(clamping: $0)) } ?? .null
    }
}
