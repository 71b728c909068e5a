/// Whether a ledger makes index heads.
///
/// The first one closes the list of the types that its log may have (index.md §8). So nothing makes
/// one unless somebody has said so, or the log has one.
public enum IndexSwitch: Hashable, Sendable {
    /// It makes none, whatever the log has.
    case off

    /// It makes them from now on.
    case on

    /// It goes on where the log has one.
    case asLogged
}
