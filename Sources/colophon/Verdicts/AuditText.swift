import Auditing
import Checkpoints
import Encoding
import Files
import Merkle
import Provenance
import Settings

/// The report of an audit, as one page for a person.
struct AuditText {
    /// Findings of a rule that the page has; the file has all.
    private static let shown = 3

    /// Findings in all that the page has, so that it stays one.
    private static let shownInAll = 24

    private let report: AuditReport

    init(_ report: AuditReport) {
        self.report = report
    }

    /// The page in lines of at most 80 columns, the answer last.
    var lines: [String] {
        heading + extent + head + evidence + findings + unchecked + [""]
            + Columns.wrap(answer, head: "")
    }

    private var heading: [String] {
        let genesis = report.log.genesis.map { ["  genesis \($0)"] } ?? []
        return Columns.wrap("\(report.log.origin)", head: "") + genesis
            + Columns.wrap(report.log.source, head: "  read from ") + [""]
    }

    // MARK: - What was looked at

    private var extent: [String] {
        let extent = report.extent
        let all = "\(Self.number(extent.entries)), since \(Instant(extent.since))"
        var lines = Self.row("entries", all)
        if extent.newEntries > 0 {
            lines += Self.row("", "\(Self.number(extent.newEntries)) of them now\(pace)")
        } else {
            lines += Self.row("", "no new ones")
        }
        if report.log.genesis != nil {
            lines += Self.row("checked", looks)
            let keys = "\(Self.number(extent.keys)) keys"
            lines += Self.row(
                "control", "\(Self.number(extent.controls)) statements, \(keys)")
            if extent.indexHeads > 0 { lines += Self.row("index", index) }
        }
        return lines
    }

    /// How long it took, and how fast that was; empty where it was too short to tell.
    private var pace: String {
        let seconds = report.extent.duration / .seconds(1)
        guard seconds >= 1 else { return "" }
        let rate = UInt64(Double(report.extent.newEntries) / seconds)
        return ", in \(ProgressLine.time(UInt64(seconds))), \(Self.number(rate))/s"
    }

    /// What was looked at in each entry.
    private var looks: String {
        let more = [
            report.extent.signatures ? "signatures" : nil,
            report.extent.manifests ? "manifests" : nil,
        ]
        return (["form"] + more.compactMap(\.self)).joined(separator: ", ")
            + ", keys, policy, duplicates, chains"
    }

    /// The index heads, and how many of their maps were computed.
    private var index: String {
        let (heads, maps) = (report.extent.indexHeads, report.extent.maps)
        let count = Self.count(heads, "head")
        guard maps == heads else { return "\(count), \(Self.number(maps)) of the maps computed" }
        return "\(count), \(heads == 1 ? "its map" : "each map") computed"
    }

    private var head: [String] {
        guard let head = report.head else {
            let isRefused = report.findings.counts[.checkpoint] != nil
            return Self.row("head", isRefused ? "none that is believed" : "none could be had")
        }
        let root = Base64.encode(head.checkpoint.root.bytes)
        var lines = Self.row("head", "size \(Self.number(head.size))") + Self.row("", root)
        let names = head.witnesses.map { "\($0.name)" }.joined(separator: ", ")
        let time = head.time.map { ", \(age($0))" } ?? ""
        switch head.quorum {
        case .notRequired: lines += Self.row("witnesses", "the kit asks for none")
        case .met: lines += Self.row("witnesses", "\(names)\(time): the quorum")
        case .notMet:
            lines += Self.row("witnesses", "\(names.isEmpty ? "none" : names): NOT the quorum")
        }
        return lines
    }

    private var evidence: [String] {
        if report.evidence.isEmpty, report.log.genesis != nil, report.head != nil {
            return Self.row("dated", "by nobody, as far as the source shows")
        }
        return report.evidence.counts.sorted { $0.key < $1.key }.flatMap { type, count in
            var lines: [String]
            if let newest = count.newest {
                lines = Self.row(
                    "\(type)",
                    "size \(Self.number(newest.size)), \(age(newest.time)), by \(newest.authority)")
            } else {
                lines = Self.row("\(type)", "none that was found to hold")
            }
            var rest = ["\(Self.number(count.held)) hold"]
            if count.pending > 0 { rest.append("\(Self.number(count.pending)) are promised") }
            if count.unchecked > 0 {
                rest.append("\(Self.number(count.unchecked)) not checked here")
            }
            lines += Self.row("", rest.joined(separator: ", "))
            return lines
        }
    }

