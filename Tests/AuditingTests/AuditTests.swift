import Auditing
import Checkpoints
import Encoding
import LogReader
import Merkle
import Provenance
import Synchronization
import TestLog
import Testing

/// A pass over a whole log: what it says of one that is well, and how it goes on.
@Suite struct AuditTests {
    @Test func aLogThatKeptItsRulesIsClean() async throws {
        let scene = try AuditScene(entries: 300)
        let report = try await scene.audit()
        #expect(report.findings.kept == [])
        #expect(report.outcome == .clean && report.ending == .complete)
        #expect(report.head?.size == 300)
        #expect((report.extent.entries, report.extent.newEntries) == (300, 300))
        #expect(report.extent.controls == 3 && report.extent.keys == 2)
        #expect(report.unchecked.contains("the list of receipt keys: the source does not serve it"))
    }

    @Test func theNextRunReadsWhatIsNewAndNothingElse() async throws {
        let scene = try AuditScene(entries: 600)
        _ = try await scene.audit()
        while scene.ledger.leaves.count < 700 { try scene.ledger.add("later \(scene.ledger.size)") }
        try scene.show()
        _ = scene.log.takeAsked()
        scene.now += 86_400
        let report = try await scene.audit()
        #expect(report.outcome == .clean)
        #expect((report.extent.entries, report.extent.newEntries) == (700, 100))
        #expect(report.extent.since == MemoryLedger.start + 3_600)
        let asked = scene.log.takeAsked()
        #expect(!asked.contains(TilePath.entries(index: 0, width: 256).description))
        #expect(try await scene.audit().extent.newEntries == 0)
    }

    /// What was found in an entry stays found, although that entry is not read again.
    @Test func whatWasFoundStaysFound() async throws {
        let scene = try AuditScene(entries: 5)
        scene.ledger.append(leaf: Array("no statement".utf8))
        try scene.show()
        #expect(try await scene.audit().rules == [.leaf])
        let again = try await scene.audit()
        #expect(again.findings.kept.map(\.place) == [.entry(5)])
        #expect(again.outcome == .violations && again.extent.newEntries == 0)
    }

    @Test func whatCannotBeReadIsNoFindingAndTheNextRunGoesOn() async throws {
        let scene = try AuditScene(entries: 600)
        let path = TilePath.entries(index: 1, width: 256).description
        scene.log.fail(path)
        let cut = try await scene.audit()
        #expect(cut.findings.isEmpty && cut.outcome == .incomplete)
        guard case .unreadable(let words) = cut.ending else {
            Issue.record("it must say what could not be read")
            return
        }
        #expect(words.contains(path))
        scene.log.fail(path, false)
        let report = try await scene.audit()
        #expect(report.outcome == .clean && report.extent.entries == 600)
    }

    @Test func aFileThatIsMissingIsNoFinding() async throws {
        let scene = try AuditScene(entries: 300)
        scene.log[TilePath.entries(index: 0, width: 256).description] = nil
        let report = try await scene.audit()
        #expect(report.findings.isEmpty && report.outcome == .incomplete)
    }

    @Test func aBundleThatContradictsTheHeadIsFoundAndNothingOfItIsBelieved() async throws {
        let scene = try AuditScene(entries: 300)
        let path = TilePath.entries(index: 0, width: 256).description
        scene.log[path]?[40] ^= 1
        let report = try await scene.audit()
        #expect(report.rules == [.bundle] && report.ending == .blocked)
        #expect(report.extent.entries == 0)
        // The copy was bad, not the log: a good one is clean.
        try scene.show()
        #expect(try await scene.audit().outcome == .clean)
    }

    @Test func anInterruptedRunKeepsWhatItHas() async throws {
        let scene = try AuditScene(entries: 1_500)
        scene.hooks.onBundle = { bundle in
            if bundle.indexes.lowerBound == 512 { throw CancellationError() }
        }
        let cut = try await scene.audit()
        #expect(cut.ending == .interrupted && cut.outcome == .incomplete)
        #expect(cut.extent.entries == 512)
        scene.hooks = Audit.Hooks()
        let report = try await scene.audit()
        #expect(report.outcome == .clean && report.extent.newEntries == 1_500 - 512)
    }

    /// Whoever stops a run while a wrong file is asked for again has found nothing.
    @Test func aRunThatIsStoppedFindsNothing() async throws {
        let task = Task {
            let scene = try AuditScene(entries: 300)
            scene.log[TilePath.entries(index: 0, width: 256).description]?[40] ^= 1
            while !Task.isCancelled { await Task.yield() }
            return try await scene.audit()
        }
        task.cancel()
        let report = try await task.value
        #expect(report.findings.isEmpty && report.ending == .interrupted)
    }

