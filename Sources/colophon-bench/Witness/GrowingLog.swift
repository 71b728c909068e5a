import Checkpoints
import Encoding
import Merkle

/// A tree that other logs than ours sign heads of: to ask a witness for cosignatures of many.
struct GrowingLog: NodeReader {
    /// Hashes of the complete subtrees, by level: the leaves are first.
    private var levels: [[Hash]] = [[]]

    /// Grows a tree of `count` leaves.
    init(leaves count: Int) {
        levels[0] = (0..<count).map { Hash.leaf(Array("leaf \($0)".utf8)) }
        while let below = levels.last, below.count > 1 {
            let pairs = stride(from: 0, to: below.count - 1, by: 2)
            levels.append(pairs.map { Hash.node(below[$0], below[$0 + 1]) })
        }
    }

    func hashes(of nodes: [NodeID]) -> [Hash] {
        nodes.map { levels[Int($0.level)][Int($0.index)] }
    }

    /// The root of the tree's first `size` leaves.
    private func root(ofSize size: UInt64) throws -> Hash {
        try CompactRange(size: size, hashes: hashes(of: CompactRange.nodes(of: size))).root
    }

    /// What each of `signers` sends to a witness while its log grows leaf by leaf: the bodies, all
    /// of one size before those of the next.
    func requests(of signers: [NoteSigner]) throws -> [[UInt8]] {
        var bodies: [[UInt8]] = []
        for size in 1...UInt64(levels[0].count) {
            let root = try root(ofSize: size)
            let proof = try ConsistencyProof(from: size - 1, to: size, reading: self)
            for signer in signers {
                let checkpoint = try Checkpoint(origin: signer.name, size: size, root: root)
                let note = try signer.note(checkpoint)
                let request = AddCheckpoint(
                    oldSize: size - 1, path: proof.path, signed: try SignedCheckpoint(note))
                bodies.append(request.encoded)
            }
        }
        return bodies
    }
}
