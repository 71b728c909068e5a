import Foundation

/// Another program that is run to its end.
enum Child {
    /// Runs `name` (found in PATH, or a path) and returns what it prints, errors too.
    ///
    /// - Throws: where it ends with anything but 0.
    @discardableResult
    static func run(
        _ name: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let text = String(decoding: bytes, as: UTF8.self)
        guard process.terminationStatus == 0 else {
            throw BenchError("\(name) \(arguments.joined(separator: " ")) failed: \(text)")
        }
        return text
    }

    /// A program of this package, beside this one.
    static func sibling(_ name: String) -> String {
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return own.deletingLastPathComponent().appending(path: name).path()
    }
}
