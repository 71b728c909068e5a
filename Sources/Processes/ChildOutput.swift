import Foundation

/// What a program prints in a limited time, in limited bytes.
package enum ChildOutput: Sendable {
    /// It ended by itself, and printed this on standard output.
    case ended(ChildProcess.End, [UInt8])

    /// It ran for too long.
    case tooLong

    /// It printed too much.
    case tooMuch

    /// What happens to a program that prints more than its limit.
    package enum Excess: Sendable {
        /// It is killed: what it was asked for is its output.
        case kills

        /// What is more is read and dropped: its output is only what it says about itself.
        case isDropped
    }

    /// Runs the program at a path to its end, or to a limit, and waits for what it prints.
    ///
    /// It leads a group of processes. At a limit, at the end of the program and where the task is
    /// cancelled, all of the group is killed, so that nothing it has started goes on.
    ///
    /// - Parameters:
    ///   - input: where its standard input comes from.
    ///   - errors: where its standard error goes.
    ///   - time: from the start to the end of the program and of its output.
    ///   - limit: bytes of output.
    ///   - excess: what happens when it prints more.
    package static func of(
        _ program: String, _ arguments: [String], input: ChildStreams.Stream = .nothing,
        errors: ChildStreams.Stream = .nothing, environment: ChildVariables, time: Duration,
        limit: Int, excess: Excess = .kills
    ) async throws(ChildError) -> ChildOutput {
        let deadline = ContinuousClock.now + time
        let (process, readEnd) = try start(
            program, arguments, input: input, errors: errors, environment: environment)
        let watch = Task {
            try await Task.sleep(until: deadline, clock: .continuous)
            process.send(SIGKILL)
        }
        defer { watch.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let thread = Thread {
                    let output = collect(
                        readEnd, of: process, until: deadline, limit: limit, excess)
                    process.send(SIGKILL)
                    process.waitForEnd()
                    close(readEnd)
                    continuation.resume(returning: output)
                }
                thread.name = "output of \(process.number)"
                thread.start()
            }
        } onCancel: {
            process.send(SIGKILL)
        }
    }

    /// The same, for a short time and a thread that may be held for it, and for a program that ends
    /// when its output does: one that goes on is killed at once.
    package static func awaited(
        _ program: String, _ arguments: [String], input: ChildStreams.Stream = .nothing,
        errors: ChildStreams.Stream = .nothing, environment: ChildVariables, time: Duration,
        limit: Int
    ) throws(ChildError) -> ChildOutput {
        let deadline = ContinuousClock.now + time
        let (process, readEnd) = try start(
            program, arguments, input: input, errors: errors, environment: environment)
        let output = collect(
            readEnd, of: process, until: deadline, limit: limit, .kills, endsWithOutput: true)
        process.send(SIGKILL)
        process.waitForEnd()
        close(readEnd)
        return output
    }

    /// Starts the program; its output is read from the descriptor, which is the caller's to close.
    private static func start(
        _ program: String, _ arguments: [String], input: ChildStreams.Stream,
        errors: ChildStreams.Stream, environment: ChildVariables
    ) throws(ChildError) -> (ChildProcess, Int32) {
        let (readEnd, writeEnd) = try ends(for: program)
        defer { close(writeEnd) }
        do throws(ChildError) {
            let process = try ChildProcess(
                program, arguments, environment: environment,
                streams: ChildStreams(
                    input: input, output: .descriptor(writeEnd), errors: errors),
                leadsGroup: true)
            return (process, readEnd)
        } catch {
            close(readEnd)
            throw error
        }
    }

    /// Reads until the output ends, and waits for the process.
    private static func collect(
        _ readEnd: Int32, of process: ChildProcess, until deadline: ContinuousClock.Instant,
        limit: Int, _ excess: Excess, endsWithOutput: Bool = false
    ) -> ChildOutput {
        var bytes: [UInt8] = []
        while true {
            guard isReadable(readEnd, until: deadline) else { return .tooLong }
            let part = read(readEnd)
            guard !part.isEmpty else { break }
            switch excess {
            case .isDropped: bytes += part.prefix(limit - bytes.count)
            case .kills:
                bytes += part
                guard bytes.count <= limit else { return .tooMuch }
            }
        }
        // Whoever closes its output and goes on is killed: now, or at the deadline. A process that
        // ends closes it only when its status is settled.
        if endsWithOutput { process.send(SIGKILL) }
        let end = process.waitForEnd()
        guard case .signal(SIGKILL) = end, ContinuousClock.now >= deadline else {
            return .ended(end, bytes)
        }
        return .tooLong
    }

    /// Makes a pipe that no program which somebody else starts gets.
    private static func ends(for program: String) throws(ChildError) -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw ChildError(program: program, errno: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Waits for output, or for its end; false where neither came in time.
    private static func isReadable(
        _ descriptor: Int32, until deadline: ContinuousClock.Instant
    ) -> Bool {
        while true {
            let rest = ContinuousClock.now.duration(to: deadline)
            guard rest > .zero else { return false }
            var look = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let milliseconds = Int32(clamping: Int((rest / .milliseconds(1)).rounded(.up)))
            let count = unsafe poll(&look, 1, milliseconds)
            if count > 0 { return true }
        }
    }

    /// Reads what is there; empty at the end.
    private static func read(_ descriptor: Int32) -> [UInt8] {
        var part = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = unsafe part.withUnsafeMutableBytes { bytes in
                unsafe Foundation.read(descriptor, bytes.baseAddress, bytes.count)
            }
            if count < 0, errno == EINTR { continue }
            return Array(part.prefix(max(0, count)))
        }
    }
}
