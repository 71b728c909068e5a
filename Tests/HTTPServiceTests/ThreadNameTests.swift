import Foundation
import Jobs
import Synchronization
import Testing

/// What a thread computes is found by its name.
@Suite struct ThreadNameTests {
    /// Threads that are started: one that is faster than who starts it is among so many.
    private static let threads = 500

    /// The name of the running thread, as the system has it.
    private static func name() throws -> String {
        try String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
    }

    @Test func eachThreadInTheBackgroundBearsItsName() throws {
        for _ in 0..<Self.threads {
            let (thread, found) = (BackgroundThread(), Found())
            thread.start("background") { found.note(Result { try Self.name() }) }
            thread.stop()
            #expect(try found.name == "background\n")
        }
    }

    @Test func eachThreadOfAPieceOfWorkBearsItsName() async throws {
        for _ in 0..<Self.threads {
            let name = try await OwnThread.run("piece") { _ in try Self.name() }
            #expect(name == "piece\n")
        }
    }

    /// What a thread found its name to be.
    private final class Found: Sendable {
        private let result = Mutex<Result<String, any Error>?>(nil)

        var name: String? { get throws { try result.withLock { try $0?.get() } } }

        func note(_ found: Result<String, any Error>) { result.withLock { $0 = found } }
    }
}
