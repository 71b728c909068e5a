import Ledger
import Manifests
import Merkle
import Provenance
import Similarity

/// A ledger as an index of what its pictures look like takes it.
struct LedgerLikeness: LikenessSource {
    let ledger: Ledger

    var genesis: Hash { ledger.genesis.hash }

    var size: UInt64 { ledger.readableSize }

    var isRegistering: Bool { ledger.isRegistering }

    var erasures: UInt64 { ledger.newestErasure.map { $0 + 1 } ?? 0 }

    func root(ofSize size: UInt64) throws -> Hash { try ledger.root(ofSize: size) }

    func hashes(of entries: Range<UInt64>) throws -> [HashedEntry] {
        try ledger.pictureHashes(in: entries).map { HashedEntry($0.index, $0.hash) }
    }

    func look(at entry: UInt64) throws -> EntryLook<LookedAtEntry> {
        try ledger.look(at: entry).map { .there($0.hash, $0) } ?? .gone
    }
}
