import Auditing
import LogReader
import Merkle
import Provenance
import TestLog
import Testing

/// A file that was wrong stands as a finding until it is right; then it is remembered.
@Suite struct MendedSourceTests {
    private static let manifests = StaticLayout.manifests(0, width: TileID.width)

    private static func detail(_ report: AuditReport, _ rule: AuditRule) -> String? {
        report.findings.kept.first { $0.rule == rule }?.detail
    }

    /// Audits twice with a wrong file, then with the right one.
    private func mend(
        _ scene: AuditScene, _ rule: AuditRule
    ) async throws {
        for _ in 0..<2 {
            let wrong = try await scene.audit()
            #expect(wrong.findings.counts == [rule: 1] && wrong.outcome == .violations)
        }
        try scene.show()
        for _ in 0..<2 {
            let report = try await scene.audit()
            #expect(report.findings.counts == [.mended: 1], "\(report.findings.kept)")
            #expect(report.outcome == .notices && report.ending == .complete)
            let detail = try #require(Self.detail(report, .mended))
            #expect(detail.hasPrefix("was wrong at the test, seen "))
            #expect(detail.contains("\(Instant(scene.now))"))
        }
    }

    /// The kit is of three entries: the proof that the log extends its head needs the first tile,
    /// and those of the border.
    @Test(arguments: [
        "tile/0/000", "tile/0/001", "tile/0/002", "tile/0/003.p/32", "tile/1/000.p/3",
    ])
    func aTileThatIsMendedIsNoViolationAnyMore(path: String) async throws {
        let scene = try AuditScene(entries: 800)
        scene.log[path]?[7] ^= 1
        try await mend(scene, .tile)
    }

    /// A tile that became wrong after it was walked is met by the proof between two heads alone.
    @Test(arguments: ["tile/0/000", "tile/0/003.p/32", "tile/1/000.p/3"])
    func aTileThatOnlyAProofNeedsIsFoundForAsLongAsItIsWrong(path: String) async throws {
        let scene = try AuditScene(entries: 800)
        #expect(try await scene.audit().outcome == .clean)
        scene.log[path]?[7] ^= 1
        for _ in 0..<2 {
            let wrong = try await scene.audit()
            #expect(wrong.findings.counts == [.tile: 1], "\(wrong.findings.kept)")
            #expect(wrong.ending == .complete && wrong.outcome == .violations)
            #expect("\(wrong.findings.kept[0].place)".hasSuffix(path))
        }
        scene.log.remove(path)
        let missing = try await scene.audit()
        #expect(missing.findings.isEmpty && missing.outcome == .incomplete)
        try scene.show()
        #expect(try await scene.audit().outcome == .clean)
    }

    @Test func aManifestThatIsMendedIsNoViolationAnyMore() async throws {
        let scene = try AuditScene(entries: 300)
        let right = scene.ledger.manifests[5]
        scene.ledger.manifests[5] = Array("another one".utf8)
        try scene.show()
        scene.ledger.manifests[5] = right
        try await mend(scene, .manifest)
    }

    @Test func aFileOfManifestsThatIsMendedIsJudged() async throws {
        let scene = try AuditScene(entries: 300)
        scene.log[Self.manifests] = Array("no file of manifests".utf8)
        #expect(try await scene.audit().rules == [.manifest])
        // One of its manifests is missing, which nobody could see before.
        scene.ledger.manifests[5] = nil
        try scene.show()
        let report = try await scene.audit()
        #expect(report.rules == [.manifest, .mended])
        #expect(report.findings.kept.first?.place == .entry(5))
        #expect(report.findings.kept.first?.detail.contains("missing") == true)
    }

    /// What is not served is not known, and mends nothing.
    @Test func aSourceWithoutManifestsMendsNone() async throws {
        let scene = try AuditScene(entries: 300)
        scene.ledger.manifests[5] = Array("another one".utf8)
        try scene.show()
        #expect(try await scene.audit().rules == [.manifest])
        scene.log.remove("manifests/")
        #expect(try await scene.audit().rules == [.manifest])
    }

    /// A source that shows less than was read says nothing of what it does not show.
    @Test func anOlderSourceMendsNothingBehindItsHead() async throws {
        let scene = try AuditScene(entries: 300)
        let old = scene.ledger
        while scene.ledger.leaves.count < 600 { try scene.ledger.add("new \(scene.ledger.size)") }
        try scene.show()
        scene.log["tile/0/001"]?[7] ^= 1
        #expect(try await scene.audit().rules == [.tile])
        try scene.log.show(old)
        scene.name = "a copy"
        let report = try await scene.audit()
        #expect(report.rules == [.tile])
    }

    /// A signed manifest that breaks a rule is the log's own, and stays.
    @Test func whatTheLogHasSignedIsNeverMended() async throws {
        let scene = try AuditScene(entries: 5)
        let bytes = Array("{}".utf8)
        let leaf = try scene.ledger.leaf { $0.payload = Hash.sha256(bytes).bytes }
        let index = scene.ledger.append(leaf: leaf)
        scene.ledger.manifests[index] = bytes
        try scene.show()
        for _ in 0..<2 {
            let report = try await scene.audit()
            #expect(report.findings.counts == [.manifest: 1])
            #expect(Self.detail(report, .manifest)?.contains("breaks a rule") == true)
        }
    }

    /// A monitor's round is short: a process looks again after ten minutes, and at once when it
    /// starts.
    @Test func aMonitorLooksAgainAfterAWhile() async throws {
        let scene = try AuditScene(entries: 600)
        scene.log["tile/0/001"]?[7] ^= 1
        let state = try Audit.openState(scene.statePath, of: scene.kit, scene.options)
        #expect(try await scene.audit(with: state).rules == [.tile])
        try scene.show()
        scene.now += 60
        #expect(try await scene.audit(with: state).rules == [.tile])
        scene.now += 600
        #expect(try await scene.audit(with: state).rules == [.mended])
    }
}
