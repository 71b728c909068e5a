package import Foundation

/// Runs the programs that stand beside the tests, as somebody at a terminal would.
package enum Program {
    /// What a run left behind.
    package struct Outcome {
        package let status: Int32

        /// Standard output.
        package let output: String

        /// Standard error.
        package let words: String

        /// The objects that `--json` prints, one a line.
        package var objects: [[String: Any]] {
            output.split(separator: "\n").compactMap { line in
                let value = try? JSONSerialization.jsonObject(with: Data(line.utf8))
                return value as? [String: Any]
            }
        }
    }

    /// The folder of the test bundle, in which the build puts the programs too.
    package static let folder = URL(filePath: ProcessInfo.processInfo.arguments[0])
        .resolvingSymlinksInPath().deletingLastPathComponent()

    /// Returns where the program `name` is.
    ///
    /// The bundle is one file on Linux and a folder on Apple systems, so the search goes up. What
    /// is not ours is the system's.
    package static func url(_ name: String) -> URL {
        var place = folder
        for _ in 0..<5 {
            let candidate = place.appending(path: name)
            if FileManager.default.isExecutableFile(atPath: candidate.path()) { return candidate }
            place = place.deletingLastPathComponent()
        }
        return URL(filePath: "/usr/bin").appending(path: name)
    }

    /// Returns a process that has not started, without any of our settings around it.
    package static func process(
        _ name: String, _ arguments: [String], in folder: URL, environment: [String: String] = [:]
    ) -> Process {
        let process = Process()
        process.executableURL = url(name)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var variables = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("COLOPHON")
        }
        variables["HOME"] = folder.path()
        variables.merge(environment) { $1 }
        process.environment = variables
        return process
    }

    /// Runs `name` until it ends; its output goes through files, which never fill up.
    package static func run(
        _ name: String, _ arguments: [String], in folder: URL,
        environment: [String: String] = [:], input: String = ""
    ) async throws -> Outcome {
        let process = process(name, arguments, in: folder, environment: environment)
        let scratch = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID())")
        try FileManager.default.createDirectory(
            at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        func file(_ name: String, _ content: String = "") throws -> URL {
            let url = scratch.appending(path: name)
            try content.write(to: url, atomically: false, encoding: .utf8)
            return url
        }
        let (output, words) = (try file("output"), try file("words"))
        process.standardInput = try FileHandle(forReadingFrom: file("input", input))
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: words)
        try await end(of: process)
        return Outcome(
            status: process.terminationStatus,
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            words: String(decoding: try Data(contentsOf: words), as: UTF8.self))
    }

    private static func end(of process: Process) async throws {
        try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
    }
}
