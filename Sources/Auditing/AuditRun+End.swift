import Checkpoints
import Encoding
import Files
import Jobs
import LogReader
import Manifests
import Merkle
import Provenance

/// What is done once all entries are replayed.
extension AuditRun {
    // MARK: - All entries together

    /// Holds all entries to each other; returns the log as of a newer head where one was needed.
    ///
    /// A ledger removes a manifest once the erasure is in its log, and a head that has the erasure
    /// comes to its readers later. So a manifest that is missing without one is asked about again,
    /// by newer heads, before it is found.
    mutating func settle(_ log: LogTree) async throws -> LogTree? {
        let known = Set(state.questions)
        var newer: LogTree?
        try await commit()
        try await settle()
        for _ in 1..<HeadFetch.Patience.tries {
            let open = state.questions.count { $0.reason == .unexplained && !known.contains($0) }
            guard open > 0 else { break }
            audit.hooks.onStep(.waiting("erasures of \(open) manifests"))
            try await audit.patience.pause()
            guard let log = try await newest(others: []) else { return nil }
            newer = log
            try await replay(log)
            try await settle()
        }
        try await readAgain(newer ?? log)
        if !audit.options.isFollowing || state.index.pace?.isDue(at: audit.now()) ?? true {
            try await computeMaps()
        }
        try await commit()
        return newer
    }

    /// Computes the maps of index heads that wait, on a thread of its own.
    func computeMaps() async throws {
        let (state, now, onStep) = (state, audit.now(), audit.hooks.onStep)
        try await OwnThread.run("maps") { isCancelled in
            try state.computeMaps(
                at: now,
                progress: JobProgress { step in
                    onStep(.settling(step.done, of: step.total ?? step.done))
                    return !isCancelled()
                })
        }
    }

    /// Holds the entries to each other, on a thread of its own; says how far it is, and ends where
    /// the task is cancelled.
    private func settle() async throws {
        let (state, times, onStep) = (state, times, audit.hooks.onStep)
        try await OwnThread.run("settle") { isCancelled in
            try state.settle(
                by: times,
                progress: JobProgress { step in
                    onStep(.settling(step.done, of: step.total ?? step.done))
                    return !isCancelled()
                })
        }
    }

    /// When heads were there, as far as anybody says.
    private var times: HeadTimeline {
        HeadTimeline(
            heads.times.map {
                HeadTimeline.Head(size: $0.size, seen: $0.seen, newestAt: $0.newestAt)
            },
            seen: newestTime, known: knownTime, hours: audit.options.hours)
    }

    /// The time up to which it is known what the log does not have: nobody knows it where an older
    /// log is shown, and of a copy the first witness says it.
    private var knownTime: UInt64? {
        guard larger == nil else { return nil }
        return audit.options.isLive ? audit.now() : report.head?.firstTime
    }

    /// The time up to which the log can be known: a copy of it is as old as its head, and where no
    /// witness has seen that, nobody knows how old.
    private var newestTime: UInt64? { audit.options.isLive ? audit.now() : report.head?.time }

    /// Reads manifests again that were served although they are erased, and those that were not
    /// there although they are not.
    ///
    /// What the source cannot say stays a question: of entries that its head does not have, and
    /// where it serves no manifests.
    private mutating func readAgain(_ log: LogTree) async throws {
        let questions = state.questions.sorted { $0.index < $1.index }
        let open = questions.filter { $0.index < log.size }
        var unsaid = questions.count - open.count
        let served = try await answer(open, log, isFresh: false, &unsaid)
        if !served.isEmpty {
            // Once more, for what lies in between may have kept an old file.
            audit.hooks.onStep(.waiting("\(served.count) manifests to go"))
            try await audit.patience.pause()
            for question in try await answer(served, log, isFresh: true, &unsaid) {
                try state.answer(question, isServed: true)
            }
        }
        if unsaid > 0 {
            report.unchecked.append(
                "\(unsaid) manifests that are to be read again: the source does not serve them")
        }
    }

    /// Answers questions, and returns those whose manifests are served although they are erased.
    private mutating func answer(
        _ questions: [ManifestQuestion], _ log: LogTree, isFresh: Bool, _ unsaid: inout Int
    ) async throws -> [ManifestQuestion] {
        let width = UInt64(TileID.width)
        var served: [ManifestQuestion] = []
        var last: (bundle: UInt64, file: ManifestFile?)?
        for question in questions {
            let bundle = question.index / width
            if last?.bundle != bundle {
                last = (bundle, try await manifests(ofBundle: bundle, log, isFresh: isFresh))
            }
            guard let file = last?.file else {
                unsaid += 1
                continue
            }
            let isServed = file.digest(Int(question.index % width)) == question.digest
            if isServed, case .erased = question.reason {
                served.append(question)
            } else {
                try state.answer(question, isServed: isServed)
            }
        }
        return served
    }

