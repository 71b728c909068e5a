import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import TestSupport
import Testing

/// What only the log shows of an index head (index.md §9).
@Suite struct IndexHeadPlaceTests {
    private let ledger: MemoryLedger
    private let first: IndexHead

    /// A ledger of five entries, the newest of which is a head over four, and two more.
    init() throws {
        var ledger = try MemoryLedger(seed: "index place")
        try ledger.addPoP()
        try ledger.add("photo")
        first = try ledger.addIndexHead()
        try ledger.add("print")
        try ledger.add("proof")
        self.ledger = ledger
    }

    private var place: IndexHeadPlace {
        IndexHeadPlace(ledger.size, below: ledger.registry, after: first)
    }

    /// The fault of a draft that the ledger key signs, nil where it may stand at the log's end.
    private func fault(
        _ draft: IndexHeadDraft, by signer: SigningKey? = nil, coversOther: Bool = true,
        isPublished: Bool? = nil
    ) throws -> IndexHeadFault? {
        let head = try draft.sign(with: signer ?? ledger.ledger)
        let tree = head.size <= ledger.size ? ledger.root(head.size) : nil
        do throws(IndexHeadFault) {
            try place.check(head, tree: tree, coversOther: coversOther, isPublished: isPublished)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [5, 6, 7] as [UInt64])
    func aHeadThatCoversMoreMayStand(size: UInt64) throws {
        #expect(try fault(ledger.indexHeadDraft(size)) == nil)
        #expect(try fault(ledger.indexHeadDraft(size), isPublished: true) == nil)
    }

    @Test func theFirstHeadFollowsNone() throws {
        let ledger = try MemoryLedger(seed: "index place 2")
        let head = try ledger.indexHeadDraft(2).sign(with: ledger.ledger)
        try IndexHeadPlace(2, below: ledger.registry, after: nil)
            .check(head, tree: ledger.root(2), coversOther: true)
    }

    @Test func eachRuleOfAPlaceIsHeld() throws {
        let good = try ledger.indexHeadDraft(7)
        #expect(try fault(good.with(origin: "other.example")) == .otherLedger("other.example"))
        #expect(try fault(good, by: ledger.pop) == .otherKey)
        #expect(try fault(good.with(size: 8)) == .aboveLog(size: 8, index: 7))
        #expect(try fault(good.with(size: 4)) == .coversNoMore(size: 4, before: 4))
        #expect(try fault(good.with(size: 3)) == .coversNoMore(size: 3, before: 4))
        #expect(try fault(good.with(tree: ledger.root(6))) == .otherTree(size: 7))
        #expect(try fault(good, isPublished: false) == .unpublished(size: 7))
        #expect(
            try fault(good.with(issuedAt: first.issuedAt - 1))
                == .earlier(first.issuedAt - 1, than: first.issuedAt))
        #expect(try fault(good, coversOther: false) == .coversHeadsOnly(from: 4, to: 7))
    }

    // MARK: - Entries that are no heads

    /// The places of heads, which counts how often it is asked for one.
    private struct CountedPlaces: RandomAccessCollection {
        final class Looks {
            var count = 0
        }

        let places: [UInt64]
        let looks = Looks()

        var startIndex: Int { 0 }

        var endIndex: Int { places.count }

        subscript(place: Int) -> UInt64 {
            looks.count += 1
            return places[place]
        }
    }

