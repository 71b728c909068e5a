/// Whether a ledger makes index heads.
///
/// The first one closes the list of the types that its log may have (index.md §8). So a ledger that
/// an older program has made makes none, unless somebody has said so or its log has one.
public enum IndexSwitch: Hashable, Sendable {
    /// It makes none, whatever the log has; a new ledger is made without an index.
    case off

    /// It makes them from now on.
    case on

    /// It makes them where it was made with an index, or its log has one; a new ledger is made with
    /// an index.
    case asLogged
}
