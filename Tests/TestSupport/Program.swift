package import Foundation
import Processes

/// Runs the programs that stand beside the tests, as somebody at a terminal would.
package enum Program {
    /// What a run left behind.
    package struct Outcome: Sendable {
        package let status: Int32

        /// Whether a signal ended it; its number is the status.
        package let isKilled: Bool

        /// Standard output.
        package let bytes: [UInt8]

        /// Standard error.
        package let words: String

        init(_ end: ChildProcess.End, bytes: [UInt8], words: String) {
            switch end {
            case .exit(let status): (self.status, isKilled) = (status, false)
            case .signal(let number): (status, isKilled) = (number, true)
            }
            (self.bytes, self.words) = (bytes, words)
        }

        /// Standard output as text.
        package var output: String { String(decoding: bytes, as: UTF8.self) }

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

    /// Whether the program `name` is here.
    package static func isInstalled(_ name: String) -> Bool { find(name) != nil }

    /// Returns where the program `name` is.
    package static func url(_ name: String) throws -> URL {
        try found(find(name), "the program \(name)")
    }

    /// Returns where the program `name` is; nil where it is nowhere.
    ///
    /// The bundle is one file on Linux and a folder on Apple systems, so the search goes up. What
    /// is not ours is the system's.
    private static func find(_ name: String) -> URL? {
        var folders = (0..<5).map { steps in
            (0..<steps).reduce(folder) { place, _ in place.deletingLastPathComponent() }
        }
        // Some of the system's are found only by an administrator's path.
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin"
        folders += path.split(separator: ":").map { URL(filePath: String($0)) }
        return folders.map { $0.appending(path: name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path()) }
    }

    /// Our variables without our settings, with a home of its own.
    static func environment(home: String, _ more: [String: String]) -> [String: String] {
        var variables = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("COLOPHON")
        }
        variables["HOME"] = home
        return variables.merging(more) { $1 }
    }

    /// Whether the shell runs `script` to a good end: for the conditions of tests.
    package static func succeeds(_ script: String) -> Bool {
        guard let shell = try? ChildProcess("/bin/sh", ["-c", script]) else { return false }
        return shell.waitForEnd() == .exit(0)
    }

    /// Runs `name` until it ends.
    package static func run(
        _ name: String, _ arguments: [String], in folder: URL? = nil,
        environment: [String: String] = [:], input: String = ""
    ) async throws -> Outcome {
        let outcome = try await RunningProgram(
            name, arguments, in: folder, environment: environment, input: .bytes(Array(input.utf8))
        ).end()
        // An error of ours without words of its own is printed as Swift spells its case.
        if name.hasPrefix("colophon"), let swift = outcome.words.firstMatch(of: /[a-z][A-Z]\w*\(/) {
            throw FixtureError.unexpected("\(swift.output) in words: \(outcome.words)")
        }
        return outcome
    }
}
