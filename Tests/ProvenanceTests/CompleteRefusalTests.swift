import Checkpoints
import Encoding
import IndexMap
import Manifests
import Merkle
import Provenance
import TestLog
import TestSupport
import Testing

/// What makes a proof of completeness *false*, and what leaves it *unknown* (index.md §10).
@Suite struct CompleteRefusalTests {
    private var scene: CompleteScene

    init() throws {
        scene = try CompleteScene(seed: "complete refusals")
    }

    /// The verdict and the words about one proof beside the record of the photo.
    private func found(_ bytes: [UInt8], _ kit: TrustKit? = nil) throws -> Finding {
        try #require(try scene.judge(scene.photo, bytes, kit: kit).complete.first)
    }

    // MARK: - Form

    private func item() throws -> [CBOR] {
        try CBOR.decode(scene.proof(.work("photo"))).arrayValue ?? []
    }

    @Test func theFormIsStrict() throws {
        let good = try item()
        let proofs = good[1].arrayValue ?? []
        let forms: [([UInt8], String)] = [
            ([], "deterministic CBOR"), (CBOR.null.encoded(), "must be [head, [proofs]]"),
            (CBOR.array([good[0]]).encoded(), "must be [head, [proofs]]"),
            (CBOR.array([good[0], .array([])]).encoded(), "has 0 proofs"),
            (
                CBOR.array([good[0], .array(Array(repeating: proofs[0], count: 9))]).encoded(),
                "has 9 proofs"
            ),
            (
                CBOR.array([good[0], .array([proofs[0], proofs[0]])]).encoded(),
                "its proof 2 is of a name that another is of"
            ),
            (CBOR.array([good[0], .array([.null])]).encoded(), "its proof 1: a proof is"),
            (CBOR.array([.bytes([1]), good[1]]).encoded(), "its index head: statement"),
            (CBOR.array(good).encoded() + [0], "deterministic CBOR"),
        ]
        for (bytes, words) in forms {
            let finding = try found(bytes)
            #expect(finding.verdict == .refuted && finding.detail.contains(words), "\(finding)")
        }
        let long = try found([UInt8](repeating: 0, count: Limits.completeBytes + 1))
        #expect(long.verdict == .refuted && long.detail.contains("more than 4194304"))
    }

    @Test func whatANewerVersionMayKnowIsUnknown() throws {
        let good = try item()
        var proof = good[1].arrayValue?[0].arrayValue ?? []
        proof[0] = .unsigned(4)
        let strange = CBOR.array([good[0], .array([.array(proof)])]).encoded()
        #expect(try found(strange).verdict == .unknown)
        let both = CBOR.array([good[0], .array([.array(proof), .null])]).encoded()
        #expect(try found(both).verdict == .refuted)
        var bytes = try StatementBytes(leaf: scene.head.leaf, scene.ledger.ledger)
        bytes.set(16, .text("application/vnd.colophon.index.v2+cose"))
        let later = CBOR.array([.bytes(try bytes.encoded()), good[1]]).encoded()
        #expect(try found(later).verdict == .unknown)
    }

    // MARK: - The head

    @Test func withoutAReceiptNothingIsListed() throws {
        let bare = try CompleteProof(
            TransparentIndexHead(scene.head),
            [scene.ledger.map(6).proof(of: .work("photo"))]
        ).encoded()
        let report = try scene.judge(scene.photo, bare)
        #expect(report.complete.map(\.verdict) == [.unknown])
        #expect(report.completeness.first?.answers.first?.count == nil)
        #expect(report.completeness.first?.head?.index == nil)
        #expect(report.ok)
    }

    @Test func anotherLedgersHeadIsUnknown() throws {
        var other = try MemoryLedger(seed: "other", origin: "other.example")
        try other.add("photo")
        try other.addIndexHead()
        let bytes = try other.complete([.work("photo")]).encoded()
        let finding = try found(bytes)
        #expect(finding.verdict == .unknown, "\(finding)")
        #expect(finding.detail.contains("other.example"))
    }

