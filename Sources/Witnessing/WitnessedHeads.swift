internal import Checkpoints
internal import Encoding
internal import Merkle
internal import Synchronization

/// What a witness has cosigned and has on its disk, for all who read.
final class WitnessedHeads: Sendable {
    /// Heads of a log that are remembered behind the newest one.
    ///
    /// A log that is run twice shows its other heads at the same time. Eight take some 3 KiB.
    private static let pastLimit = 8

    private struct State {
        var heads: [Text: WitnessedHead] = [:]
        /// Those that were newest before, since the start; the newest of them last.
        var past: [Text: [WitnessedHead]] = [:]
        var origins: [Hash: Text] = [:]
        var obstacle: WitnessStateError?
    }

    private let state = Mutex(State())

    /// Why nothing is cosigned; nil where it is.
    var obstacle: WitnessStateError? {
        get { state.withLock { $0.obstacle } }
        set { state.withLock { $0.obstacle = newValue } }
    }

    /// Number of logs that something was cosigned of.
    var count: Int { state.withLock { $0.heads.count } }

    /// All of them.
    var all: [Text: WitnessedHead] { state.withLock { $0.heads } }

    /// The newest head of a log.
    subscript(origin: Text) -> WitnessedHead? {
        state.withLock { $0.heads[origin] }
    }

    /// The newest head of the log whose origin has this digest.
    func head(ofOriginWith digest: Hash) -> WitnessedHead? {
        state.withLock { state in state.origins[digest].flatMap { state.heads[$0] } }
    }

    /// Shows heads that are on the disk.
    func show(_ heads: some Sequence<WitnessedHead>) {
        state.withLock { state in
            for head in heads {
                let origin = head.signed.claim.origin
                guard let former = state.heads.updateValue(head, forKey: origin) else {
                    state.origins[.sha256(origin.utf8)] = origin
                    continue
                }
                guard former.size < head.size else { continue }
                state.past[origin, default: []].append(former)
                if state.past[origin, default: []].count > Self.pastLimit {
                    state.past[origin]?.removeFirst()
                }
            }
        }
    }

    /// Returns what convicts the log of a claim that was refused: that, and a head that was
    /// cosigned, be it the newest or one before.
    func misbehaviour(by claim: Claim) -> MisbehaviourProof? {
        let known = state.withLock { state in
            [state.heads[claim.origin]].compactMap { $0 } + (state.past[claim.origin] ?? [])
        }
        for head in known {
            if let proof = claim.misbehaviour(beside: head) { return proof }
        }
        return nil
    }
}
