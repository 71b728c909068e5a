public import LedgerStore
import Merkle

extension Ledger {
    /// The manifests beside an entry bundle, to be read in pieces; nil where the newest head does
    /// not reach that far.
    public func manifestPieces(index: UInt64, width: Int) -> ManifestPieces? {
        firstEntry(of: index, width: width).map {
            ManifestPieces(published, $0..<($0 + UInt64(width)))
        }
    }

    /// The evidence about the heads whose last entry is in a bundle, to be read in pieces; nil
    /// where there is none about a head that anyone may see.
    public func evidencePieces(index: UInt64) throws(LedgerError) -> EvidencePieces? {
        let (store, size) = published.readable
        guard let first = firstEntry(of: index, width: 1) else { return nil }
        let sizes = (first + 1)...min(size, first + UInt64(TileID.width))
        guard try !store.anchorPage(of: sizes, limit: 1, more: 0).isEmpty else { return nil }
        return EvidencePieces(published, sizes)
    }

    /// All control statements below the newest head, to be read in pieces.
    public func controlPieces() -> ControlPieces {
        ControlPieces(published)
    }
}
