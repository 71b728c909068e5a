import Auditing
import Checkpoints
import Encoding
import Foundation
import LogReader
import Manifests
import Merkle
import Provenance
import TestLog
import TestSupport
import Testing

/// A mirror of a ledger: whose word counts, and what the control statements say of manifests.
@Suite struct MirrorRunTests {
    private let own: TemporaryFolder

    init() throws {
        own = try TemporaryFolder("mirror")
    }

    private var folder: String { own.url("copy").path() }

    private func ledger(_ entries: Int = 3) throws -> MemoryLedger {
        var ledger = try MemoryLedger()
        try ledger.addPoP()
        for number in 0..<entries { try ledger.add("work \(number)") }
        return ledger
    }

    private func run(
        _ log: MemoryLog, _ kit: TrustKit, anyQuorum: Bool = false
    ) async throws(MirrorError) -> MirrorRun.Outcome {
        var options = MirrorRun.Options(folder: folder)
        options.takesAnyQuorum = anyQuorum
        return try await MirrorRun(log, options).run(kit) { _ in }
    }

    private func file(_ name: String) throws -> [UInt8]? {
        guard try own.has("copy/\(name)") else { return nil }
        return try own.bytes("copy/\(name)")
    }

    /// Expects that a log is not copied but convicted: the proof lies beside the copy, and names
    /// these keys.
    private func expectFork(
        _ log: MemoryLog, _ kit: TrustKit, convictedBy keys: [KeyHistory<VerifierKey>.Term]
    ) async throws {
        let error = await #expect(throws: MirrorError.self) { try await run(log, kit) }
        guard case .fork(let fork, let path) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let proof = try MisbehaviourProof(parsing: Array(Data(contentsOf: URL(filePath: path))))
        #expect(proof == fork.proof)
        _ = try proof.convict(by: keys)
        #expect(try own.has(fork.fileName))
    }

    // MARK: - Whose word counts

    @Test func aCopyHasWhatTheLedgerServes() async throws {
        var ledger = try ledger(600)
        try ledger.erase([20])
        let log = try MemoryLog(ledger)
        let outcome = try await run(log, ledger.kit())
        #expect(outcome.controlFault == nil && outcome.report.refusedCount == 0)
        #expect(outcome.report.missingManifests == 0)
        for name in log.names { #expect(try file(name) == log[name], "\(name)") }
        let keys = CBOR.array(ledger.registry.receiptKeys.terms.map(\.key.keySetMember)).encoded()
        #expect(try file(StaticLayout.receiptKeys) == keys)
    }

    @Test func aHandoverOfTheNoteKeyIsFollowedWithAnOldKit() async throws {
        var ledger = try ledger()
        let kit = try ledger.kit()
        let log = try MemoryLog(ledger)
        _ = try await run(log, kit)
        let next = try NoteSigner(
            name: ledger.origin.text, key: ledger.values.ed25519("another note key"))
        let change = LogKeyManifest(
            .note, old: Text("\(ledger.note.verifierKey)"), new: Text("\(next.verifierKey)"),
            lastSize: ledger.size)
        let manifest = try change.manifest(origin: ledger.origin.text, nonce: ledger.nonce())
        try ledger.apply(manifest, by: ledger.ledger, issuer: ledger.uri)
        ledger.note = next
        try ledger.add("after")
        try log.show(ledger)
        let outcome = try await run(log, kit)
        #expect(outcome.report.size == ledger.size && outcome.controlFault == nil)
        // And the copy is one that the next run believes.
        try ledger.add("later")
        try log.show(ledger)
        #expect(try await run(log, kit).report.size == ledger.size)
        // A thief of the old key does not get a head into it.
        log[StaticLayout.checkpoint] = Array("thief\n".utf8)
        await #expect(throws: MirrorError.self) { try await run(log, kit) }
    }

    @Test func aHeadThatTooFewWitnessesHaveSeenIsTakenOnlyWhereThatIsAsked() async throws {
        var ledger = try ledger()
        let key = try ledger.values.ed25519("witness")
        let vkey = try MemoryLedger.witnessKey("witness.example", key)
        var files = try ledger.kitFiles()
        files.policy = Array(
            "log \(ledger.note.verifierKey)\nwitness w \(vkey)\nquorum w\n".utf8)
        let kit = try TrustKit(files)
        let log = try MemoryLog(ledger)
        await #expect(throws: MirrorError.quorum(size: ledger.size)) { try await run(log, kit) }
        #expect(try file(StaticLayout.checkpoint) == nil)
        #expect(try await run(log, kit, anyQuorum: true).head.isAccepted == false)
        ledger.noteWitnesses = [("witness.example", key, ledger.time(of: ledger.size))]
        try log.show(ledger)
        // The same head, and one line more.
        let outcome = try await run(log, kit)
        #expect(outcome.head.isAccepted && outcome.report.files == 1)
        #expect(try file(StaticLayout.checkpoint) == log[StaticLayout.checkpoint])
    }

    @Test func aLogThatIsOlderThanTheKitIsNotCopied() async throws {
        var ledger = try ledger()
        let log = try MemoryLog(ledger)
        let old = ledger.size
        try ledger.add("newer")
        await #expect(
            throws: MirrorError.behind(size: old, known: ledger.size, .kit)
        ) { try await run(log, ledger.kit()) }
        #expect(try file(StaticLayout.checkpoint) == nil)
    }

