import Checkpoints
import Encoding
import IndexMap
import Manifests
import Merkle
import Provenance
import TestLog
import TestSupport

/// Files with every kind of finding, and parts that prove nothing about any of them.
struct UnverifiedFiles {
    /// The kit's ledger, another that the kit knows, one that it does not, and one that only
    /// bears the name of the first.
    var log: MemoryLedger
    var branch: MemoryLedger
    let stranger: MemoryLedger
    let twin: MemoryLedger
    let witness: SigningKey
    let otherManifest: [UInt8]
    private(set) var bases: [UnverifiedBase] = []

    init() throws {
        log = try MemoryLedger()
        branch = try MemoryLedger(seed: "branch", origin: "branch.example")
        stranger = try MemoryLedger(seed: "stranger", origin: "stranger.example")
        twin = try MemoryLedger(seed: "twin")
        witness = try log.values.ed25519("witness")
        let old = Verifier(try log.kit())
        try log.addPoP()
        try branch.addPoP(log.pop.publicKey)
        otherManifest = try log.manifest("other").bytes
        let files =
            try plainFiles() + audienceFiles() + seenFiles() + wrongFiles() + noteFiles()
            + completeFiles()
        // Whatever the checkers believe, an anchor must be about the entry.
        let checkers = [Anchor.timestamp, Anchor.openTimestamps, "moon"].map { type in
            EvidenceChecker.fake(.holds(time: 1_760_000_999, authority: "a"), of: type)
        }
        let kits = [
            Verifier(try kit(quorum: "none")), Verifier(try kit(quorum: "w")),
            Verifier(try kit(quorum: "w"), checkers: checkers),
        ]
        for (name, file) in files {
            bases += kits.map { UnverifiedBase(name: name, file: file, verifier: $0) }
            bases.append(UnverifiedBase(name: name + ", old kit", file: file, verifier: old))
        }
        bases.append(
            UnverifiedBase(
                name: "another artifact", file: files[0].file, verifier: kits[0], artifact: [1]))
    }

    private func kit(quorum: String) throws -> TrustKit {
        var files = try log.kitFiles()
        let theirs = try branch.kitFiles()
        let key = try MemoryLedger.witnessKey("witness.example", witness)
        files.policy = Array(
            """
            log \(log.note.verifierKey)
            log \(branch.note.verifierKey)
            witness w \(key)
            quorum \(quorum)

            """.utf8)
        let own = try CBOR.decode(files.receiptKeys).mapValue ?? [:]
        let more = try CBOR.decode(theirs.receiptKeys).mapValue?["branch.example"]
        files.receiptKeys = own.setting("branch.example", to: more).encoded()
        return try TrustKit(files)
    }
}

// MARK: - Files

extension UnverifiedFiles {
    typealias Named = (name: String, file: TransparentStatement)

    private mutating func plainFiles() throws -> [Named] {
        let good = try log.capture("photo")
        var bare = good
        bare.receipts = []
        var led = good
        let added = log.controls[2]
        var link = try TransparentStatement(added.statement, manifest: nil)
        link.receipts = [try log.receipt(added.index)]
        led.issuers = [link.encoded()]
        return [("good", good), ("not logged", bare), ("with its key statement", led)]
    }

    private mutating func audienceFiles() throws -> [Named] {
        let foreign = try log.capture("photo", audience: "stranger.example")
        var bare = foreign
        bare.receipts = []
        let there = try branch.capture("photo", by: log.pop, audience: "branch.example")
        let elsewhere = try branch.capture("photo", by: log.pop, audience: log.origin.text)
        return [
            ("for another ledger", foreign), ("for another ledger, not logged", bare),
            ("logged where it is meant for", there), ("logged in another ledger", elsewhere),
        ]
    }

    private mutating func seenFiles() throws -> [Named] {
        func seen(_ note: [UInt8]) -> [(Text, JSON)] {
            [("seen", ["checkpoint": .string(Text(utf8: note) ?? "")])]
        }
        var good = try log.capture("photo", seen(log.noteBytes(3)))
        let lonely = good
        good.receipts.append(try log.growth(from: 3, to: log.size))
        var wrong = try log.capture("photo", seen(log.noteBytes(3)))
        wrong.receipts.append(try log.growth(from: 2, to: log.size))
        let split = try log.capture("photo", seen(log.noteBytes(2, root: .sha256([]))))
        var bare = good
        bare.manifest = nil
        return [
            ("seen", good), ("seen, no growth", lonely), ("seen, another growth", wrong),
            ("seen, split view", split), ("seen, no manifest", bare),
        ]
    }

