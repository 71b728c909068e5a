import Foundation
import Synchronization

/// A program that we have started, in a process of its own.
///
/// It gets the three standard streams, no other file of ours, and no blocked signal. Foundation's
/// `Process` copies the names of all open files at each start, keeps files open, and among many
/// processes an end is missed at times; here a thread waits for each.
package final class ChildProcess: Sendable {
    /// How a process ended.
    package enum End: Hashable, Sendable {
        /// By itself, with this status, 0...255.
        case exit(Int32)

        /// By a signal of this number.
        case signal(Int32)

        /// Whether the kernel ended it for a system call that it may not make.
        package var isForbiddenCall: Bool { self == .signal(SIGSYS) }

        /// Whether the kernel ended it when its time of the processor was used up.
        package var isTimeLimit: Bool { self == .signal(SIGXCPU) }
    }

    private struct State {
        var end: End?
        var waiters: [CheckedContinuation<End, Never>] = []
    }

    /// The process's number.
    package let number: Int32

    /// Whether it leads a group of its own, which ends with it.
    private let leadsGroup: Bool

    private let state = Mutex(State())
    private let hasEnded = DispatchGroup()

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: the path of the program.
    ///   - arguments: what follows the program's name.
    ///   - folder: where it stands; nil for where we stand.
    ///   - environment: all its variables.
    ///   - leadsGroup: whether it and what it starts are a group, which ends when it ends.
    package init(
        _ program: String, _ arguments: [String], in folder: String? = nil,
        environment: ChildVariables = .ours, streams: ChildStreams = ChildStreams(),
        leadsGroup: Bool = false
    ) throws(ChildError) {
        self.leadsGroup = leadsGroup
        number = try Spawning.start(
            program, arguments, folder, environment, streams, leadsGroup: leadsGroup)
        hasEnded.enter()
        let thread = Thread { self.await() }
        thread.name = "child \(number)"
        thread.start()
    }

    /// How it ended; nil while it runs.
    package var ended: End? { state.withLock { $0.end } }

    /// Whether it runs.
    package var isRunning: Bool { ended == nil }

    /// Sends it a signal, and its group where it leads one; nothing where it has ended.
    package func send(_ signal: Int32) {
        state.withLock {
            // Its number is its own until the lock is taken to set its end.
            if $0.end == nil { kill(leadsGroup ? -number : number, signal) }
        }
    }

    /// Waits for its end, whether the task is cancelled or not.
    package func end() async -> End {
        await withCheckedContinuation { continuation in
            let end = state.withLock { state in
                if state.end == nil { state.waiters.append(continuation) }
                return state.end
            }
            if let end { continuation.resume(returning: end) }
        }
    }

    /// Asks it to end, and kills it where it has not ended in time, or where the task is cancelled.
    @discardableResult
    package func end(within patience: Duration) async -> End {
        send(SIGTERM)
        let watch = Task {
            try await Task.sleep(for: patience)
            self.send(SIGKILL)
        }
        let end = await withTaskCancellationHandler {
            await self.end()
        } onCancel: {
            self.send(SIGKILL)
        }
        watch.cancel()
        return end
    }

    /// Holds the thread until it has ended.
    @discardableResult
    package func waitForEnd() -> End {
        hasEnded.wait()
        guard let end = ended else { preconditionFailure("it has ended") }
        return end
    }

    /// Waits for the end on a thread of its own.
    private func await() {
        Spawning.awaitEnd(of: number)
        let (end, waiters) = state.withLock { state in
            // What it has left behind in its group; the group's number is its own until here.
            if leadsGroup { kill(-number, SIGKILL) }
            let end = Spawning.takeEnd(of: number)
            state.end = end
            defer { state.waiters = [] }
            return (end, state.waiters)
        }
        hasEnded.leave()
        for waiter in waiters { waiter.resume(returning: end) }
    }
}

/// The variables of a process.
package enum ChildVariables: Sendable {
    /// Ours, byte for byte.
    case ours

    /// Ours, and these in their place or beside them.
    case oursAnd([String: String])

    /// Ours, without those whose names begin so.
    case oursBut(prefix: String)

    /// These alone.
    case only([String: String])
}

/// The standard streams of a process.
package struct ChildStreams: Sendable {
    /// Where a stream comes from, or goes to.
    package enum Stream: Hashable, Sendable {
        /// `/dev/null`.
        case nothing

        /// What ours is.
        case ours

        /// The file at this absolute path; where it is written, it begins empty.
        case file(String)

        /// An open descriptor of ours, which stays ours.
        case descriptor(Int32)

        /// Standard error only: where standard output goes.
        case output
    }

    package var input: Stream
    package var output: Stream
    package var errors: Stream

    /// Creates streams; what is not said is nothing.
    package init(input: Stream = .nothing, output: Stream = .nothing, errors: Stream = .nothing) {
        (self.input, self.output, self.errors) = (input, output, errors)
    }
}

/// A program that could not be started.
package struct ChildError: Error, CustomStringConvertible {
    /// The program's path.
    package let program: String

    /// The system's number.
    package let errno: Int32

    /// Whether there is no such program, or none that may be run: another folder may have it.
    package var isElsewhere: Bool { [ENOENT, ENOTDIR, EACCES].contains(errno) }

    package var description: String {
        "\(program) cannot be started: \(unsafe String(cString: strerror(errno)))"
    }
}
