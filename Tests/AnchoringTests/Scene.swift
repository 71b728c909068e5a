import Anchoring
import Checkpoints
import Encoding
import Logging
import Synchronization
import TestPeer
import TestSupport

/// A log, witnesses that listen, and a conductor between them.
final class Scene: Sendable {
    let log: FakeLog
    let witnesses: [FakeWitness]
    let time = TestTime()
    let lines = LogLines(level: .info)
    let conductor: WitnessConductor
    let policy: TrustPolicy
    private let options: AnchoringOptions
    private let kept = Kept()

    /// What was kept as evidence.
    var evidence: [MisbehaviourProof] { kept.proofs.withLock { $0 } }

    /// Whether the disk for evidence is full.
    var losesEvidence: Bool {
        get { kept.isFull.withLock { $0 } }
        set { kept.isFull.withLock { $0 = newValue } }
    }

    /// Whether signing was granted, at each change.
    var changes: [Bool] { kept.changes.withLock { $0 } }

    private init(
        _ log: FakeLog, _ witnesses: [FakeWitness], ports: [Int], prefix: String,
        _ change: (inout AnchoringOptions) -> Void
    ) throws {
        var options = AnchoringOptions()
        // No call is late on a busy machine; time goes on by hand.
        options.answerTime = Patience.bound
        change(&options)
        self.log = log
        self.witnesses = witnesses
        let policy = try Self.policy(witnesses, ports, prefix)
        (self.policy, self.options) = (policy, options)
        conductor = try WitnessConductor(
            log: log, policy: policy, options: options, clock: time.clock,
            logger: lines.logger,
            evidence: { [kept] proof, _ in try kept.keep(proof) },
            changed: { [kept] permission in
                kept.changes.withLock { $0.append(permission.isGranted) }
            })
    }

    /// A conductor that follows this one when a policy is read again; it does not run.
    func successor(of policy: TrustPolicy) throws -> WitnessConductor {
        try WitnessConductor(
            log: log, policy: policy, options: options, clock: time.clock,
            former: conductor.remembered, logger: Logger(label: "test"), evidence: { _, _ in })
    }

    /// Witnesses w0, w1 and so on; one more than half of them is the quorum.
    private static func policy(
        _ witnesses: [FakeWitness], _ ports: [Int], _ prefix: String
    ) throws -> TrustPolicy {
        var lines = ""
        for (index, (witness, port)) in zip(witnesses, ports).enumerated() {
            let key = witness.cosigner.verifierKey
            lines += "witness w\(index) \(key) http://127.0.0.1:\(port)\(prefix)\n"
        }
        let names = witnesses.indices.map { "w\($0)" }.joined(separator: " ")
        lines += "group most \(witnesses.count / 2 + 1) \(names)\nquorum most\n"
        return try TrustPolicy(parsing: Array(lines.utf8))
    }

    /// Runs `body` with a log of `size` entries and so many witnesses; the conductor does not run.
    static func set(
        _ size: Int = 5, witnesses count: Int = 1, prefix: String = "/w/",
        _ change: (inout AnchoringOptions) -> Void = { _ in },
        _ body: @escaping (Scene) async throws -> Void
    ) async throws {
        let log = try FakeLog()
        try log.grow(by: size)
        let witnesses = try (0..<count).map { try FakeWitness("w\($0).example", of: log) }
        try await StubServer.run(answering: witnesses.map { $0.answer }) { ports in
            let scene = try Scene(log, witnesses, ports: ports, prefix: prefix, change)
            do {
                try await body(scene)
            } catch {
                await scene.conductor.close()
                throw error
            }
            await scene.conductor.close()
        }
    }

    /// Runs `body` while the conductor runs.
    func running(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.conductor.run() }
            defer { group.cancelAll() }
            try await body()
        }
    }

    /// Waits until the head of `size` has the cosignatures of these witnesses.
    func untilCosigned(_ size: UInt64, by indexes: [Int]) async throws {
        let names = Set(indexes.map { witnesses[$0].cosigner.name.string })
        try await eventually("cosignatures of \(names) on \(size)") {
            try log.cosigners(of: size).isSuperset(of: names)
        }
    }

    /// Lets time pass, a second a look, until something has happened.
    ///
    /// For waits whose beginning a test cannot see.
    func whileTimePasses(_ hasHappened: () throws -> Bool) async throws {
        try await eventually("what needs time") {
            time.advance(by: .seconds(1))
            return try hasHappened()
        }
    }

    /// Waits until a witness has failed, and returns how.
    func failure(of index: Int = 0) async throws -> WitnessFailure {
        try await eventually("a failure of w\(index)") {
            conductor.health.witnesses[index].failure
        }
    }
}

/// What the closures of a conductor were told.
private final class Kept: Sendable {
    let proofs = Mutex<[MisbehaviourProof]>([])
    let changes = Mutex<[Bool]>([])
    let isFull = Mutex(false)

    func keep(_ proof: MisbehaviourProof) throws {
        guard !isFull.withLock({ $0 }) else { throw FixtureError.unexpected("the disk is full") }
        proofs.withLock { $0.append(proof) }
    }
}
