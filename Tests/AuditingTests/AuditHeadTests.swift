import Auditing
import Checkpoints
import Encoding
import LogReader
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// What an audit makes of heads: of those that are shown, and of those that were seen before.
@Suite struct AuditHeadTests {
    /// The note of the ledger's newest head.
    private static func note(_ scene: AuditScene) -> [UInt8] {
        scene.log[StaticLayout.checkpoint] ?? []
    }

    private static func other(_ note: [UInt8]) -> HeadCheck.Other {
        HeadCheck.Other(name: "friend.note", note: note)
    }

    // MARK: - Forks

    @Test func aLogThatIsForkedConvictsItself() async throws {
        let scene = try AuditScene(entries: 20)
        var fork = scene.ledger
        _ = try await scene.audit()
        try fork.add("another print")
        try scene.ledger.add("a print")
        try scene.ledger.add("a print more")
        try scene.show()
        scene.options.others = [Self.other(try fork.noteBytes(21))]
        let report = try await scene.audit()
        #expect(report.rules == [.fork] && report.outcome == .violations)
        let proof = try #require(try scene.evidence().first)
        let conviction = try proof.convict(by: scene.kit.logTerms(of: scene.kit.origin.text))
        #expect(conviction.older.checkpoint.size == 21 && conviction.newer.checkpoint.size == 22)
        #expect(
            report.conditions.map(\.subject).contains {
                if case .fork(let file) = $0 {
                    (try? scene.files().contains(file)) == true
                } else {
                    false
                }
            })
    }

    @Test func twoRootsOfOneSizeAreAFork() async throws {
        let scene = try AuditScene(entries: 20)
        _ = try await scene.audit()
        var fork = scene.ledger
        try fork.add("one")
        try scene.ledger.add("two")
        try scene.show()
        _ = try await scene.audit()
        try scene.log.show(fork)
        let report = try await scene.audit()
        #expect(report.rules == [.fork])
        #expect(try scene.evidence().first?.prefix == nil)
        // The fork stays, also where the source shows the first history again.
        try scene.show()
        let again = try await scene.audit()
        #expect(again.rules == [.fork] && again.outcome == .violations)
        #expect(try scene.evidence().count == 1)
        // And where its proof is lost.
        try scene.loseEvidence()
        let without = try await scene.audit()
        #expect(without.rules == [.fork] && without.outcome == .violations)
        // No file is named as its proof.
        #expect(without.conditions.allSatisfy { $0.subject == .none })
    }

    @Test func aSmallerHeadOfAnotherHistoryConvictsToo() async throws {
        let scene = try AuditScene(entries: 20)
        var fork = scene.ledger
        try scene.ledger.add("one")
        try scene.ledger.add("two")
        try scene.show()
        _ = try await scene.audit()
        try fork.add("three")
        scene.log[StaticLayout.checkpoint] = try fork.noteBytes(21)
        let report = try await scene.audit()
        #expect(report.rules == [.fork, .behind])
        #expect(try scene.evidence().count == 1)
    }

    // MARK: - Older and newer heads

    @Test func anOlderHeadIsAskedForAgainAndFoundIfItStays() async throws {
        let scene = try AuditScene(entries: 20)
        _ = try await scene.audit()
        let newest = Self.note(scene)
        let old = try scene.ledger.noteBytes(19)
        scene.log[StaticLayout.checkpoint] = old
        #expect(try await scene.audit().rules == [.behind])
        // A cache that has the newest at the second try says nothing of the ledger.
        scene.waiting.set { [log = scene.log] in log[StaticLayout.checkpoint] = newest }
        #expect(try await scene.audit().outcome == .clean)
    }

    /// A manifest that is asked about may belong to an entry that an older head does not have.
    @Test(arguments: [(320, 316), (600, 590)])
    func anOlderHeadIsFoundWhereSomethingWaitsBeyondIt(entries: Int, missing: Int) async throws {
        let scene = try AuditScene(entries: entries)
        scene.ledger.manifests[UInt64(missing)] = nil
        try scene.show()
        #expect(try await scene.audit().rules == [.manifest])
        scene.log[StaticLayout.checkpoint] = try scene.ledger.noteBytes(300)
        let report = try await scene.audit()
        #expect(report.rules == [.behind, .manifest])
    }

    /// A copy that lags behind another source does not go back.
    @Test func onlyTheSourceThatShowedMoreGoesBack() async throws {
        let scene = try AuditScene(entries: 20)
        _ = try await scene.audit()
        scene.log[StaticLayout.checkpoint] = try scene.ledger.noteBytes(19)
        scene.name = "a copy"
        let copy = try await scene.audit()
        #expect(copy.findings.isEmpty && copy.outcome == .incomplete)
        scene.name = "the test"
        #expect(try await scene.audit().rules == [.behind])
    }

    /// What was no checkpoint once is asked for again, whatever it was.
    @Test func aCheckpointThatIsTooLargeOnceIsNoFinding() async throws {
        let scene = try AuditScene()
        let note = Self.note(scene)
        scene.log[StaticLayout.checkpoint] = [UInt8](
            repeating: 0x41, count: LogLimits.checkpointBytes + 1)
        #expect(try await scene.audit().rules == [.checkpoint])
        scene.waiting.set { [log = scene.log] in log[StaticLayout.checkpoint] = note }
        scene.log[StaticLayout.checkpoint] = [UInt8](
            repeating: 0x41, count: LogLimits.checkpointBytes + 1)
        #expect(try await scene.audit().outcome == .clean)
    }

    @Test func aKitThatIsNewerThanTheHeadWaitsForALargerOne() async throws {
        let scene = try AuditScene(entries: 20)
        scene.log[StaticLayout.checkpoint] = try scene.ledger.noteBytes(15)
        scene.log.remove("tile/0/000.p/20")
        scene.log.remove("tile/entries/000.p/20")
        scene.log[TilePath.tile(.init(level: 0, index: 0), width: 15).description] =
            scene.ledger.hashes.prefix(15).flatMap(\.bytes)
        scene.log[TilePath.entries(index: 0, width: 15).description] =
            scene.ledger.leaves.prefix(15).flatMap {
                [UInt8($0.count >> 8), UInt8($0.count & 255)] + $0
            }
        scene.kit = try scene.ledger.kit()
        scene.options.manifests = false
        let report = try await scene.audit()
        #expect(report.findings.isEmpty && report.extent.entries == 15)
        #expect(report.outcome == .incomplete)
        #expect(report.unchecked.contains { $0.contains("head of size 20") })
        try scene.show()
        let later = try await scene.audit()
        #expect(later.outcome == .clean)
        #expect(!later.unchecked.contains { $0.contains("head of size") })
    }

    @Test func aHeadOfAnotherLogIsWrongInput() async throws {
        let scene = try AuditScene()
        let other = try MemoryLedger(seed: "another", origin: "ledger.example/another")
        scene.options.others = [Self.other(try other.noteBytes(2))]
        await #expect(throws: HeadCheckError.self) { _ = try await scene.audit() }
    }

    @Test func aNoteThatIsDamagedIsAFindingAndNothingIsRead() async throws {
        let scene = try AuditScene()
        scene.log[StaticLayout.checkpoint]?[3] ^= 1
        let report = try await scene.audit()
        #expect(report.rules == [.checkpoint] && report.ending == .blocked)
        #expect(report.extent.entries == 0 && report.head == nil)
    }

    @Test func aHeadOfAnEmptyLogIsNoHeadOfALedger() async throws {
        let scene = try AuditScene()
        let signed = try scene.ledger.note.note(
            try Checkpoint(origin: scene.kit.origin.text, size: 0, root: .emptyTree))
        scene.log[StaticLayout.checkpoint] = signed.encoded
        let report = try await scene.audit()
        #expect(report.rules == [.checkpoint])
        #expect(report.findings.kept.first?.place == .head(0))
    }

    // MARK: - Keys

    /// The kit knows the first note key only, and the log has handed over since.
    @Test func aHeadOfANewerKeyIsJudgedByTheEntries() async throws {
        let scene = try AuditScene()
        try scene.ledger.handOverNote()
        try scene.ledger.add("by the new key")
        try scene.show()
        let report = try await scene.audit()
        #expect(report.findings.kept == [] && report.outcome == .clean)
        #expect(report.extent.entries == scene.ledger.size)
    }

    /// The head is right, and what leads to its key is not: that is the file which is wrong.
    @Test func aDamagedControlFileIsNamedAndNotTheHead() async throws {
        let scene = try AuditScene()
        try scene.ledger.handOverNote()
        try scene.show()
        scene.log[StaticLayout.control]?[40] ^= 1
        let wrong = try await scene.audit()
        #expect(wrong.rules == [.published] && wrong.ending == .blocked)
        #expect(wrong.findings.kept.first.map { "\($0.place)" }?.hasSuffix("control") == true)
        try scene.show()
        #expect(try await scene.audit().outcome == .clean)
    }

    /// A key that was announced, and whose statement is not in the log, is not the log's.
    @Test func aKeyThatNoEntryIntroducesSignsNothing() async throws {
        let scene = try AuditScene()
        let genuine = scene.ledger
        try scene.ledger.handOverNote()
        let announced = scene.ledger
        scene.ledger = genuine
        try scene.ledger.add("a print")
        try scene.ledger.add("a print more")
        try scene.show()
        let head = try Checkpoint(
            origin: scene.kit.origin.text, size: scene.ledger.size,
            root: scene.ledger.root(scene.ledger.size))
        scene.log[StaticLayout.checkpoint] = try announced.note.note(head).encoded
        scene.log[StaticLayout.control] = announced.controls.flatMap {
            CBOR.bytes($0.statement.leaf).encoded()
        }
        let report = try await scene.audit()
        #expect(report.rules.contains(.checkpoint) && report.outcome == .violations)
    }

    // MARK: - Witnesses

    @Test func aHeadWithoutItsQuorumIsFound() async throws {
        let scene = try AuditScene()
        let witness = try scene.ledger.values.ed25519("witness")
        let key = try MemoryLedger.witnessKey("witness.example", witness)
        var files = try scene.ledger.kitFiles()
        files.policy = Array(
            String(decoding: files.policy, as: UTF8.self)
                .replacing("quorum none", with: "witness w \(key)\nquorum w").utf8)
        scene.kit = try TrustKit(files)
        #expect(try await scene.audit().rules == [.quorum])
        scene.options.requiresQuorum = false
        #expect(try await scene.audit().outcome == .clean)
        scene.options.requiresQuorum = true
        scene.ledger.noteWitnesses = [("witness.example", witness, scene.now - 60)]
        try scene.show()
        let report = try await scene.audit()
        #expect(report.outcome == .clean && report.head?.time == scene.now - 60)
        scene.now += HeadCheck.staleAfter
        #expect(try await scene.audit().outcome == .notices)
        // A copy is as old as it is.
        scene.options.isLive = false
        #expect(try await scene.audit().outcome == .clean)
        scene.options.staleAfter = 3_600
        #expect(try await scene.audit().rules == [.stale])
    }
}
