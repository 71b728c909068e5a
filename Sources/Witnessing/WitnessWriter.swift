internal import Checkpoints
internal import Encoding
internal import Files
internal import Jobs
internal import Merkle
internal import Synchronization

/// Gives the requests of all logs their order, and writes them: all that wait with one sync.
///
/// It has a thread of its own, because a sync blocks. There is no timer: the next requests gather
/// while these are synced. What is answered is on the disk. After a failed write it believes
/// nothing about the disk: it cosigns nothing until the journal was read again and written anew.
final class WitnessWriter: Sendable {
    /// A request whose checks that need no order are done.
    struct Job: Sendable {
        let claim: Claim

        /// The root that the claim was found to extend, of its old size.
        let base: Hash

        /// Called once, on the writer's thread, which it must not keep.
        let decided: @Sendable (Result<WitnessedHead, WitnessRefusal>) -> Void
    }

    /// What belongs to the thread.
    private struct Desk {
        var journal: WitnessJournal
        var retryAt: ContinuousClock.Instant
    }

    /// Time between two attempts to read the journal again after a failure.
    private static let retryDelay = Duration.seconds(1)

    private let heads: WitnessedHeads
    private let options: WitnessOptions
    private let observe: @Sendable (WitnessEvent) -> Void
    private let queue = Mutex<(jobs: [Job], isClosed: Bool)>(([], false))
    private let desk: Mutex<Desk>
    private let thread = BackgroundThread()

    init(
        _ journal: WitnessJournal, heads: WitnessedHeads, _ options: WitnessOptions,
        observe: @escaping @Sendable (WitnessEvent) -> Void
    ) {
        self.heads = heads
        self.options = options
        self.observe = observe
        desk = Mutex(Desk(journal: journal, retryAt: .now))
    }

    /// Starts the thread; call once.
    func start() {
        thread.start("witness") { [self] in
            while wait() { work() }
            // What was accepted before the end is answered.
            work()
        }
    }

    /// Takes no more, answers everything that waits, and returns when the thread has ended.
    func stop() {
        queue.withLock { $0.isClosed = true }
        thread.stop()
    }

    /// Puts a request at the end; false, and nothing is kept, where too many wait.
    func append(_ job: Job) -> Bool {
        let isTaken = queue.withLock { queue in
            guard !queue.isClosed, queue.jobs.count < options.queueLimit else { return false }
            queue.jobs.append(job)
            return true
        }
        if isTaken { thread.wakeUp() }
        return isTaken
    }

    private func wait() -> Bool {
        guard heads.obstacle != nil else { return thread.sleep() }
        // Clients that see that nothing is cosigned may ask no more: it is tried without them.
        return thread.sleep(Self.retryDelay / .seconds(1))
    }

    private func work() {
        let jobs = queue.withLock { queue in
            defer { queue.jobs = [] }
            return queue.jobs
        }
        var done = 0
        desk.withLock { desk in
            do throws(WitnessStateError) {
                if let obstacle = heads.obstacle { try recover(&desk, from: obstacle) }
                while done < jobs.count { done += try write(jobs[done...], &desk.journal) }
                if desk.journal.oldByteCount > options.oldByteLimit {
                    try desk.journal.rewrite(heads.all)
                }
            } catch {
                fail(error, &desk)
            }
        }
        guard done < jobs.count, let obstacle = heads.obstacle else { return }
        for job in jobs[done...] { job.decided(.failure(.storage(obstacle.words))) }
    }

    /// Writes and answers as many of these requests as fit one frame; returns their number.
    private func write(
        _ jobs: ArraySlice<Job>, _ journal: inout WitnessJournal
    ) throws(WitnessStateError) -> Int {
        let start = ContinuousClock.now
        var group = WriteGroup(on: heads, clock: options.clock)
        for job in jobs {
            guard group.hasRoom else { break }
            group.add(job)
        }
        if !group.records.isEmpty {
            try journal.append(group.records)
            heads.show(group.newest.values)
            observe(.wrote(requests: group.results.count, .now - start))
        }
        for (job, result) in zip(jobs, group.results) {
            // Another was cosigned since it was looked at first.
            if case .failure = result, let proof = heads.misbehaviour(by: job.claim) {
                observe(.misbehaviour(proof))
            }
            job.decided(result)
        }
        return group.results.count
    }

    /// Cosigns nothing from now on: whether the last write is on the disk is not known.
    private func fail(_ error: WitnessStateError, _ desk: inout Desk) {
        if heads.obstacle != error { observe(.stopped(error)) }
        // Those who ask again and again must not put the next attempt off.
        if heads.obstacle == nil { desk.retryAt = .now + Self.retryDelay }
        heads.obstacle = error
    }

    /// Takes what the journal holds as the truth, if all that was cosigned is in there, and writes
    /// it anew.
    private func recover(
        _ desk: inout Desk, from obstacle: WitnessStateError
    ) throws(WitnessStateError) {
        guard .now >= desk.retryAt else { throw obstacle }
        desk.retryAt = .now + Self.retryDelay
        guard let found = try desk.journal.read() else {
            throw .file(FileError(desk.journal.path, .missing))
        }
        for (origin, head) in heads.all {
            guard let now = found[origin], now.follows(head) else {
                throw .lost(path: desk.journal.path, origin: origin.printable)
            }
        }
        try desk.journal.rewrite(found)
        heads.show(found.values)
        heads.obstacle = nil
        observe(.resumed)
    }
}
