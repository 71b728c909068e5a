import Checkpoints
import Encoding
import LedgerClient
import Provenance

/// Which of the anchors that a ledger gives a record may take (record.md §5).
struct NewerAnchors {
    /// Those that bound more than what the record has.
    private(set) var taken: [CBORMap] = []

    /// What is wrong with others, in words for a person.
    private(set) var refused: [String] = []

    /// Tokens that nobody here can verify.
    private(set) var openTokens = 0

    /// Judges what was given; the heads of what is taken must be of one log with those of the
    /// receipts, which are proven.
    init(
        for record: TransparentStatement, of given: [CBORMap],
        beside receipts: [FittingReceipt], _ client: LedgerClient, _ judge: ReceiptJudge
    ) async throws(NewerReceiptsError) {
        // Without a kit nobody can say which are good.
        guard judge.kit != nil, let newest = receipts.last else { return }
        let statement = record.statement
        func weighed(_ maps: [CBORMap]) -> [WeighedAnchor] {
            maps.map { judge.weigh($0, beside: receipts.map(\.bytes), of: statement) }
        }
        let news = weighed(given.filter { !record.anchors.contains($0) })
        for anchor in news where anchor.worth == .refuted {
            let place = anchor.size > 0 ? " about the head of size \(anchor.size)" : ""
            refused.append("evidence\(place): \(anchor.words)")
        }
        openTokens = news.count { $0.worth == .open && $0.anchor?.type == Anchor.timestamp }
        // What the file has is judged by what it has: what is new takes nothing out.
        let own = record.anchors.map {
            judge.weigh($0, beside: record.receipts, of: statement)
        }
        var list = AnchorList(own)
        list.add(news)
        let wanted = list.maps.filter { !record.anchors.contains($0) }
        guard !wanted.isEmpty else { return }
        let heads = wanted.compactMap { map in
            (try? Anchor(map)).flatMap { try? SignedCheckpoint(parsing: $0.checkpoint).claim }
        }
        try await LogGrowth(newest, client).check(heads, among: receipts.map(\.head))
        taken = wanted
    }
}
