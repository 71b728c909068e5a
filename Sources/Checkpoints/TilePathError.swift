/// Why a path names neither tile nor entry bundle (C2SP tlog-tiles).
///
/// Every case is answered with "not found".
public enum TilePathError: Error, Hashable, Sendable {
    /// The path does not have the form tile/L/N or tile/entries/N.
    case notATile

    /// The level is not a decimal number of one spelling from 0 to 63.
    case malformedLevel

    /// The index is not in groups of three digits, or begins with a group of zeros.
    case malformedIndex

    /// The width is not a decimal number of one spelling from 1 to 255.
    case malformedWidth

    /// No tree of at most 2^63 - 1 leaves has such a tile.
    case outsideEveryTree
}
