/// The verdicts of a policy on one note, all of them, so that a report can name what is missing.
///
/// Only where ``isAccepted`` may the checkpoint be believed.
public struct PolicyEvaluation: Hashable, Sendable {
    /// Whether enough witnesses have seen the checkpoint.
    public enum QuorumVerdict: Hashable, Sendable {
        /// The policy asks for no witness.
        case notRequired

        /// Enough have; the last one needed did at `time`, POSIX seconds.
        case met(time: UInt64)

        /// Not enough have.
        case notMet
    }

    /// The verdict of one witness of the policy.
    public struct WitnessFinding: Hashable, Sendable {
        /// The witness.
        public let witness: TrustPolicy.Witness

        /// Its verdict: never `.valid`, which is for logs.
        public let verdict: NoteVerdict
    }

    /// What the note says, unverified.
    public let checkpoint: Checkpoint

    /// What the policy's log keys say; each may sign every size.
    public let log: LogVerdict

    /// The verdict of each witness, in the policy's order.
    public let witnesses: [WitnessFinding]

    /// Whether enough of them have seen it.
    public let quorum: QuorumVerdict

    /// The first key whose line is there and does not verify; then nothing in the note counts.
    public var badKey: VerifierKey? {
        if case .invalid(let key) = log { return key }
        return witnesses.first { $0.verdict == .invalid }?.witness.key
    }

    /// Says whether a listed log signed the checkpoint, the quorum is met and no known key's
    /// line is bad.
    public var isAccepted: Bool {
        guard case .signed = log, badKey == nil else { return false }
        return quorum != .notMet
    }
}
