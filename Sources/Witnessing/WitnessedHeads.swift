internal import Checkpoints
internal import Encoding
internal import Merkle
internal import Synchronization

/// What a witness has cosigned and has on its disk, for all who read.
final class WitnessedHeads: Sendable {
    private struct State {
        var heads: [Text: WitnessedHead] = [:]
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
                if state.heads.updateValue(head, forKey: origin) == nil {
                    state.origins[.sha256(origin.utf8)] = origin
                }
            }
        }
    }
}
