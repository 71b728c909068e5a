import ArgumentParser
import Foundation
import Provenance
import Studio
import Synchronization

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
        let kit = try NamedKit.kit(trust)
        let evidence = Seconds()
        let checkers = try KitEvidence.checkers(of: kit, clock: { UTC.now }).map(evidence.timed)
        let verifier = Verifier(kit, checkers: checkers)
        let artifact = try TransparentStatement(bytes).statement.subjectDigests.first
        let before = Rate.ownSeconds
        for _ in 0..<times {
            let report = verifier.verify(file: bytes, artifact: artifact)
            guard report.ok else { throw BenchError("not verified: \(report.findings)") }
        }
        let time = (Rate.ownSeconds - before) / Double(times)
        print(
            String(
                format: "%.1f us, %.1f of them for evidence of time", time * 1e6,
                evidence.all / Double(times) * 1e6))
    }
}

/// What checkers of evidence compute.
private final class Seconds: Sendable {
    private let sum = Mutex(0.0)

    /// Seconds so far.
    var all: Double { sum.withLock { $0 } }

    /// A checker whose time is taken.
    @Sendable func timed(_ checker: EvidenceChecker) -> EvidenceChecker {
        EvidenceChecker(type: checker.type) { anchor in
            let before = Rate.ownSeconds
            defer { self.sum.withLock { $0 += Rate.ownSeconds - before } }
            return checker.check(anchor)
        }
    }
}
