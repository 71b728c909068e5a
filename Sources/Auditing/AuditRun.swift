import Checkpoints
import Encoding
import Files
import Jobs
import LogReader
import Manifests
import Merkle
import Provenance

/// One run of an audit, and the report that comes of it.
struct AuditRun {
    let audit: Audit
    let state: AuditState
    var heads: HeadMemory
    private(set) var place: ReplayPlace

    /// What is found at this moment, and is not kept: a later run looks again.
    var present: [AuditCondition] = []

    var report: AuditReport
    private var committed = ContinuousClock.now

    /// Entries whose manifests the source did not serve, in all runs.
    private(set) var unserved: UInt64
    let begun = ContinuousClock.now

    /// After so long a commit is made in any case: it is what a kill costs at the most.
    static let commitInterval: Duration = .seconds(30)

    /// Goes on from what the state has.
    init(_ audit: Audit) throws {
        (self.audit, state) = (audit, audit.state)
        place = try state.place(of: audit.kit.genesis)
        heads = try Self.part(Part.heads, audit.state) { HeadMemory($0) } ?? HeadMemory()
        heads.read(source: audit.name)
        unserved = try Self.number(Part.unserved, state) ?? 0
        let now = audit.now()
        report = AuditReport(
            log: AuditReport.Log(
                origin: audit.kit.origin.text, genesis: audit.kit.genesis, source: audit.name),
            extent: AuditReport.Extent(
                since: try Self.begun(state, now), signatures: audit.options.signatures,
                manifests: audit.options.manifests),
            findingsFile: state.findingsPath, time: now)
        // The kit's own head was seen, too.
        if !heads.wait(for: audit.kit.signedHead) {
            report.unchecked.append("the kit's head: too many others wait to be compared")
        }
    }

    /// The names under which the state keeps what is not its own.
    enum Part {
        static let heads: Text = "heads"
        static let evidence: Text = "evidence"
        static let begun: Text = "begun"
        static let lists: Text = "lists"
        static let unserved: Text = "unserved"
    }

    static func part<Value>(
        _ name: Text, _ state: AuditState, _ read: ([UInt8]) -> Value?
    ) throws(AuditStateError) -> Value? {
        guard let bytes = state.part(name) else { return nil }
        guard let value = read(bytes) else {
            throw .damaged(path: state.folder.path, rule: "keeps \(name) that cannot be read")
        }
        return value
    }

    /// Reads a part that is a number.
    private static func number(
        _ name: Text, _ state: AuditState
    ) throws(AuditStateError) -> UInt64? {
        try part(name, state) { (try? CBOR.decode($0))?.unsignedValue }
    }

    /// When the state was begun, in POSIX seconds: `now` for one that begins.
    static func begun(_ state: AuditState, _ now: UInt64) throws(AuditStateError) -> UInt64 {
        if let since = try number(Part.begun, state) { return since }
        state.set(part: Part.begun, to: CBOR.unsigned(now).encoded())
        return now
    }

    // MARK: - The run

    /// Runs to the newest head, or as far as it goes.
    mutating func report() async throws -> AuditReport {
        do {
            try await pass()
        } catch let error as LogError {
            // What was wrong once, and could not be asked for again, is no finding.
            if !Task.isCancelled { end(with: error) }
        } catch let error as ReplayError {
            report.ending = .unreadable("\(error)")
        } catch is CancellationError {
            report.ending = .interrupted
        } catch AuditStateError.stopped {
            report.ending = .interrupted
            return finished()
        }
        if Task.isCancelled { report.ending = .interrupted }
        try await commit()
        return finished()
    }

    private mutating func pass() async throws {
        guard var log = try await newest(others: audit.options.others) else { return }
        try await replay(log)
        log = try await settle(log) ?? log
        guard place.index >= log.size else { return }
        guard let registry = place.registry else { return }
        judgeAgain(log, by: registry)
        try await lookAtEvidence(log, registry)
        try await lookAtLists(registry)
        try await audit.hooks.onJudged(log)
    }

