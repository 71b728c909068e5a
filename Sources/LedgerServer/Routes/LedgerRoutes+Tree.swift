import Checkpoints
import Encoding
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Ledger
import Merkle

extension LedgerRoutes {
    /// Returns one kept head by its size.
    func head(_ text: String) throws(Problem) -> Response {
        guard let size = decimal(text) else {
            throw .malformed("size: must be a decimal number without leading zeros")
        }
        guard let head = try stored({ try ledger.head(size: size) }) else {
            throw .notFound("no head of this size is kept")
        }
        return Answer.bytes(head.note, MediaType.text, cache: CacheRule.revalidate)
    }

    /// Returns a tile or an entry bundle (C2SP tlog-tiles).
    func tile(_ path: TilePath, _ exchange: Exchange) throws(Problem) -> Response {
        switch path {
        case .tile(let id, let width):
            guard let bytes = try stored({ try ledger.tile(id, width: width) }) else {
                throw .notFound("the log does not reach that far")
            }
            return Answer.bytes(bytes, MediaType.bytes, cache: CacheRule.immutable)
        case .entries(let index, let width):
            guard let bytes = try stored({ try ledger.entryBundle(index: index, width: width) })
            else { throw .notFound("the log does not reach that far") }
            return Answer.compressible(
                bytes, MediaType.bytes, cache: CacheRule.immutable, exchange.accepted)
        }
    }

    /// Returns a consistency proof, one base64 hash a line.
    func consistency(_ exchange: Exchange) throws(Problem) -> Response {
        let query = try Query(exchange.request.uri, allowed: ["from", "to"])
        guard let from = try query.number("from") else {
            throw .malformed("from: must be given")
        }
        let to = try query.number("to")
        if to == nil, from > ledger.head().size {
            throw Problem(.beyondTree(size: ledger.head().size))
        }
        let path: [Hash]
        do {
            path = try ledger.consistency(from: from, to: to)
        } catch {
            throw Problem(error)
        }
        let lines = path.map { Base64.encode($0.bytes) + "\n" }.joined()
        return Answer.text(
            lines, cache: to == nil ? CacheRule.revalidate : CacheRule.immutable)
    }

    /// Returns the keys of all receipts, retired ones too, as a COSE_KeySet.
    func scittKeys() -> Response {
        let set = CBOR.array(ledger.scittKeys().map(\.keySetMember))
        return Answer.bytes(set.encoded(), MediaType.cbor, cache: CacheRule.keys)
    }

    /// Returns one of these keys by the base64url of its kid.
    func scittKey(_ kid: String) throws(Problem) -> Response {
        let bytes = Base64.decodeURL(kid)
        guard let key = ledger.scittKeys().first(where: { $0.thumbprint == bytes }) else {
            throw Problem(
                status: .notFound, title: "No such key", detail: "no receipt key has this kid")
        }
        return Answer.bytes(key.keySetMember.encoded(), MediaType.cbor, cache: CacheRule.keys)
    }
}

extension Problem {
    /// Creates the problem that says why there is no consistency proof.
    init(_ refusal: ReadRefusal) {
        switch refusal {
        case .malformed(let rule): self = .malformed("consistency: \(rule)")
        case .beyondTree(let size): self = .notFound("the log has \(size) entries")
        case .failed(let error): self = .storage("the store could not be read: \(error)")
        }
    }
}
