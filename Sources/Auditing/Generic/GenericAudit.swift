import Checkpoints
import Encoding
package import LogReader
import Merkle

/// Looks a whole log over whose entries may be anything, and goes on where the last run ended
/// (audit.md §7).
///
/// Each run takes the newest head, holds it to the log's key, to the witnesses of a policy and to
/// all heads that were seen, and proves every tile and every bundle that is new.
package struct GenericAudit: Sendable {
    private let source: any LogSource
    private let name: String
    private let trust: HeadTrust
    private let state: AuditState
    private let others: [HeadCheck.Other]
    private let staleAfter: UInt64?
    private let isLive: Bool
    private let patience: HeadFetch.Patience
    private let onStep: @Sendable (AuditStep) -> Void
    private let now: @Sendable () -> UInt64
    private let cache = TileCache()

    /// Prepares to audit the log of a key.
    ///
    /// - Parameters:
    ///   - name: of the source, for people: an address or a folder.
    ///   - state: what ``openState(_:of:)`` opened.
    ///   - others: heads from elsewhere that the log must be consistent with.
    ///   - staleAfter: seconds after which the newest head is old; nil for never.
    ///   - isLive: whether the source is the log's own service, and not a copy.
    ///   - onStep: is told how far a run is.
    ///   - now: in POSIX seconds.
    package init(
        _ source: any LogSource, named name: String, trust: HeadTrust, state: AuditState,
        others: [HeadCheck.Other] = [], staleAfter: UInt64? = HeadCheck.staleAfter,
        isLive: Bool = true, patience: HeadFetch.Patience,
        onStep: @escaping @Sendable (AuditStep) -> Void = { _ in },
        now: @escaping @Sendable () -> UInt64
    ) {
        (self.source, self.name, self.trust, self.state) = (source, name, trust, state)
        (self.others, self.staleAfter, self.isLive) = (others, staleAfter, isLive)
        self.patience = patience
        (self.onStep, self.now) = (onStep, now)
    }

    /// Opens the state of an audit of the log of these keys, made where it is missing.
    package static func openState(
        _ path: String, of trust: HeadTrust
    ) throws(AuditStateError) -> AuditState {
        try AuditState(
            path,
            of: AuditedLog(
                .generic(keys: trust.terms.map { Text($0.key.description) }),
                looks: [trust.layout.rawValue]))
    }

    /// Runs once, to the newest head.
    ///
    /// - Returns: the report, also where it did not come to the end; the state has what was done.
    /// - Throws: where the state cannot be used, or a head from elsewhere is none of this log's.
    package func run() async throws -> AuditReport {
        var run = try Run(self)
        return try await run.toItsEnd()
    }
}

extension GenericAudit {
    /// One run, and the report that comes of it.
    private struct Run: LogRun {
        let audit: GenericAudit
        var report: AuditReport
        private var heads: HeadMemory
        private var index: UInt64
        var present: [AuditCondition] = []
        private(set) var larger: LargerHead?
        private var committed = ContinuousClock.now
        private let begun = ContinuousClock.now

        /// Goes on from what the state has.
        init(_ audit: GenericAudit) throws {
            self.audit = audit
            let state = audit.state
            heads = try state.heads(readingFrom: audit.name)
            index = state.size
            let now = audit.now()
            report = AuditReport(
                log: AuditReport.Log(
                    origin: audit.trust.origin, genesis: nil, source: audit.name,
                    isLive: audit.isLive),
                extent: AuditReport.Extent(
                    since: try state.begun(now), signatures: false, manifests: false),
                findingsFile: state.findingsPath, time: now)
            report.unchecked.append("what the entries mean: they may be anything")
        }

        /// Takes the newest head, and proves what is new in its log.
        mutating func pass() async throws {
            var check = HeadCheck(
                audit.source, cache: audit.cache, trust: audit.trust, genesis: nil,
                evidence: audit.state.folder, staleAfter: audit.staleAfter,
                isLive: audit.isLive, audit.patience)
            let outcome = try await check.run(&heads, others: audit.others, now: audit.now())
            (report.head, present) = (outcome.head, outcome.conditions)
            larger = outcome.larger.map { LargerHead($0, kit: nil, others: audit.others) }
            report.unchecked += outcome.unchecked
            try commit()
            if let failure = outcome.failure { throw failure }
            guard let log = outcome.log else {
                report.ending = AuditReport.Ending(without: outcome, larger: larger)
                return
            }
            let start = index
            if start < log.size {
                try await log.walk(start..<log.size) { bundle in
                    try Task.checkCancellation()
                    try take(bundle, from: start, of: log.size)
                }
            }
            try await lookAgain(log)
            present += try audit.state.unwalkedDamage(of: log)
        }

        /// Looks again at bundles over which a tile was wrong.
        private mutating func lookAgain(_ log: LogTree) async throws {
            let width = UInt64(TileID.width)
            let known = min(index, log.size)
            for bundle in audit.state.faultyBundles(at: audit.now(), below: known)
            where min((bundle + 1) * width, index) <= log.size {
                let range = bundle * width..<min((bundle + 1) * width, known)
                do {
                    try await log.walk(range) { walked in
                        try Task.checkCancellation()
                        try audit.state.mend(
                            bundle, walked.damage.map(\.finding), at: sighting)
                    }
                } catch let error as LogError where error.isOfFile {
                    report.unchecked.append("whether bundle \(bundle) is mended: \(error)")
                }
            }
        }

        private var sighting: Sighting { Sighting(source: audit.name, time: audit.now()) }

        private mutating func take(
            _ bundle: WalkedBundle<LeafBundle>, from start: UInt64, of size: UInt64
        ) throws {
            for error in bundle.damage {
                try audit.state.add(error.finding, inBundle: bundle.number, sighting)
            }
            index = bundle.indexes.upperBound
            report.extent.newEntries = index - start
            report.extent.bytes += bundle.value.byteCount
            audit.onStep(.entries(index - start, of: size - start, bytes: report.extent.bytes))
            if ContinuousClock.now - committed > AuditRun.commitInterval { try commit() }
        }

        /// Makes what was done count.
        mutating func commit() throws(AuditStateError) {
            audit.state.set(part: AuditState.Part.heads, to: heads.encoded)
            try audit.state.commit(size: index)
            committed = .now
        }

        /// The report of all that is known now.
        mutating func finished() -> AuditReport {
            report.findings = audit.state.findings
            report.findings.add(audit.state.standing)
            for finding in Set(present.map(\.finding)) { report.findings.add(finding) }
            report.extent.entries = index
            report.extent.duration = ContinuousClock.now - begun
            return report
        }
    }
}
