public import LedgerStore

/// Why a read cannot be answered.
public enum ReadRefusal: Error, Hashable, Sendable {
    /// The question makes no sense: 400.
    case malformed(String)

    /// The tree is not that large: 404.
    case beyondTree(size: UInt64)

    /// The store failed: 503.
    case failed(LedgerError)
}
