import Foundation
import NIOCore
import NIOPosix

extension ConnectionState.Delivery {
    /// The part of `struct tcp_info` (linux/tcp.h) up to `tcpi_notsent_bytes`, in eights of bytes.
    private typealias TCPInfo = InlineArray<19, UInt64>

    /// Asks the kernel what a connection's other end has taken.
    ///
    /// The kernel takes megabytes that the client has not, and asks for more only when it has given
    /// away a third of them: what it has taken says nothing about a slow client. On the event loop,
    /// so the answer is there at once. A Unix socket has no such answer; it is on this machine.
    init(of channel: any Channel) {
        let waiting = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        var answer: TCPInfo?
        let asked =
            (channel as? any SocketOptionProvider)?.unsafeGetSocketOption(
                level: .tcp, name: NIOBSDSocket.Option(rawValue: TCP_INFO))
            as EventLoopFuture<TCPInfo>?
        asked?.assumeIsolated().whenSuccess { answer = $0 }
        guard let info = answer else {
            // The client takes bytes that are not counted any more; a later look shows how many.
            self.init(taken: .max - UInt64(max(0, waiting)), isComplete: waiting == 0)
            return
        }
        // tcpi_unacked at byte 24, tcpi_bytes_acked at 120, tcpi_notsent_bytes at 144.
        let isAcknowledged = UInt32(truncatingIfNeeded: info[3]) == 0
        let isSent = UInt32(truncatingIfNeeded: info[18]) == 0
        self.init(taken: info[15], isComplete: waiting == 0 && isAcknowledged && isSent)
    }
}
