import HummingbirdCore
import Logging
import NIOCore

/// Runs a connection's task on the event loop that serves the connection.
///
/// A request then passes no thread on its way from the socket to its answer: each pass is a
/// wake-up, and together they cost more than an answer out of memory does. What computes for
/// long must not stay here, because the loop's other connections wait for it: see
/// ``Route/computesForLong``.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { [self] in
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}

/// Connections of `Child`, each handled on its own event loop.
struct LoopBound<Child: ServerChildChannel>: ServerChildChannel {
    let child: Child

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Child.Value> {
        child.setup(channel: channel, logger: logger)
    }

    func handle(value: Child.Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
            await child.handle(value: value, logger: logger)
        }
    }
}
