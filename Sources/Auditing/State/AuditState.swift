package import Encoding
package import Files
import IndexMap
package import Jobs
package import Manifests
package import Merkle
package import Provenance
import Synchronization

/// What an audit remembers, in a folder of its own (audit.md §4).
///
///     DIR/lock              the lock of the one audit at work
///     DIR/state             what counts (``StateFile``); replaced as a whole by each commit
///     DIR/controls          the control statements (``ControlFile``)
///     DIR/findings          all findings, a line of JSON each
///     DIR/runs/             names and numbers of all entries, sorted (``RunSet``)
///     DIR/monitor/          a monitor's own
///     DIR/*.misbehaviour    evidence, kept for good
///
/// What is added is in memory, or in files that count for nothing yet, until ``commit(size:)``
/// returns. A crash at any moment leaves the last commit: the audit goes on from its size, and
/// comes to the same findings, each once. After an error a value says the same error again; a new
/// one begins at the last commit.
///
/// Not trusted for more than a disk is: what has changed is an error, never a finding. Who may
/// write the folder decides what an audit believes to have seen, so it is its owner's alone.
package final class AuditState: Sendable {
    /// The folder, opened: for evidence, and for a monitor.
    package let folder: Folder

    /// Which log it is of.
    package let log: AuditedLog

    private let lock: FileLock
    private let bounds: FactBounds
    private let step: @Sendable (CommitStep) throws(AuditStateError) -> Void
    private let content: Mutex<StateContent>

    /// Opens the state in the folder at `path`, made where it is missing.
    ///
    /// - Parameters:
    ///   - log: the log; a state of another one, or of an audit that looks at other things, is
    ///     refused.
    ///   - bounds: records in memory; for tests of it.
    ///   - step: is called before each step of a commit, and may end it; for tests of crashes.
    package init(
        _ path: String, of log: AuditedLog, bounds: FactBounds = .usual,
        step: @escaping @Sendable (CommitStep) throws(AuditStateError) -> Void = { _ in }
    ) throws(AuditStateError) {
        (folder, lock) = try Self.open(path)
        (self.log, self.bounds, self.step) = (log, bounds, step)
        content = Mutex(try StateContent(in: folder, of: log, bounds: bounds, step: step))
        try use { content throws(AuditStateError) in try content.writeStanding() }
    }

    /// Opens the folder, which must be ours alone, and takes its lock.
    static func open(_ path: String) throws(AuditStateError) -> (Folder, FileLock) {
        do throws(FileError) {
            let folder = try Folder(making: path, .secret)
            try Ownership.requireOwn(folder.status, path: path, isSecret: true)
            let lock = try FileLock(lockName, in: folder, .none)
            for name in try folder.names() where Folder.isTemporary(name) {
                try folder.remove(name)
            }
            return (folder, lock)
        } catch {
            throw error.reason == .inUse ? .inUse(path) : .file(error)
        }
    }

    private static let lockName = "lock"

    private func use<Value: Sendable>(
        _ body: (inout StateContent) throws(AuditStateError) -> Value
    ) throws(AuditStateError) -> Value {
        try content.withLock { content throws(AuditStateError) in
            if let failure = content.failure { throw failure }
            do throws(AuditStateError) {
                return try body(&content)
            } catch {
                content.failure = error
                throw error
            }
        }
    }

    // MARK: - What counts

    /// Where all findings are, for words.
    package var findingsPath: String { folder.path(of: FindingFile.name) }

    /// Number of entries that were audited, as of the last commit: the audit goes on with the next.
    package var size: UInt64 { content.withLock { $0.size } }

    /// All findings, those since the last commit included.
    package var findings: FindingList { content.withLock { $0.findings } }

    /// What stands, and may be mended: faults of a source, and what the last settlement found of
    /// gaps, and of manifests that are missing without an erasure.
    package var standing: FindingList { content.withLock { $0.standing } }

    /// What the last settlement could not judge, a sentence each.
    package var unchecked: [String] { content.withLock { $0.unchecked } }

    /// Calls `body` with each control statement that was committed, in the order of the log.
    package func forEachControl(
        _ body: (_ index: UInt64, _ leaf: [UInt8]) -> Void
    ) throws(AuditStateError) {
        try use { content throws(AuditStateError) in
            try content.controls.reader.forEach { index, leaf throws(AuditStateError) in
                body(index, leaf)
            }
        }
    }

    /// The place from which a replay of the log with this genesis goes on, as of the last commit.
    ///
    /// What was added since is forgotten: a run that ended in its middle has left it, and the
    /// replay brings it again.
    package func place(of genesis: EntryID) throws(AuditStateError) -> ReplayPlace {
        try use { content throws(AuditStateError) in
            if content.isChanged {
                content = try StateContent(in: folder, of: log, bounds: bounds, step: step)
                try content.writeStanding()
            }
            return try content.controls.reader.place(before: content.size, of: genesis)
        }
    }

    /// The places before entries with these indexes, which rise, by the control statements that
    /// were committed.
    func places(
        before indexes: [UInt64], of genesis: EntryID
    ) throws(AuditStateError) -> [ReplayPlace] {
        try use { content throws(AuditStateError) in
            try content.controls.reader.places(before: indexes, of: genesis)
        }
    }

    // MARK: - Faults of a source

    /// The faults that stand.
    var faults: [SourceFault] { content.withLock { $0.faults.all } }

    /// The bundles that are to be looked at again, rising: some of those with faults.
    func faultyBundles(at now: UInt64, below size: UInt64) -> [UInt64] {
        content.withLock { $0.faults.due(at: now, below: size) }
    }

    /// Adds a fault of the source, which stands until it is mended.
    func add(
        _ finding: AuditFinding, inBundle bundle: UInt64, _ sighting: Sighting
    ) throws(AuditStateError) {
        try use { content throws(AuditStateError) in
            try content.add(
                SourceFault(
                    finding: finding, bundle: bundle, first: sighting, lookedAt: sighting.time))
        }
    }

    /// Takes what a look at a bundle found wrong; what is mended is remembered as a notice.
    ///
    /// - Parameters:
    ///   - isKnown: whether the look says anything of what a fault is about.
    ///   - remark: what else is to be said of one that is mended.
    /// - Returns: what was mended.
    @discardableResult
    func mend(
        _ bundle: UInt64, _ wrong: [AuditFinding], at sighting: Sighting,
        isKnown: (AuditFinding) -> Bool = { _ in true },
        remark: (AuditFinding) -> String = { _ in "" }
    ) throws(AuditStateError) -> [AuditFinding] {
        try use { content throws(AuditStateError) in
            let mended = content.look(at: bundle, wrong, now: sighting.time, isKnown: isKnown)
            for fault in mended { try content.add(fault.mended(remark(fault.finding))) }
            return mended.map(\.finding)
        }
    }

    /// Adds what is known of the manifest of an entry that was added before.
    func add(
        manifest digest: Hash, _ manifest: AuditedManifest, at index: UInt64
    ) throws(AuditStateError) {
        try use { content throws(AuditStateError) in
            try content.facts { facts throws(RunError) in
                try facts.add(manifest: digest, manifest, at: index)
            }
        }
    }

    // MARK: - Adding

    /// Adds a finding.
    package func add(_ finding: AuditFinding) throws(AuditStateError) {
        try use { content throws(AuditStateError) in try content.add(finding) }
    }

    /// Adds what the whole log needs of entries, each once and in their order.
    package func add(_ entries: some Sequence<EntryFacts>) throws(AuditStateError) {
        try use { content throws(AuditStateError) in
            for entry in entries {
                try content.facts { facts throws(RunError) in try facts.add(entry) }
            }
        }
    }

    /// Adds what an admitted statement of a rollout says: a `milestone` or a `postmortem`; all
    /// others say nothing here.
    ///
    /// - Parameter deciders: issuers who count beside the slice itself (milestones.md §1).
    package func add(
        rollout statement: Statement, _ manifest: Manifest, at index: UInt64,
        deciders: Set<Text> = []
    ) throws(AuditStateError) {
        try use { content throws(AuditStateError) in
            try content.facts { facts throws(RunError) in
                facts.rollbacks.take(statement, manifest, at: index, deciders: deciders)
            }
        }
    }

    /// Adds a control statement that the registry took, for the folding of the registry.
    package func add(control leaf: [UInt8], at index: UInt64) throws(AuditStateError) {
        try use { content throws(AuditStateError) in content.add(control: leaf, at: index) }
    }

    /// Takes note of a control statement that only a newer version reads.
    func passOver(controlAt index: UInt64) throws(AuditStateError) {
        try use { content throws(AuditStateError) in content.passOver(controlAt: index) }
    }

    /// Takes what a bundle has for the index.
    ///
    /// - Parameter trees: the root of the log at the size of each of its heads that covers no more
    ///   than stands below it.
    func take(
        indexOf bundle: AuditedBundle, trees: [UInt64: Hash]
    ) throws(AuditStateError) {
        try use { content throws(AuditStateError) in
            try content.take(indexOf: bundle, trees: trees)
        }
    }

    /// Adds what an `erasure` at `index` that the registry took asks for: that the manifest with
    /// this digest goes, which all these entries have.
    package func add(
        erasing digest: Hash, of entries: [EntryID], at index: UInt64
    ) throws(AuditStateError) {
        try use { content throws(AuditStateError) in
            try content.facts { facts throws(RunError) in
                try facts.add(erasing: digest, of: entries, at: index)
            }
        }
    }

    // MARK: - Parts

    /// Returns the bytes that a part of the audit keeps under a name; nil where it keeps none.
    package func part(_ name: Text) -> [UInt8]? { content.withLock { $0.parts[name] } }

    /// Keeps bytes under a name, from the next commit on; nil keeps none.
    ///
    /// - Parameter bytes: at most ``maximumPartBytes``.
    package func set(part name: Text, to bytes: [UInt8]?) {
        precondition(
            (bytes?.count ?? 0) <= Self.maximumPartBytes, "a part of a state is bounded")
        content.withLock { $0.parts[name] = bytes }
    }

    /// Most bytes of a part: all are written again by each commit.
    package static let maximumPartBytes = 1 << 20

    // MARK: - Committing

    /// Whether a commit is due, because memory is used up: to be asked after each bundle.
    package var isCommitDue: Bool { content.withLock { $0.isCommitDue } }

    /// Records of entries in memory.
    package var memoryCount: Int { content.withLock { $0.memoryCount } }

    /// Makes all that was added count: from here on the audit goes on with entry `size`.
    package func commit(size: UInt64) throws(AuditStateError) {
        try use { content throws(AuditStateError) in try content.commit(size: size) }
    }

    /// Holds all entries to each other, and adds what is found; it counts with the next commit.
    ///
    /// What was settled before costs nothing again, but a look.
    ///
    /// It may read for minutes, and blocks its thread: not for the cooperative pool.
    ///
    /// - Parameters:
    ///   - times: what the business hours of rollbacks are measured by.
    ///   - progress: is told how many records were read; false ends it with
    ///     ``AuditStateError/stopped``, and the last commit is what there is.
    package func settle(
        by times: HeadTimeline, progress: JobProgress = .silent
    ) throws(AuditStateError) {
        try use { content throws(AuditStateError) in try content.settle(by: times, progress) }
    }

    /// What is known of the index.
    var index: IndexFacts { content.withLock { $0.index } }

    /// Computes the maps of index heads that wait, and adds what is found; it counts with the next
    /// commit.
    ///
    /// It reads the keys of all entries, and blocks its thread: not for the cooperative pool.
    ///
    /// - Parameter progress: is told how many were read; false ends it with
    ///   ``AuditStateError/stopped``.
    func computeMaps(at now: UInt64, progress: JobProgress) throws(AuditStateError) {
        try use { content throws(AuditStateError) in try content.computeMaps(at: now, progress) }
    }

    /// The keys of all entries in the index, in sorted runs.
    func keyRuns() throws(AuditStateError) -> [RunFile<IndexRecord>] {
        try use { content throws(AuditStateError) in
            try content.facts { log throws(RunError) in
                try log.keys.spill()
                return log.keys.runs
            }
        }
    }

    /// Manifests that are to be read again, by the newest head: some 4,000 at the most.
    ///
    /// They are kept from run to run until they are answered.
    package var questions: [ManifestQuestion] { content.withLock { $0.log.questions } }

    /// Answers a question: whether the source serves bytes with that digest now.
    ///
    /// What is erased and served is a finding; what is missing, and nothing explains, stands
    /// (``standing``) until it is there or an erasure names it.
    package func answer(
        _ question: ManifestQuestion, isServed: Bool
    ) throws(AuditStateError) {
        try use { content throws(AuditStateError) in
            try content.answer(question, isServed: isServed)
        }
    }
}

/// The steps of a commit; a crash before any of them leaves the commit before.
package enum CommitStep: CaseIterable, Hashable, Sendable {
    /// Names and numbers are sorted into runs, and synced.
    case runs

    /// Findings are written and synced.
    case findings

    /// Control statements are written and synced.
    case controls

    /// The state is replaced: from here on the commit counts.
    case state

    /// Runs that no state names any more are removed.
    case removal
}
