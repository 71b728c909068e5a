/// How a check goes on: in how large pieces, and what happens between two of them.
///
/// No iterator outlives a piece, so files that compaction has replaced can go.
struct CheckPace: Sendable {
    /// Rows that a check reads ahead of itself in one piece where nobody waits for the disk.
    static let wholeSpeed = 16 << 10

    /// Rows in one piece.
    let rows: Int

    /// Called after each piece with the number of its rows; may wait, and throws to stop.
    let pause: @Sendable (_ rows: Int) throws(LedgerError) -> Void
}
