/// The status of a command; the raw value is the exit code.
enum ExitStatus: Int32 {
    case yes = 0

    /// Verification failed, a level was not reached, or the ledger said no.
    case no = 1

    /// Wrong usage, or an input that cannot be read.
    case usage = 2

    /// The network or the ledger failed; the same command may work later.
    case tryAgain = 3

    /// Of several files the worst decides: 1 before 2 before 3 before 0.
    func worst(_ other: ExitStatus) -> ExitStatus {
        let order: [ExitStatus] = [.no, .usage, .tryAgain, .yes]
        return order.first { $0 == self || $0 == other } ?? self
    }
}

/// The failure of a command: one line, perhaps a hint, and an exit code.
struct Failure: Error, Hashable {
    /// The file, or other thing, that the reason is about.
    var subject: String?

    /// The reason: lower case, no full stop.
    var reason: String

    /// A hint.
    var hint: String?

    var status: ExitStatus

    /// Whether it meets every further file of the same command as well.
    var endsRun = false

    init(
        _ status: ExitStatus, _ subject: String? = nil, _ reason: String, hint: String? = nil
    ) {
        self.subject = subject
        self.reason = reason
        self.hint = hint
        self.status = status
    }

    static func usage(_ reason: String, hint: String? = nil) -> Failure {
        Failure(.usage, nil, reason, hint: hint)
    }

    static func unreadable(_ path: String, _ reason: String, hint: String? = nil) -> Failure {
        Failure(.usage, path, reason, hint: hint)
    }

    static func unwritable(_ path: String, _ reason: String, hint: String? = nil) -> Failure {
        Failure(.usage, path, "cannot be written: \(reason)", hint: hint)
    }

    static func no(_ subject: String?, _ reason: String, hint: String? = nil) -> Failure {
        Failure(.no, subject, reason, hint: hint)
    }
}