    /// Reads the manifests of a bundle; nil where the source has no file of them, or a wrong one,
    /// which is a finding.
    private mutating func manifests(
        ofBundle number: UInt64, _ log: LogTree, isFresh: Bool
    ) async throws(LogError) -> ManifestFile? {
        do throws(LogError) {
            return try await log.manifestFile(ofBundle: number, isFresh: isFresh)
        } catch {
            switch error.meaning {
            case .missing: return nil
            case .wrong:
                present.append(AuditCondition(error.finding))
                return nil
            default: throw error
            }
        }
    }

    // MARK: - Beside the log

    /// Judges what others say of the heads.
    mutating func lookAtEvidence(_ log: LogTree, _ registry: Registry) async throws {
        var trust = HeadTrust(audit.kit)
        trust.terms = registry.noteKeys.terms
        let check: EvidenceCheck
        do throws(Refusal) {
            check = try EvidenceCheck(
                log, trust: trust, registry: registry, checkers: audit.checkers)
        } catch {
            report.unchecked.append("evidence about heads: a receipt key cannot be used: \(error)")
            return
        }
        let last = try state.part(AuditState.Part.evidence) { EvidencePass($0) }
        var pass =
            last.flatMap { $0.isOf(audit.name) ? $0 : nil } ?? EvidencePass(of: audit.name)
        let onStep = audit.hooks.onStep
        let look = try await pass.look(
            at: log, audit.source, check, now: audit.now()
        ) { done, count in
            onStep(.evidence(done, of: count))
        }
        for fork in look.forks {
            try keep(fork)
            heads.remember(fork.known)
            present.append(fork.condition)
        }
        present += look.findings.map { AuditCondition($0) }
        report.evidence = look.tally
        let overdue = OverdueCheck(audit.kit, after: audit.options.anchorAfter).judge(
            look.tally, heads, now: newestTime)
        present += overdue.conditions
        report.judgedEvidence = overdue.judged
        report.unchecked += look.unchecked + overdue.unchecked
        state.set(part: AuditState.Part.evidence, to: pass.encoded)
    }

    private func keep(_ fork: ForkEvidence) throws(AuditStateError) {
        do throws(FileError) {
            try fork.write(in: state.folder)
        } catch {
            throw .file(error)
        }
    }

    /// Holds the published lists to the registry; twice, where a cache may have an old one.
    ///
    /// They are as long as the ledger is old: where those of this source were right an hour ago,
    /// and the registry is still the same, they are not read again.
    mutating func lookAtLists(_ registry: Registry) async throws {
        let last = try state.part(AuditState.Part.lists) { (try? CBOR.decode($0))?.arrayValue }
        let (now, source) = (audit.now(), Text(audit.name))
        if let last, last.count == 3, last[0].unsignedValue == registry.sequence,
            let time = last[1].unsignedValue, time <= now, now - time < Self.listPause,
            last[2].textValue == source
        {
            return
        }
        var result = try await PublishedCheck(audit.source).run(registry)
        for _ in 1..<HeadFetch.Patience.tries where !result.findings.isEmpty {
            audit.hooks.onStep(.waiting("lists that fit the entries"))
            try await audit.patience.pause()
            result = try await PublishedCheck(audit.source, isFresh: true).run(registry)
        }
        if result.findings.isEmpty, result.unchecked.isEmpty {
            let seen = CBOR.array([
                .unsigned(registry.sequence), .unsigned(now), .text(source),
            ])
            state.set(part: AuditState.Part.lists, to: seen.encoded())
        }
        present += result.findings.map { AuditCondition($0) }
        report.unchecked += result.unchecked
    }

    /// Seconds after which the published lists are read again: a monitor looks each minute.
    private static let listPause: UInt64 = 3_600

    // MARK: - The report

    /// The report of all that is known now.
    mutating func finished() -> AuditReport {
        report.findings = state.findings
        report.findings.add(state.standing)
        report.unchecked += state.unchecked
        for condition in present where !report.conditions.contains(condition) {
            report.conditions.append(condition)
            report.findings.add(condition.finding)
        }
        if unserved > 0 {
            report.unchecked.append(
                "manifests of \(unserved) entries: the source did not serve them")
        }
        if report.head != nil, newestTime == nil, audit.options.manifests {
            report.unchecked.append(
                "whether postmortems came in time: this is a copy, and no witness says how old "
                    + "its head is")
        }
        if let head = report.head, head.witnesses.isEmpty {
            report.unchecked.append(
                "whether others see the same log, and since when: no witness of the kit's has seen "
                    + "the head")
        }
        if let head = report.head,
            let doubt = place.registry?.noteKeys.doubt(about: head.size),
            head.time ?? .max > doubt.until
        {
            report.unchecked.append(
                "whether the log signed the head, or a thief: its operator says that the key of "
                    + "that time was stolen")
        }
        report.extent.entries = place.index
        let index = state.index
        report.extent.indexHeads = index.count
        report.extent.maps = index.computed
        report.extent.controls = UInt64(place.controlCount)
        report.extent.keys = UInt64(place.registry?.keys.count ?? 0)
        report.extent.duration = ContinuousClock.now - begun
        return report
    }
}