    /// A settlement says of how many records how many are read, from none to all.
    @Test func aSettlementSaysHowFarItIs() async throws {
        let scene = try AuditScene(entries: 1_500)
        let steps = Mutex<[(done: UInt64, total: UInt64)]>([])
        scene.hooks.onStep = { step in
            guard case .settling(let done, let total) = step else { return }
            steps.withLock { $0.append((done, total)) }
        }
        #expect(try await scene.audit().outcome == .clean)
        let told = steps.withLock { $0 }
        let total = try #require(told.first?.total)
        // The name of each entry, and at least as many nonces and manifests.
        #expect(total >= 3 * 1_490)
        #expect(told.first?.done == 0 && told.last?.done == total)
        #expect(told.allSatisfy { $0.total == total })
        #expect(zip(told, told.dropFirst()).allSatisfy { $0.done <= $1.done })
    }

    /// It is stopped with its task, and no thread of the pool waits for it; the next run settles.
    @Test func aRunThatIsStoppedAsItSettlesGoesOn() async throws {
        let scene = try AuditScene(entries: 1_500)
        let running = Mutex<Task<Void, Never>?>(nil)
        scene.hooks.onStep = { step in
            guard case .settling(0, _) = step else { return }
            running.withLock { $0?.cancel() }
        }
        let (log, kit, path) = (scene.log, scene.kit, scene.statePath)
        let (hooks, now) = (scene.hooks, scene.now)
        let ending = Mutex<AuditReport.Ending?>(nil)
        let task = Task {
            while running.withLock({ $0 == nil }) { await Task.yield() }
            do {
                let options = Audit.Options()
                let audit = Audit(
                    log, named: "the test", kit: kit,
                    state: try Audit.openState(path, of: kit, options), options,
                    patience: HeadFetch.Patience { _ in }, hooks: hooks, now: { now })
                let report = try await audit.run()
                ending.withLock { $0 = report.ending }
            } catch {
                Issue.record(error)
            }
        }
        running.withLock { $0 = task }
        await task.value
        #expect(ending.withLock { $0 } == .interrupted)
        scene.hooks = Audit.Hooks()
        let report = try await scene.audit()
        #expect(report.outcome == .clean && report.extent.newEntries == 0)
    }

    @Test func withoutManifestsNoneIsReadAndTheStateSaysSo() async throws {
        let scene = try AuditScene(entries: 300)
        scene.log.remove("manifests/")
        let blind = try await scene.audit()
        #expect(blind.outcome == .clean)
        #expect(blind.unchecked.contains { $0.hasPrefix("manifests of ") })
        scene.options.manifests = false
        await #expect(throws: AuditStateError.self) { _ = try await scene.audit() }
    }

    /// A manifest that is erased may be in a cache yet, which is asked again.
    @Test(arguments: [true, false])
    func onlyAnErasedManifestThatIsServedAgainAndAgainIsFound(isLate: Bool) async throws {
        let scene = try AuditScene(entries: 300)
        _ = try await scene.audit()
        let path = StaticLayout.manifests(0, width: TileID.width)
        let old = scene.log[path]
        try scene.ledger.erase([5])
        try scene.show()
        let new = scene.log[path]
        scene.log[path] = old
        if isLate { scene.waiting.set { [log = scene.log] in log[path] = new } }
        #expect(try await scene.audit().rules == (isLate ? [] : [.erasure]))
    }

    @Test func whatIsErasedIsAskedAboutUntilTheSourceSaysIt() async throws {
        let scene = try AuditScene(entries: 300)
        _ = try await scene.audit()
        let path = StaticLayout.manifests(0, width: TileID.width)
        let old = scene.log[path]
        try scene.ledger.erase([5])
        try scene.show()
        scene.log.remove("manifests/")
        let silent = try await scene.audit()
        #expect(silent.outcome == .clean && silent.ending == .complete)
        #expect(silent.unchecked.contains { $0.contains("to be read again") })
        scene.log[path] = old
        #expect(try await scene.audit().rules == [.erasure])
    }

    @Test func aStateOfAnotherLedgerIsRefused() async throws {
        let scene = try AuditScene()
        _ = try await scene.audit()
        let other = try MemoryLedger(seed: "another")
        await #expect(throws: AuditStateError.self) { _ = try await scene.audit(try other.kit()) }
    }

    @Test func aKitOfAnotherLedgerOfThisNameFindsNoHead() async throws {
        let scene = try AuditScene()
        let other = try MemoryLedger(seed: "another")
        let report = try await scene.audit(try other.kit())
        #expect(report.rules == [.published] && report.head == nil)
        let detail = report.findings.kept.first?.detail
        #expect(detail?.contains("the genesis that the kit pins") == true)
        #expect(report.outcome == .violations)
        #expect(report.extent.entries == 0)
    }
}
