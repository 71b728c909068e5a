import Checkpoints
import HTTPService
import HTTPTypes
import Ledger
import Provenance

extension LedgerRoutes {
    /// Tells a person who opens the ledger's address what it is.
    func front(_ exchange: Exchange) -> Reply {
        // As it was opened: what stands before us may have given it another path than the origin's.
        var base = exchange.path
        while base.hasSuffix("/") { base.removeLast() }
        let text = """
            \(ledger.origin) is an append-only ledger of who made an artifact, where,
            when and how. It has \(ledger.readableSize) entries.

            Programs read it. To check a work offline get the ledger's trust kit, from
            \(base)/trust-kit or, with the address that you opened for ADDRESS, by
            "colophon trust fetch --ledger ADDRESS". Its genesis is
            \(ledger.genesis)

            """
        return Answer.tagged(
            Array(text.utf8), MediaType.text, cache: CacheRule.head, for: exchange.headers)
    }

    /// Returns the trust kit at the newest head, as one file.
    func trustKit(_ exchange: Exchange) throws(Problem) -> Reply {
        guard let head = ledger.newestHead() else { throw .unmetQuorum("\(ledger.unmetQuorum)") }
        let answer = try kits.answer(at: head, under: ledger.witnessPolicy) { () throws(Problem) in
            let files = try stored { try ledger.trustKit() }
            let bytes = files.oneFile
            var answer = Answer.bytes(bytes, MediaType.trustKit, cache: CacheRule.revalidate)
            answer.headers[.eTag] = EntityTag(of: bytes).text
            return answer
        }
        return answer.unlessKnown(by: exchange.headers)
    }
}