    @Test(arguments: [0, 1, 300])
    func aHeadThatContradictsTheKitLeavesTheProofOfIt(more: Int) async throws {
        var (ours, theirs) = (try ledger(), try ledger())
        try ours.add("ours")
        try theirs.add("theirs")
        for number in 0..<more { try theirs.add("later \(number)") }
        let (log, kit) = (try MemoryLog(theirs), try ours.kit())
        try await expectFork(log, kit, convictedBy: ours.registry.noteKeys.terms)
        #expect(try file(StaticLayout.checkpoint) == nil)
    }

    /// The keys of each branch are known by its own control statements alone, and both follow from
    /// the genesis that is pinned.
    @Test(arguments: [(1, 1), (1, 2), (2, 1)])
    func aForkWhoseBranchesHaveHandedOverTheirKeysIsAFork(ours: Int, theirs: Int) async throws {
        let ledger = try ledger()
        let kit = try ledger.kit()
        func branch(_ name: String, handovers: Int) throws -> MemoryLedger {
            var branch = ledger
            for number in 0..<handovers {
                try branch.add("\(name) \(number)")
                let next = try NoteSigner(
                    name: branch.origin.text, key: branch.values.ed25519("\(name) \(number)"))
                let change = LogKeyManifest(
                    .note, old: Text("\(branch.note.verifierKey)"),
                    new: Text("\(next.verifierKey)"), lastSize: branch.size)
                try branch.apply(
                    change.manifest(origin: branch.origin.text, nonce: branch.nonce()),
                    by: branch.ledger, issuer: branch.uri)
                branch.note = next
            }
            try branch.add("\(name), the last")
            return branch
        }
        let copied = try branch("ours", handovers: ours)
        _ = try await run(try MemoryLog(copied), kit)
        let before = try file(StaticLayout.checkpoint)
        let other = try branch("theirs", handovers: theirs)
        try await expectFork(
            try MemoryLog(other), kit,
            convictedBy: copied.registry.noteKeys.terms + other.registry.noteKeys.terms)
        #expect(try file(StaticLayout.checkpoint) == before)
    }

    // MARK: - Control statements

    @Test func anErasureCountsBeforeAHeadCoversIt() async throws {
        var ledger = try ledger()
        let kit = try ledger.kit()
        let log = try MemoryLog(ledger)
        _ = try await run(log, kit)
        let manifest = try #require(ledger.manifests[4])
        let name = StaticLayout.manifests(0, width: Int(ledger.size))
        func has() throws -> Bool {
            try Data(#require(try file(name))).range(of: Data(manifest)) != nil
        }
        #expect(try has())
        // The log shows the old head, and its old manifests still; the statement is there.
        try ledger.erase([4])
        log[StaticLayout.control] = try MemoryLog(ledger)[StaticLayout.control]
        let outcome = try await run(log, kit)
        #expect(outcome.report.cleaned == 1 && outcome.report.oldSize == outcome.report.size)
        #expect(outcome.report.refusedCount == 0)
        #expect(try !has())
        // It does not come back with an answer from before.
        log[StaticLayout.control] = try MemoryLog(self.ledger())[StaticLayout.control]
        let again = try await run(log, kit)
        #expect(again.controlFault == "lacks control statements that are known here")
        #expect(try !has())
    }

    @Test(arguments: [nil, [], [0x41, 0x00], [0xFF]] as [[UInt8]?])
    func controlStatementsThatAreNoneAreMadeOfTheLeaves(shown: [UInt8]?) async throws {
        var ledger = try ledger()
        let kit = try ledger.kit()
        try ledger.apply(ledger.adding(ledger.values.ed25519("rome").publicKey))
        try ledger.erase([4])
        let log = try MemoryLog(ledger)
        let whole = log[StaticLayout.control]
        log[StaticLayout.control] = shown
        let outcome = try await run(log, kit)
        #expect(outcome.controlFault != nil)
        #expect(try file(StaticLayout.control) == whole)
    }

    @Test func aControlStatementThatTheLogDoesNotHaveIsNotCopied() async throws {
        var ledger = try ledger()
        let kit = try ledger.kit()
        // The administrator has signed two that follow the same one.
        var other = ledger
        try other.apply(other.adding(other.values.ed25519("other").publicKey))
        try ledger.apply(ledger.adding(ledger.values.ed25519("rome").publicKey, issuer: "a:b"))
        let log = try MemoryLog(ledger)
        log[StaticLayout.control] = try MemoryLog(other)[StaticLayout.control]
        let outcome = try await run(log, kit)
        #expect(outcome.report.size == ledger.size)
        #expect(
            outcome.controlFault == "does not have the control statement of entry "
                + "\(ledger.size - 1), or has another in its place")
        #expect(try file(StaticLayout.control) == nil)
    }

