/// What an index is doing.
public enum IndexPhase: Hashable, Sendable {
    /// It is not switched on.
    case off

    /// The map is being made of rows, or has run ahead of the newest head.
    case building

    /// The map is that of the newest index head.
    case ready

    /// It stopped for this reason; nothing but `index rebuild` makes it go on. Rows and lists, and
    /// the ledger itself, go on.
    case stopped(String)
}
