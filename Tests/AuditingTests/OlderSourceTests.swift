import Auditing
import Checkpoints
import Encoding
import LogReader
import Provenance
import TestLog
import TestSupport
import Testing

/// A source that stays below a head that is known is never clean, wherever the head is from.
@Suite struct OlderSourceTests {
    /// A ledger of 20 entries, and a source that shows the first 15 of them.
    private static func scene() throws -> AuditScene {
        let scene = try AuditScene(entries: 15)
        while scene.ledger.leaves.count < 20 { try scene.ledger.add("new \(scene.ledger.size)") }
        return scene
    }

    private static func larger(_ report: AuditReport) -> LargerHead? {
        guard case .behind(let larger) = report.ending else { return nil }
        return larger
    }

    @Test(arguments: [true, false])
    func aSourceThatStaysBelowTheKitIsNotClean(isLive: Bool) async throws {
        let scene = try Self.scene()
        scene.kit = try scene.ledger.kit()
        scene.options.isLive = isLive
        let report = try await scene.audit()
        #expect(report.findings.isEmpty && report.outcome == .incomplete)
        #expect(report.extent.entries == 15, "what it has is checked")
        let larger = try #require(Self.larger(report))
        #expect(larger.size == 20 && larger.origin == .kit)
        let words = try #require(report.behind)
        #expect(
            words.hasPrefix(
                isLive
                    ? "the ledger shows an older log than your kit knows: "
                    : "the copy is older than your kit: "))
        #expect(words.contains("15") && words.contains("20"))
        let json = report.json
        #expect(json["outcome"]?.text == "incomplete" && json["complete"]?.bool == false)
        #expect(json["error"]?.text?.string == words)
        #expect(json["larger"]?["size"]?.integer == 20 && json["larger"]?["from"]?.text == "kit")
        try scene.show()
        let later = try await scene.audit()
        #expect(later.outcome == .clean && later.extent.entries == 20)
        #expect(later.behind == nil && later.json["larger"] == nil)
    }

    /// The head of a file is named after the file, and is known in each later run.
    @Test func aSourceThatStaysBelowAnotherHeadIsNotClean() async throws {
        let scene = try Self.scene()
        scene.options.others = [
            HeadCheck.Other(name: "friend.note", note: try scene.ledger.noteBytes(20))
        ]
        let report = try await scene.audit()
        #expect(Self.larger(report)?.origin == .file)
        #expect(Self.larger(report)?.file == "friend.note")
        #expect(report.behind?.contains("than friend.note knows") == true)
        scene.options.others = []
        let later = try await scene.audit()
        #expect(later.findings.isEmpty && later.outcome == .incomplete)
        #expect(Self.larger(later)?.origin == .earlier)
    }

    /// What another source has shown is known, too.
    @Test func aCopyThatLagsBehindTheLedgerIsNotClean() async throws {
        let scene = try Self.scene()
        let names = scene.log.names
        let old = names.map { ($0, scene.log[$0]) }
        try scene.show()
        #expect(try await scene.audit().outcome == .clean)
        (scene.name, scene.options.isLive) = ("a copy", false)
        scene.log.remove("")
        for (name, bytes) in old { scene.log[name] = bytes }
        let report = try await scene.audit()
        #expect(report.findings.isEmpty && report.outcome == .incomplete)
        #expect(report.behind?.hasPrefix("the copy is older than what this audit has seen") == true)
    }

    /// A cache that has the newest head at the second try says nothing of the ledger.
    @Test func aHeadThatIsOnlyLateIsAskedForAgain() async throws {
        let scene = try Self.scene()
        scene.kit = try scene.ledger.kit()
        let newest = scene.ledger
        scene.waiting.set { [log = scene.log] in
            do { try log.show(newest) } catch { Issue.record(error) }
        }
        #expect(try await scene.audit().outcome == .clean)
    }

    /// A source that itself showed more is a violation, and is as little at its end.
    @Test func aSourceThatGoesBackIsFoundAndNotAtItsEnd() async throws {
        let scene = try Self.scene()
        let names = scene.log.names
        let old = names.map { ($0, scene.log[$0]) }
        try scene.show()
        _ = try await scene.audit()
        scene.log.remove("")
        for (name, bytes) in old { scene.log[name] = bytes }
        let report = try await scene.audit()
        #expect(report.rules == [.behind] && report.outcome == .violations)
        #expect(Self.larger(report)?.size == 20)
    }

    @Test(arguments: [true, false])
    func anyLogThatStaysBelowASavedHeadIsNotClean(isLive: Bool) async throws {
        let folder = try TemporaryFolder()
        var log = try MemoryLedger()
        while log.leaves.count < 300 { log.append(leaf: Array("entry \(log.size)".utf8)) }
        let source = try MemoryLog(log)
        while log.leaves.count < 700 { log.append(leaf: Array("entry \(log.size)".utf8)) }
        let key = log.note.verifierKey
        let trust = HeadTrust(key, policy: try TrustPolicy(logs: [.init(key: key, url: nil)]))
        let state = try GenericAudit.openState(folder.path("state"), of: trust)
        let audit = GenericAudit(
            source, named: "the test", trust: trust, state: state,
            others: [HeadCheck.Other(name: "saved", note: try log.noteBytes(700))],
            isLive: isLive, patience: HeadFetch.Patience { _ in }, now: { 1_760_000_000 })
        let report = try await audit.run()
        #expect(report.findings.isEmpty && report.outcome == .incomplete)
        #expect(report.extent.entries == 300)
        #expect(
            report.behind?.hasPrefix(
                isLive ? "the service shows an older log than saved knows" : "the copy is older")
                == true)
        try source.show(log)
        #expect(try await audit.run().outcome == .clean)
    }

    /// A monitor tells it once, and once that it is over.
    @Test func aMonitorTellsItWhenItBeginsAndWhenItEnds() async throws {
        let scene = try Self.scene()
        scene.kit = try scene.ledger.kit()
        let monitored = try MonitorScene()
        let monitor = try monitored.monitor()
        for _ in 0..<2 {
            try monitor.take(MonitorRound(try await scene.audit(), evidence: scene.statePath))
        }
        let begun = try monitor.outbox.takeAll()
        #expect(begun.count == 1)
        #expect(begun.first?.contains("shows an older log than your kit knows") == true)
        try scene.show()
        try monitor.take(MonitorRound(try await scene.audit(), evidence: scene.statePath))
        #expect(
            try monitor.outbox.takeAll().map { String($0.prefix(35)) }
                == ["the log shows its newest head again"])
        #expect(try !monitored.names().isEmpty)
    }
}
