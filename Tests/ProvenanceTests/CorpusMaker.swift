import Checkpoints
import Encoding
import IndexMap
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// Makes `Schemas/corpus` from one seed: the same bytes in every run.
struct CorpusMaker {
    private(set) var files: [(name: String, bytes: [UInt8])] = []
    private(set) var kits: [(name: String, files: TrustKit.Files)] = []
    private(set) var cases: [CorpusCase] = []

    private var log: MemoryLedger

    /// The policy of the ledgers that the committed files come from; the defaults have grown since.
    private static let settings = PolicyManifest.Settings(
        predicateTypes: PredicateType.defaults.filter { $0 != PredicateType.slsaProvenance02 })

    init() throws {
        log = try MemoryLedger(seed: "corpus 1", settings: Self.settings)
        try addKit("old", log.kitFiles())
        let control = try log.addPoP()
        let rome = try log.values.ed25519("rome")
        let end = try log.addPoP(rome.publicKey, issuer: MemoryLedger.rome)
        let photo = try log.capture("photo")
        let (es, print) = try others()
        let suspect = try log.capture("late", by: rome, issuer: MemoryLedger.rome)
        try log.apply(
            log.adding(rome.publicKey, issuer: MemoryLedger.rome, .revoke, suspectFrom: end + 1))
        let revoked = try log.capture("after", by: rome, issuer: MemoryLedger.rome)
        let seen = try seenFile()
        try addGoodKits()

        try add("photo", photo, "photo", .logged, true)
        try add("es256", es, "es", .logged, true)
        try add("edition", print, "print", .logged, true)
        try add("suspect", suspect, "late", .logged, false)
        try add("revoked", revoked, "after", nil, false)
        try add("seen", seen, "seen", .logged, true)
        try addControl(control)
        try addOldKit(photo, control)
        try addReceipts(photo)
        try addStatements(photo)
        try addLevels(photo)
        try addCompletes(photo)
        try addWorks(photo)
    }

    private mutating func addKit(_ name: String, _ files: TrustKit.Files) {
        kits.append((name, files))
    }

    /// Adds a file and a case that must reach `reached`, whatever is recorded now.
    private mutating func add(
        _ name: String, bytes: [UInt8], _ artifact: String?, _ reached: Level?, _ ok: Bool,
        kit: String = "good", require: Level? = nil, exit: Int64? = nil
    ) throws {
        if !files.contains(where: { $0.name == name }) { files.append((name, bytes)) }
        let kitFiles = try #require(kits.first { $0.name == kit }?.files)
        let digest = artifact.map { Hash.sha256(Array($0.utf8)) }
        let judged = CorpusCase.judged(
            name, bytes, by: kit, kitFiles, artifact: digest, require: require)
        #expect(judged.ok == ok && judged.reached == reached, "\(name): \(judged.json)")
        #expect(judged.exit == exit ?? (ok ? 0 : 1), "\(name)")
        cases.append(judged)
    }

    private mutating func add(
        _ name: String, _ file: TransparentStatement, _ artifact: String?, _ reached: Level?,
        _ ok: Bool, kit: String = "good"
    ) throws {
        try add(name, bytes: file.encoded(), artifact, reached, ok, kit: kit)
    }

    /// A capture signed with ES256, and a print of an edition.
    private mutating func others() throws -> (TransparentStatement, TransparentStatement) {
        let key = try log.values.es256("es")
        try log.addPoP(key.publicKey)
        let manifest = try log.manifest("es")
        var statement = try log.draft(manifest).sign(with: key)
        // ECDSA is randomised: the signature that is there already is kept.
        if let bytes = try? CorpusFolder.bytes("es256.colophon"),
            let kept = try? TransparentStatement(bytes).statement,
            kept.toBeSigned == statement.toBeSigned
        {
            statement = kept
        }
        let es = try log.log(statement, manifest)
        let edition: JSON = ["drop": "https://drops.example/7", "serial": 7, "total": 50]
        let print = try log.manifest("print", [("edition", edition)])
        let draft = log.draft(print, sub: "https://drops.example/7#7")
        return (es, try log.log(draft.sign(with: log.pop), print))
    }

    private mutating func seenFile() throws -> TransparentStatement {
        let text = try Text(utf8: log.noteBytes(3)) ?? ""
        var seen = try log.capture("seen", [("seen", ["checkpoint": .string(text)])])
        seen.receipts.append(try log.growth(from: 3, to: log.size))
        return seen
    }

    private mutating func addGoodKits() throws {
        let good = try log.kitFiles()
        addKit("good", good)
        let witness = try MemoryLedger.witnessKey("witness.example", log.values.ed25519("witness"))
        var asking = good
        asking.policy = Array(
            "log \(log.note.verifierKey)\nwitness w \(witness)\nquorum w\n".utf8)
        addKit("witnessed", asking)
        var altered = good
        altered.registry[altered.registry.count / 2] ^= 1
        addKit("altered", altered)
        addKit(
            "other",
            try MemoryLedger(
                seed: "corpus 2", origin: "other.example", settings: Self.settings
            ).kitFiles())
    }

