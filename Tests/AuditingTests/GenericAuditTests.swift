import Auditing
import Checkpoints
import Encoding
import LogReader
import Merkle
import TestLog
import TestSupport
import Testing

/// A log whose entries nobody looks into: its heads, its tiles and its bundles are held to its key
/// and to all that was seen before.
@Suite struct GenericAuditTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A log whose entries mean nothing.
    private static func log(_ size: Int) throws -> MemoryLedger {
        var log = try MemoryLedger()
        while log.leaves.count < size { log.append(leaf: Array("entry \(log.size)".utf8)) }
        return log
    }

    private func audit(
        _ source: any LogSource, _ log: MemoryLedger, others: [HeadCheck.Other] = []
    ) async throws -> AuditReport {
        let key = log.note.verifierKey
        let trust = HeadTrust(key, policy: try TrustPolicy(logs: [.init(key: key, url: nil)]))
        let state = try GenericAudit.openState(folder.path("state"), of: trust)
        let audit = GenericAudit(
            source, named: "the test", trust: trust, state: state, others: others,
            patience: HeadFetch.Patience { _ in }, now: { 1_760_000_000 })
        return try await audit.run()
    }

    @Test func aLogOfAnyEntriesIsClean() async throws {
        let log = try Self.log(700)
        let report = try await audit(MemoryLog(log), log)
        #expect(report.outcome == .clean)
        #expect(report.extent.entries == 700)
        #expect(report.extent.bytes == UInt64(log.leaves.reduce(0) { $0 + $1.count }))
        #expect(report.log.genesis == nil)
    }

    /// The state has the last head and how far the log was walked: no bundle is read twice.
    @Test func anAuditGoesOnWhereItEnded() async throws {
        var log = try Self.log(700)
        let source = try MemoryLog(log)
        _ = try await audit(source, log)
        while log.leaves.count < 1_500 { log.append(leaf: [1, 2, 3]) }
        try source.show(log)
        _ = source.takeAsked()
        let report = try await audit(source, log)
        #expect(report.outcome == .clean)
        #expect((report.extent.entries, report.extent.newEntries) == (1_500, 800))
        let asked = source.takeAsked()
        for number in 0..<2 {
            #expect(!asked.contains(LogLayout.tiles.bundle(UInt64(number), width: 256)))
        }
        #expect(try await audit(source, log).extent.newEntries == 0)
        #expect(source.takeAsked().allSatisfy { !$0.hasPrefix("tile/entries/") })
    }

    /// Whatever file is another one is found; it is looked at again, and a tile that was wrong is
    /// remembered.
    @Test(arguments: [
        ("tile/0/001", AuditRule.tile, true), ("tile/1/000.p/2", .tile, true),
        ("tile/0/002.p/188", .tile, true), ("tile/entries/001", .bundle, false),
        ("checkpoint", .checkpoint, false),
    ])
    func aWrongFileIsFound(path: String, rule: AuditRule, isComplete: Bool) async throws {
        let log = try Self.log(700)
        let source = try MemoryLog(log)
        var bytes = try #require(source[path])
        let place = bytes.count - 4
        bytes[place] = bytes[place] == 0x41 ? 0x42 : 0x41
        source[path] = bytes
        let report = try await audit(source, log)
        #expect(report.outcome == .violations)
        #expect(report.findings.counts == [rule: 1])
        #expect((report.ending == .complete) == isComplete)
        try source.show(log)
        let later = try await audit(source, log)
        #expect(later.ending == .complete)
        // A tile that was wrong was wrong; a bundle that is right now was only late.
        #expect(later.findings.counts == (isComplete ? [.mended: 1] : [:]))
        #expect(later.outcome == (isComplete ? .notices : .clean))
    }

    /// The proof that the log extends a head from elsewhere needs the tile that is wrong.
    @Test(arguments: ["tile/0/001", "tile/1/000.p/2", "tile/0/002.p/188"])
    func aWrongTileHidesNoEntryFromWhoKnowsAnOlderHead(path: String) async throws {
        let log = try Self.log(700)
        let source = try MemoryLog(log)
        source[path]?[9] ^= 1
        let old = HeadCheck.Other(name: "friend.note", note: try log.noteBytes(300))
        let report = try await audit(source, log, others: [old])
        #expect(report.findings.counts == [.tile: 1], "\(report.findings.kept)")
        #expect(report.ending == .complete && report.extent.entries == 700)
    }

    /// That a file is not there, or cannot be read, is no finding, and never clean.
    @Test(arguments: ["tile/0/001", "tile/1/000.p/2", "tile/entries/001", "checkpoint"])
    func whatIsNotThereIsNotClean(path: String) async throws {
        let log = try Self.log(700)
        let source = try MemoryLog(log)
        source.remove(path)
        for isFailing in [false, true] {
            if isFailing { source.fail(path) }
            let report = try await audit(source, log)
            #expect(report.outcome == .incomplete)
            guard case .unreadable(let words) = report.ending else {
                Issue.record("\(report.ending)")
                continue
            }
            #expect(words.contains(path))
        }
        source.fail(path, false)
        try source.show(log)
        #expect(try await audit(source, log).outcome == .clean)
    }

    /// A head that the same key signed, and that the log does not extend, is a fork, whether the
    /// source showed it before or somebody else has it.
    @Test func aForkIsFound() async throws {
        let log = try Self.log(700)
        var other = try MemoryLedger()
        while other.leaves.count < 500 { other.append(leaf: [7]) }
        _ = try await audit(MemoryLog(other), log)
        let report = try await audit(MemoryLog(log), log)
        #expect(report.findings.counts[.fork] == 1)
        #expect(report.outcome == .violations)
    }

    @Test func aHeadFromElsewhereIsHeldAgainstTheLog() async throws {
        let log = try Self.log(700)
        let note = try log.noteBytes(600)
        let clean = try await audit(
            MemoryLog(log), log, others: [HeadCheck.Other(name: "saved", note: note)])
        #expect(clean.outcome == .clean)
        let forged = try log.noteBytes(600, root: .zero)
        let report = try await audit(
            MemoryLog(log), log, others: [HeadCheck.Other(name: "saved", note: forged)])
        #expect(report.findings.counts[.fork] == 1)
    }

    @Test func aLogOfAnotherKeyIsNotBelieved() async throws {
        let log = try Self.log(300)
        let other = try MemoryLedger(seed: "another")
        let report = try await audit(MemoryLog(log), other)
        #expect(report.findings.counts == [.checkpoint: 1])
        #expect(report.ending == .blocked)
    }
}
