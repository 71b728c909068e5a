/// One kind of failure of one system call, at one place of the write path.
struct Fault: Sendable {
    /// Which files it may hit.
    enum Scope: String, Sendable {
        /// Files of the store: its logs, tables, manifest and the folder itself.
        case store

        /// The store's write-ahead logs alone: what a batch is written to and synced in.
        case log

        /// The table of keys that is on its way into the store.
        case tables

        /// The high-water file.
        case highWater = "high-water"

        /// All uses of the call in the process, at sockets and other files too.
        case process
    }

    /// The name in the table.
    let call: String

    let scope: Scope

    /// What strace does to it: `error=EIO`, `delay_enter=200000`.
    let action: String

    /// Which calls of each thread it hits: `3` is the third one, `3+` all from there.
    let when: String

    /// The calls as strace names them; a call that this machine lacks is passed over.
    var calls: String {
        switch call {
        case "rename": "?rename,renameat,?renameat2"
        case "write": "write,?pwrite64,?pwritev"
        case "openat": "?open,openat"
        default: call
        }
    }

    /// The arguments of strace.
    func arguments(log: String, paths: [String]) -> [String] {
        // -D: the ledger stays our own child; the filter stops it at these calls only.
        ["-D", "-f", "-q", "--seccomp-bpf", "-o", log, "-e", "trace=\(calls)"]
            + ["-e", "inject=\(calls):\(action):when=\(when)"]
            + paths.flatMap { ["-P", $0] }
    }

    var isDelay: Bool { action.hasPrefix("delay") }

    /// `EIO`, or how long it takes.
    var name: String {
        if isDelay { return "delay 100 ms" }
        return action.dropFirst("error=".count) + (when.hasSuffix("+") ? " for good" : "")
    }
}

extension Fault {
    /// Where each fault strikes: the first calls belong to the start, the later ones to batches.
    private static let places = ["1", "2", "3", "5", "8", "13", "25", "60"]

    private static let errors = ["error=EIO", "error=ENOSPC", "error=EINTR"]

    private static let calls: [(call: String, scopes: [Scope])] = [
        ("fsync", [.store]), ("fdatasync", [.store, .log, .tables, .highWater]),
        ("write", [.store, .log, .tables, .highWater]), ("writev", [.process]),
        ("rename", [.store]), ("openat", [.store, .tables, .highWater, .process]),
    ]

    /// Every call with every error at every place; errors that do not end; slow calls.
    static var all: [Fault] {
        calls.flatMap { call, scopes in
            scopes.flatMap { scope -> [Fault] in
                func fault(_ action: String, _ when: String) -> Fault {
                    Fault(call: call, scope: scope, action: action, when: when)
                }
                return errors.flatMap { error in places.map { fault(error, $0) } }
                    + [fault("error=EIO", "4+"), fault("error=ENOSPC", "4+")]
                    + [fault("delay_enter=100000", "1+")]
            }
        }
    }

    /// A few of each kind that matters most: for the test suite.
    static var few: [Fault] {
        [
            Fault(call: "fdatasync", scope: .log, action: "error=EIO", when: "3"),
            Fault(call: "write", scope: .log, action: "error=ENOSPC", when: "5"),
            Fault(call: "write", scope: .log, action: "error=EINTR", when: "3"),
            Fault(call: "fdatasync", scope: .highWater, action: "error=EIO", when: "2"),
            Fault(call: "write", scope: .highWater, action: "error=EIO", when: "2"),
            Fault(call: "openat", scope: .store, action: "error=EIO", when: "8"),
            Fault(call: "write", scope: .tables, action: "error=ENOSPC", when: "1"),
            Fault(call: "fdatasync", scope: .tables, action: "error=EIO", when: "1"),
        ]
    }
}