    @Test func whetherEntriesAreAllHeadsIsToldByTheirPlaces() {
        var random = SeededRandom(for: "whetherEntriesAreAllHeadsIsToldByTheirPlaces")
        for size in 0..<24 {
            let heads = (0..<UInt64(size)).filter { _ in random.number(below: 4) > 0 }
            for start in 0...UInt64(size) {
                for end in 0...UInt64(size) + 1 {
                    let isOther = start >= end || (start..<end).contains { !heads.contains($0) }
                    #expect(
                        IndexHeadPlace.hasOther(than: heads, from: start, to: end) == isOther,
                        "\(start) to \(end) of \(heads), \(random)")
                }
            }
        }
    }

    /// Whoever judges a million heads asks this a million times.
    @Test func whetherEntriesAreAllHeadsTakesFewLooks() {
        let heads = CountedPlaces(places: (0..<1_000_000).map { 2 * $0 + 1 })
        #expect(IndexHeadPlace.hasOther(than: heads, from: 500_001, to: 500_003))
        #expect(!IndexHeadPlace.hasOther(than: heads, from: 500_001, to: 500_002))
        #expect(heads.looks.count <= 80)
    }

    @Test func theChainGoesOn() throws {
        let good = try ledger.indexHeadDraft(7)
        let id = good.chain.id
        func with(_ id: [UInt8], _ sequence: UInt64, _ previous: Hash) throws -> IndexHeadDraft {
            try good.with(chain: Chain(id: id, sequence: sequence, previous: previous))
        }
        let other = ledger.registry.chainID
        #expect(try fault(with(other, 1, first.id.hash)) == .otherChain)
        #expect(try fault(with(id, 2, first.id.hash)) == .sequence(2, expected: 1))
        #expect(try fault(with(id, 0, .zero)) == .sequence(0, expected: 1))
        #expect(
            try fault(with(id, 1, ledger.root(1))) == .otherPrevious(expected: first.id.hash))
    }

    @Test func aSignatureThatDoesNotVerifyIsRefused() throws {
        let head = try ledger.indexHeadDraft(7).sign(with: ledger.ledger)
        var message = try COSESign1.decode(head.leaf)
        message.payload?[40] ^= 1
        var bytes = try StatementBytes(leaf: head.leaf, ledger.ledger)
        bytes.payload = try #require(message.payload)
        try bytes.setClaim(7, .bytes(Array(Hash.sha256(bytes.payload).bytes.prefix(16))))
        let good = try COSESign1.decode(bytes.encoded())
        // The signature of another payload, with a header that fits.
        let forged = COSESign1(
            protected: good.protectedMap, payload: good.payload,
            signature: try COSESign1.decode(head.leaf).signature)
        let read = try IndexHead(leaf: forged.encoded())
        let fault = #expect(throws: IndexHeadFault.self) {
            try place.check(read, tree: ledger.root(7), coversOther: true)
        }
        guard case .signature? = fault else {
            Issue.record("\(String(describing: fault))")
            return
        }
    }

    /// The key in force is that of the newest handover below the head, whatever its `lastSize`.
    @Test func theLedgerKeyIsTheOneInForceBelow() throws {
        var ledger = ledger
        let old = ledger.ledger
        let new = try ledger.values.ed25519("new ledger key")
        let change = LogKeyManifest(
            .ledger, old: Text(old.publicKey.string), new: Text(new.publicKey.string),
            lastSize: ledger.size + 1_000)
        try ledger.apply(
            change.manifest(origin: ledger.origin.text, nonce: ledger.nonce()), by: old,
            issuer: ledger.uri)
        let place = IndexHeadPlace(ledger.size, below: ledger.registry, after: first)
        let draft = try ledger.indexHeadDraft(ledger.size)
        try place.check(
            draft.sign(with: new), tree: ledger.root(ledger.size), coversOther: true)
        #expect(throws: IndexHeadFault.otherKey) {
            try place.check(
                draft.sign(with: old), tree: ledger.root(ledger.size), coversOther: true)
        }
    }

    @Test func eachFaultNamesItsField() throws {
        let faults: [IndexHeadFault] = [
            .otherLedger("other.example"), .otherKey, .aboveLog(size: 2, index: 1),
            .coversNoMore(size: 2, before: 2), .otherTree(size: 2), .unpublished(size: 2),
            .otherChain, .sequence(0, expected: 1), .otherPrevious(expected: .zero),
            .earlier(1, than: 2), .coversHeadsOnly(from: 1, to: 2),
        ]
        let fields = ["aud:", "kid:", "payload:", "chain.", "iat:"]
        for fault in faults {
            #expect(fields.contains { "\(fault)".hasPrefix($0) }, "\(fault)")
        }
        #expect(Set(faults.map { "\($0)" }).count == faults.count)
    }
}
