/// The failure of a call.
public enum CallError: Error, Hashable {
    /// No answer came: the network, the address, or a time limit. Try again.
    case unreachable(String)

    /// The address cannot prove whose it is, or speaks no TLS; waiting does not help.
    case untrusted(String)

    /// Something else than a service answers there: a page for people, of this media type.
    case page(String)

    /// The service is busy, stopping or broken. Try again.
    case unavailable(ProblemDetails)

    /// The service said no; asking again gives the same answer.
    case refused(ProblemDetails)

    /// The answer is not one that such a service gives. Check the address, then try again.
    case unexpected(String)

    /// Whether asking again may help.
    public var isTransient: Bool {
        switch self {
        case .unreachable, .unavailable: true
        case .untrusted, .page, .refused, .unexpected: false
        }
    }
}

extension CallError: CustomStringConvertible {
    /// The failure, as the second half of a sentence that begins with the name of the service.
    public var description: String {
        switch self {
        case .unreachable(let reason), .untrusted(let reason): "cannot be reached: \(reason)"
        case .page(let type): "gave a page (\(type)), as a log-in of a network does"
        case .unavailable(let problem): "cannot answer now: \(problem)"
        case .refused(let problem): "refused: \(problem)"
        case .unexpected(let reason): "gave another answer than it should: \(reason)"
        }
    }
}
