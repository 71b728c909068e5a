import Anchoring
import Checkpoints
import Crypto
import Encoding
import Merkle
import Synchronization
import TestSupport

/// A log in memory, for the witnesses of a test.
final class FakeLog: WitnessedLog {
    private struct State {
        var leaves: [Hash] = []
        var heads: [UInt64: SignedCheckpoint] = [:]
        var isBroken = false

        /// Entries without a head, at the end.
        var unsigned = 0

        /// When it says that it signed its heads.
        var headTime: UInt64?
    }

    /// Why it does not answer.
    struct Broken: Error {}

    let origin: Origin
    let signer: NoteSigner
    let key: Curve25519.Signing.PrivateKey
    private let state = Mutex(State())

    /// Creates a log of leaves that say what `branch` says; two logs of one key and other branches
    /// are a split view.
    init(origin: String = "ledger.example", key: Curve25519.Signing.PrivateKey = .init()) throws {
        self.key = key
        self.origin = try Origin(Text(origin))
        signer = try NoteSigner(name: Text(origin), key: .ed25519(key))
    }

    /// Appends leaves one by one, each with a head; the first of them says `branch`.
    @discardableResult
    func grow(by count: Int = 1, branch: String = "") throws -> UInt64 {
        try state.withLock { state in
            for _ in 0..<count {
                state.leaves.append(.leaf(Array("\(branch)\(state.leaves.count)".utf8)))
                let size = UInt64(state.leaves.count)
                let claim = try Checkpoint(
                    origin: origin.text, size: size, root: root(of: state.leaves[...]))
                let note = try SignedNote(
                    text: claim.text, signatures: [try signer.sign(claim.text)])
                state.heads[size] = try SignedCheckpoint(note)
            }
            return UInt64(state.leaves.count)
        }
    }

    /// Takes the heads of the last leaves away, as a crash may.
    func loseHeads(_ count: Int) { state.withLock { $0.unsigned = count } }

    var treeSize: UInt64 { state.withLock { UInt64($0.leaves.count) } }

    /// Every call fails from now on, or none.
    func setBroken(_ isBroken: Bool) { state.withLock { $0.isBroken = isBroken } }

    /// Says from now on that all heads were signed at this time, in POSIX seconds.
    func setHeadTime(_ time: UInt64) { state.withLock { $0.headTime = time } }

    func time(ofHeadOf size: UInt64) throws -> UInt64? { state.withLock { $0.headTime } }

    /// The head of a size, with the cosignatures that it has got.
    func head(_ size: UInt64) throws -> SignedCheckpoint {
        try found(state.withLock { $0.heads[size] }, "the head of size \(size)")
    }

    /// The names in the cosignatures of the head of a size.
    func cosigners(of size: UInt64) throws -> Set<String> {
        Set(try head(size).cosignatures.map(\.name.string))
    }

    func newestSignedHead() throws -> SignedCheckpoint {
        try state.withLock { state in
            let size = UInt64(state.leaves.count - state.unsigned)
            guard !state.isBroken, let head = state.heads[size] else { throw Broken() }
            return head
        }
    }

    func signedHead(above size: UInt64) async throws {
        try await eventually("a head above \(size)") { treeSize > size }
    }

    func consistency(from oldSize: UInt64, to newSize: UInt64) throws -> [Hash] {
        let nodes = LeafNodes(leaves: state.withLock { $0.leaves })
        return try ConsistencyProof(from: oldSize, to: newSize, reading: nodes).path
    }

    func root(ofSize size: UInt64) throws -> Hash {
        root(of: state.withLock { $0.leaves.prefix(Int(size)) })
    }

    func hasSigned(_ checkpoint: SignedCheckpoint) -> Bool {
        signer.verifierKey.verify(checkpoint.note) == .valid
    }

    func add(
        _ cosignatures: [NoteSignature], of cosigners: [VerifierKey], toHeadOf size: UInt64
    ) throws {
        try state.withLock { state in
            guard !state.isBroken, let head = state.heads[size] else { throw Broken() }
            state.heads[size] = try head.adding(cosignatures, of: cosigners)
        }
    }

    private func root(of leaves: ArraySlice<Hash>) -> Hash {
        var range = CompactRange()
        for leaf in leaves { range.append(leaf) }
        return range.root
    }
}

/// The nodes of a tree, computed from its leaves each time.
private struct LeafNodes: NodeReader {
    let leaves: [Hash]

    func hashes(of nodes: [NodeID]) -> [Hash] { nodes.map { hash($0.level, $0.index) } }

    private func hash(_ level: UInt8, _ index: UInt64) -> Hash {
        guard level > 0 else { return leaves[Int(index)] }
        return .node(hash(level - 1, 2 * index), hash(level - 1, 2 * index + 1))
    }
}