    private mutating func wrongFiles() throws -> [Named] {
        let forged = try log.capture("photo", issuer: MemoryLedger.rome)
        var leaf = try log.capture("photo").statement.leaf
        leaf[leaf.count - 1] ^= 1
        let unsigned = try log.log(Statement(leaf: leaf), nil)
        var swapped = try log.capture("photo")
        swapped.manifest = otherManifest
        let gone = try log.values.ed25519("gone")
        try log.addPoP(gone.publicKey)
        try log.apply(log.adding(gone.publicKey, .revoke))
        let revoked = try log.capture("photo", by: gone)
        let unknown = try log.capture("photo", by: log.values.ed25519("nobody"))
        var moved = try log.capture("photo")
        moved.receipts.append(try log.receipt(3))
        return [
            ("forged issuer", forged), ("bad signature", unsigned), ("another manifest", swapped),
            ("revoked", revoked), ("unknown key", unknown), ("another's receipt", moved),
        ]
    }

    private mutating func noteFiles() throws -> [Named] {
        var seen = try log.capture("photo")
        let (index, size) = (log.size - 1, log.size)
        log.noteWitnesses = [("witness.example", witness, 1_760_000_999)]
        seen.receipts = [try log.receipt(index)]
        let key = try MemoryLedger.witnessKey("witness.example", witness)
        let note = try SignedNote(parsing: log.noteBytes(size))
        log.noteWitnesses = []
        let bad = try NoteSignature(
            name: "witness.example", keyID: key.keyID,
            signature: note.signatures[1].signature.reversed())
        let spoiled = try SignedNote(text: note.text, signatures: [note.signatures[0], bad])
        var false1 = seen
        false1.receipts = [
            try log.head(size, note: spoiled.encoded).receipt(log.proof(index, in: size))
        ]
        let anchored = try [("rfc3161", 0), ("opentimestamps", 1)].map { type, shift in
            let anchor = try anchor(
                Text(type), log.noteBytes(size), log.proof(index, in: size),
                at: index - UInt64(shift))
            return try Self.anchoring(seen, [.map(anchor)])
        }
        return [
            ("witnessed", seen), ("bad witness", false1), ("timestamped", anchored[0]),
            ("badly anchored", anchored[1]),
        ]
    }

    private mutating func completeFiles() throws -> [Named] {
        var good = try log.capture("listed")
        try log.addIndexHead()
        var proof = try log.complete([.work("listed")]).encoded()
        good.completes = [proof]
        proof[proof.count - 1] ^= 1
        var wrong = good
        wrong.completes = [proof]
        return [("complete", good), ("badly complete", wrong)]
    }

    fileprivate func anchor(
        _ type: Text, _ note: [UInt8], _ proof: InclusionProof, at index: UInt64
    ) throws -> CBORMap {
        let path = CBOR.array(proof.path.map { .bytes($0.bytes) })
        let inclusion = CBOR.array([.unsigned(proof.treeSize), .unsigned(index), path])
        return [
            "type": .text(type), "checkpoint": .bytes(note), "evidence": .bytes([1]),
            "inclusion": .bytes(inclusion.encoded()),
        ]
    }

    fileprivate static func anchoring(
        _ file: TransparentStatement, _ anchors: [CBOR]
    ) throws -> TransparentStatement {
        var message = try COSESign1.decode(file.encoded())
        let all = (message.unprotected[-65542]?.arrayValue ?? []) + anchors
        message.unprotected = message.unprotected.setting(-65542, to: .array(all))
        return try TransparentStatement(message.encoded())
    }
}

// MARK: - Parts

extension MemoryLedger {
    /// A receipt of a statement that is logged here for that alone.
    func receipt(of statement: Statement) throws -> [UInt8] {
        var copy = self
        let index = copy.append(statement)
        return try copy.receipt(index)
    }
}

extension UnverifiedFiles {
    /// A part of a random kind that proves nothing about the statement of `base`.
    func part(
        for base: UnverifiedBase, _ dice: inout SeededRandom
    ) throws -> UnverifiedPart {
        switch dice.number(below: 6) {
        case 5:
            var file = base.file
            file.completes.append(try strangeComplete(base, &dice))
            return UnverifiedPart(name: "complete", about: [.complete]) { $0.report(file) }
        case 0:
            let receipt = try receipt(for: base, &dice)
            return UnverifiedPart(name: "receipt from elsewhere", about: [.receipt]) {
                $0.report(extra: [receipt])
            }
        case 1 where base.file.issuers.isEmpty:
            let links = try (0...dice.number(below: 2)).map { _ in try link(&dice) }
            var file = base.file
            file.issuers = links
            return UnverifiedPart(name: "key statement", about: [.issuer, .receipt]) {
                $0.report(file)
            }
        case 2:
            let file = try Self.anchoring(base.file, [.map(strangeAnchor(base, &dice))])
            return UnverifiedPart(name: "anchor", about: [.timestamp, .anchor]) {
                $0.report(file)
            }
        default:
            var file = base.file
            for _ in 0...dice.number(below: 3) {
                let place = dice.number(below: file.receipts.count + 1)
                file.receipts.insert(try receipt(for: base, &dice), at: place)
            }
            return UnverifiedPart(name: "receipt", about: [.receipt]) { $0.report(file) }
        }
    }

