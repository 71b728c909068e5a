import Auditing
import Checkpoints
import Encoding
import LogReader
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// What an audit makes of what lies beside the log: evidence about heads, and published lists.
@Suite struct AuditEvidenceTests {
    /// A file of evidence about one head.
    private struct File {
        var size: UInt64
        var root: Hash
        var receipt: HeadReceipt
        var time: UInt64
        var rows: [(kind: UInt8, url: Text, state: UInt64, checkpoint: [UInt8], evidence: [UInt8])]

        /// The newest head of a ledger, dated by one authority.
        init(_ ledger: MemoryLedger, evidence: String = "good") throws {
            size = ledger.size
            root = ledger.root(size)
            receipt = try ledger.head(size)
            time = ledger.time(of: size)
            rows = [
                (1, "https://tsa.example", 1, try ledger.noteBytes(size), Array(evidence.utf8))
            ]
        }

        var bytes: [UInt8] {
            let key = (0..<8).reversed().map { UInt8(truncatingIfNeeded: size >> (8 * UInt64($0))) }
            let head = CBOR.array([
                .unsigned(time), .bytes(root.bytes), .bytes(receipt.note),
                .bytes(receipt.protected), .bytes(receipt.signature),
            ])
            var bytes = CBOR.bytes(key).encoded() + CBOR.bytes(head.encoded()).encoded()
            for row in rows {
                let name = key + [row.kind] + Hash.sha256(row.url.utf8).bytes
                let value = CBOR.array([
                    .text(row.url), .unsigned(row.state), .unsigned(time), .unsigned(time),
                    .bytes(row.checkpoint), .bytes(row.evidence),
                ])
                bytes += CBOR.bytes(name).encoded() + CBOR.bytes(value.encoded()).encoded()
            }
            return bytes
        }
    }

    /// Says what the evidence itself says.
    private static let checker = EvidenceChecker(type: Anchor.timestamp) { anchor in
        switch String(decoding: anchor.evidence, as: UTF8.self) {
        case "good": .holds(time: MemoryLedger.start + 1_200, authority: "Example TSA")
        case "stranger": .unknown("is by an authority that the kit does not know")
        default: .refuted("its signature does not verify")
        }
    }

    private static func scene(_ change: (inout File) throws -> Void = { _ in }) throws -> AuditScene
    {
        let scene = try AuditScene()
        var file = try File(scene.ledger)
        try change(&file)
        scene.log[StaticLayout.anchors(0)] = file.bytes
        scene.checkers = [checker]
        return scene
    }

    @Test func evidenceThatHoldsIsInTheReport() async throws {
        let report = try await Self.scene().audit()
        #expect(report.findings.kept == [])
        let count = try #require(report.evidence.counts[Anchor.timestamp])
        #expect(count.held == 1 && count.newest?.size == 20)
        #expect(count.newest?.authority == "Example TSA")
    }

    @Test(arguments: ["bad", "stranger"])
    func onlyEvidenceThatIsFalseIsAFinding(evidence: String) async throws {
        let scene = try Self.scene { $0.rows[0].evidence = Array(evidence.utf8) }
        let report = try await scene.audit()
        #expect(report.rules == (evidence == "bad" ? [.anchor] : []))
        #expect(report.evidence.counts[Anchor.timestamp]?.held ?? 0 == 0)
    }

    @Test func aHeadThatTheLogNeverHadIsFound() async throws {
        let scene = try Self.scene { $0.root = Hash.sha256([1]) }
        #expect(try await scene.audit().rules == [.anchor])
    }

    @Test func aReceiptThatDoesNotSignTheHeadIsFound() async throws {
        let scene = try Self.scene { $0.time += 1 }
        #expect(try await scene.audit().rules == [.anchor])
    }

    @Test func bytesThatAreNoFileOfEvidenceAreFound() async throws {
        for bytes in [[0x00], [0x48, 0, 0, 0, 0, 0, 0, 0, 20], Array("x".utf8)] as [[UInt8]] {
            let scene = try AuditScene()
            scene.log[StaticLayout.anchors(0)] = bytes
            #expect(try await scene.audit().rules == [.anchor])
        }
    }

    /// What was dated is a head that the log's key signed for another tree.
    @Test func whatWasDatedConvictsALogThatForked() async throws {
        let scene = try Self.scene()
        var fork = scene.ledger
        try fork.add("elsewhere")
        try scene.ledger.add("here")
        try scene.show()
        var file = try File(scene.ledger)
        file.rows[0].checkpoint = try fork.noteBytes(21)
        scene.log[StaticLayout.anchors(0)] = file.bytes
        let report = try await scene.audit()
        #expect(report.rules == [.fork, .anchor])
        #expect(try scene.evidence().count == 1)
    }

