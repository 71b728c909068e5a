/// What became of a ledger to which a fault happened.
enum FaultOutcome: Hashable {
    /// The call was never made.
    case unreached

    /// It went on as if nothing had happened.
    case unaffected

    /// It stopped writing, said so, and resumed by itself.
    case recovered

    /// It serves reads and refuses writes, and says why.
    case refuses(String)

    /// It ended with an exit code and a line.
    case stopped(String)

    /// RocksDB or libdispatch ended the process by an assertion of its own.
    case aborted(String)

    /// It ended by a signal, or with a code, and nobody knows why: never right.
    case silent(String)

    /// It neither serves nor ends, and had to be killed.
    case hangs(String)

    /// The column of the table.
    var column: String {
        switch self {
        case .unreached: "not reached"
        case .unaffected: "unaffected"
        case .recovered: "recovered"
        case .refuses: "refuses"
        case .stopped: "stopped"
        case .aborted: "aborted"
        case .silent: "silent"
        case .hangs: "hangs"
        }
    }

    static let columns = [
        "not reached", "unaffected", "recovered", "refuses", "stopped", "aborted", "hangs",
        "silent",
    ]

    /// Why, where there is a reason.
    var reason: String? {
        switch self {
        case .unreached, .unaffected, .recovered: nil
        case .refuses(let why), .stopped(let why), .aborted(let why), .silent(let why),
            .hangs(let why):
            why
        }
    }
}