    /// A receipt that proves nothing; half of them with some bytes changed.
    private func receipt(
        for base: UnverifiedBase, _ dice: inout SeededRandom
    ) throws -> [UInt8] {
        let statement = base.file.statement
        var bytes: [UInt8]
        switch dice.number(below: 11) {
        case 0: bytes = try stranger.receipt(of: statement)
        case 1: bytes = try twin.receipt(of: statement)
        case 2: bytes = try stranger.growth(from: 1, to: 2)
        case 3: bytes = try twin.growth(from: 1, to: 2)
        case 4: bytes = try byStrangers(of: log).receipt(of: statement)
        case 5: bytes = try byStrangers(of: branch).receipt(of: statement)
        case 6: bytes = try byStrangers(of: log).growth(from: 2, to: 3)
        case 7: bytes = try bare(statement, log)
        case 8: bytes = try bare(statement, branch)
        case 9: bytes = try bare(statement, log, note: twin.noteBytes(2))
        default: return (0..<dice.number(below: 400)).map { _ in UInt8(dice.number(below: 256)) }
        }
        guard dice.happens(50) else { return bytes }
        for _ in 0...dice.number(below: 3) {
            bytes[dice.number(below: bytes.count)] ^= UInt8(1 << dice.number(below: 8))
        }
        return bytes
    }

    /// The ledger with the keys of its head in other hands.
    private func byStrangers(of ledger: MemoryLedger) throws -> MemoryLedger {
        var copy = ledger
        let key = try log.values.ed25519("strange")
        copy.note = try NoteSigner(name: ledger.origin.text, key: key)
        copy.receiptKey = key
        return copy
    }

    /// A receipt that the ledger's own key signed, without the checkpoint that gives it a place.
    private func bare(
        _ statement: Statement, _ ledger: MemoryLedger, note: [UInt8] = []
    ) throws -> [UInt8] {
        var copy = ledger
        let index = copy.append(statement)
        return try copy.head(copy.size, note: note).receipt(copy.proof(index, in: copy.size))
    }

    /// A key statement that leads from no administrator of the ledger.
    private func link(_ dice: inout SeededRandom) throws -> [UInt8] {
        var copy = [twin, stranger, branch][dice.number(below: 3)]
        let key = dice.happens(50) ? log.pop : copy.pop
        let index = try copy.apply(copy.adding(key.publicKey))
        let statement = copy.controls[copy.controls.count - 1].statement
        var link = try TransparentStatement(statement, manifest: nil)
        if dice.happens(80) { link.receipts = [try copy.receipt(index)] }
        if dice.happens(30) {
            link.receipts = [try byStrangers(of: log).receipt(of: statement)]
        }
        var bytes = link.encoded()
        if dice.happens(30) { bytes[dice.number(below: bytes.count)] ^= 4 }
        return bytes
    }

    /// An anchor at a head that nobody known has signed, or at one that does not hold the entry.
    private func strangeAnchor(
        _ base: UnverifiedBase, _ dice: inout SeededRandom
    ) throws -> CBORMap {
        var copy = [try byStrangers(of: log), twin, stranger][dice.number(below: 3)]
        let index = copy.append(base.file.statement)
        let types: [Text] = ["rfc3161", "opentimestamps", "moon"]
        let note =
            dice.happens(20) ? try log.noteBytes(4) : try copy.noteBytes(copy.size)
        return try anchor(
            types[dice.number(below: 3)], note, copy.proof(index, in: copy.size),
            at: dice.happens(80) ? index : 0)
    }

    /// A proof of completeness by an index head that nobody known has signed, or of no ledger.
    private func strangeComplete(
        _ base: UnverifiedBase, _ dice: inout SeededRandom
    ) throws -> [UInt8] {
        guard dice.happens(80) else {
            return (0..<dice.number(below: 400)).map { _ in UInt8(dice.number(below: 256)) }
        }
        var copy = [twin, stranger, try byStrangers(of: log)][dice.number(below: 3)]
        copy.append(base.file.statement)
        let strange = try log.values.ed25519("strange")
        try copy.addIndexHead(by: strange)
        var bytes = try copy.complete([.iss(base.file.statement.issuer)]).encoded()
        if dice.happens(30) { bytes[dice.number(below: bytes.count)] ^= 4 }
        return bytes
    }

    /// A receipt with one more line in its checkpoint, of a key that nobody knows.
    func withStrangeLine(_ bytes: [UInt8]) -> [UInt8] {
        do {
            let message = try COSESign1.decode(bytes)
            let label: CBORLabel = "c2sp.org/tlog-checkpoint"
            guard let note = message.unprotected[label: label]?.bytesValue else { return bytes }
            let line = try NoteSignature(
                name: "nobody.example", keyID: 0x0102_0304,
                signature: [UInt8](repeating: 7, count: 64))
            var longer = message
            longer.unprotected = message.unprotected.setting(
                label, to: .bytes(try SignedNote(parsing: note).adding([line]).encoded))
            return longer.encoded()
        } catch {
            return bytes
        }
    }
}
