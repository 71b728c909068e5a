package import Checkpoints
import HTTPCalls
package import Logging
import Synchronization

/// Has every head of a log that is due cosigned by the witnesses of a policy, for as long as the
/// log runs (Schemas/anchoring.md §1).
///
/// Everything that it does goes on beside the log: nothing waits for it. At a time it has one task
/// a witness, one that waits for the next head and one that waits for the next look.
package final class WitnessConductor: Sendable {
    let log: any WitnessedLog
    let options: AnchoringOptions
    let clock: ConductorClock
    let logger: Logger
    let clients: [WitnessClient]
    let metrics: [WitnessMetrics]
    let allMetrics: AnchoringMetrics
    let keepEvidence: @Sendable (MisbehaviourProof, Checkpoint) throws -> Void
    let changed: @Sendable (SigningPermission) -> Void
    let state: Mutex<ConductorState>

    /// What was told last of ``permission``.
    let told: Mutex<SigningPermission>

    /// Wakes the loop; one wake-up that waits stands for all.
    let wake: AsyncStream<Void>.Continuation
    private let wakes: AsyncStream<Void>

    /// Prepares to ask the witnesses of `policy` that have a URL.
    ///
    /// - Parameters:
    ///   - former: what witnesses remembered before the policy was read again: what holds signing
    ///     goes on holding it, so a witness that does must be one that is asked.
    ///   - evidence: keeps the proof that two trees were signed with the log's keys, as
    ///     ``WitnessedLog/hasSigned(_:)`` says, and the head in it that a witness showed; called
    ///     once for each witness that shows one.
    ///   - changed: called with each change of ``permission``, on any task, one at a time; it must
    ///     be quick.
    package init(
        log: any WitnessedLog, policy: TrustPolicy, options: AnchoringOptions,
        clock: ConductorClock, former: [WitnessMemory] = [], logger: Logger,
        evidence: @escaping @Sendable (MisbehaviourProof, Checkpoint) throws -> Void,
        changed: @escaping @Sendable (SigningPermission) -> Void = { _ in }
    ) throws(WitnessSetupError) {
        let prepared = try Self.prepare(policy, options)
        let names = prepared.map(\.witness.name)
        if let left = former.first(where: { $0.effect != .none && !names.contains($0.witness) }) {
            throw .stillHolds(left.witness)
        }
        self.log = log
        self.options = options
        self.clock = clock
        self.logger = logger
        clients = prepared.map { WitnessClient($0.witness, options: $0.calls) }
        metrics = prepared.map { WitnessMetrics($0.witness.name) }
        allMetrics = AnchoringMetrics(hasQuorum: policy.quorum != .none)
        keepEvidence = evidence
        self.changed = changed
        state = Mutex(ConductorState(names, policy, options.times, former))
        let stands = SigningPermission(former.filter { names.contains($0.witness) })
        told = Mutex(stands)
        allMetrics.holds(!stands.isGranted)
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Finds the witnesses that can be asked, and refuses what cannot be.
    private static func prepare(
        _ policy: TrustPolicy, _ options: AnchoringOptions
    ) throws(WitnessSetupError) -> [(witness: AskedWitness, calls: CallOptions)] {
        var prepared: [(witness: AskedWitness, calls: CallOptions)] = []
        for witness in policy.witnesses {
            guard let word = witness.url else { continue }
            let url: ServiceURL
            do throws(ServiceURLError) {
                url = try ServiceURL(word.description)
            } catch {
                throw .url(witness.name, error)
            }
            let asked = AskedWitness(name: witness.name, key: witness.key, url: url)
            do throws(ProxyError) {
                prepared.append((asked, try options.calls(to: url)))
            } catch {
                throw .proxy(witness.name, error)
            }
        }
        let names = Set(prepared.map(\.witness.name))
        if let name = options.overruled.first(where: { !names.contains($0) }) {
            throw .unknownWitness(name)
        }
        return prepared
    }

    /// Whether any witness is asked.
    package var isNeeded: Bool { !clients.isEmpty }

    /// Whether the log may sign, as far as witnesses have said since the start.
    package var permission: SigningPermission { state.withLock { $0.permission } }

    /// What witnesses remember, as far as they have said so.
    package var remembered: [WitnessMemory] {
        state.withLock { $0.memories.compactMap { $0 } }
    }

    /// How it stands with the witnesses.
    package var health: AnchoringHealth { state.withLock { $0.health } }

    /// Ends the connections, and what is measured of the witnesses.
    package func close() async {
        guard state.withLock({ $0.end() }) else { return }
        for client in clients { await client.close() }
        for metrics in metrics { metrics.end() }
        allMetrics.end()
    }

    // MARK: - Rounds

    /// Has heads cosigned until the task is cancelled; call once, at most.
    package func run() async {
        guard isNeeded else { return }
        await withDiscardingTaskGroup { group in
            await conduct(in: &group)
            group.cancelAll()
        }
    }

    /// Has the log's last head cosigned by those that have not done so, and returns in `time` at
    /// most; for a log that stops, after ``run()`` has ended.
    package func finish(within time: Duration = RoundTimes.lastTry) async {
        guard isNeeded else { return }
        let start = clock.elapsed()
        do {
            let size = try log.newestSignedHead().claim.size
            state.withLock { $0.schedule.beginLast(size: size, at: start) }
        } catch {
            return logger.error(
                "the last head is shown to no witness", metadata: ["reason": "\(error)"])
        }
        beginIfDue()
        let jobs = state.withLock { $0.step(at: clock.elapsed()).jobs }
        guard !jobs.isEmpty else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await withDiscardingTaskGroup { group in
                    for job in jobs { group.addTask { await self.ask(job) } }
                }
            }
            group.addTask { [clock] in try? await clock.sleepUntil(start + time) }
            // What is not done by then is given up.
            await group.next()
            group.cancelAll()
        }
    }

    private func conduct(in group: inout DiscardingTaskGroup) async {
        var timer: Task<Void, Never>?
        defer { timer?.cancel() }
        wake.yield()
        for await _ in wakes {
            beginIfDue()
            let step = state.withLock { $0.step(at: clock.elapsed()) }
            for job in step.jobs { group.addTask { await self.ask(job) } }
            if let size = step.watch { group.addTask { await self.watch(above: size) } }
            timer?.cancel()
            timer = step.look.map { look in
                Task { [clock, wake] in
                    // A timer that is cancelled has been replaced.
                    if (try? await clock.sleepUntil(look)) != nil { wake.yield() }
                }
            }
        }
    }

    /// Begins a round of the log's newest head, where one is due.
    private func beginIfDue() {
        guard state.withLock({ $0.schedule.mayBegin(at: clock.elapsed()) }) else { return }
        do {
            let head = try log.newestSignedHead()
            let quorum = state.withLock { $0.begin(head, at: clock.elapsed()) }
            if let quorum { allMetrics.metQuorum(quorum) }
        } catch {
            logger.error("the head for the witnesses is missing", metadata: ["reason": "\(error)"])
            state.withLock { $0.schedule.logFailed(at: clock.elapsed()) }
        }
    }

    /// Waits for a head above `size`.
    private func watch(above size: UInt64) async {
        do {
            try await log.signedHead(above: size)
            state.withLock { $0.sawNewer() }
        } catch {
            guard !Task.isCancelled else { return }
            logger.error("heads cannot be watched", metadata: ["reason": "\(error)"])
            // The next look begins a watch again.
            try? await clock.sleepUntil(clock.elapsed() + RoundTimes.logBackoff)
            state.withLock { $0.isWatching = false }
        }
        wake.yield()
    }
}
