import Anchoring
import Checkpoints
import Encoding
import Synchronization
import TestSupport

/// A log in memory, for those who date its heads.
final class FakeDatedLog: AnchoredLog {
    private struct State {
        var size: UInt64
        var rows: [KeptAnchor] = []
        var keeps = 0
        var isBroken = false
        var losesWhatItKeeps = false
    }

    /// Why it does not answer.
    struct Broken: Error {}

    let origin: Origin
    private let state: Mutex<State>

    /// Creates a log whose newest head has a size; at 0 it has none that may be dated.
    init(size: UInt64 = 5, rows: [KeptAnchor] = []) throws {
        origin = try Origin(Text("ledger.example"))
        state = Mutex(State(size: size, rows: rows))
    }

    /// What is dated of the head of a size.
    static func input(_ size: UInt64) -> AnchorInput {
        AnchorInput(checkpoint: Array("ledger.example\n\(size)\n".utf8), size: size)
    }

    func grow(to size: UInt64) { state.withLock { $0.size = size } }

    /// Every call fails from now on, or none.
    func setBroken(_ isBroken: Bool) { state.withLock { $0.isBroken = isBroken } }

    /// What is to be kept is lost from now on, as where a crash comes first, or is not.
    func setLosing(_ losesWhatItKeeps: Bool) {
        state.withLock { $0.losesWhatItKeeps = losesWhatItKeeps }
    }

    /// All rows, by size.
    var rows: [KeptAnchor] { state.withLock { $0.rows } }

    /// How often something was to be kept.
    var keeps: Int { state.withLock { $0.keeps } }

    /// The rows of a kind.
    func rows(_ kind: AnchorKind) -> [KeptAnchor] { rows.filter { $0.source.kind == kind } }

    // MARK: - What a conductor asks

    private func read<Value>(_ body: (State) throws -> Value) throws -> Value {
        try state.withLock { state in
            guard !state.isBroken else { throw Broken() }
            return try body(state)
        }
    }

    func newestHeadToDate() throws -> AnchorInput? {
        try read { $0.size == 0 ? nil : Self.input($0.size) }
    }

    func headToDate(above size: UInt64) async throws {
        try await eventually("a head above \(size)") { state.withLock { $0.size } > size }
    }

    func newestAnchor(
        of source: AnchorSource, in wanted: KeptAnchor.State?
    ) throws -> KeptAnchor? {
        try read { state in
            state.rows.last { $0.source == source && $0.state == wanted ?? $0.state }
        }
    }

    func pendingAnchors(of source: AnchorSource, limit: Int) throws -> [KeptAnchor] {
        try read { state in
            let pending = state.rows.filter { $0.source == source && $0.state == .pending }
            return Array(pending.reversed().prefix(limit))
        }
    }

    func anchors(ofSize size: UInt64, _ kind: AnchorKind) throws -> [KeptAnchor] {
        try read { state in
            state.rows.filter { $0.input.size == size && $0.source.kind == kind }
        }
    }

    func keep(_ anchor: KeptAnchor) throws {
        try state.withLock { state in
            state.keeps += 1
            guard !state.isBroken, !state.losesWhatItKeeps else { throw Broken() }
            state.rows.removeAll { $0.source == anchor.source && $0.input == anchor.input }
            state.rows.append(anchor)
            state.rows.sort { $0.input.size < $1.input.size }
        }
    }
}
