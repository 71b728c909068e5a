import Encoding
import Provenance

/// What authorities and blocks say of an entry: who, by when, and how good that is.
struct EvidenceText {
    /// The most evidence of a kind that a headline names; the rest stands below `--verbose`.
    private static let limit = 4

    private let report: Report

    init(_ report: Report) {
        self.report = report
    }

    /// The parts of a headline; empty where nothing holds.
    var parts: [String] {
        parts(of: Anchor.timestamp, verb: "timestamped") + blocks
    }

    /// By when the entry existed, and who says so; nil where nothing says it but what the headline
    /// says already.
    var existedBy: [String]? {
        guard !holding.isEmpty, let bound = report.existedBy else { return nil }
        let time = "\(Instant(bound.time))\(Self.doubt(bound.tolerance))"
        return switch bound.source {
        case .witnesses: ["existed by \(time),", "say the witnesses"]
        case .evidence: ["existed by \(time),", "says \(bound.authority)"]
        }
    }

    /// The authorities whose certificates have ended since, and whose tokens nothing later covers;
    /// a paragraph each.
    func uncovered(at now: UInt64) -> [[String]] {
        holding.filter { evidence in
            evidence.expires.map { $0 < now } == true && !evidence.isSealed
        }.prefix(Self.limit).map { evidence in
            [
                "the certificate of \(evidence.authority ?? "") ended at",
                "\(Instant(evidence.expires ?? 0)),", "and nothing later covers its timestamp",
            ]
        }
    }

    private var holding: [Report.Evidence] {
        report.evidence.filter { $0.verdict == .ok }
    }

    /// The earliest of each authority.
    private func earliest(_ isOfKind: (Report.Evidence) -> Bool) -> [Report.Evidence] {
        var named: Set<[UInt8]> = []
        return holding.filter(isOfKind).sorted { ($0.time ?? 0) < ($1.time ?? 0) }
            .filter { named.insert(Array(($0.authority ?? "").utf8)).inserted }
    }

    private func parts(of type: Text, verb: String) -> [String] {
        earliest { $0.type == type }.prefix(Self.limit).enumerated().map { place, evidence in
            let time = evidence.time.map { "\(Instant($0))" } ?? ""
            return "\(place == 0 ? verb : "and") by \(evidence.authority ?? "") by \(time)"
        }
    }

    private var blocks: [String] {
        earliest { $0.type != Anchor.timestamp }.prefix(Self.limit).enumerated().flatMap {
            place, evidence in
            let time = evidence.time.map { "\(Instant($0))" } ?? ""
            return [
                "\(place == 0 ? "anchored" : "and") by \(evidence.authority ?? "")",
                "\(time)\(Self.doubt(evidence.tolerance))",
            ]
        }
    }

    /// How good a time is; empty where it is good to the second.
    private static func doubt(_ tolerance: UInt64) -> String {
        guard tolerance > 0 else { return "" }
        let hours = (tolerance - 1) / 3_600 + 1
        return " (good to about \(hours == 2 ? "two" : "\(hours)") hour\(hours == 1 ? "" : "s"))"
    }

    /// The evidence for programs (verification.md §9).
    var json: JSON {
        .array(
            report.evidence.map { evidence in
                .object(
                    Console.object([
                        ("type", evidence.type.map { .string($0) } ?? .null),
                        ("size", Self.number(evidence.size)),
                        ("authority", evidence.authority.map { .string(Text($0)) } ?? .null),
                        ("time", Self.number(evidence.time)),
                        ("tolerance", Self.tolerance(evidence.tolerance)),
                        ("expires", evidence.expires.map { .integer(Int64(clamping: $0)) }),
                        ("sealed", evidence.expires.map { _ in .bool(evidence.isSealed) }),
                        ("verdict", .string(Text(evidence.verdict.rawValue))),
                    ]))
            })
    }

    /// The earliest bound for programs; null where there is none.
    var earliestJSON: JSON {
        guard let bound = report.existedBy else { return .null }
        return .object(
            Console.object([
                ("type", .string(bound.source.name)), ("authority", .string(Text(bound.authority))),
                ("time", Self.number(bound.time)), ("tolerance", Self.tolerance(bound.tolerance)),
            ]))
    }

    private static func tolerance(_ seconds: UInt64) -> JSON? {
        seconds > 0 ? .integer(Int64(clamping: seconds)) : nil
    }

    private static func number(_ number: UInt64?) -> JSON {
        number.map { .integer(Int64(clamping: $0)) } ?? .null
    }
}
