import Jobs
import Testing

/// How long what has failed is left alone.
@Suite struct BackoffTests {
    private let backoff = Backoff(first: .seconds(2), longest: .seconds(300))

    @Test(arguments: [(1, 2), (2, 4), (3, 8), (8, 256), (9, 300), (10, 300), (Int.max, 300)])
    func eachWaitIsTwiceTheOneBefore(failures: Int, seconds: Int) {
        #expect(backoff.wait(after: failures) == .seconds(seconds))
    }

    /// What never failed is not made to wait for less than the first wait either.
    @Test(arguments: [0, -1, Int.min])
    func noNumberOfFailuresIsTooSmall(failures: Int) {
        #expect(backoff.wait(after: failures) == .seconds(2))
    }

    /// Whoever asks for longer gets it, up to what is granted, and never less than our own wait.
    @Test(arguments: [(1, 60, 60), (1, 1, 2), (1, 9_000, 600), (9, 60, 300)])
    func aRequestForMoreIsGranted(failures: Int, asked: Int, seconds: Int) {
        let wait = backoff.wait(
            after: failures, retryAfter: .seconds(asked), granted: .seconds(600))
        #expect(wait == .seconds(seconds))
    }

    @Test func aFirstWaitMayBeTheLongest() {
        let all = Backoff(first: .seconds(5), longest: .seconds(5))
        #expect((1..<20).allSatisfy { all.wait(after: $0) == .seconds(5) })
    }
}
