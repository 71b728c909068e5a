import Foundation

/// How many files and connections the process may have open.
enum OpenFileLimit {
    /// Files that the store, its log and the sockets themselves need.
    static let reserve = 512

    /// Raises the limit as far as the system allows, and returns it.
    ///
    /// Shells give 1,024 by default, fewer than a ledger's connections; a connection that gets
    /// no file would end the server's listening.
    static func raise() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return 1024
        }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
