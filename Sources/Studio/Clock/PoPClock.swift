package import Encoding
import Files

/// This machine's clock, as far as its quality is known without starting a program.
///
/// The kernel is asked whether somebody keeps the clock, and how well that one says that he does;
/// who it is follows from the files that these programs leave in `/run` (spool.md §7).
package struct PoPClock: Hashable, Sendable {
    /// Who keeps the clock.
    package enum Source: String, Hashable, Sendable, CaseIterable {
        /// chronyd.
        case chrony

        /// ntpd, of either kind.
        case ntpd

        /// systemd-timesyncd.
        case timesyncd

        /// Somebody, says the kernel, and nothing here says who.
        case kernel

        /// Nobody, or nobody knows.
        case none
    }

    /// Who keeps it.
    package let source: Source

    /// By how many seconds it may be off, to the millisecond, rounded up; nil where nobody says so.
    package let uncertaintySeconds: Double?

    /// Creates a state.
    package init(source: Source, uncertaintySeconds: Double? = nil) {
        self.source = source
        self.uncertaintySeconds = uncertaintySeconds
    }

    /// Looks at the clock of this machine.
    ///
    /// - Parameters:
    ///   - root: the folder in which `run` and `proc` lie.
    ///   - kernel: what the kernel says.
    package static func state(root: String = "/", kernel: KernelClock = .now) -> PoPClock {
        let keeper = ClockKeeper.find(root)
        guard let isSynchronized = kernel.isSynchronized else { return PoPClock(source: .none) }
        let isBounded = (0..<KernelClock.errorLimit).contains(kernel.maximumError)
        // Without `rtcsync`, chronyd keeps the clock and leaves the kernel's mark alone; the error
        // that it tells the kernel is then below the limit.
        guard isSynchronized || keeper == .chrony && isBounded else {
            return PoPClock(source: .none)
        }
        let source = keeper ?? .kernel
        // timesyncd tells the kernel an error of 0 at each look: that is no statement.
        guard source != .timesyncd, isBounded else { return PoPClock(source: source) }
        let milliseconds = (kernel.maximumError + 999) / 1_000
        return PoPClock(source: source, uncertaintySeconds: Double(milliseconds) / 1_000)
    }

    /// The member `popClock` of a manifest's `ext` (manifests.md §10).
    package var json: JSON {
        var object: JSON.Object = ["source": .string(Text(source.rawValue))]
        if let uncertaintySeconds { object["uncertaintySeconds"] = JSON(uncertaintySeconds) }
        return .object(object)
    }
}

/// Finds who keeps the clock, by the files that these programs leave.
private enum ClockKeeper {
    static func find(_ root: String) -> PoPClock.Source? {
        let run = root.hasSuffix("/") ? root + "run" : root + "/run"
        let process = root.hasSuffix("/") ? root + "proc" : root + "/proc"
        if isRunning(run + "/chrony/chronyd.pid", process) { return .chrony }
        if isRunning(run + "/ntpd.pid", process) { return .ntpd }
        // The file says that it has set the clock since this machine started.
        return isThere(run + "/systemd/timesync/synchronized") ? .timesyncd : nil
    }

    /// Whether a file is there, or its folder is closed to us, as for a process.
    private static func isThere(_ path: String) -> Bool {
        do throws(FileError) {
            return try NamedPath.isTaken(path)
        } catch {
            return error.isForbidden
        }
    }

    /// A number of a process, with a line feed.
    private static let pidByteLimit = 32

    /// Whether the process of a file with its number is there.
    ///
    /// chronyd closes its folder to others: what we may not look at is there.
    private static func isRunning(_ path: String, _ processes: String) -> Bool {
        do throws(FileError) {
            let bytes = try InputFile(path).bytes(limit: pidByteLimit)
            let digits = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
            guard let number = UInt32(digits) else { return false }
            return try NamedPath.isTaken("\(processes)/\(number)")
        } catch {
            return error.isForbidden
        }
    }
}