    private mutating func addControl(_ index: UInt64) throws {
        try add("key", try link(index), nil, .logged, false)
    }

    private func link(_ index: UInt64) throws -> TransparentStatement {
        let control = try #require(log.controls.first { $0.index == index })
        var file = try TransparentStatement(control.statement, manifest: nil)
        file.receipts = [try log.receipt(index)]
        return file
    }

    private mutating func addOldKit(_ photo: TransparentStatement, _ index: UInt64) throws {
        try add("photo", photo, "photo", nil, false, kit: "old")
        var led = photo
        led.receipts.append(try log.receipt(4))
        led.issuers = [try link(index).encoded()]
        try add("issuer", led, "photo", .logged, true, kit: "old")
        try add("issuer", led, "photo", .logged, true)
        led.issuers = [try link(index + 1).encoded()]
        try add("wrong-issuer", led, "photo", nil, false, kit: "old")
    }

    private mutating func addReceipts(_ photo: TransparentStatement) throws {
        var file = photo
        let good = photo.receipts[0]
        let proof = try log.proof(4, in: 5)
        let head = try log.head(5)
        func with(_ receipts: [[UInt8]]) -> TransparentStatement {
            file.receipts = receipts
            return file
        }
        try add("stripped", with([]), "photo", .signed, false)
        try add("two-receipts", with([good, log.receipt(4)]), "photo", .logged, true)
        try add("wrong-order", with([log.receipt(4), good]), "photo", .logged, false)
        let bare = try log.head(5, note: []).receipt(proof)
        try add("no-checkpoint", with([bare]), "photo", .signed, false)
        var stranger = log
        stranger.receiptKey = try log.values.ed25519("stranger")
        try add("unknown-receipt-key", with([stranger.receipt(4, in: 5)]), "photo", .logged, true)
        stranger = log
        stranger.note = try NoteSigner(
            name: log.origin.text, key: log.values.ed25519("stranger"))
        try add("unknown-note-key", with([stranger.receipt(4, in: 5)]), "photo", .signed, false)
        let forged = HeadReceipt(
            protected: head.protected, signature: head.signature.reversed(), note: head.note)
        try add("bad-receipt-signature", with([forged.receipt(proof)]), "photo", .signed, false)
        let root = try log.noteBytes(5, root: .sha256([]))
        let other = head.receipt(proof, noteOf: root)
        try add("another-checkpoint", with([other]), "photo", .signed, false)
        try add("another-entry", with([log.receipt(3, in: 5)]), "photo", .signed, false)
    }

