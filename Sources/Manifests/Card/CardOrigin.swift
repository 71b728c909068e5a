/// Where a line of a card comes from: every line begins with the mark of one.
public enum CardOrigin: String, CaseIterable, Sendable {
    /// Found by arithmetic here, whichever way it went: signatures, digests, paths in a tree.
    case proven = "P"

    /// Stated by the signer; nothing proves it.
    case stated = "S"

    /// Seen by others, who are neither the signer nor the ledger: witnesses, authorities, blocks.
    case witnessed = "W"

    /// Not known here.
    case unknown = "?"

    /// The mark, in four columns with the blank behind it.
    public var mark: String {
        switch self {
        case .proven: "[P] "
        case .stated: "[S] "
        case .witnessed: "[W] "
        case .unknown: "[?] "
        }
    }
}
