import HummingbirdCore
import Synchronization

/// How many connections a listener has, and whether that is nearly all it may have.
final class ConnectionCount: Sendable {
    private let limit: Int
    private let open = Atomic(0)

    init(limits: ServerLimits) {
        limit = limits.connections
    }

    /// Whether four of five connections are taken: then whoever idles makes room sooner.
    var isCrowded: Bool {
        open.load(ordering: .relaxed) >= limit - limit / 5
    }

    /// Accepts connections up to the limit; more wait in the kernel.
    struct Delegate: AvailableConnectionsDelegate {
        let count: ConnectionCount

        func connectionOpened() {
            count.open.add(1, ordering: .relaxed)
        }

        func connectionClosed() {
            count.open.subtract(1, ordering: .relaxed)
        }

        func isAcceptingNewConnections() -> Bool {
            count.open.load(ordering: .relaxed) < count.limit
        }
    }
}
