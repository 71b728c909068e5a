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

/// Returns the hashes of a proof, which a probe may leave out; nil where one is none.
func hashes(_ proof: [Data]?) -> [Hash]? {
    let hashes = (proof ?? []).compactMap { Hash([UInt8]($0)) }
    return hashes.count == (proof ?? []).count ? hashes : nil
}
