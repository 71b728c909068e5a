package import Foundation
import Processes

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
    private let process: ChildProcess
    private let pipe: FileHandle?
    private let folder: TemporaryFolder

    /// Starts the program that ``Program/url(_:)`` finds, without any of our settings around it.
    ///
    /// - Parameter output: a descriptor that is its standard output in the place of a file.
    package init(
        _ name: String, _ arguments: [String], in folder: URL? = nil,
        environment: [String: String] = [:], input: Input = .bytes([]),
        output: Int32? = nil
    ) throws {
        self.name = name
        self.folder = try TemporaryFolder("run")
        var streams = ChildStreams(
            output: .file(self.folder.path("output")), errors: .file(self.folder.path("words")))
        if let output {
            streams.output = .descriptor(output)
            _ = try self.folder.write([], to: "output")
        }
        var readEnd: FileHandle?
        switch input {
        case .bytes(let bytes):
            pipe = nil
            streams.input = .file(try self.folder.write(bytes, to: "input"))
        case .pipe:
            let ends = Pipe()
            (readEnd, pipe) = (ends.fileHandleForReading, ends.fileHandleForWriting)
            streams.input = .descriptor(ends.fileHandleForReading.fileDescriptor)
        }
        let home = (folder ?? self.folder.url).path(percentEncoded: false)
        process = try ChildProcess(
            try Program.url(name).path(percentEncoded: false), arguments, in: home,
            environment: .only(Program.environment(home: home, environment)), streams: streams)
        // Until here it must be open.
        try readEnd?.close()
    }

    deinit {
        process.send(SIGKILL)
    }

    /// The process's number.
    package var number: Int32 { process.number }

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
        try found(pipe, "a pipe").write(contentsOf: Data(bytes))
    }

    /// Ends its standard input, which must be a pipe.
    package func closeInput() throws {
        try found(pipe, "a pipe").close()
    }

    /// Sends it a signal.
    package func send(_ signal: Int32) {
        process.send(signal)
    }

    /// Waits for its end and returns what it left behind.
    package func end() async throws -> Program.Outcome {
        let alarm = Task { [process] in
            try await Task.sleep(for: Patience.bound)
            process.send(SIGKILL)
        }
        let end = await withTaskCancellationHandler {
            await process.end()
        } onCancel: {
            process.send(SIGKILL)
        }
        alarm.cancel()
        if case .success = await alarm.result {
            throw FixtureError.unexpected("\(name) did not end in \(Patience.minutes) minutes")
        }
        try Task.checkCancellation()
        return Program.Outcome(end, bytes: try output, words: try words)
    }

    /// Sends it a signal, waits for its end and returns what it left behind.
    package func end(by signal: Int32) async throws -> Program.Outcome {
        send(signal)
        return try await end()
    }
}