    /// What follows from a log that could not be read to its end.
    private mutating func end(with error: LogError) {
        guard error.meaning == .wrong else {
            report.ending = .unreadable("\(error)")
            return
        }
        present.append(AuditCondition(error.finding))
        report.ending = .blocked
    }

    // MARK: - Heads

    /// Takes the newest head; nil where there is none by which the log may be read.
    mutating func newest(others: [HeadCheck.Other]) async throws -> LogTree? {
        var trust = HeadTrust(audit.kit, requiringQuorum: audit.options.requiresQuorum)
        if let terms = place.registry?.noteKeys.terms, terms.count > trust.terms.count {
            trust.terms = terms
        }
        var check = HeadCheck(
            audit.source, cache: audit.cache, trust: trust, genesis: audit.kit.genesis,
            evidence: state.folder, staleAfter: audit.options.staleLimit,
            isLive: audit.options.isLive, audit.patience)
        let outcome = try await check.run(&heads, others: others, now: audit.now())
        (report.head, present) = (outcome.head, outcome.conditions)
        report.unchecked += outcome.unchecked.filter { !report.unchecked.contains($0) }
        if let log = outcome.log { try audit.hooks.onHead(log.size) }
        try await commit()
        if let failure = outcome.failure { throw failure }
        if outcome.log == nil { report.ending = AuditReport.Ending(without: outcome) }
        return outcome.log
    }

    /// Judges the newest head by the registry that the leaves gave: a key that was only announced
    /// must be in the log.
    private mutating func judgeAgain(_ log: LogTree, by registry: Registry) {
        do throws(CheckpointRefusal) {
            _ = try log.signed.open(as: registry.origin.text, by: registry.noteKeys.terms)
        } catch {
            present.append(
                AuditCondition(.checkpoint, .head(log.size), "\(error), by what the entries say"))
        }
    }

    // MARK: - Entries

    mutating func replay(_ log: LogTree) async throws {
        // A source may show less than was read.
        guard place.index < log.size else { return }
        var options = ReplayOptions()
        options.checksSignatures = audit.options.signatures
        options.readsManifests = audit.options.manifests
        options.bundles = audit.options.bundlesAtOnce
        let asked = audit.hooks.keepsManifest
        options.keepsManifest = { asked($0) || AuditState.keepsManifest($0) }
        // Whoever has a copy has seen its head, whenever that was the newest.
        options.seen = heads.times + [SeenTime(size: log.size, time: audit.now())]
        let replay = Replay(of: log, options)
        _ = try await replay.run(from: place) { bundle, place, progress in
            try Task.checkCancellation()
            try await take(bundle, place, progress)
        }
    }

    private mutating func take(
        _ bundle: AuditedBundle, _ place: ReplayPlace, _ progress: ReplayProgress
    ) async throws {
        // What comes after this cannot be stopped by anybody: state and place go together.
        try audit.hooks.onBundle(bundle)
        for error in bundle.damage { try state.add(error.finding) }
        try state.take(bundle, deciders: audit.options.deciders)
        self.place = place
        let count = bundle.indexes.upperBound - bundle.indexes.lowerBound
        report.extent.newEntries += count
        report.extent.bytes += UInt64(bundle.byteCount)
        if audit.options.manifests { unserved += bundle.manifestCounts.unchecked }
        audit.hooks.onStep(
            .entries(
                progress.entries, of: progress.entries + progress.remaining,
                bytes: progress.bytes))
        if state.isCommitDue || ContinuousClock.now - committed > Self.commitInterval {
            try await commit()
        }
    }

    /// Makes what was done count.
    ///
    /// It sorts and writes what is in memory, and may merge runs: that is for a thread of its own.
    /// Nothing stops it but an error.
    mutating func commit() async throws {
        try audit.hooks.willCommit()
        state.set(part: Part.heads, to: heads.encoded)
        state.set(part: Part.unserved, to: CBOR.unsigned(unserved).encoded())
        let (state, size) = (state, place.index)
        try await OwnThread.run("commit") { _ in try state.commit(size: size) }
        committed = .now
    }
}
