import Auditing
import Encoding
import Merkle
import Provenance
import Testing
import TestSupport

/// Puts a scene into a state, as an audit does.
struct SceneAudit {
    static let log = AuditedLog(
        .ledger(origin: "ledger.example/test", genesis: EntryID(.sha256([1]))),
        looks: ["manifests", "signatures"])

    /// The least that there can be: one bundle.
    static let bounds = FactBounds(names: 768, links: 256, erasures: 4)

    static let times = HeadTimeline(
        [], seen: 1_800_000_000, known: 1_800_000_000)

    let folder: TemporaryFolder

    /// Opens the state, which nobody else may have open.
    func open(
        _ bounds: FactBounds = SceneAudit.bounds,
        step: @escaping @Sendable (CommitStep) throws(AuditStateError) -> Void = { _ in }
    ) throws -> AuditState {
        try AuditState(folder.path("state"), of: Self.log, bounds: bounds, step: step)
    }

    /// Adds the entries from `start` up to `end`, with what they erase.
    static func add(_ scene: FactScene, _ range: Range<Int>, to state: AuditState) throws {
        try state.add(scene.entries[range])
        for erasure in scene.erasures where range.contains(Int(erasure.index)) {
            try state.add(
                erasing: erasure.digest, of: erasure.entries.map { EntryID($0) },
                at: erasure.index)
            try state.add(control: Array("leaf \(erasure.index)".utf8), at: erasure.index)
        }
    }

    /// Adds all entries from `first` on, which are not in the state yet, and settles them.
    static func finish(_ scene: FactScene, _ state: AuditState, from first: Int = 0) throws {
        var start = first
        while start < scene.entries.count {
            let end = min(start + 256, scene.entries.count)
            try add(scene, start..<end, to: state)
            start = end
        }
        try state.settle(by: times)
        try state.commit(size: UInt64(scene.entries.count))
    }

    /// All findings, as lines of the file that has them.
    func lines() throws -> [String] {
        try folder.text("state/findings").split(separator: "\n").map(String.init).sorted()
    }

    /// The findings that stand, as lines of that file.
    static func standing(_ state: AuditState) -> [String] {
        state.standing.kept.map { String(decoding: $0.json.encoded(), as: UTF8.self) }
    }

    /// All findings but those that stand, as `RULE INDEX`, sorted.
    func found(_ state: AuditState) throws -> [String] {
        var lines = try lines()
        for line in Self.standing(state) {
            lines.remove(at: try #require(lines.firstIndex(of: line)))
        }
        return try lines.map { line in
            let object = try JSON.decode(Array(line.utf8))
            let finding = try #require(AuditFinding(object))
            guard case .entry(let index) = finding.place else { return line }
            return "\(finding.rule.rawValue) \(index)"
        }.sorted()
    }

    /// Expects that a state has found what is in a scene, once each.
    func expect(_ scene: FactScene, in state: AuditState) throws {
        #expect(try found(state) == scene.expected)
        #expect(
            state.findings.count(of: .violation) + state.findings.count(of: .notice)
                == UInt64(scene.expected.count))
        let questions = Dictionary(grouping: state.questions) { $0.reason == .unexplained }
        #expect(Set((questions[true] ?? []).map(\.index)) == scene.unexplained)
        #expect(Set((questions[false] ?? []).map(\.index)) == scene.servedErased)
        #expect(state.questions.count == Set(state.questions).count)
        #expect(state.standing.counts[.chain] ?? 0 == scene.gapCount)
        var controls: [String] = []
        try state.forEachControl { controls.append("\($0) \(String(decoding: $1, as: UTF8.self))") }
        #expect(controls == scene.erasures.map { "\($0.index) leaf \($0.index)" })
    }
}
