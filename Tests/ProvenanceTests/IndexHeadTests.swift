import Checkpoints
import Encoding
import IndexMap
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// The form of an index head (index.md §8).
@Suite struct IndexHeadTests {
    private let ledger: MemoryLedger
    private let head: IndexHead

    init() throws {
        var ledger = try MemoryLedger(seed: "index head")
        try ledger.addPoP()
        try ledger.add("photo")
        head = try ledger.addIndexHead()
        self.ledger = ledger
    }

    @Test func aHeadIsReadAsItWasSigned() throws {
        let read = try IndexHead(leaf: head.leaf)
        #expect(read == head)
        #expect(read.origin == ledger.origin.text && read.size == 4)
        #expect(read.tree == ledger.root(4))
        #expect(try read.map == ledger.map(4).root)
        #expect(read.keyID == ledger.ledger.publicKey.keyID)
        #expect(read.chain.sequence == 0 && read.chain.previous == .zero)
    }

    @Test func theSameContentMakesTheSameHead() throws {
        let draft = try MemoryLedger(seed: "index head").indexHeadDraft(2)
        #expect(try draft.sign(with: ledger.ledger) == draft.sign(with: ledger.ledger))
    }

    @Test func theNextHeadNamesTheOneBefore() throws {
        var ledger = ledger
        try ledger.add("print")
        let next = try ledger.addIndexHead { $0.with(issuedAt: $0.issuedAt) }
        #expect(next.chain.id == head.chain.id)
        #expect(next.chain.sequence == 1 && next.chain.previous == head.id.hash)
        #expect(next.issuedAt >= head.issuedAt)
    }

    @Test func aHeadIsNeverOlderThanTheOneBefore() throws {
        let draft = try IndexHeadDraft(
            after: head, of: ledger.registry.genesis, origin: ledger.origin.text, size: 5,
            tree: .zero, map: .zero, time: head.issuedAt - 1)
        #expect(draft.issuedAt == head.issuedAt)
    }

    /// A head is another type of entry: a reader of statements does not know it, and that is not
    /// *false*.
    @Test func aReaderOfStatementsDoesNotKnowAHead() {
        let refused = refusal { _ = try Statement(leaf: head.leaf) }
        #expect(refused?.reason == .unknownType)
        let newer = refused.flatMap { NewerStatement(head.leaf, refused: $0) }
        #expect(newer?.type == EntryType.index.type && newer?.isControl == false)
        let report = try? Verifier(ledger.kit()).verify(
            file: head.leaf, artifact: nil, recordOnly: true)
        #expect(report?.findings.map(\.verdict) == [.unknown])
    }

    @Test func aStatementIsNoHead() throws {
        let statement = ledger.leaves[3]
        #expect(refusal { _ = try IndexHead(leaf: statement) }?.reason == .unknownType)
    }

    @Test func aHeadOfALaterVersionIsUnknown() throws {
        var bytes = try StatementBytes(leaf: head.leaf, ledger.ledger)
        bytes.set(16, .text("application/vnd.colophon.index.v2+cose"))
        let leaf = try bytes.encoded()
        #expect(refusal { _ = try IndexHead(leaf: leaf) }?.reason == .unknownType)
        #expect(refusal { _ = try IndexedLabels(ofLeaf: leaf) }?.reason == .unknownType)
    }

    /// Each label, as it must not be, and the field that the refusal names.
    private static let labels: [(label: Int64, value: CBOR?, field: String)] = [
        (1, .int(-6), "alg"), (1, nil, "protected header"),
        (3, .text("application/vnd.in-toto+json"), "content type"), (3, nil, "protected header"),
        (4, .bytes([1]), "kid"), (4, nil, "protected header"),
        (15, .map([:]), "iss"), (15, .text("x"), "CWT claims"), (15, nil, "protected header"),
        (16, .bool(true), "typ"), (16, nil, "typ"),
        (-65538, .array([]), "chain"), (-65538, nil, "protected header"),
        (258, .int(-16), "protected header"),
        (259, .text("application/vnd.in-toto+json"), "protected header"),
        (-65537, .array([.bytes(Array(repeating: 1, count: 32))]), "protected header"),
        (-65539, .text("urn:colophon:provenance:v1"), "protected header"),
        (2, .array([.int(1)]), "protected header"),
    ]

