import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// An update extends the kit's head, or it is refused (trust-kit.md §5).
@Suite struct KitUpdateTests {
    private var log: MemoryLedger
    private let own: TrustKit.Files

    init() throws {
        log = try MemoryLedger()
        try log.addPoP()
        _ = try log.capture("first")
        own = try log.kitFiles()
    }

    private func path(in log: MemoryLedger, from old: UInt64) throws -> [Hash] {
        try ConsistencyProof(
            from: old, to: log.size, reading: LeafNodes(leaves: log.hashes)
        ).path
    }

    private func refusal(
        of own: TrustKit.Files, by served: TrustKit.Files
    ) -> TrustKitUpdateError? {
        do throws(TrustKitUpdateError) {
            _ = try TrustKitUpdate(of: own, by: served)
            return nil
        } catch {
            return error
        }
    }

    /// The kit's files with a witness, another ledger and a timestamp authority of the collector's.
    private func chosen(_ files: TrustKit.Files) throws -> TrustKit.Files {
        var files = files
        let key = try MemoryLedger.witnessKey(
            "witness.example", SeededValues(seed: "w").ed25519("w"))
        let other = try MemoryLedger(seed: "other", origin: "other.example")
        let theirs = try other.kitFiles()
        let policy = "# mine\nwitness w \(key)\nquorum w\nlog \(other.note.verifierKey)\n"
        files.policy = Array(
            String(decoding: files.policy, as: UTF8.self)
                .replacing("quorum none\n", with: policy).utf8)
        let mine = try #require(try CBOR.decode(files.receiptKeys).mapValue)
        let added = try #require(try CBOR.decode(theirs.receiptKeys).mapValue?.entries.first)
        files.receiptKeys = mine.setting(added.key, to: added.value).encoded()
        files.timestampRoots = [7]
        files.calendars = Array("https://mine.example\n".utf8)
        return files
    }

    @Test mutating func aNewerKitOfTheSameLogTakesThePlace() throws {
        let newcomer = try log.values.ed25519("newcomer")
        try log.addPoP(newcomer.publicKey, issuer: MemoryLedger.rome)
        let update = try TrustKitUpdate(of: own, by: log.kitFiles())
        #expect(update.isNewer)
        #expect(update.differences.isEmpty)
        let files = try update.files(extension: path(in: log, from: 4))
        #expect(try files == log.kitFiles())
        #expect(try TrustKit(files).registry.keys[newcomer.publicKey.keyID] != nil)
        #expect(files.genesis == own.genesis)
    }

    @Test func theSameKitIsNotNewer() throws {
        let update = try TrustKitUpdate(of: own, by: own)
        #expect(!update.isNewer)
        #expect(try update.files(extension: []) == own)
    }

    @Test mutating func whomTheCollectorBelievesStays() throws {
        let mine = try chosen(own)
        _ = try log.capture("second")
        let update = try TrustKitUpdate(of: mine, by: log.kitFiles())
        let path = try path(in: log, from: 4)
        let files = try update.files(extension: path)
        #expect(files.policy == mine.policy)
        #expect(files.receiptKeys == mine.receiptKeys)
        #expect(files.timestampRoots == [7] && files.calendars == mine.calendars)
        #expect(try files.registry == log.kitFiles().registry)
        #expect(try TrustKit(files).size == 5)
        #expect(try TrustKit(files).otherOrigins == ["other.example"])
        #expect(try TrustKit(own).otherOrigins.isEmpty)
        let kinds = update.differences.map { String($0.prefix(9)) }
        #expect(
            kinds == [
                "- log oth", "- witness", "- quorum ", "- receipt", "- tsa.pem", "- calenda",
                "+ quorum ",
            ])
        #expect(try update.files(extension: path, takingPolicy: true) == log.kitFiles())
    }

    /// The ledger's own new keys follow from its registry, and are taken beside what is mine.
    @Test mutating func theLedgersNewKeysAreTaken() throws {
        let mine = try chosen(own)
        try log.rotateNoteAndReceiptKeys()
        let files = try TrustKitUpdate(of: mine, by: log.kitFiles())
            .files(extension: path(in: log, from: 4))
        let kit = try TrustKit(files)
        #expect(kit.registry.noteKeys.terms.count == 2)
        #expect(kit.policy.logs.count == 3)
        #expect(kit.policy.witnesses.count == 1)
        #expect(files.policy.starts(with: mine.policy))
        #expect(files.timestampRoots == [7])
    }

    @Test mutating func anotherLedgerIsRefused() throws {
        let other = try MemoryLedger(seed: "other", origin: "other.example")
        let namesake = try MemoryLedger(seed: "other")
        let (theirs, same) = (try other.kit().genesis, try namesake.kit().genesis)
        let far = try refusal(of: own, by: other.kitFiles())
        #expect(far == .otherGenesis(theirs, isOfSameName: false))
        #expect(far?.isEvidence == false)
        let near = try refusal(of: own, by: namesake.kitFiles())
        #expect(near == .otherGenesis(same, isOfSameName: true))
        #expect(near?.isEvidence == true)
    }

    @Test mutating func aForkIsRefusedAndIsEvidence() throws {
        var fork = log
        _ = try log.capture("mine")
        _ = try fork.capture("theirs")
        let same = try refusal(of: log.kitFiles(), by: fork.kitFiles())
        #expect(same == .twoTrees(size: 5))
        #expect(same?.isEvidence == true)
        _ = try fork.capture("more")
        let update = try TrustKitUpdate(of: log.kitFiles(), by: fork.kitFiles())
        for hashes in [try path(in: fork, from: 5), try path(in: fork, from: 4), []] {
            let error = #expect(throws: TrustKitUpdateError.self) {
                try update.files(extension: hashes)
            }
            #expect(error == .notExtended(5, by: 6))
            #expect(error?.isEvidence == true)
        }
    }

    @Test mutating func otherControlStatementsAreRefused() throws {
        var fork = log
        let key = try log.values.ed25519("newcomer").publicKey
        try log.addPoP(key)
        _ = try fork.capture("in its place")
        try fork.addPoP(key)
        #expect(try refusal(of: log.kitFiles(), by: fork.kitFiles()) == .otherControl)
    }

    @Test mutating func anOlderKitIsRefused() throws {
        _ = try log.capture("second")
        let error = refusal(of: try log.kitFiles(), by: own)
        #expect(error == .older(4, than: 5))
        #expect(error?.isEvidence == true)
    }

    @Test func whatIsNoKitIsRefused() throws {
        var broken = own
        broken.registry[100] ^= 1
        guard case .served = refusal(of: own, by: broken), case .own = refusal(of: broken, by: own)
        else {
            Issue.record("a broken kit was taken")
            return
        }
    }

    /// A key that is a witness's of mine cannot become the ledger's.
    @Test mutating func aPolicyThatDoesNotFitIsRefused() throws {
        let next = try log.values.ed25519("next note")
        var mine = own
        let key = try MemoryLedger.witnessKey("witness.example", next)
        mine.policy = Array("witness w \(key)\n".utf8) + mine.policy
        try log.rotateNoteAndReceiptKeys(note: next)
        let update = try TrustKitUpdate(of: mine, by: log.kitFiles())
        let path = try path(in: log, from: 4)
        let error = #expect(throws: TrustKitUpdateError.self) {
            try update.files(extension: path)
        }
        guard case .unfit = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try update.files(extension: path, takingPolicy: true) == log.kitFiles())
    }
}

