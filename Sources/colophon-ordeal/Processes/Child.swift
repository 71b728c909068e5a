import Foundation

/// Another program that is run to its end.
enum Child {
    /// What a program left behind.
    struct Outcome {
        let status: Int32
        /// Standard output and standard error.
        let words: String
    }

    /// Runs `name` (found in PATH, or a path) to its end.
    static func outcome(
        _ name: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        do {
            try process.run()
        } catch {
            throw OrdealError.cannotRun("\(name) cannot be started: \(error)")
        }
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, words: String(decoding: bytes, as: UTF8.self))
    }

    /// Runs `name` to its end, which must be good, and returns what it prints.
    @discardableResult
    static func run(
        _ name: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> String {
        let outcome = try outcome(name, arguments, environment: environment)
        guard outcome.status == 0 else {
            throw OrdealError.cannotRun(
                "\(name) \(arguments.joined(separator: " ")) failed: \(outcome.words)")
        }
        return outcome.words
    }

    /// A program of this package, beside this one.
    static func sibling(_ name: String) -> String {
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return own.deletingLastPathComponent().appending(path: name).path()
    }
}
