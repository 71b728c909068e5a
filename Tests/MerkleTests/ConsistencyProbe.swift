import Foundation
import Merkle

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
