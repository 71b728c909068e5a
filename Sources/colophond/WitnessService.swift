import Anchoring
import Checkpoints
import Files
import Ledger
import LedgerStore
import Logging
import ServiceLifecycle
import Synchronization

/// Asks the witnesses of a ledger: first which head they remember, and only then may anything be
/// signed; after that to cosign its heads, until the server has stopped; then its last head is
/// shown once more.
final class WitnessService: Service {
    private let ledger: Ledger
    private let settings: WitnessPlan
    private let evidence: EvidenceFolder
    private let logger: Logger

    /// What follows from the newest reading of the policy.
    private let current: Mutex<SigningGate>
    private let gates: AsyncStream<SigningGate>
    private let next: AsyncStream<SigningGate>.Continuation

    /// Prepares to ask; the error says which line of the policy cannot be used.
    init(
        _ settings: WitnessPlan, for ledger: Ledger, evidence path: String, logger: Logger
    ) throws(Failure) {
        self.ledger = ledger
        self.settings = settings
        self.logger = logger
        evidence = EvidenceFolder(path: path)
        (gates, next) = AsyncStream.makeStream()
        let gate = try Self.gate(settings.policy, ledger, settings, evidence, logger)
        current = Mutex(gate)
        next.yield(gate)
        for name in settings.options.overruled.map(\.description).sorted() {
            logger.warning("heads are signed against the mere word of witness \(name)")
        }
    }

    func run() async {
        let last = await cancelWhenGracefulShutdown { [self] () -> SigningGate? in
            var running: (gate: SigningGate, task: Task<Void, Never>)?
            for await gate in gates {
                await Self.stop(running)
                running = (gate, Task { await gate.run() })
            }
            running?.task.cancel()
            await running?.task.value
            return running?.gate
        }
        // What the server answered last is seen too, and can be dated.
        await last?.finish()
        await last?.shut()
        // It may not have been reached.
        await current.withLock { $0 }.shut()
    }

    private static func stop(_ running: (gate: SigningGate, task: Task<Void, Never>)?) async {
        guard let running else { return }
        running.task.cancel()
        await running.task.value
        await running.gate.shut()
    }

    /// Reads the policy again, and returns what has come of it, for the log.
    func reload() throws(Failure) -> String {
        let policy = try WitnessPlan.policy(in: settings.file)
        try settings.check(policy)
        guard !current.withLock({ $0.isForbidden }) else {
            throw Failure("a witness shows a head that this ledger has signed and does not have")
        }
        let remembered = current.withLock { $0.remembered }
        let gate = try Self.gate(
            policy, ledger, overruling(by: policy), evidence, logger, after: remembered)
        do throws(LedgerError) {
            try ledger.follow(policy)
        } catch {
            Task { await gate.drop() }
            throw Failure("\(error)")
        }
        let former = current.withLock { current in
            defer { current = gate }
            return current
        }
        former.close()
        // One that runs ends when the next begins; one that was never reached is not run any more.
        Task { await former.drop() }
        next.yield(gate)
        return "\(settings.file): \(policy.witnesses.count) witnesses, quorum \(policy.quorum)"
    }

    /// The settings, without the witnesses to be overruled that the policy does not have any more.
    private func overruling(by policy: TrustPolicy) -> WitnessPlan {
        let asked = Set(policy.witnesses.filter { $0.url != nil }.map(\.name))
        let gone = settings.options.overruled.subtracting(asked)
        for name in gone.map(\.description).sorted() {
            logger.warning(
                """
                \(settings.file): has no witness \(name) to be overruled any more: take \
                --overrule-witness \(ShellWord.quoted(name)) out before the next start
                """)
        }
        var settings = settings
        settings.options.overruled.formIntersection(asked)
        return settings
    }

    /// Prepares to follow the witnesses of one reading of the policy.
    private static func gate(
        _ policy: TrustPolicy, _ ledger: Ledger, _ settings: WitnessPlan,
        _ evidence: EvidenceFolder, _ logger: Logger, after former: [WitnessMemory] = []
    ) throws(Failure) -> SigningGate {
        try WitnessPlan.checkLogs(of: policy, in: settings.file, ledger, logger)
        let asked = policy.witnesses.count { $0.url != nil }
        let room = WitnessPlan.witnessesOfAHead
        if asked > room {
            logger.warning(
                """
                \(settings.file): a head has room for \(room) cosignatures, and \(asked) witnesses \
                are asked: the last to answer are left out
                """)
        }
        let gate = SigningGate(ledger, evidence: evidence.path)
        do throws(WitnessSetupError) {
            gate.follow(
                try WitnessConductor(
                    log: SignedLog(ledger), policy: policy, options: settings.options,
                    clock: ConductorClock(seconds: SystemClock.seconds),
                    former: former, logger: logger,
                    evidence: { proof, shown in
                        let file = try evidence.keep(proof, about: shown)
                        logger.error(
                            "a proof of misbehaviour is kept", metadata: ["file": "\(file)"])
                    },
                    changed: { _ in gate.update() }))
        } catch {
            throw Failure("\(settings.file): \(error)")
        }
        return gate
    }
}