    @Test func aLeafThatIsNoStatementIsCopiedWithoutAManifest() async throws {
        var ledger = try ledger()
        let index = ledger.append(leaf: Array("anything".utf8))
        ledger.manifests[index] = Array("{}".utf8)
        let log = try MemoryLog(ledger)
        let outcome = try await run(log, ledger.kit())
        #expect(outcome.report.refused.map(\.reason).first?.contains("entry \(index)") == true)
        let entries = TilePath.entries(index: 0, width: Int(ledger.size)).description
        #expect(try file(entries) == log[entries])
    }

    // MARK: - Evidence

    /// A file of evidence as storage.md §12 has it, about a head that the ledger has signed.
    private static func evidence(
        _ ledger: MemoryLedger, of size: UInt64, _ rows: [(url: Text, state: UInt64)],
        root: Hash? = nil, token: [UInt8] = [5], about: [UInt8]? = nil
    ) throws -> [UInt8] {
        let key = (0..<8).reversed().map { UInt8(truncatingIfNeeded: size >> (8 * UInt64($0))) }
        let receipt = try ledger.head(size)
        let head = CBOR.array([
            .unsigned(1), .bytes((root ?? ledger.root(size)).bytes), .bytes(receipt.note),
            .bytes(receipt.protected), .bytes(receipt.signature),
        ])
        var file: [UInt8] = []
        CBOR.append(key, to: &file)
        CBOR.append(head.encoded(), to: &file)
        for row in rows {
            CBOR.append(key + [2] + Hash.sha256(row.url.utf8).bytes, to: &file)
            let value = CBOR.array([
                .text(row.url), .unsigned(row.state), .unsigned(1), .unsigned(1),
                .bytes(about ?? receipt.note), .bytes(token),
            ])
            CBOR.append(value.encoded(), to: &file)
        }
        return file
    }

    @Test func evidenceIsRefusedThatIsNoneOrOfAnotherBundleOrLess() throws {
        let ledger = try ledger(320)
        let rules = LedgerMirrorRules(try ledger.kit())
        func file(
            _ size: UInt64, _ rows: [(url: Text, state: UInt64)] = []
        ) throws -> [UInt8] { try Self.evidence(ledger, of: size, rows) }
        func refusal(_ new: [UInt8], _ own: [UInt8]? = nil, bundle: UInt64 = 1) -> String? {
            rules.refusal(of: new, inPlaceOf: own, bundle: bundle)
        }
        let (promise, kept) = (try file(300, [("a", 0)]), try file(300, [("a", 1), ("b", 1)]))
        #expect(refusal(promise) == nil && refusal(kept, promise) == nil)
        #expect(refusal(kept, kept) == nil && refusal(kept, [0x01]) == nil)
        #expect(refusal([0x01])?.isEmpty == false)
        #expect(refusal(kept + [0x41]) != nil)
        for (size, bundle) in [(300, 0), (256, 1), (257, 0)] as [(UInt64, UInt64)] {
            #expect(try refusal(file(size), bundle: bundle) != nil, "\(size)")
        }
        #expect(try refusal(file(256), bundle: 0) == nil)
        // What is complete is not given up for a promise, nor for nothing.
        for less in [promise, try file(300, [("b", 1)]), []] {
            #expect(refusal(less, kept)?.contains("size 300") == true)
        }
        #expect(rules.isOpen(evidence: promise) && !rules.isOpen(evidence: kept))
    }

    @Test func evidenceThatTheCopyHasIsNotReplacedByOther() throws {
        let ledger = try ledger(320)
        let rules = LedgerMirrorRules(try ledger.kit())
        let rows: [(url: Text, state: UInt64)] = [("a", 1)]
        let own = try Self.evidence(ledger, of: 300, rows)
        let other = try Self.evidence(ledger, of: 300, rows, token: [6])
        let refusal = rules.refusal(of: other, inPlaceOf: own, bundle: 1)
        #expect(refusal?.contains("has other evidence of a about the head of size 300") == true)
        // Nobody has proven either; where the copy has none, what is shown is taken.
        #expect(rules.refusal(of: other, inPlaceOf: nil, bundle: 1) == nil)
    }

    @Test func evidenceAboutAHeadThatTheLedgerHasNotSignedIsRefused() throws {
        let ledger = try ledger(320)
        let rules = LedgerMirrorRules(try ledger.kit())
        let rows: [(url: Text, state: UInt64)] = [("a", 1)]
        let bad = [
            try Self.evidence(ledger, of: 300, rows, root: .emptyTree),
            try Self.evidence(ledger, of: 300, rows, about: ledger.noteBytes(301)),
            try Self.evidence(MemoryLedger.another(320), of: 300, rows),
        ]
        for file in bad {
            let refusal = rules.refusal(of: file, inPlaceOf: nil, bundle: 1)
            #expect(refusal?.contains("size 300") == true)
        }
    }
}

extension MemoryLedger {
    /// A ledger of the same name, with other keys.
    fileprivate static func another(_ entries: Int) throws -> MemoryLedger {
        var ledger = try MemoryLedger(seed: "another")
        try ledger.addPoP()
        for number in 0..<entries { try ledger.add("work \(number)") }
        return ledger
    }
}
