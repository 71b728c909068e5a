import Foundation

/// Another program that is run to its end.
package enum Child {
    /// What a program left behind.
    package struct Outcome: Sendable {
        /// How it ended.
        package let end: ChildProcess.End

        /// Standard output and standard error.
        package let words: String
    }

    /// Runs `name` (found in PATH, or a path) to its end.
    package static func outcome(
        _ name: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Outcome {
        let ends = Pipe()
        let (readEnd, writeEnd) = (ends.fileHandleForReading, ends.fileHandleForWriting)
        let process = try ChildProcess(
            "/usr/bin/env", [name] + arguments,
            environment: .oursAnd(environment),
            streams: ChildStreams(
                output: .descriptor(writeEnd.fileDescriptor), errors: .output))
        try writeEnd.close()
        let bytes = try readEnd.readToEnd() ?? Data()
        try readEnd.close()
        return Outcome(
            end: process.waitForEnd(), words: String(decoding: bytes, as: UTF8.self))
    }

    /// Runs `name` to its end, which must be good, and returns what it prints.
    @discardableResult
    package static func run(
        _ name: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> String {
        let outcome = try outcome(name, arguments, environment: environment)
        guard outcome.end == .exit(0) else {
            throw ChildFailure(
                command: ([name] + arguments).joined(separator: " "), words: outcome.words)
        }
        return outcome.words
    }

    /// A program of this package, beside this one.
    package static func sibling(_ name: String) -> String {
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return own.deletingLastPathComponent().appending(path: name)
            .path(percentEncoded: false)
    }
}

/// A program that ended badly.
package struct ChildFailure: Error, CustomStringConvertible {
    /// The program's name and its arguments.
    package let command: String

    /// What it said.
    package let words: String

    package var description: String { "\(command) failed: \(words)" }
}
