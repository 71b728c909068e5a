import Auditing
import Encoding
import LogReader
import Manifests
import Merkle
import Provenance
import TestLog

/// What a replay of a ledger in memory has handed on.
struct Replayed {
    var findings: [AuditFinding] = []
    var entries: [AuditedEntry] = []
    var controls: [AuditedControl] = []
    var bundles: [AuditedBundle] = []
    var progress: ReplayProgress?
    var place: ReplayPlace?

    /// Replays the newest head of `ledger`.
    init(
        _ ledger: MemoryLedger, showing log: MemoryLog? = nil, from start: ReplayPlace? = nil,
        to end: UInt64? = nil, pinned: EntryID? = nil,
        _ change: (inout ReplayOptions) -> Void = { _ in }
    ) async throws {
        let source = try log ?? MemoryLog(ledger)
        var options = ReplayOptions()
        change(&options)
        let genesis = pinned ?? ledger.registry.genesis
        let begin = start ?? ReplayPlace(beginningOf: genesis)
        let replay = Replay(of: try await ledger.tree(source), options)
        var taken = self
        taken.place = try await replay.run(from: begin, to: end) { bundle, place, progress in
            taken.findings += bundle.findings
            bundle.forEach { taken.entries.append($0) }
            taken.controls += bundle.controls
            taken.bundles.append(bundle)
            (taken.place, taken.progress) = (place, progress)
        }
        self = taken
    }

    /// Whether nothing was found.
    var isClean: Bool { findings.isEmpty }

    /// Whether nothing was found but this, at this entry, with these words.
    func found(only rule: AuditRule, at index: UInt64, _ words: String) -> Bool {
        findings.count == 1 && found(rule, at: index, words)
    }

    /// Whether this was found at an entry, with these words.
    func found(_ rule: AuditRule, at index: UInt64, _ words: String) -> Bool {
        findings.contains {
            $0.rule == rule && $0.place == .entry(index) && $0.detail.contains(words)
        }
    }
}

extension MemoryLedger {
    /// A ledger with one PoP, that takes foreign types too.
    static func withPoP() throws -> MemoryLedger {
        var ledger = try MemoryLedger()
        try ledger.addPoP()
        return ledger
    }
}
