package import Foundation

/// A program that a test has started; its output goes through files, which never fill up.
///
/// It is killed with the value that owns it.
package final class RunningProgram: Sendable {
    /// Where its standard input comes from.
    package enum Input: Sendable {
        case bytes([UInt8])

        /// The test writes it, with ``RunningProgram/write(_:)``.
        case pipe
    }

    private let name: String
    private let process: Process
    private let pipe: Pipe?
    private let folder: TemporaryFolder
    private let ends: AsyncStream<Never>

    /// Starts the program that ``Program/url(_:)`` finds.
    package init(
        _ name: String, _ arguments: [String], in folder: URL? = nil,
        environment: [String: String] = [:], input: Input = .bytes([])
    ) throws {
        self.name = name
        self.folder = try TemporaryFolder("run")
        for name in ["output", "words"] { try self.folder.write([], to: name) }
        let process = try Program.process(
            name, arguments, in: folder ?? self.folder.url, environment: environment)
        self.process = process
        switch input {
        case .bytes(let bytes):
            pipe = nil
            let file = try self.folder.write(bytes, to: "input")
            process.standardInput = try FileHandle(forReadingFrom: URL(filePath: file))
        case .pipe:
            pipe = Pipe()
            process.standardInput = pipe
        }
        process.standardOutput = try FileHandle(forWritingTo: self.folder.url("output"))
        process.standardError = try FileHandle(forWritingTo: self.folder.url("words"))
        let (ends, continuation) = AsyncStream.makeStream(of: Never.self)
        self.ends = ends
        process.terminationHandler = { _ in continuation.finish() }
        try process.run()
    }

    deinit {
        // What a test's thread starts may have all other signals blocked.
        if process.isRunning { send(SIGKILL) }
    }

    /// The process's number.
    package var number: Int32 { process.processIdentifier }

    package var isRunning: Bool { process.isRunning }

    /// What it has written to its standard output.
    package var output: [UInt8] {
        get throws { try folder.bytes("output") }
    }

    /// What it has written to its standard error.
    package var words: String {
        get throws { try folder.text("words") }
    }

    /// Waits until its standard error says `mark`, and returns what follows on that line.
    ///
    /// What it said before `start`, a number of bytes, does not count.
    @discardableResult
    package func says(_ mark: String, after start: Int = 0) async throws -> String {
        try await eventually("\(name) says \"\(mark)\"") {
            // Asked first: what it says at its end is there once it has ended.
            let hasEnded = !process.isRunning
            let bytes = try folder.bytes("words").dropFirst(start)
            let text = String(decoding: bytes, as: UTF8.self)
            if let place = text.range(of: mark) {
                return String(text[place.upperBound...].prefix { $0 != "\n" })
            }
            guard !hasEnded else { throw FixtureError.unexpected("\(name) ended: \(text)") }
            return nil
        }
    }

    /// Writes to its standard input, which must be a pipe.
    package func write(_ bytes: some Sequence<UInt8>) throws {
        try found(pipe, "a pipe").fileHandleForWriting.write(contentsOf: Data(bytes))
    }

    /// Ends its standard input, which must be a pipe.
    package func closeInput() throws {
        try found(pipe, "a pipe").fileHandleForWriting.close()
    }

    /// Sends it a signal.
    package func send(_ signal: Int32) {
        kill(process.processIdentifier, signal)
    }

    /// Waits for its end and returns what it left behind.
    package func end() async throws -> Program.Outcome {
        let number = process.processIdentifier
        let alarm = Task {
            try await Task.sleep(for: Patience.bound)
            kill(number, SIGKILL)
        }
        for await _ in ends {}
        alarm.cancel()
        guard !process.isRunning else {
            send(SIGKILL)
            throw CancellationError()
        }
        if case .success = await alarm.result {
            throw FixtureError.unexpected("\(name) did not end in \(Patience.minutes) minutes")
        }
        return Program.Outcome(
            status: process.terminationStatus,
            isKilled: process.terminationReason == .uncaughtSignal,
            bytes: try output, words: try words)
    }

    /// Sends it a signal, waits for its end and returns what it left behind.
    package func end(by signal: Int32) async throws -> Program.Outcome {
        send(signal)
        return try await end()
    }
}
