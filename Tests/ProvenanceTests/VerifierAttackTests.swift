import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// The attacks of reliability.md that a verifier can see: none may end in "ok".
@Suite struct VerifierAttackTests {
    var log: MemoryLedger
    let file: TransparentStatement

    init() throws {
        log = try MemoryLedger()
        try log.addPoP()
        file = try log.capture("photo")
    }

    /// The file with another receipt, put together from the parts of good ones.
    private func judge(
        _ file: TransparentStatement, receipt: [UInt8], _ kit: TrustKit? = nil
    ) throws -> Report {
        var file = file
        file.receipts = [receipt]
        return Verifier(try kit ?? log.kit()).verify(
            file: file.encoded(), artifact: .sha256(Array("photo".utf8)))
    }

    @Test func aSplitViewIsSeenAgainstTheKitsOwnHead() throws {
        var fork = log
        _ = try fork.capture("other")
        var mine = log
        _ = try mine.capture("another")
        let receipt = try mine.receipt(3)
        #expect(try judge(file, receipt: receipt, mine.kit()).ok)
        let report = try judge(file, receipt: receipt, fork.kit())
        #expect(report.says(.receipt, .refuted, "split view"))
        #expect(report.reached == .signed)
        var both = file
        both.receipts = [receipt, try fork.receipt(3)]
        #expect(try log.judge(both).says(.receipt, .refuted, "split view"))
    }

    @Test mutating func aPoPCannotSignForAnotherIssuer() throws {
        let forged = try log.capture("photo", issuer: MemoryLedger.rome)
        let report = try log.judge(forged, "photo")
        #expect(report.says(.issuer, .refuted, "iss"))
        #expect(report.says(.signature, .ok))
        #expect(report.reached == nil && !report.ok)
    }

    @Test mutating func aPoPKeySignsNoControlStatement() throws {
        let kit = try log.kit()
        let manifest = try log.adding(log.values.ed25519("new").publicKey)
        for (signer, issuer) in [(log.pop, MemoryLedger.berlin), (log.ledger, log.uri)] {
            let statement = try log.control(manifest, by: signer, issuer: issuer)
            var file = try TransparentStatement(statement, manifest: nil)
            var copy = log
            let index = copy.append(statement)
            file.receipts = [try copy.receipt(index)]
            let report = Verifier(kit).verify(file: file.encoded(), artifact: nil, recordOnly: true)
            #expect(!report.ok && report.reached == nil, "\(report.findings)")
        }
        let honest = try log.control(manifest)
        var file = try TransparentStatement(honest, manifest: nil)
        let index = log.append(honest)
        file.receipts = [try log.receipt(index)]
        #expect(Verifier(kit).verify(file: file.encoded(), artifact: nil, recordOnly: true).ok)
    }

    @Test mutating func aStatementForOneLedgerIsFalseInAnother() throws {
        var other = try MemoryLedger(seed: "other", origin: "other.example")
        try other.addPoP(log.pop.publicKey)
        let statement = try log.capture("photo", audience: log.origin.text).statement
        let replayed = try other.log(statement, nil)
        #expect(try other.judge(replayed).says(.aud, .refuted))
        // Without a receipt it is the kit's origin that counts.
        let bare = try TransparentStatement(statement, manifest: nil)
        #expect(try other.judge(bare).says(.aud, .refuted))
        #expect(try log.judge(bare).says(.aud, .ok))
    }

