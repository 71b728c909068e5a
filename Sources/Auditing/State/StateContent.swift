import Encoding
import Files
import Jobs
import Merkle

/// What a state has, in memory and on the disk; ``AuditState`` guards it.
struct StateContent: ~Copyable, Sendable {
    /// Number of entries that were audited, as of the last commit.
    private(set) var size: UInt64

    private var gaps: FindingList
    private(set) var faults: FaultList

    /// The first control statement that only a newer version reads; nil where there is none.
    private(set) var firstNewer: UInt64?

    /// What is known of the index.
    private(set) var index: IndexFacts

    private(set) var log: LogFacts
    private(set) var controls: ControlFile
    var parts: [Text: [UInt8]]

    /// Whether anything was added, settled or answered since the last commit.
    private(set) var isChanged = false

    /// Why nothing goes any more.
    var failure: AuditStateError?

    private let found: FoundFindings
    private let file: StateFile
    private let runs: Folder
    private let name: AuditedLog
    private let step: @Sendable (CommitStep) throws(AuditStateError) -> Void

    /// Reads what was committed, and removes what a crash has left beside it.
    init(
        in folder: Folder, of name: AuditedLog, bounds: FactBounds,
        step: @escaping @Sendable (CommitStep) throws(AuditStateError) -> Void
    ) throws(AuditStateError) {
        let file = StateFile(in: folder)
        try file.begin(of: name)
        let image = try StateImage(file, of: name, path: folder.path)
        let runs = try Self.opening { () throws(FileError) in
            try folder.folder(making: LogFacts.runsName, .secret)
        }
        let found = try Self.opening { () throws(FileError) in
            FoundFindings(
                image.findings,
                try FindingFile(
                    in: folder, keeping: image.findingBytes, count: image.findingCount))
        }
        let log: LogFacts
        do throws(RunError) {
            log = try LogFacts(image.facts, in: runs, bounds: bounds)
        } catch {
            throw AuditStateError(error)
        }
        controls = try Self.opening { () throws(FileError) in
            try ControlFile(
                in: folder, keeping: image.controlBytes, digest: image.controlDigest)
        }
        (self.file, self.name, self.step, self.runs) = (file, name, step, runs)
        (self.found, self.log) = (found, log)
        (size, parts, gaps, faults) = (image.size, image.parts, image.gaps, image.faults)
        (firstNewer, index) = (image.firstNewer, image.index)
    }

    /// Writes anew what stands: it was cut off with what a crash may have left there.
    func writeStanding() throws(AuditStateError) {
        let stands = standing.kept
        guard !stands.isEmpty else { return }
        try writing { () throws(FileError) in try found.flush(standing: stands) }
    }

    private static func opening<Value: ~Copyable>(
        _ body: () throws(FileError) -> Value
    ) throws(AuditStateError) -> Value {
        do throws(FileError) {
            return try body()
        } catch {
            throw AuditStateError(opening: error)
        }
    }

    // MARK: - Adding

    mutating func add(_ finding: AuditFinding) throws(AuditStateError) {
        isChanged = true
        do throws(FileError) {
            try found.add(finding)
        } catch {
            throw .file(error)
        }
    }

    /// Adds a fault of a source; where there is no room it stays found.
    mutating func add(_ fault: SourceFault) throws(AuditStateError) {
        isChanged = true
        if !faults.add(fault) { try add(fault.finding) }
    }

    /// Takes note of a control statement that only a newer version reads.
    mutating func passOver(controlAt index: UInt64) {
        isChanged = true
        firstNewer = firstNewer ?? index
    }

    /// Takes what a bundle has for the index: the keys of its entries, and its heads.
    mutating func take(
        indexOf bundle: AuditedBundle, trees: [UInt64: Hash]
    ) throws(AuditStateError) {
        isChanged = true
        if let records = bundle.keys?.records, index.gathersKeys {
            try facts { log throws(RunError) in
                for record in records { try log.keys.append(record) }
            }
        }
        for finding in index.take(bundle, trees: trees) { try add(finding) }
    }

    /// Computes the maps that wait, and adds the heads that say another one.
    mutating func computeMaps(
        at now: UInt64, _ progress: JobProgress
    ) throws(AuditStateError) {
        guard !index.pending.isEmpty else { return }
        let start = ContinuousClock.now
        let sizes = index.pendingSizes
        let roots = try facts { log throws(RunError) in
            var pace = SettlementPace(progress, of: log.keys.count)
            let roots = try log.roots(of: sizes, &pace)
            try pace.finish()
            return roots
        }
        let took = (ContinuousClock.now - start) / .milliseconds(1)
        let pace = MapPace(time: now, took: UInt64(max(0, took)))
        for finding in index.take(roots: roots, pace) { try add(finding) }
    }

