import Checkpoints
import Encoding
import Files
import Jobs
import LogReader
import Manifests
import Merkle
import Provenance

/// One run of an audit, and the report that comes of it.
struct AuditRun: LogRun {
    let audit: Audit
    let state: AuditState
    var heads: HeadMemory
    private(set) var place: ReplayPlace

    /// What is found at this moment, and is not kept: a later run looks again.
    var present: [AuditCondition] = []

    var report: AuditReport

    /// The largest head that is known, where the source shows a smaller one.
    private(set) var larger: LargerHead?

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
        heads = try state.heads(readingFrom: audit.name)
        unserved = try state.number(AuditState.Part.unserved) ?? 0
        let now = audit.now()
        report = AuditReport(
            log: AuditReport.Log(
                origin: audit.kit.origin.text, genesis: audit.kit.genesis, source: audit.name,
                isLive: audit.options.isLive),
            extent: AuditReport.Extent(
                since: try state.begun(now), signatures: audit.options.signatures,
                manifests: audit.options.manifests),
            findingsFile: state.findingsPath, time: now)
        // The kit's own head was seen, too.
        if !heads.wait(for: audit.kit.signedHead) {
            report.unchecked.append("the kit's head: too many others wait to be compared")
        }
    }

    // MARK: - The run

    /// Runs to the newest head, or as far as it goes.
    mutating func pass() async throws {
        guard var log = try await newest(others: audit.options.others) else { return }
        try await replay(log)
        try await lookAgain(log)
        var logs = [log]
        if let newer = try await settle(log) {
            log = newer
            logs.append(newer)
        }
        let registry = place.index >= log.size ? place.registry : nil
        if let registry {
            judgeAgain(log, by: registry)
            try await lookAtEvidence(log, registry)
            try await lookAtLists(registry)
            try await showIndexFindings(log, by: registry)
        }
        for log in logs { present += try state.unwalkedDamage(of: log) }
        if registry != nil { try await audit.hooks.onJudged(log) }
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
        larger = outcome.larger.map {
            LargerHead($0, kit: audit.kit.signedHead.claim, others: audit.options.others)
        }
        report.unchecked += outcome.unchecked.filter { !report.unchecked.contains($0) }
        if let log = outcome.log { try audit.hooks.onHead(log.size) }
        try await commit()
        if let failure = outcome.failure { throw failure }
        if outcome.log == nil {
            report.ending = AuditReport.Ending(without: outcome, larger: larger)
        }
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
        let replay = Replay(of: log, replayOptions(log))
        _ = try await replay.run(from: place) { bundle, place, progress in
            try Task.checkCancellation()
            let trees = try await Self.trees(of: bundle, in: log)
            try await take(bundle, trees, place, progress)
        }
    }

    /// Computes the roots of the log that the index heads of a bundle must name.
    private static func trees(
        of bundle: AuditedBundle, in log: LogTree
    ) async throws(LogError) -> [UInt64: Hash] {
        var trees: [UInt64: Hash] = [:]
        for (index, head, _) in bundle.indexHeads where head.size <= index {
            trees[head.size] = try await log.root(ofFirst: head.size)
        }
        return trees
    }

    /// Looks again at bundles in which a file was wrong: a fault of the source stands until it is
    /// mended.
    mutating func lookAgain(_ log: LogTree) async throws {
        let width = UInt64(TileID.width)
        let known = min(place.index, log.size)
        let bundles = state.faultyBundles(at: audit.now(), below: known).filter {
            // Where the source shows less than was read, nothing is known of the rest.
            min(($0 + 1) * width, place.index) <= log.size
        }
        guard !bundles.isEmpty else { return }
        let places = try state.places(
            before: bundles.map { $0 * width }, of: audit.kit.genesis)
        var options = replayOptions(log)
        options.gathersKeys = false
        let replay = Replay(of: log, options)
        for (bundle, start) in zip(bundles, places) {
            let sighting = sighting
            do {
                _ = try await replay.run(from: start, to: min((bundle + 1) * width, known)) {
                    bundle, _, _ in
                    try Task.checkCancellation()
                    try state.mend(bundle, at: sighting)
                }
            } catch let error as LogError where error.isOfFile {
                report.unchecked.append("whether bundle \(bundle) is mended: \(error)")
            }
        }
    }

    private var sighting: Sighting { Sighting(source: audit.name, time: audit.now()) }

    private func replayOptions(_ log: LogTree) -> ReplayOptions {
        var options = ReplayOptions()
        options.checksSignatures = audit.options.signatures
        options.readsManifests = audit.options.manifests
        options.bundles = audit.options.bundlesAtOnce
        options.gathersKeys = audit.options.index && state.index.gathersKeys
        let asked = audit.hooks.keepsManifest
        options.keepsManifest = { asked($0) || AuditState.keepsManifest($0) }
        // Whoever has a copy has seen its head, whenever that was the newest.
        options.seen = heads.times.map { SeenTime(size: $0.size, time: $0.seen) }
        options.seen.append(SeenTime(size: log.size, time: audit.now()))
        return options
    }

    private mutating func take(
        _ bundle: AuditedBundle, _ trees: [UInt64: Hash], _ place: ReplayPlace,
        _ progress: ReplayProgress
    ) async throws {
        // What comes after this cannot be stopped by anybody: state and place go together.
        try audit.hooks.onBundle(bundle)
        try state.take(bundle, at: sighting, trees: trees, deciders: audit.options.deciders)
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
        if state.index.isFull { try await computeMaps() }
    }

    /// Makes what was done count.
    ///
    /// It sorts and writes what is in memory, and may merge runs: that is for a thread of its own.
    /// Nothing stops it but an error.
    mutating func commit() async throws {
        try audit.hooks.willCommit()
        state.set(part: AuditState.Part.heads, to: heads.encoded)
        state.set(part: AuditState.Part.unserved, to: CBOR.unsigned(unserved).encoded())
        let (state, size) = (state, place.index)
        try await OwnThread.run("commit") { _ in try state.commit(size: size) }
        committed = .now
    }
}