    @Test func aPromiseIsLookedAtAgainUntilItIsKept() async throws {
        let scene = try Self.scene()
        while scene.ledger.leaves.count < 300 { try scene.ledger.add("p \(scene.ledger.size)") }
        try scene.show()
        var file = try File(try Self.first(20, of: scene.ledger), evidence: "stranger")
        file.rows[0].state = 0
        scene.log[StaticLayout.anchors(0)] = file.bytes
        #expect(try await scene.audit().evidence.counts[Anchor.timestamp]?.pending == 1)
        file.rows[0].state = 1
        file.rows[0].evidence = Array("good".utf8)
        scene.log[StaticLayout.anchors(0)] = file.bytes
        #expect(try await scene.audit().evidence.counts[Anchor.timestamp]?.pending == 1)
        scene.now += EvidencePass.promisePause
        let kept = try await scene.audit().evidence.counts[Anchor.timestamp]
        #expect(kept?.pending == 0 && kept?.held == 1)
        _ = scene.log.takeAsked()
        let later = try await scene.audit().evidence.counts[Anchor.timestamp]
        #expect(later?.held == 1)
        #expect(!scene.log.takeAsked().contains(StaticLayout.anchors(0)))
    }

    /// Evidence may come after the bundle of its head is full.
    @Test func evidenceThatComesLateIsSeen() async throws {
        let scene = try Self.scene()
        while scene.ledger.leaves.count < 300 { try scene.ledger.add("p \(scene.ledger.size)") }
        try scene.show()
        #expect(try await scene.audit().evidence.isEmpty)
        scene.log[StaticLayout.anchors(0)] = try File(try Self.first(20, of: scene.ledger)).bytes
        scene.now += EvidencePass.promisePause
        #expect(try await scene.audit().evidence.counts[Anchor.timestamp]?.held == 1)
        // After that time nobody asks for it any more, and it stays counted.
        scene.now += EvidencePass.lateTime
        _ = try await scene.audit()
        _ = scene.log.takeAsked()
        scene.now += EvidencePass.lateTime
        #expect(try await scene.audit().evidence.counts[Anchor.timestamp]?.held == 1)
        #expect(!scene.log.takeAsked().contains(StaticLayout.anchors(0)))
    }

    /// A log may be idle once its last bundle is full.
    @Test func evidenceAboutTheLastHeadIsSeenWheneverItComes() async throws {
        let scene = try AuditScene(entries: 256)
        scene.checkers = [Self.checker]
        _ = try await scene.audit()
        scene.now += 10 * EvidencePass.lateTime
        scene.log[StaticLayout.anchors(0)] = try File(scene.ledger).bytes
        #expect(try await scene.audit().evidence.counts[Anchor.timestamp]?.held == 1)
    }

    @Test func whatIsFalseIsNotForgottenWhereAnOlderHeadIsShown() async throws {
        let scene = try AuditScene(entries: 600)
        scene.checkers = [Self.checker]
        let file = try File(try Self.first(300, of: scene.ledger), evidence: "bad").bytes
        scene.log[StaticLayout.anchors(1)] = file
        let newest = scene.log[StaticLayout.checkpoint]
        #expect(try await scene.audit().rules == [.anchor])
        scene.log[StaticLayout.checkpoint] = try scene.ledger.noteBytes(400)
        #expect(try await scene.audit().rules.contains(.behind))
        scene.log[StaticLayout.checkpoint] = newest
        #expect(try await scene.audit().rules == [.anchor])
    }

    @Test func whatOneSourceHasSaysNothingOfAnother() async throws {
        let scene = try Self.scene()
        while scene.ledger.leaves.count < 300 { try scene.ledger.add("p \(scene.ledger.size)") }
        let good = try File(try Self.first(20, of: scene.ledger))
        let bad = try File(try Self.first(20, of: scene.ledger), evidence: "bad")
        try scene.show()
        let key = scene.ledger.receipt.publicKey
        scene.log[StaticLayout.receiptKeys] = CBOR.array([key.keySetMember]).encoded()
        scene.log[StaticLayout.anchors(0)] = good.bytes
        #expect(try await scene.audit().outcome == .clean)
        scene.name = "another source"
        scene.log[StaticLayout.anchors(0)] = bad.bytes
        scene.log[StaticLayout.receiptKeys] = []
        #expect(try await scene.audit().rules == [.published, .anchor])
    }

    /// The ledger as it was with so many entries.
    private static func first(_ count: Int, of ledger: MemoryLedger) throws -> MemoryLedger {
        var first = try MemoryLedger()
        try first.addPoP()
        while first.leaves.count < count { try first.add("print \(first.size)") }
        #expect(first.leaves == Array(ledger.leaves.prefix(count)))
        return first
    }

    // MARK: - Overdue