    private mutating func addStatements(_ photo: TransparentStatement) throws {
        let good = photo.encoded()
        try add("photo", bytes: good, "another photo", .logged, false)
        var file = photo
        file.manifest = nil
        try add("no-manifest", file, "photo", .logged, true)
        var title = try #require(photo.manifest)
        let place = try #require(
            title.indices.first { title[$0...].starts(with: "Photograph".utf8) })
        title[place] = UInt8(ascii: "p")
        file.manifest = title
        try add("another-manifest", file, "photo", .logged, false)
        var flipped = good
        flipped[flipped.count - 1] ^= 1
        try add("bad-signature", bytes: flipped, "photo", nil, false)
        try add("trailing-byte", bytes: good + [0], "photo", nil, false, exit: 2)
        try add("untagged", bytes: Array(good.dropFirst()), "photo", nil, false, exit: 2)
        try add("not-a-statement", bytes: Array("colophon\n".utf8), "photo", nil, false, exit: 2)
        var message = try COSESign1.decode(good)
        message.unprotected = message.unprotected.setting(-65543, to: .null)
        try add("unrecognised-part", bytes: message.encoded(), "photo", .none, false)
        var bytes = try StatementBytes(photo.statement, log.pop)
        bytes.set(16, .text("application/vnd.colophon.statement.v2+cose"))
        try add("another-type", bytes: bytes.encoded(), "photo", nil, false)
        bytes = try StatementBytes(photo.statement, log.pop)
        bytes.protected.insert(bytes.protected[0], at: 0)
        try add("duplicate-key", bytes: bytes.encoded(), "photo", nil, false, exit: 2)
        bytes = try StatementBytes(photo.statement, log.pop)
        try bytes.setClaim(1, .text(MemoryLedger.rome))
        let rome = try Statement(leaf: bytes.encoded()).leaf
        try add("another-issuer", bytes: rome, "photo", nil, false)
        bytes = try StatementBytes(photo.statement, log.pop)
        try bytes.setClaim(3, .text("other.example"))
        try add("another-audience", bytes: bytes.encoded(), "photo", .signed, false)
    }

    private mutating func addLevels(_ photo: TransparentStatement) throws {
        let bytes = photo.encoded()
        try add("photo", bytes: bytes, "photo", .logged, false, require: .witnessed)
        try add("photo", bytes: bytes, "photo", .logged, false, kit: "witnessed")
        try add(
            "photo", bytes: bytes, "photo", .logged, true, kit: "witnessed", require: .logged)
        var seen = log
        seen.noteWitnesses = [
            ("witness.example", try log.values.ed25519("witness"), MemoryLedger.start + 999)
        ]
        var file = photo
        file.receipts = [try seen.receipt(4, in: 5)]
        try add("witnessed", file, "photo", .witnessed, true, kit: "witnessed")
        try add("photo", bytes: bytes, "photo", nil, false, kit: "other")
        try add("photo", bytes: bytes, "photo", nil, false, kit: "altered", exit: 2)
    }

    /// The photo with a proof that a listing is complete, by an index head over the 12 entries.
    private mutating func addCompletes(_ photo: TransparentStatement) throws {
        func with(_ proof: CompleteProof) -> TransparentStatement {
            var file = photo
            file.completes = [proof.encoded()]
            return file
        }
        var listed = log
        let head = try listed.addIndexHead()
        let names: [IndexName] = [
            .work("photo"), try .sub("urn:example:thread"), try .iss(MemoryLedger.berlin),
        ]
        let proof = try listed.complete(names)
        try add("complete", with(proof), "photo", .logged, true)
        try add(
            "complete-other", with(listed.complete([.work("print")])), "photo", .logged, true)
        let bare = try CompleteProof(TransparentIndexHead(head), proof.proofs)
        try add("complete-unknown", with(bare), "photo", .logged, true)
        listed.noteWitnesses = [
            ("witness.example", try log.values.ed25519("witness"), MemoryLedger.start + 999)
        ]
        var seen = with(try listed.complete(names))
        seen.receipts = [try listed.receipt(4)]
        try add("complete-witnessed", seen, "photo", .witnessed, true, kit: "witnessed")
        try add("complete-witnessed", seen, "photo", .logged, true)
        try addListedInPart(with)
        try addFalseCompletes(with)
    }

    /// A list of which one page is here: the photo is logged 66 times more.
    private mutating func addListedInPart(
        _ with: (CompleteProof) -> TransparentStatement
    ) throws {
        var long = log
        let leaf = log.leaves[4]
        for _ in 0..<66 { long.append(leaf: leaf) }
        try long.addIndexHead()
        let page = try long.complete([.work("photo")], positions: 0..<40)
        try add("complete-pages", with(page), "photo", .logged, true)
    }

    /// An entry that the map leaves out, and a tree that is not the log's.
    private mutating func addFalseCompletes(
        _ with: (CompleteProof) -> TransparentStatement
    ) throws {
        var lying = log
        let map = try lying.map(12, without: 4)
        let head = try lying.addIndexHead { $0.with(map: map.root) }
        let omitted = try CompleteProof(
            lying.transparent(head), [map.proof(of: .work("photo"))])
        try add("complete-omitted", with(omitted), "photo", .logged, false)
        var other = log
        try other.addIndexHead { $0.with(tree: .zero) }
        let tree = try other.complete([.work("photo")])
        try add("complete-tree", with(tree), "photo", .logged, false)
    }

    /// Works that were made from the photo and look far from it, logged after the kits were made,
    /// by what was done to them; and a work that begins with the bytes D2 84, as a record does.
    private mutating func addWorks(_ photo: TransparentStatement) throws {
        var later = log
        let parent = Text("\(photo.statement.id)")
        let far = ParentDistance(entry: parent, distance: 84)
        for (name, artifact, actions) in [
            ("parent-strays", "smaller", ["c2pa.opened", "c2pa.resized"]),
            ("parent-unstated", "silent", ["c2pa.opened"]),
            ("parent-explained", "cut", ["c2pa.resized", "c2pa.cropped"]),
        ] as [(String, String, [Text])] {
            let file = try later.capture(
                artifact,
                [
                    ("event", "edit"), ("actions", .array(actions.map { .string($0) })),
                    ("parents", [["entry": .string(parent), "relation": "parentOf"]]),
                    ("ext", [ParentDistance.member: [far.json]]),
                ])
            try add(name, file, artifact, .logged, true)
        }
        let cose = "\u{484}cose"
        try add("begins-as-record", later.capture(cose), cose, .logged, true)
    }

    /// `cases.json`: one case a line.
    var index: [UInt8] {
        let lines = cases.map { String(decoding: $0.json.encoded(), as: UTF8.self) }
        return Array("[\n\(lines.joined(separator: ",\n"))\n]\n".utf8)
    }
}
