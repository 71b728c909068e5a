import Compression
import Encoding
import Ledger
import Merkle
import Provenance
import TestPeer

/// What the stub answers to a batch of statements and questions.
extension StubLedger {
    static func batch(
        _ request: StubServer.Request, _ ledger: Ledger
    ) async throws -> StubServer.Answer {
        let isGzip = request.fields["content-encoding"] == "gzip"
        let answers = try await items(of: request.body, isGzip: isGzip).asyncMap { item in
            await answer(to: item, ledger)
        }
        return .whole(200, ["Accept-Encoding": "gzip"], answers.flatMap { $0.encoded() })
    }

    /// The items of a batch's body.
    static func items(of body: [UInt8], isGzip: Bool) throws -> [[UInt8]] {
        var plain = body
        if isGzip {
            var inflater = GzipInflater()
            inflater.append(body)
            plain = []
            while let piece = try inflater.next() { plain += piece }
        }
        var reader = CBORSequenceReader(itemLimit: 1 << 20)
        reader.append(plain)
        var items: [[UInt8]] = []
        while case .bytes(let item)? = try reader.next() { items.append(item) }
        return items
    }

    static func answer(to item: [UInt8], _ ledger: Ledger) async -> CBOR {
        if item.count == Hash.byteCount, let id = Hash(item) {
            return ledger.known(EntryID(id)).map(Self.answer)
                ?? .array([.unsigned(404), .bytes(item), .map(CBORMap([]))])
        }
        return await ledger.register([item]).first.map(Self.answer) ?? .null
    }

    private static func answer(_ registration: Registration) -> CBOR {
        switch registration {
        case .registered(let id, let receipt):
            .array([.unsigned(201), .bytes(id.hash.bytes), .bytes(receipt)])
        case .known(let id, let receipt):
            .array([.unsigned(200), .bytes(id.hash.bytes), .bytes(receipt)])
        case .unpublished(let id, _, _):
            .array([.unsigned(202), .bytes(id.hash.bytes), .null])
        case .refused(let refusal, let id):
            .array([
                .unsigned(400), id.map { .bytes($0.hash.bytes) } ?? .null,
                .map(CBORMap([(-1, .text("Rejected")), (-2, .text(Text("\(refusal)")))])),
            ])
        }
    }
}

extension Sequence where Element: Sendable {
    fileprivate func asyncMap<Value>(_ body: (Element) async -> Value) async -> [Value] {
        var values: [Value] = []
        for element in self { values.append(await body(element)) }
        return values
    }
}
