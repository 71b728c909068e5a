import HummingbirdCore
import Logging
import NIOCore

/// Connections of `Child`, each handled on its own event loop.
///
/// A loop has many connections, so one gets little at a time: what one read brings is answered
/// before another connection is looked at, and is in memory together.
struct LoopBound<Child: ServerChildChannel>: ServerChildChannel {
    let child: Child
    let limits: ServiceLimits
    let turns: TurnTable

    /// Bytes that are read at a time, where no long body is expected.
    let readBytes: Int

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Child.Value> {
        channel.eventLoop.makeCompletedFuture {
            guard let options = channel.syncOptions else { return }
            try options.setOption(.maxMessagesPerRead, value: 1)
            try options.setOption(
                .socketOption(.so_rcvbuf), value: .init(limits.receiveBytes))
            try options.setOption(.recvAllocator, value: ReadAllocator(limit: readBytes))
            try options.setOption(
                .writeBufferWaterMark,
                value: .init(low: limits.unsentBytes / 2, high: limits.unsentBytes))
        }.flatMap {
            child.setup(channel: channel, logger: logger)
        }
    }

    func handle(value: Child.Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(turns.turns(of: value.channel.eventLoop))) {
            await child.handle(value: value, logger: logger)
        }
    }
}
