import Checkpoints
import Encoding
import Files
import Studio

/// A spool as `colophon spool status` shows it.
struct SpoolText {
    private let spool: Spool
    private let standing: SpoolStanding
    private let clock: PoPClock
    private let now: UInt64

    init(_ spool: Spool, _ standing: SpoolStanding, _ clock: PoPClock, now: UInt64) {
        (self.spool, self.standing, self.clock, self.now) = (spool, standing, clock, now)
    }

    private var id: String { Hex.encode(spool.settings.spool) }

    /// The lines for a person, none longer than a terminal.
    var lines: [String] {
        facts.flatMap { Columns.wrap($1, head: Columns.pad($0, to: Self.factWidth)) } + [""]
            + [Self.row("", "records", "bytes", "oldest signed")]
            + standing.heaps.map(row) + refusalLines + faultLines
    }

    private var facts: [(String, String)] {
        let settings = spool.settings
        var facts = [
            ("spool", id), ("issuer", settings.issuer.string), ("ledger", settings.ledger),
            ("meant for", settings.origin?.string ?? "any ledger"),
            ("next number", standing.next.map { "\($0)" } ?? "unknown"), ("clock", clockWords),
        ]
        if let answered = standing.answered {
            facts.append(("last answer", "\(UTC.text(answered)), \(age(answered))"))
        }
        if let gate = settings.gate {
            let bound = standing.boundCount ?? 0
            let held = bound == 1 ? "1 pending record is" : "\(bound) pending records are"
            facts.append(("gate", "\(gate.rawValue); \(held) bound to a drop"))
        }
        if let trouble = standing.trouble {
            facts.append(("last error", "\(UTC.text(trouble.at)): \(trouble.words)"))
        }
        return facts
    }

    private var clockWords: String {
        guard clock.source != PoPClock.Source.none else { return "nobody keeps it" }
        let off = clock.uncertaintySeconds.map { ", off by at most \($0) s" } ?? ""
        return "kept by \(clock.source.rawValue)\(off)"
    }

    private static let factWidth = 13

    private func row(_ heap: SpoolStanding.Heap) -> String {
        let oldest = heap.oldest.map { time in
            "\(UTC.text(time)), \(age(time))"
        }
        return Self.row(
            heap.state.rawValue, "\(heap.count)", ProgressLine.size(heap.bytes), oldest ?? "")
    }

    /// How long ago it was, by this machine's clock.
    private func age(_ time: UInt64) -> String {
        now >= time ? ProgressLine.time(now - time) + " ago" : "in the future"
    }

    private static func row(
        _ name: String, _ count: String, _ bytes: String, _ oldest: String
    ) -> String {
        let line =
            Columns.pad(name, to: factWidth) + Self.right(count, 7) + Self.right(bytes, 12) + "  "
            + oldest
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - Columns.columns(of: text))) + text
    }

    /// Reasons that are shown: a person reads a few, and `refused` has them all.
    private static let reasonLimit = 5

    private var refusalLines: [String] {
        guard !standing.refusals.isEmpty else { return [] }
        let lines = standing.refusals.prefix(Self.reasonLimit).flatMap { refusal in
            Columns.wrap(refusal.reason, head: "  \(refusal.count): ")
        }
        let more = standing.refusals.count - Self.reasonLimit
        return ["", "Refused:"] + lines + (more > 0 ? ["  and \(more) other reasons"] : []) + [
            "  colophon spool sync \(ShellWord.quoted(spool.path)) --retry-refused sends them again"
        ]
    }

    /// The command that mends what is wrong; nil where only a person can tell.
    private var mend: String? {
        for fault in standing.faults {
            switch fault {
            case .copied: return "colophon spool adopt --help says what to do with a copy"
            case .noTip, .noFolder:
                return "colophon spool adopt \(ShellWord.quoted(spool.path)) --new-chain mends it"
            default: continue
            }
        }
        return nil
    }

    private var faultLines: [String] {
        guard standing.faultCount > 0 else { return [] }
        let lines = standing.faults.flatMap { Columns.wrap("\($0)", head: "  ") }
        let more = standing.faultCount - standing.faults.count
        return ["", "Wrong:"] + lines + (more > 0 ? ["  and \(more) more"] : [])
            + (mend.map { ["  hint: \($0)"] } ?? [])
    }

    /// The object for programs.
    var json: JSON.Object {
        let settings = spool.settings
        return Console.object(
            [
                ("spool", .string(Text(spool.path))), ("id", .string(Text(id))),
                ("issuer", .string(settings.issuer)), ("ledger", .string(Text(settings.ledger))),
                ("origin", settings.origin.map { .string($0) }),
                ("gate", settings.gate.map { .string(Text($0.rawValue)) }),
                ("next", standing.next.map { .integer(Int64(clamping: $0)) }),
                ("bound", standing.boundCount.map { .integer(Int64($0)) }),
                ("answered", standing.answered.map { .string(Text(UTC.text($0))) }),
                ("popClock", clock.json),
                (
                    "trouble",
                    standing.trouble.map {
                        ["at": .string(Text(UTC.text($0.at))), "words": .string(Text($0.words))]
                    }
                ),
            ] + standing.heaps.map { (Text($0.state.rawValue), Self.json($0)) } + [
                (
                    "refusals",
                    .array(
                        standing.refusals.map { refusal in
                            [
                                "reason": .string(Text(refusal.reason)),
                                "count": .integer(Int64(refusal.count)),
                            ]
                        })
                ),
                ("faultCount", .integer(Int64(standing.faultCount))),
                ("faults", .array(standing.faults.map { .string(Text("\($0)")) })),
            ])
    }

    private static func json(_ heap: SpoolStanding.Heap) -> JSON {
        .object(
            Console.object([
                ("count", .integer(Int64(heap.count))),
                ("bytes", .integer(Int64(clamping: heap.bytes))),
                ("oldest", heap.oldest.map { .string(Text(UTC.text($0))) }),
            ]))
    }
}