    @Test mutating func aRevokedKeyIsFalseFromThenOn() throws {
        let before = try log.kit()
        try log.apply(log.adding(log.pop.publicKey, .revoke, suspectFrom: 3))
        let kit = try log.kit()
        let late = try log.capture("photo")
        // Logged all the same, by a ledger that broke its rules: below the kit's size, and above.
        #expect(
            Verifier(kit).verify(file: late.encoded(), artifact: nil, recordOnly: true).says(
                .issuer, .refuted))
        #expect(try log.judge(late).says(.issuer, .refuted))
        // What the kit does not know cannot help it; it says so.
        #expect(Verifier(before).verify(file: late.encoded(), artifact: nil, recordOnly: true).ok)
        #expect(
            Verifier(before).verify(file: late.encoded(), artifact: nil, recordOnly: true)
                .says(.issuer, .ok, "later changes unknown"))
        let report = try log.judge(file, "photo")
        #expect(!report.ok && report.outcome == .suspect && report.reached == .logged)
        #expect(report.says(.issuer, .suspect, "is suspect from entry 3 on"))
    }

    /// (6, 5) folds the same path to the same root as (4, 3), and the signature covers the root.
    @Test func aReceiptCannotMoveAnEntry() throws {
        guard case .inclusion(let proof) = try Receipt(file.receipts[0]).proof else { return }
        let moved = try InclusionProof(leafIndex: 5, treeSize: 6, path: proof.path)
        let leaf = Hash.leaf(file.statement.leaf)
        try #require(moved.root(from: leaf) == proof.root(from: leaf))
        let noted = try judge(file, receipt: log.head(4).receipt(moved))
        #expect(noted.says(.receipt, .refuted, "size"))
        let bare = try judge(file, receipt: log.head(4, note: []).receipt(moved))
        #expect(bare.says(.receipt, .unknown, "position unknown"))
        #expect(bare.index == nil && bare.reached == .signed && !bare.ok)
    }

    @Test mutating func partsOfOtherReceiptsDoNotFit() throws {
        var other = try MemoryLedger(seed: "other", origin: "other.example")
        try other.addPoP(log.pop.publicKey)
        _ = try other.log(file.statement, nil)
        _ = try log.capture("next")
        let head = try log.head(4)
        let proof = try log.proof(3, in: 4)
        let wrong: [(String, [UInt8])] = [
            ("another entry's", try log.receipt(2, in: 4)),
            ("another log's note", head.receipt(proof, noteOf: try other.noteBytes(4))),
            ("our note of another size", head.receipt(proof, noteOf: try log.noteBytes(5))),
            (
                "our note of another root",
                head.receipt(proof, noteOf: try log.noteBytes(4, root: .sha256([])))
            ),
            (
                "our name for another origin",
                head.receipt(proof, noteOf: try log.noteBytes(4, origin: "other.example"))
            ),
            ("another head's signature", try log.head(5).receipt(proof)),
            (
                "a third's head",
                HeadReceipt(
                    protected: try other.head(4).protected, signature: try other.head(4).signature,
                    note: try log.noteBytes(4)
                ).receipt(proof)
            ),
            (
                "our header, their signature",
                HeadReceipt(
                    protected: head.protected, signature: try other.head(4).signature,
                    note: head.note
                ).receipt(proof)
            ),
        ]
        for (name, receipt) in wrong {
            let report = try judge(file, receipt: receipt)
            #expect(report.says(.receipt, .refuted), "\(name): \(report.findings)")
            #expect(!report.ok)
        }
        // Another log's whole receipt is only unknown.
        let theirs = try judge(file, receipt: other.receipt(3))
        #expect(theirs.says(.receipt, .unknown) && !theirs.isFalse && theirs.reached == .signed)
    }

    @Test func strippedReceiptsLeaveASignature() throws {
        var bare = file
        bare.receipts = []
        let report = try log.judge(bare, "photo")
        #expect(report.says(.receipt, .absent))
        #expect(report.reached == .signed && !report.ok && !report.isFalse)
    }

    @Test mutating func theKidDecidesWhoseSignatureItIs() throws {
        let rome = try log.values.ed25519("rome")
        try log.addPoP(rome.publicKey, issuer: MemoryLedger.rome)
        let es = try log.values.es256("es")
        try log.addPoP(es.publicKey)
        let kit = try log.kit()
        for (kid, alg) in [
            (rome.publicKey, -8), (es.publicKey, -8), (es.publicKey, -7), (log.pop.publicKey, -7),
        ] {
            var bytes = try StatementBytes(file.statement, log.pop)
            bytes.set(4, .bytes(kid.thumbprint))
            bytes.set(1, .int(Int64(alg)))
            var copy = log
            let forged = try copy.log(Statement(leaf: bytes.encoded()), nil)
            let report = Verifier(kit).verify(
                file: forged.encoded(), artifact: nil, recordOnly: true)
            #expect(report.says(.signature, .refuted), "\(alg): \(report.findings)")
            #expect(report.reached == nil)
        }
    }

    @Test mutating func aSwappedManifestIsFalse() throws {
        var swapped = file
        swapped.manifest = try log.manifest("photo").bytes
        let report = try log.judge(swapped, "photo")
        #expect(report.says(.manifest, .refuted, "SHA-256"))
        #expect(report.manifest == nil && !report.ok)
        // The right manifest under a statement that tells another predicate or sub.
        let edition: JSON = ["drop": "https://drops.example/7", "serial": 7, "total": 50]
        let print = try log.manifest("print", [("edition", edition)])
        let draft = log.draft(print, sub: "https://drops.example/7#7")
        var bytes = try StatementBytes(draft.sign(with: log.pop), log.pop)
        try bytes.setClaim(2, .text("https://drops.example/7#8"))
        let other = try log.log(Statement(leaf: bytes.encoded()), print)
        #expect(try log.judge(other).says(.manifest, .refuted, "sub"))
    }

    @Test func changedSignaturesLoseTheirReceipt() throws {
        var bytes = file.encoded()
        bytes[bytes.count - 1] ^= 0x80
        let verifier = try Verifier(log.kit())
        let report = verifier.verify(file: bytes, artifact: nil, recordOnly: true)
        #expect(report.says(.signature, .refuted) && report.says(.receipt, .refuted))
        #expect(report.reached == nil)
    }
}

extension HeadReceipt {
    /// The receipt with another note than this head's.
    func receipt(_ proof: InclusionProof, noteOf note: [UInt8]) -> [UInt8] {
        HeadReceipt(protected: protected, signature: signature, note: note).receipt(proof)
    }
}
