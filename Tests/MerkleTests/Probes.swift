import Foundation
import Merkle

/// One probe of `merkle/inclusion`.
struct InclusionProbe: Decodable {
    let leafIdx: UInt64
    let treeSize: UInt64
    let root: Data
    let leafHash: Data
    let proof: [Data]?
    let desc: String
    let wantErr: Bool

    /// Says whether the proof is well formed and leads from the leaf to the root.
    func holds() -> Bool {
        guard let leaf = Hash([UInt8](leafHash)), let root = Hash([UInt8](root)),
            let path = hashes(proof),
            let proof = try? InclusionProof(leafIndex: leafIdx, treeSize: treeSize, path: path)
        else { return false }
        return proof.root(from: leaf) == root
    }
}

/// One probe of `merkle/consistency`.
struct ConsistencyProbe: Decodable {
    let size1: UInt64
    let size2: UInt64
    let root1: Data
    let root2: Data
    let proof: [Data]?
    let desc: String
    let wantErr: Bool

    /// Says whether the proof is well formed and leads to both roots.
    ///
    /// Some probes have short texts for roots ("don't care."), even one that holds: their digests
    /// stand in for them, since there is no ``Hash`` of any other length.
    func holds() -> Bool {
        let old = Hash([UInt8](root1)) ?? .sha256([UInt8](root1))
        let new = Hash([UInt8](root2)) ?? .sha256([UInt8](root2))
        guard let path = hashes(proof),
            let proof = try? ConsistencyProof(oldSize: size1, newSize: size2, path: path)
        else { return false }
        return (try? proof.verify(old: old, new: new)) != nil
    }
}

/// What this suite needs of `notes/notes-and-trees.json`; the names are the file's.
struct Published: Decodable {
    struct ReferenceTree: Decodable {
        let leaf_inputs_hex: [String]
        let roots_by_size_hex: [String]
    }
    struct GoTree: Decodable {
        struct Record: Decodable {
            let entry_utf8: String
            let leaf_hash_b64: String
        }
        let record_hash: Record
        let empty_tree_hash_hex: String
    }
    struct TileWidths: Decodable {
        let full_level0: Int
        let partial_level0_width: Int?
        let full_level1: Int?
        let partial_level1_width: Int
        let partial_level2_width: Int?
    }
    struct TileExamples: Decodable {
        let size_70000: TileWidths
        let size_256: TileWidths
    }
    let rfc6962_reference_tree: ReferenceTree
    let go_x_mod_tlog: GoTree
    let tlog_tiles_path_examples: TileExamples
}

private func hashes(_ proof: [Data]?) -> [Hash]? {
    let hashes = (proof ?? []).compactMap { Hash([UInt8]($0)) }
    return hashes.count == (proof ?? []).count ? hashes : nil
}
