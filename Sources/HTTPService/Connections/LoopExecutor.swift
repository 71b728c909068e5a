/// Runs a connection's task on the event loop that serves the connection.
///
/// A request then passes no thread on its way from the socket to its answer: each pass is a
/// wake-up, and together they cost more than an answer out of memory does. What computes for
/// long must not stay here, because the loop's other connections wait for it: it asks for another
/// executor.
final class LoopExecutor: TaskExecutor {
    private let turns: Turns

    /// Creates the executor of one event loop.
    init(_ turns: Turns) {
        self.turns = turns
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        turns.wait { [self] in
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
