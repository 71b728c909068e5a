import ArgumentParser
import Foundation
import Provenance
import Studio

/// Verifies one file many times: what a profiler looks at.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verifies one .colophon file many times, to be profiled.",
        discussion: """
            Example: valgrind --tool=callgrind --toggle-collect='*Verifier*verify*' \\
                colophon-bench verify photo.jpg.colophon --trust trust --times 50
            """)

    @Argument(help: "The .colophon file.")
    var file: String

    @Option(help: "The folder of the trust kit.")
    var trust: String

    @Option(help: "How often it is verified.")
    var times = 1000

    func run() throws {
        let bytes = Array(try Data(contentsOf: URL(filePath: file)))
        let verifier = Verifier(try NamedKit.kit(trust))
        let artifact = try TransparentStatement(bytes).statement.subjectDigests.first
        let before = Rate.ownSeconds
        for _ in 0..<times {
            let report = verifier.verify(file: bytes, artifact: artifact)
            guard report.ok else { throw BenchError("not verified: \(report.findings)") }
        }
        let time = (Rate.ownSeconds - before) / Double(times)
        print(String(format: "%.1f us", time * 1e6))
    }
}
