import Jobs

/// Says how far a settlement has come, and ends it where nobody wants it any more: it may read
/// some GB.
struct SettlementPace {
    private let progress: JobProgress
    private let total: UInt64
    private var done: UInt64 = 0

    /// Records from one report to the next: a few milliseconds of work.
    private static let stride: UInt64 = 4_096

    /// Is to take `total` steps, a record each.
    init(_ progress: JobProgress, of total: UInt64) {
        (self.progress, self.total) = (progress, total)
    }

    /// Takes note that a record was read.
    mutating func step() throws(RunError) {
        if done.isMultiple(of: Self.stride) { try tell() }
        done += 1
    }

    /// Says that all is done.
    mutating func finish() throws(RunError) {
        done = total
        try tell()
    }

    private func tell() throws(RunError) {
        let step = JobProgress.Step(
            "holding entries to each other", done: min(done, total), of: total)
        guard progress.isWanted(step) else { throw .stopped }
    }
}
