import Encoding
import HTTPService
import Ledger
import LedgerStore
import Merkle
import Provenance

extension SitePages {
    /// The page of an index head; nil where no entry that anyone may see is one of this name.
    func indexHead(_ id: EntryID, _ exchange: Exchange) throws(Problem) -> Reply? {
        guard let placed = try stored({ try ledger.indexHead(id) }) else { return nil }
        let root = SiteResource.root(from: exchange.path, to: .entry("\(id)"))
        var values = try stored { try self.values(of: placed) }
        values["root"] = .text(root)
        let page = SitePage(
            title: "Index head \(placed.head.chain.sequence)", root: root, origin: origin,
            content: PageTemplate.indexHead.filled(with: values))
        return page.reply(.head, to: exchange)
    }

    private func values(of placed: PlacedIndexHead) throws -> PageValues {
        let head = placed.head
        guard let bytes = try ledger.transparent(head.id),
            let receipt = try TransparentIndexHead(bytes).receipts.last.map({ try Receipt($0) }),
            case .inclusion(let proof) = receipt.proof
        else { throw LedgerError.corrupt("index head \(head.id) has no receipt of its place") }
        let leaf = Hash.leaf(head.leaf)
        var values: PageValues = [
            "origin": .text(origin), "entry": .text("\(head.id)"),
            "isIncomplete": .flag(isIncomplete),
            "index": .text("\(placed.index)"), "sequence": .text("\(head.chain.sequence)"),
            "size": .text("\(head.size)"), "time": .text(Age(now: clock()).text(head.issuedAt)),
            "covers": .text(Self.covers(head.size)),
            "later": .text(Self.later(than: head.size, in: ledger.readableSize)),
            "tree": .text("\(head.tree)"), "map": .text("\(head.map)"),
            "key": .text("\(Base64.encodeURL(head.keyID.bytes))"),
            "path": .markup(PathDrawing.markup(of: proof, from: leaf)),
            "treeSize": .text("\(proof.treeSize)"),
            "rootHash": .text("\(proof.root(from: leaf))"),
            "headTime": .text("\(Instant(receipt.issuedAt))"),
            "witnessWords": .text(
                EntryMoments.words(of: try EntryMoments.witnesses(of: receipt, in: ledger))),
        ]
        if head.chain.sequence > 0 {
            values["previous"] = .text("\(EntryID(head.chain.previous))")
        }
        if let next = try ledger.indexHead(after: head) { values["next"] = .text("\(next.id)") }
        return values
    }

    private static func covers(_ size: UInt64) -> String {
        size == 1
            ? "It covers the first entry of the log, entry 0."
            : "It covers the first \(size) entries of the log, up to entry \(size - 1)."
    }

    /// How many entries of a log an index head does not cover.
    static func later(than size: UInt64, in log: UInt64) -> String {
        switch log - min(size, log) {
        case 0: "No entry came after those."
        case 1: "The entry after those is not covered by it."
        case let count: "The \(count) entries after those are not covered by it."
        }
    }
}
