import Auditing
import Encoding
import LogReader
import Provenance
import Studio
import TestLedger
import TestSupport
import Testing

/// A recorded log is altered in one place after the other, and each alteration is found: by its
/// rule, in its place.
///
/// Nothing else may come of it: no error that does not name the file, and never *clean*.
@Suite struct MutationTests {
    private static let recorded = Task { try await RecordedLog.make() }

    /// Audits a log at a time, with the state in a folder.
    private func audit(
        _ log: RecordedLog, _ folder: TemporaryFolder, at time: UInt64
    ) async throws -> AuditReport {
        let kit = try TrustKit(log.kit)
        var options = Audit.Options()
        // The log is short: what is handed on in its middle is as much of a replay as its end.
        options.bundlesAtOnce = 1
        let audit = try Audit(
            RecordedSource(log), named: "a recorded log", kit: kit,
            state: Audit.openState(folder.path("state"), of: kit, options), options,
            checkers: KitEvidence.checkers(of: kit, clock: { time }),
            patience: HeadFetch.Patience { _ throws(CancellationError) in }, now: { time })
        return try await audit.run()
    }

    /// What is found in a log that is as it was recorded, or is changed without breaking a rule.
    private func clean(_ change: (inout RecordedLog) throws -> Void) async throws -> AuditReport {
        var log = try await Self.recorded.value
        try change(&log)
        return try await audit(log, TemporaryFolder("m"), at: log.time)
    }

    @Test func theRecordedLogIsClean() async throws {
        let report = try await clean { _ in }
        #expect(report.outcome == .clean, "\(report.findings.kept) \(report.ending)")
        #expect(report.extent.entries == 600)
        #expect(report.evidence.counts.count == 2)
    }

    /// Whoever has the keys can write the same log, so what is found below is what was altered.
    @Test func theLogThatIsSignedAnewIsClean() async throws {
        let report = try await clean { try $0.sign() }
        #expect(report.outcome == .clean, "\(report.findings.kept) \(report.ending)")
    }

    @Test func aLogThatGoesOnIsClean() async throws {
        let report = try await clean { log in
            try log.append(like: "first")
            try log.append(like: "lagos", by: log.keys.lagos)
            try log.append(control: log.adding(log.keys.stranger))
        }
        #expect(report.outcome == .clean, "\(report.findings.kept) \(report.ending)")
        #expect(report.extent.entries == 603)
    }

    @Test(arguments: Alteration.all)
    func eachAlterationIsFound(_ alteration: Alteration) async throws {
        var log = try await Self.recorded.value
        let folder = try TemporaryFolder("m")
        var last: AuditReport?
        for step in alteration.steps {
            try step.change(&log)
            last = try await audit(log, folder, at: log.time + step.seconds)
        }
        let report = try #require(last)
        let words = "\(report.findings.kept) \(report.unchecked) \(report.ending)"
        switch try alteration.expected(log) {
        case .unused: #expect(report.outcome == .clean, "\(words)")
        case .unchecked(let part):
            #expect(report.unchecked.contains { $0.contains(part) }, "\(words)")
            #expect(report.findings.count(of: .violation) == 0, "\(words)")
        case .unreadable(let path):
            guard case .unreadable(let reason) = report.ending else {
                Issue.record("it came to an end: \(words)")
                return
            }
            #expect(reason.contains(path), "\(words)")
            #expect(report.outcome == .incomplete, "\(words)")
        case let expected:
            #expect(report.findings.kept.contains { expected.isMet(by: $0) }, "\(words)")
            #expect(report.outcome != .clean && report.outcome != .incomplete, "\(words)")
        }
        // A second look finds no less.
        let again = try await audit(
            log, folder, at: log.time + (alteration.steps.last?.seconds ?? 0))
        #expect(again.outcome == report.outcome, "\(again.findings.kept) after \(words)")
    }

    // MARK: - The table is whole

    /// A new kind of file needs a kind in the table, and rows.
    @Test func everyFileOfALogIsAltered() async throws {
        let log = try await Self.recorded.value
        let altered = Set(Alteration.all.map(\.object))
        for path in log.files.keys.sorted() {
            let object = try #require(
                LoggedObject(path, size: log.size), "\(path) is of no kind that is altered")
            #expect(altered.contains(object), "\(path)")
        }
        #expect(altered == Set(LoggedObject.allCases))
    }

    /// A new rule needs a log that breaks it.
    @Test func everyRuleIsBroken() async throws {
        let log = try await Self.recorded.value
        let broken = try Set(
            Alteration.all.compactMap { alteration in
                var log = log
                for step in alteration.steps { try step.change(&log) }
                return try alteration.expected(log).rule
            })
        // What was mended, what only a newer version reads and index heads have their own suites.
        #expect(broken == Set(AuditRule.allCases).subtracting([.newer, .mended, .index]))
    }

    @Test func everyAlterationHasANameOfItsOwn() {
        let names = Alteration.all.map(\.testDescription)
        #expect(Set(names).count == names.count)
    }
}
