/// A statement that was sent alone, with the sender's limits and whoever waits for its answer.
public struct LoneStatement: Sendable {
    /// The statement in its transport form.
    package let bytes: [UInt8]

    /// What limits the sender's rate; nil where nothing does.
    let gate: (any AdmissionGate)?

    /// Called once, on a thread that must not be kept: the sequencer's, or the one that registers
    /// it, before that call returns.
    let decided: @Sendable (DecidedRegistration) -> Void

    /// Creates a statement that nobody has looked at.
    public init(
        _ bytes: [UInt8], gate: (any AdmissionGate)? = nil,
        decided: @escaping @Sendable (DecidedRegistration) -> Void
    ) {
        self.bytes = bytes
        self.gate = gate
        self.decided = decided
    }
}
