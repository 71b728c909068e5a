import LedgerStore

extension Ledger {
    /// The manifests beside an entry bundle, to be read in pieces; nil where the newest head does
    /// not reach that far.
    public func manifestPieces(index: UInt64, width: Int) -> ManifestPieces? {
        firstEntry(of: index, width: width).map {
            ManifestPieces(published, $0..<($0 + UInt64(width)))
        }
    }

    /// All control statements below the newest head, to be read in pieces.
    public func controlPieces() -> ControlPieces {
        ControlPieces(published)
    }
}