    @Test func aHeadThatNobodyDatedForADayIsOverdue() async throws {
        let scene = try Self.scene()
        var files = try scene.ledger.kitFiles()
        files.timestampRoots = Array("roots".utf8)
        scene.kit = try TrustKit(files)
        #expect(try await scene.audit().outcome == .clean)
        try scene.ledger.add("a print")
        try scene.log.show(scene.ledger, keeping: [StaticLayout.anchors(0)])
        scene.now += 3_600
        #expect(try await scene.audit().outcome == .clean)
        scene.now += OverdueCheck.tokenPatience + 1
        let report = try await scene.audit()
        #expect(report.rules == [.overdue] && report.outcome == .notices)
        #expect(report.conditions.map(\.subject) == [.evidence(Anchor.timestamp)])
    }

    /// What cannot be checked here says something of its own head only.
    @Test(arguments: [true, false])
    func onlyUncheckedEvidenceAboutALaterHeadSilencesThat(isDated: Bool) async throws {
        let scene = try Self.scene { file in
            file.rows[0].evidence = Array("stranger".utf8)
            if isDated {
                let note = file.rows[0].checkpoint
                file.rows.append((1, "https://tsa.example/2", 1, note, Array("good".utf8)))
            }
        }
        var files = try scene.ledger.kitFiles()
        files.timestampRoots = Array("roots".utf8)
        scene.kit = try TrustKit(files)
        _ = try await scene.audit()
        // Of two heads within an hour the first is remembered.
        scene.now += 3_600
        try scene.ledger.add("a print")
        try scene.log.show(scene.ledger, keeping: [StaticLayout.anchors(0)])
        _ = try await scene.audit()
        scene.now += 2 * OverdueCheck.tokenPatience
        let report = try await scene.audit()
        #expect(report.rules == (isDated ? [.overdue] : []))
        #expect(report.judgedEvidence == (isDated ? [Anchor.timestamp] : []))
        #expect(report.unchecked.contains { $0.hasPrefix("whether heads are dated") } != isDated)
    }

    @Test func aCopyOwesNoMoreThanItsHead() async throws {
        let scene = try Self.scene()
        var files = try scene.ledger.kitFiles()
        files.timestampRoots = Array("roots".utf8)
        scene.kit = try TrustKit(files)
        scene.options.isLive = false
        try scene.ledger.add("a print")
        try scene.log.show(scene.ledger, keeping: [StaticLayout.anchors(0)])
        _ = try await scene.audit()
        scene.now += 10 * OverdueCheck.tokenPatience
        let report = try await scene.audit()
        #expect(report.findings.isEmpty && report.judgedEvidence.isEmpty)
        #expect(report.unchecked.contains { $0.contains("this is a copy") })
    }

    @Test func aSourceWithoutEvidenceSaysNothingOfIt() async throws {
        let scene = try AuditScene()
        var files = try scene.ledger.kitFiles()
        files.timestampRoots = Array("roots".utf8)
        scene.kit = try TrustKit(files)
        _ = try await scene.audit()
        scene.now += 10 * OverdueCheck.tokenPatience
        let report = try await scene.audit()
        #expect(report.findings.isEmpty)
        #expect(report.unchecked.contains { $0.contains("no evidence") })
    }

    // MARK: - Lists

    @Test func aListOfControlStatementsThatLacksOneIsFound() async throws {
        let scene = try AuditScene()
        scene.log[StaticLayout.control] = scene.ledger.controls.dropLast().flatMap {
            CBOR.bytes($0.statement.leaf).encoded()
        }
        #expect(try await scene.audit().rules == [.published])
    }

    @Test func aListThatIsNewerThanTheHeadIsGood() async throws {
        let scene = try AuditScene()
        try scene.ledger.addPoP(
            scene.ledger.values.ed25519("second").publicKey, issuer: "https://pops.example/second")
        scene.log[StaticLayout.control] = scene.ledger.controls.flatMap {
            CBOR.bytes($0.statement.leaf).encoded()
        }
        #expect(try await scene.audit().outcome == .clean)
    }

    @Test func aListOfReceiptKeysOfOthersIsFound() async throws {
        let scene = try AuditScene()
        let key = scene.ledger.receipt.publicKey
        scene.log[StaticLayout.receiptKeys] = CBOR.array([key.keySetMember]).encoded()
        #expect(try await scene.audit().outcome == .clean)
        scene.now += 3_600
        scene.log[StaticLayout.receiptKeys] =
            CBOR.array([scene.ledger.pop.publicKey.keySetMember]).encoded()
        #expect(try await scene.audit().rules == [.published])
    }
}

extension MemoryLog {
    /// Shows what the ledger has now, but for these files.
    fileprivate func show(_ ledger: MemoryLedger, keeping names: [String]) throws {
        let kept = names.map { ($0, self[$0]) }
        try show(ledger)
        for (name, bytes) in kept { self[name] = bytes }
    }
}
