import Files
import Foundation

/// The limit on open files and connections of the process.
enum OpenFileLimit {
    /// Files of an event loop (epoll, eventfd, timerfd), of which there is one a core, and one to
    /// spare: the network library ends the process where it gets none.
    private static var loops: Int { 4 * ProcessInfo.processInfo.processorCount }

    /// Files that every command needs: 40 were counted with a new store, on two cores.
    static var least: Int { 64 + loops }

    /// Files that a server needs beside its connections: 512 tables of the store, its logs, those
    /// that a backup or an export has open, and the sockets themselves.
    static var reserve: Int { 640 + loops }

    /// Raises the limit, and returns it where it is enough for `count` files.
    static func raise(toAtLeast count: Int) throws(Failure) -> Int {
        let limit = OpenFiles.raise()
        guard limit >= count else {
            throw Failure(
                "only \(limit) files may be open, and at least \(count) must",
                hint:
                    "raise the limit: ulimit -n \(max(1024, count)), or LimitNOFILE= of a service",
                code: Failure.unavailable)
        }
        return limit
    }
}