    /// Whether entries were passed over because only a newer version reads them: they may say what
    /// the others do not.
    private var hasNewer: Bool { found.list.counts[.newer] != nil }

    /// Takes what a look at a bundle found, and returns what is mended.
    mutating func look(
        at bundle: UInt64, _ wrong: [AuditFinding], now: UInt64, isKnown: (AuditFinding) -> Bool
    ) -> [SourceFault] {
        let mended = faults.look(at: bundle, wrong, now: now, isKnown: isKnown)
        isChanged = isChanged || !mended.isEmpty
        return mended
    }

    mutating func add(control leaf: [UInt8], at index: UInt64) {
        isChanged = true
        controls.append(leaf, at: index)
    }

    /// Changes what the whole log decides about.
    mutating func facts<Value>(
        _ body: (inout LogFacts) throws(RunError) -> Value
    ) throws(AuditStateError) -> Value {
        isChanged = true
        do throws(RunError) {
            return try body(&log)
        } catch {
            throw AuditStateError(error)
        }
    }

    var findings: FindingList { found.list }

    var isCommitDue: Bool { log.isFull || controls.isFull }

    var memoryCount: Int { log.memoryCount }

    // MARK: - Settling

    /// What stands now, and may be mended: faults of a source, gaps, and manifests that nothing
    /// explains.
    var standing: FindingList {
        var list = hasNewer ? FindingList() : gaps
        for fault in faults.all { list.add(fault.finding) }
        // What is missing may be erased by a statement that nobody here can read.
        guard firstNewer == nil else { return list }
        for question in log.questions where question.reason == .unexplained {
            list.add(question.finding)
        }
        return list
    }

    /// What the last settlement could not judge, a sentence each.
    var unchecked: [String] {
        var words: [String] = []
        if let firstNewer {
            words.append(
                "all that keys, policies and erasures decide from entry \(firstNewer) on: it is a "
                    + "control statement of a type newer than this program")
        }
        words += index.unchecked
        if hasNewer {
            words.append(
                "gaps in chains, and whether postmortems came in time: entries of newer types may "
                    + "say it")
        }
        if log.later.count > 0 {
            words.append(
                "manifests of \(log.later.count) entries that were missing, or there although they "
                    + "are erased: a run asks again for \(ManifestQuestion.limit); the next goes on"
            )
        }
        if log.rollbacks.overlooked > 0 {
            words.append(
                "whether \(log.rollbacks.overlooked) rollbacks had their postmortems in time: more "
                    + "than \(OpenRollbacks.limit) were open at once")
        }
        return words
    }

    mutating func settle(
        by times: HeadTimeline, _ progress: JobProgress
    ) throws(AuditStateError) {
        let found = found
        let times = hasNewer ? nil : times
        let gaps = try facts { log throws(RunError) in
            try log.settle(by: times, progress) { finding throws(RunError) in
                do throws(FileError) {
                    try found.add(finding)
                } catch {
                    throw .file(error)
                }
            }
            return try log.gapFindings()
        }
        self.gaps = FindingList(
            counts: log.gaps.count > 0 ? [.chain: log.gaps.count] : [:], first: gaps)
    }

    /// Answers a question: what is found is added, and what was mended is forgotten.
    mutating func answer(
        _ question: ManifestQuestion, isServed: Bool
    ) throws(AuditStateError) {
        switch question.reason {
        case .erased: if isServed { try add(question.finding) }
        case .unexplained: guard isServed else { return }
        }
        isChanged = true
        log.questions.removeAll { $0 == question }
    }

    // MARK: - Committing

    mutating func commit(size: UInt64) throws(AuditStateError) {
        precondition(size >= self.size, "an audit does not go back")
        try step(.runs)
        try facts { log throws(RunError) in try log.spill() }
        try step(.findings)
        let stands = standing.kept
        try writing { () throws(FileError) in
            try runs.synchronize()
            try found.flush(standing: stands)
        }
        try step(.controls)
        do throws(FileError) {
            try controls.flush()
        } catch {
            throw .file(error)
        }
        try step(.state)
        try file.write(image(size: size).object)
        self.size = size
        try step(.removal)
        try facts { log throws(RunError) in try log.removeSuperseded() }
        isChanged = false
    }

    private func writing(
        _ body: () throws(FileError) -> Void
    ) throws(AuditStateError) {
        do throws(FileError) {
            try body()
        } catch {
            throw .file(error)
        }
    }

    private func image(size: UInt64) -> StateImage {
        let extent = found.extent
        return StateImage(
            name: name, size: size, findings: found.list, gaps: gaps, faults: faults,
            firstNewer: firstNewer, index: index,
            findingBytes: extent.byteCount, findingCount: extent.count,
            controlBytes: controls.byteCount, controlDigest: controls.digest, parts: parts,
            facts: log.image)
    }
}
