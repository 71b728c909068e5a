import HummingbirdCore
import Logging
import NIOCore

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
