import Checkpoints

/// What a conductor knows: guarded by its lock.
struct ConductorState: Sendable {
    /// A witness that is to be asked for a head.
    struct Job: Sendable {
        let index: Int
        let round: Int
        let head: SignedCheckpoint
    }

    /// What is to be done now.
    struct Step {
        let jobs: [Job]

        /// The size above which a head is to be waited for; nil where that goes on.
        let watch: UInt64?

        /// When to look again; nil where only an event calls for it.
        let look: Duration?
    }

    var schedule: RoundSchedule
    private var tallies: Tallies
    private var head: SignedCheckpoint?
    var isWatching = false

    /// The size of the head that each witness is taken to remember.
    var known: [UInt64]
    var memories: [WitnessMemory?]

    /// The witnesses that have shown a checkpoint that no key of the log signed.
    var showsForeign: Set<Int> = []

    /// The witnesses whose proof of a split view is kept.
    var hasEvidence: Set<Int> = []
    var witnesses: [WitnessHealth]
    private(set) var quorum: AnchoringHealth.Quorum?

    private var hasEnded = false

    /// `former` is what some of them remembered when the policy was read before.
    init(
        _ names: [PolicyWord], _ policy: TrustPolicy, _ times: RoundTimes,
        _ former: [WitnessMemory] = []
    ) {
        schedule = RoundSchedule(witnesses: names.count, times)
        tallies = Tallies(policy)
        known = names.map { _ in 0 }
        memories = names.map { name in former.first { $0.witness == name } }
        witnesses = names.map { WitnessHealth(name: $0) }
    }

    var permission: SigningPermission { SigningPermission(memories.compactMap { $0 }) }

    var health: AnchoringHealth {
        AnchoringHealth(witnesses: witnesses, quorum: quorum, permission: permission)
    }

    /// Says, once, that nobody is asked any more.
    mutating func end() -> Bool {
        defer { hasEnded = true }
        return !hasEnded
    }

    // MARK: - Rounds

    mutating func sawNewer() {
        isWatching = false
        schedule.sawNewer()
    }

    /// Begins a round; returns the head's quorum, where it has one that is news.
    mutating func begin(
        _ head: SignedCheckpoint, at now: Duration
    ) -> AnchoringHealth.Quorum? {
        self.head = head
        let verdict = tallies.begin(head)
        schedule.begin(size: head.claim.size, hasQuorum: verdict != .notMet, at: now)
        return note(verdict, of: head.claim.size)
    }

    /// Says what is to be done, and takes it as begun.
    mutating func step(at now: Duration) -> Step {
        var jobs: [Job] = []
        if let head, let round = schedule.round {
            jobs = schedule.takeDue(at: now).map {
                Job(index: $0, round: round.number, head: head)
            }
        }
        var watch: UInt64?
        if !isWatching, !schedule.hasNewer, let round = schedule.round {
            watch = round.size
            isWatching = true
        }
        return Step(jobs: jobs, watch: watch, look: schedule.nextLook(after: now))
    }

    /// Counts a cosignature; returns the head's quorum, where it is news.
    mutating func count(_ index: Int, at time: UInt64, of size: UInt64) -> AnchoringHealth.Quorum? {
        guard let verdict = tallies.count(witnesses[index].name, at: time, of: size) else {
            return nil
        }
        if verdict != .notMet { schedule.metQuorum(of: size) }
        return note(verdict, of: size)
    }

    /// Keeps the newest head with a quorum.
    private mutating func note(
        _ verdict: PolicyEvaluation.QuorumVerdict, of size: UInt64
    ) -> AnchoringHealth.Quorum? {
        guard case .met(let time) = verdict, size >= quorum?.size ?? 0 else { return nil }
        let found = AnchoringHealth.Quorum(size: size, time: time)
        guard found != quorum else { return nil }
        quorum = found
        return found
    }
}
