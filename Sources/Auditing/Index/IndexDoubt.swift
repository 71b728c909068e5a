/// A finding about the index that the ledger's own signatures may show to everybody
/// (misbehaviour.md §6).
struct IndexDoubt: Hashable, Sendable {
    /// What has to be shown.
    enum Kind: UInt64 {
        /// An entry, and an index head below it that it contradicts.
        case pair = 0

        /// An index head, and the tree of the entries that it covers.
        case tree = 1

        /// An index head, and an entry that its map leaves out.
        case map = 2
    }

    /// Doubts that are kept: a ledger that is convicted once need not be so each minute.
    static let limit = 64

    /// Of these the doubts about maps, the newest: only the newest head of a ledger can be shown to
    /// leave an entry out, and a log may gain some heads between two runs.
    static let mapLimit = 16

    let kind: Kind

    /// The entry that the finding is about.
    let index: UInt64

    /// Of a pair the index head below, else the number of entries that the head covers.
    let beside: UInt64

    /// Returns those of some doubts that are kept: of maps the newest, of the others the first.
    ///
    /// Neither kind takes the room of the other.
    ///
    /// - Parameter doubts: in the order in which they were found.
    static func kept(of doubts: [IndexDoubt]) -> [IndexDoubt] {
        let maps = doubts.filter { $0.kind == .map }
        let others = doubts.filter { $0.kind != .map }
        return Array(others.prefix(limit - mapLimit)) + maps.suffix(mapLimit)
    }
}