    // MARK: - What was found

    private var findings: [String] {
        guard !report.findings.isEmpty else { return [] }
        var lines = ["", "found:"]
        var room = Self.shownInAll
        for rule in AuditRule.allCases {
            guard let count = report.findings.counts[rule] else { continue }
            let weight = rule.weight == .violation ? "VIOLATION" : "notice"
            lines += Columns.wrap(
                "\(rule.meaning): \(Self.number(count))", head: "  \(weight) \(rule.rawValue)  ")
            let kept = report.findings.kept.filter { $0.rule == rule }
            let some = kept.prefix(min(Self.shown, room))
            room -= some.count
            for finding in some {
                lines += Columns.wrap("\(finding.place): \(finding.detail)", head: "    ")
            }
            if count > some.count {
                lines.append("    and \(Self.number(count - UInt64(some.count))) more")
            }
        }
        return lines + files
    }

    /// Where more stands: the file of all findings in entries, and what convicts the log.
    private var files: [String] {
        let isInEntries = report.findings.kept.contains {
            if case .entry = $0.place { true } else { false }
        }
        let proofs = report.conditions.compactMap { condition -> String? in
            guard case .fork(let file) = condition.subject else { return nil }
            return report.path(of: file)
        }
        let ofIndex = report.misbehaviour.map { report.path(of: $0.file) }
        return (isInEntries ? Columns.wrap(report.findingsFile, head: "  all in ") : [])
            + (proofs.prefix(Self.shown) + ofIndex.prefix(Self.shown)).map {
                "  colophon verify-misbehaviour \(ShellWord.quoted($0)) --trust KIT"
            }
    }

    private var unchecked: [String] {
        let newer = report.newer.map { ["\($0): a newer program judges them, with a new --state"] }
        let words = (newer ?? []) + uncheckedLooks + report.unchecked
        guard !words.isEmpty else { return [] }
        return ["", "not checked here:"] + words.flatMap { Columns.wrap($0, head: "  ") }
    }

    private var uncheckedLooks: [String] {
        guard report.log.genesis != nil else { return [] }
        var words: [String] = []
        if !report.extent.signatures { words.append("signatures of statements: not asked for") }
        if !report.extent.manifests { words.append("manifests: not asked for") }
        return words
    }

    // MARK: - The answer

    private var answer: String {
        let violations = report.findings.count(of: .violation)
        let notices = report.findings.count(of: .notice)
        let beside = notices == 0 ? "" : ", and \(Self.count(notices, "notice"))"
        switch report.outcome {
        case .clean: return "clean: the log kept every rule that was checked"
        case .notices:
            return "clean, with \(Self.count(notices, "notice")): the log kept every rule that "
                + "was checked"
        case .violations: return "NOT CLEAN: \(Self.count(violations, "violation"))\(beside)"
        case .incomplete:
            if let behind = report.behind {
                return "not at its end: \(behind); nothing was found against what it has\(beside)"
            }
            if report.ending == .complete, let newer = report.newer {
                return "not all checked: \(newer); nothing was found against the rest\(beside)"
            }
            return
                "not at its end: nothing was found against the log as far as it was read\(beside)"
        }
    }

    // MARK: - Words

    private static let column = 14

    private static func row(_ name: String, _ words: String) -> [String] {
        Columns.wrap(words, head: Columns.pad("  \(name)", to: column + 2))
    }

    private func age(_ time: UInt64) -> String {
        report.time >= time
            ? "\(ProgressLine.time(report.time - time)) ago" : "\(Instant(time)), in the future"
    }

    private static func count(_ count: UInt64, _ noun: String) -> String {
        count == 1 ? "1 \(noun)" : "\(number(count)) \(noun)s"
    }

    /// A number with its thousands apart.
    private static func number(_ number: UInt64) -> String {
        var digits = "\(number)"
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits = String(digits.dropLast(3))
        }
        return ([digits[...]] + groups).joined(separator: ",")
    }
}
