import Encoding
import Manifests
import Merkle
import Provenance

extension CardState {
    /// What a record says of its receipts, where no kit tells whether that is so.
    static func unchecked(_ record: TransparentStatement) -> [CardLine] {
        receipts(of: record) + complete(record)
    }

    private static func complete(_ record: TransparentStatement) -> [CardLine] {
        guard !record.completes.isEmpty else { return [] }
        let words = VerdictPhrase.completeUnchecked.with(["count": "\(record.completes.count)"])
        return [CardLine(.unknown, .complete, .plain, words)]
    }

    private static func receipts(of record: TransparentStatement) -> [CardLine] {
        guard !record.receipts.isEmpty else { return [CardLine(.unknown, .receipt, .noReceipt)] }
        var lines = record.receipts.prefix(nameLimit).map { bytes in
            guard let receipt = try? Receipt(bytes) else {
                return CardLine(.unknown, .receipt, .receiptUnreadable)
            }
            let (origin, size) = (receipt.origin.string, "\(receipt.treeSize)")
            let time = "\(Instant(receipt.issuedAt))"
            return switch receipt.proof {
            case .inclusion(let proof):
                CardLine(.unknown, .receipt, .receiptOf, origin, size, "\(proof.leafIndex)", time)
            case .consistency(let proof):
                CardLine(.unknown, .receipt, .receiptOfHead, origin, "\(proof.oldSize)", size, time)
            }
        }
        if record.receipts.count > nameLimit {
            let rest = "\(record.receipts.count - nameLimit)"
            lines.append(CardLine(.unknown, .none, .moreReceipts, rest))
        }
        return lines
    }

    /// What the card leaves open.
    static func open(
        _ context: CardView.Context, _ manifest: Manifest?, _ facts: ProvenanceFacts?
    ) -> [CardLine] {
        func line(_ word: CardWord, _ texts: String...) -> CardLine {
            CardLine(
                .unknown, .none, CardSentence(word, texts.map { .text(Text($0)) }))
        }
        var lines: [CardLine] = []
        if context.report?.statement == nil { lines.append(line(.openNothing)) }
        if let facts {
            lines.append(line(.openTruth))
            if facts.capturedAt != nil { lines.append(line(.openCapture)) }
        }
        lines.append(line(.openPerson))
        if let edition = facts?.edition {
            lines.append(line(.openCopies, "\(edition.serial)", "\(edition.total)"))
        }
        if facts != nil { lines.append(line(.openPaper)) }
        if facts != nil, context.history == nil { lines.append(line(.openTakenBack)) }
        if let report = context.report, report.statement != nil {
            if manifest == nil { lines.append(line(.openErased)) }
            if !context.isOnline { lines.append(line(.openLater, "\(report.asOf.size)")) }
        }
        return lines
    }
}