    @Test func aHeadUnderANewerLedgerKeyIsUnknown() throws {
        var scene = scene
        let old = try scene.kit()
        let new = try scene.ledger.values.ed25519("new ledger key")
        let change = LogKeyManifest(
            .ledger, old: Text(scene.ledger.ledger.publicKey.string),
            new: Text(new.publicKey.string), lastSize: scene.ledger.size)
        try scene.ledger.apply(
            change.manifest(origin: scene.ledger.origin.text, nonce: scene.ledger.nonce()),
            by: scene.ledger.ledger, issuer: scene.ledger.uri)
        let head = try scene.ledger.addIndexHead(by: new)
        let bytes = try scene.proof(.work("photo"), by: head)
        #expect(try scene.judge(scene.photo, bytes, kit: old).complete.first?.verdict == .unknown)
        #expect(try scene.judge(scene.photo, bytes).complete.first?.verdict == .ok)
        // The old key's time is over.
        let late = try scene.altered(by: scene.ledger.ledger) { $0 }
        let finding = try scene.judge(scene.photo, late).complete.first
        #expect(finding?.verdict == .refuted)
        #expect(finding?.detail.contains("was not in force at entry") == true)
        // A head from before the handover stays good.
        let before = try scene.proof(.work("photo"), by: scene.head)
        #expect(try scene.judge(scene.photo, before).complete.first?.verdict == .ok)
    }

    @Test func aKeyWithAnotherPurposeSignsNoHead() throws {
        var scene = scene
        let pop = scene.ledger.pop
        let finding = try scene.judge(scene.photo, scene.altered(by: pop) { $0 }).complete.first
        #expect(finding?.verdict == .refuted)
        #expect(finding?.detail.contains("must be signed by the ledger key in force") == true)
    }

    @Test func eachLieOfAHeadIsFalse() throws {
        let ledger = scene.ledger
        let lies: [(String, (IndexHeadDraft) throws -> IndexHeadDraft)] = [
            ("covers 9 entries, and 8 stand below it", { $0.with(size: 9) }),
            ("another tree than the log has at size 6", { $0.with(size: 6, tree: .zero) }),
            ("does not lead to the root of the map", { $0.with(map: .zero) }),
            (
                "chain.id",
                {
                    try $0.with(
                        chain: Chain(
                            id: ledger.registry.chainID, sequence: $0.chain.sequence,
                            previous: $0.chain.previous))
                }
            ),
        ]
        for (words, lie) in lies {
            var scene = scene
            // The receipt of the record is at a head of size 6, so the tree of that size is known.
            var photo = scene.photo
            photo.receipts = [try scene.ledger.receipt(3, in: 6)]
            let bytes = try scene.altered(lie)
            let report = try scene.judge(photo, bytes)
            #expect(report.says(.complete, .refuted, words), "\(words): \(report.complete)")
            #expect(report.outcome == .refuted)
        }
    }

    @Test func aSignatureThatDoesNotVerifyIsFalse() throws {
        var ledger = scene.ledger
        var leaf = scene.head.leaf
        leaf[leaf.count - 1] ^= 1
        let head = ledger.add(try IndexHead(leaf: leaf))
        let bytes = try CompleteProof(
            ledger.transparent(head), [ledger.map(6).proof(of: .work("photo"))]
        ).encoded()
        let finding = try found(bytes, ledger.kit())
        #expect(finding.verdict == .refuted && finding.detail.contains("signature"), "\(finding)")
    }

    @Test func aBadReceiptOfTheHeadIsFalse() throws {
        var whole = try scene.ledger.transparent(scene.head)
        whole.receipts = [try scene.ledger.receipt(5)]
        let bytes = try CompleteProof(
            whole, [scene.ledger.map(6).proof(of: .work("photo"))]
        ).encoded()
        #expect(try found(bytes).verdict == .refuted)
    }

    // MARK: - Alterations

    /// No bit of a proof can be turned so that it lists something else of this record.
    @Test func noAlteredProofListsAnythingElse() throws {
        let good = try scene.proof(.work("photo"), .sub(CompleteScene.thread))
        let kit = try scene.kit()
        let expected = try scene.judge(scene.photo, good, kit: kit).completeness.first?.answers
        var dice = SeededRandom(for: "noAlteredProofListsAnythingElse")
        for place in good.indices where dice.happens(40) {
            var altered = good
            altered[place] ^= UInt8(1 << dice.number(below: 8))
            let report = try scene.judge(scene.photo, altered, kit: kit)
            for answer in report.completeness.flatMap(\.answers) where answer.verdict == .ok {
                let same = expected?.first { $0.name == answer.name }
                #expect(same == answer, "byte \(place), \(dice)")
            }
        }
    }
}
