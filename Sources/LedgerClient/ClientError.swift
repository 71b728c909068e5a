/// Why a ledger did not do what it was asked.
public enum ClientError: Error, Hashable {
    /// No answer came: the network, the address, or a time limit. Try again.
    case unreachable(String)

    /// The ledger is busy, stopping or broken. Try again.
    case unavailable(Problem)

    /// The ledger said no; asking again gives the same answer.
    case refused(Problem)

    /// The answer is not one that a ledger gives. Check the address, then try again.
    case unexpected(String)

    /// Whether asking again may help.
    public var isTransient: Bool {
        switch self {
        case .unreachable, .unavailable: true
        case .refused, .unexpected: false
        }
    }
}

extension ClientError: CustomStringConvertible {
    /// The failure in one line, for a person.
    public var description: String {
        switch self {
        case .unreachable(let reason): "the ledger cannot be reached: \(reason)"
        case .unavailable(let problem): "the ledger cannot answer now: \(problem)"
        case .refused(let problem): "the ledger refused: \(problem)"
        case .unexpected(let reason): "this is not a ledger's answer: \(reason)"
        }
    }
}
