import Anchoring
import Checkpoints
import Files
import Ledger
import LedgerStore
import Synchronization

/// Lets the ledger sign, or keeps it from it, as the witnesses of one policy have it.
final class SigningGate: Sendable {
    /// Witnesses that are named in one line, at most; a line has to be read.
    private static let namedWitnesses = 3

    private struct State {
        var conductor: WitnessConductor?
        /// Whether what it permits still counts.
        var isFollowed = true
        /// Whether it was given over to be run, or closed.
        var isSpent = false
        /// Whether all witnesses were asked, or had the time to answer.
        var isAsked = false
    }

    private let ledger: Ledger
    private let evidence: String
    private let state = Mutex(State())

    /// `evidence` is where proofs are kept, for words.
    init(_ ledger: Ledger, evidence: String) {
        self.ledger = ledger
        self.evidence = evidence
    }

    /// Follows what this conductor permits.
    func follow(_ conductor: WitnessConductor) {
        state.withLock { $0.conductor = conductor }
    }

    /// Asks the witnesses what they remember, has the ledger sign where none has an objection, and
    /// has its heads cosigned until the task is cancelled.
    func run() async {
        guard let conductor = spend() else { return }
        guard state.withLock({ $0.isFollowed }) else { return }
        _ = await conductor.memories()
        state.withLock { $0.isAsked = !Task.isCancelled }
        update()
        await conductor.run()
    }

    /// Has the ledger's last head cosigned, where ``run()`` has ended.
    func finish() async {
        guard state.withLock({ $0.isAsked && $0.isFollowed }) else { return }
        await state.withLock { $0.conductor }?.finish()
    }

    /// Follows nothing any more.
    func close() {
        state.withLock { $0.isFollowed = false }
    }

    /// Ends the connections, unless the conductor runs or has run.
    func drop() async {
        close()
        await spend()?.close()
    }

    /// Ends the connections of a conductor that does not run, now or later.
    func shut() async {
        close()
        _ = spend()
        await state.withLock { $0.conductor }?.close()
    }

    /// Returns the conductor, once.
    private func spend() -> WitnessConductor? {
        state.withLock { state in
            defer { state.isSpent = true }
            return state.isSpent ? nil : state.conductor
        }
    }

    /// Whether a proof stands against signing.
    var isForbidden: Bool {
        state.withLock { $0.conductor?.permission.isForbidden ?? false }
    }

    /// What the witnesses remember, as far as they have said so.
    var remembered: [WitnessMemory] {
        state.withLock { $0.conductor?.remembered ?? [] }
    }

    /// Has the ledger do what is permitted now.
    ///
    /// Asked and done within the lock: of two changes the last one counts.
    func update() {
        state.withLock { state in
            guard state.isFollowed, let permission = state.conductor?.permission else { return }
            if !permission.isGranted {
                ledger.holdSigning(reason(of: permission))
            } else if state.isAsked {
                ledger.releaseSigning()
            }
        }
    }

    private func reason(of permission: SigningPermission) -> LedgerError {
        let obstacles = permission.obstacles
        var words = obstacles.prefix(Self.namedWitnesses).map { sentence($0) }
            .joined(separator: "; ")
        if obstacles.count > Self.namedWitnesses {
            words += "; and so do \(obstacles.count - Self.namedWitnesses) more witnesses"
        }
        return switch obstacles.first?.finding {
        case .splitView: .fork(words)
        case .signedMore: .oldCopy(words)
        default: .held(words)
        }
    }

    private func sentence(_ memory: WitnessMemory) -> String {
        let size = SignedLog(ledger).treeSize
        return switch memory.finding {
        case .signedMore(let head):
            "witness \(memory.witness) shows a head of \(head.claim.size) entries that this "
                + "ledger's key has signed, and this folder has \(size): it is an old copy and "
                + "does not sign until they are put back (colophond restore)"
        case .saysMore(let remembered):
            """
            witness \(memory.witness) says that it has seen \(remembered) entries, and this \
            folder has \(size): nothing is signed until they are put back (colophond restore), \
            or --overrule-witness \(ShellWord.quoted(memory.witness.description)) says that it \
            is mistaken
            """
        case .splitView(let head):
            "witness \(memory.witness) shows a head of \(head.claim.size) entries that this "
                + "ledger's key has signed, and that is another tree's: two logs sign with this "
                + "key; the proof is in the folder \(evidence)"
        default: "\(memory)"
        }
    }
}
