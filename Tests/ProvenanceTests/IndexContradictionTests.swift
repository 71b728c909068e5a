import Checkpoints
import Encoding
import IndexMap
import Manifests
import Provenance
import TestLog
import Testing

/// Two words of a ledger about its index that contradict each other, and what is said of whoever
/// may have signed them (index.md §10, misbehaviour.md §6).
@Suite struct IndexContradictionTests {
    private static let name = IndexName.work("photo")

    private var scene: CompleteScene

    /// Entries 7 to 72 name the file `photo`, so its entries are a list.
    init() throws {
        scene = try CompleteScene(seed: "contradictions")
        for _ in 0..<66 { try scene.ledger.add("photo") }
    }

    /// A proof about the photo by a head that leaves out these entries of it.
    private mutating func proof(without left: Set<UInt64> = []) throws -> [UInt8] {
        let key = Self.name.key
        return try scene.invented([Self.name]) { records in
            records.filter { $0.key != key || !left.contains($0.index) }
        }
    }

    private func found(_ proofs: [[UInt8]]) throws -> [Report.Completeness] {
        Verifier(try scene.kit()).verify(completes: proofs)
    }

    private func contradicts(_ found: Report.Completeness, _ what: String) -> Bool {
        !found.holds(at: .signed)
            && found.findings.contains {
                $0.verdict == .refuted && $0.detail.contains("contradict each other (\(what))")
            }
    }

    @Test mutating func proofsThatAreJudgedWithoutARecordAreHeldToEachOther() throws {
        let whole = try proof()
        let shrunk = try proof(without: [20])
        #expect(try found([shrunk]).allSatisfy { $0.holds(at: .logged) })
        for pair in [[whole, shrunk], [shrunk, whole]] {
            let found = try found(pair)
            #expect(found.count == 2 && found.allSatisfy { contradicts($0, "shrinking") })
        }
    }

    @Test mutating func anEntryThatIsListedTooLateContradictsTheEarlierHead() throws {
        let lacking = try proof(without: [20])
        let whole = try proof()
        #expect(try found([lacking, whole]).allSatisfy { contradicts($0, "late") })
        var photo = scene.photo
        photo.completes = [whole]
        let report = try scene.judge(photo, lacking)
        #expect(report.says(.complete, .refuted, "contradict each other (late)"))
    }

    /// What only the later head covers is no late entry.
    @Test mutating func aListThatGrowsContradictsNothing() throws {
        let first = try scene.ledger.addIndexHead()
        let early = try scene.proof(Self.name, by: first)
        for _ in 0..<3 { try scene.ledger.add("photo") }
        try scene.ledger.addIndexHead()
        let late = try scene.proof(Self.name)
        #expect(try found([early, late, early]).allSatisfy { $0.holds(at: .logged) })
    }

    @Test mutating func aProofThatDoesNotSpeakOfTheOthersStaysAsItIs() throws {
        let other = try scene.proof(.work("print"), by: scene.head)
        let whole = try proof()
        let found = try found([other, whole, try proof(without: [20])])
        #expect(found.map { $0.holds(at: .logged) } == [true, false, false])
    }

    // MARK: - Who may have signed

    private mutating func conviction(_ proof: [UInt8]) throws -> IndexConviction {
        var record = scene.again
        record.receipts = [try scene.ledger.receipt(5)]
        return try IndexJudge(scene.kit()).convict(
            IndexEvidence(proof), IndexEvidence(record.encoded()))
    }

    /// The ledger may say so to get away with it; it is told all the same.
    @Test mutating func aConvictionSaysWhereAThiefMayHaveSigned() throws {
        let lie = try proof(without: [5])
        #expect(try conviction(lie).suspectFrom == nil)
        let before = try IndexEvidence(scene.again.encoded())
        let key = try scene.ledger.values.ed25519("note 2")
        let new = try NoteSigner(name: scene.ledger.origin.text, key: key)
        let change = LogKeyManifest(
            .note, old: Text("\(scene.ledger.note.verifierKey)"), new: Text("\(new.verifierKey)"),
            lastSize: scene.ledger.size, suspectFrom: 4)
        try scene.ledger.apply(
            change.manifest(origin: scene.ledger.origin.text, nonce: scene.ledger.nonce()),
            by: scene.ledger.ledger, issuer: scene.ledger.uri)
        scene.ledger.note = new
        let judge = IndexJudge(try scene.kit())
        let doubted = try judge.convict(IndexEvidence(lie), before)
        #expect(doubted.kind == .omission(entry: 5, Self.name) && doubted.suspectFrom == 4)
        // What the new key has signed is in no doubt.
        #expect(try conviction(proof(without: [5])).suspectFrom == nil)
    }

    @Test mutating func whatWasNotReadIsSaid() throws {
        var message = try COSESign1.decode(scene.photo.encoded())
        message.unprotected = message.unprotected.setting(
            -65544, to: .array([.bytes([0x82])]))
        let record = try IndexEvidence(message.encoded())
        let judge = IndexJudge(try scene.kit())
        let acquittal = #expect(throws: IndexAcquittal.self) { try judge.convict(record, record) }
        let reason = "\(try #require(acquittal))"
        #expect(reason.contains("a proof that a record carries cannot be read"), "\(reason)")
        let good = try IndexEvidence(try scene.proof(Self.name, by: scene.head))
        let other = #expect(throws: IndexAcquittal.self) { try judge.convict(record, good) }
        #expect("\(try #require(other))".hasPrefix("nothing that was read contradicts"))
    }
}