    @Test(arguments: labels.indices)
    func eachLabelIsHeldToItsRule(place: Int) throws {
        let (label, value, field) = Self.labels[place]
        var bytes = try StatementBytes(leaf: head.leaf, ledger.ledger)
        bytes.set(label, value)
        let leaf = try bytes.encoded()
        #expect(refusal { _ = try IndexHead(leaf: leaf) }?.field == field, "\(label)")
    }

    private static let claims: [(claim: Int64, value: CBOR?, field: String)] = [
        (1, .text("https://other.example"), "iss"), (1, nil, "iss"),
        (2, .text("https://other.example"), "sub"), (2, nil, "sub"),
        (3, .text("other.example"), "iss"), (3, nil, "aud"),
        (6, .text("now"), "iat"), (6, nil, "iat"),
        (7, .bytes(Array(repeating: 0, count: 16)), "cti"), (7, nil, "cti"),
        (5, .unsigned(1), "CWT claims"),
    ]

    @Test(arguments: claims.indices)
    func eachClaimIsHeldToItsRule(place: Int) throws {
        let (claim, value, field) = Self.claims[place]
        var bytes = try StatementBytes(leaf: head.leaf, ledger.ledger)
        try bytes.setClaim(claim, value)
        let leaf = try bytes.encoded()
        #expect(refusal { _ = try IndexHead(leaf: leaf) }?.field == field, "\(claim)")
    }

    private static let hash = CBOR.bytes(Array(repeating: 7, count: 32))

    private static let payloads: [[UInt8]] = [
        [], [0x83], CBOR.array([.unsigned(1), hash]).encoded(),
        CBOR.array([.unsigned(0), hash, hash]).encoded(),
        CBOR.array([.unsigned(1 << 53), hash, hash]).encoded(),
        CBOR.array([.unsigned(1), hash, .bytes([7])]).encoded(),
        CBOR.array([.unsigned(1), .text("tree"), hash]).encoded(),
        CBOR.array([.unsigned(1), hash, hash, hash]).encoded(),
        CBOR.array([.unsigned(1), hash, hash]).encoded() + [0],
    ]

    @Test(arguments: payloads.indices)
    func thePayloadHasOneForm(place: Int) throws {
        var bytes = try StatementBytes(leaf: head.leaf, ledger.ledger)
        bytes.payload = Self.payloads[place]
        let name = Array(Hash.sha256(bytes.payload).bytes.prefix(16))
        try bytes.setClaim(7, .bytes(name))
        let leaf = try bytes.encoded()
        #expect(refusal { _ = try IndexHead(leaf: leaf) }?.field == "payload", "\(place)")
    }

    @Test func nothingStandsBesideALeaf() throws {
        let whole = try ledger.transparent(head).encoded()
        #expect(refusal { _ = try IndexHead(leaf: whole) }?.field == "unprotected header")
    }

    @Test func besideAHeadStandReceiptsAndAnchorsAlone() throws {
        var message = try COSESign1.decode(ledger.transparent(head).encoded())
        let whole = try TransparentIndexHead(message.encoded())
        #expect(whole.head == head && whole.receipts.count == 1)
        #expect(whole.encoded() == message.encoded())
        message.unprotected = message.unprotected.setting(-65540, to: .bytes([1]))
        let bytes = message.encoded()
        #expect(refusal { _ = try TransparentIndexHead(bytes) }?.field == "label -65540")
    }

    /// What the index reads of a leaf follows from labels; a head itself gives nothing.
    @Test func theKeysOfALeafFollowFromItsLabels() throws {
        #expect(try IndexedLabels(ofLeaf: head.leaf).keys() == [])
        let keys = try IndexedLabels(ofLeaf: ledger.leaves[3]).keys()
        #expect(
            try keys == [
                IndexName.work("photo").key, IndexName.sub("urn:example:thread").key,
                IndexName.iss(MemoryLedger.berlin).key,
            ])
        let control = try IndexedLabels(ofLeaf: ledger.leaves[0]).keys()
        #expect(
            try control == [IndexName.sub(ledger.uri).key, IndexName.iss(ledger.uri).key])
    }

    @Test(arguments: [EntryType.title, .collection])
    func aReservedTypeIsUnknownAndNotLeftOut(type: EntryType) throws {
        var bytes = try StatementBytes(leaf: ledger.leaves[3], ledger.pop)
        bytes.set(16, .text(type.type))
        let leaf = try bytes.encoded()
        #expect(EntryType(type.type) == type)
        #expect(refusal { _ = try IndexedLabels(ofLeaf: leaf) }?.reason == .unknownType)
    }
}