/// A record that is newer than its kit is told from one that is not (verification.md §9).
@Suite struct RecordNewerThanKitTests {
    private var log: MemoryLedger

    init() throws {
        log = try MemoryLedger()
        try log.addPoP()
    }

    private func isNewer(_ file: TransparentStatement, _ kit: TrustKit) -> Bool {
        Verifier(kit).verify(file: file.encoded(), artifact: nil, recordOnly: true)
            .isNewerThanKit
    }

    @Test mutating func anEntryAboveTheKitsTreeIsNewer() throws {
        let old = try log.kit()
        let file = try log.capture("photo")
        #expect(isNewer(file, old))
        #expect(try !isNewer(file, log.kit()))
    }

    @Test mutating func aReceiptThatTheKitCannotJudgeSaysSoToo() throws {
        let old = try log.kit()
        try log.rotateNoteAndReceiptKeys()
        let file = try log.capture("photo")
        let report = Verifier(old).verify(
            file: file.encoded(), artifact: nil, recordOnly: true)
        #expect(report.index == nil)
        #expect(report.isNewerThanKit)
        #expect(try !isNewer(file, log.kit()))
    }

    @Test mutating func whatSaysNothingOfThisLedgerIsNotNewer() throws {
        let old = try log.kit()
        var other = try MemoryLedger(seed: "other", origin: "other.example")
        try other.addPoP()
        for name in ["a", "b", "c"] { _ = try other.capture(name) }
        #expect(try !isNewer(other.capture("photo"), old))
        var bare = try log.capture("photo")
        bare.receipts = []
        #expect(!isNewer(bare, old))
        let broken = Verifier(old).verify(file: [1, 2], artifact: nil, recordOnly: true)
        #expect(!broken.isNewerThanKit)
    }
}

extension MemoryLedger {
    /// Hands the note key and the receipt key over to new ones, and logs an entry that they sign.
    fileprivate mutating func rotateNoteAndReceiptKeys(note key: SigningKey? = nil) throws {
        let newNote = try NoteSigner(name: origin.text, key: key ?? values.ed25519("note 2"))
        let newReceipt = try values.ed25519("receipt 2")
        let (oldNote, oldReceipt) = (note.verifierKey, receiptKey.publicKey)
        try apply(
            LogKeyManifest(
                .note, old: Text(oldNote.description),
                new: Text(newNote.verifierKey.description), lastSize: size + 1
            ).manifest(origin: origin.text, nonce: nonce()), by: ledger, issuer: uri)
        try apply(
            LogKeyManifest(
                .receipt, old: Text(oldReceipt.string), new: Text(newReceipt.publicKey.string),
                lastSize: size + 1
            ).manifest(origin: origin.text, nonce: nonce()), by: ledger, issuer: uri)
        (note, receiptKey) = (newNote, newReceipt)
        _ = try capture("after the handover")
    }
}
