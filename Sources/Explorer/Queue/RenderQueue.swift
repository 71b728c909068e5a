package import HTTPService
import Jobs
import Synchronization

/// Makes the pages, one after the other, on a thread that gives way to everything else.
///
/// However many people look, registration has the processors: one thread makes pages, and it is
/// nicer than all others. What waits is bounded, and so is each client's part of it; more gets 503.
package final class RenderQueue: WorkQueue {
    /// Pages that wait at most: a third of a second of work where each takes 5 ms, so that nobody
    /// waits for long who is let in at all.
    package static let limit = 64

    /// Pages of one client that wait at most: what a browser asks for at once.
    package static let clientLimit = 8

    private struct Item {
        let client: IPAddress.Network?
        let work: @Sendable () -> Void
    }

    private struct State {
        var items: [Item] = []
        var counts: [IPAddress.Network?: Int] = [:]
        var isStopped = false
    }

    private let state = Mutex(State())
    private let thread = BackgroundThread()

    /// Starts the thread.
    package init() {
        thread.start("pages") { [self] in
            Niceness.giveWay()
            while thread.sleep() { workOff() }
        }
    }

    package func take(
        for client: IPAddress.Network?, _ work: @escaping @Sendable () -> Void
    ) -> Bool {
        let isTaken = state.withLock { state in
            let own = state.counts[client] ?? 0
            guard !state.isStopped, state.items.count < Self.limit, own < Self.clientLimit else {
                return false
            }
            state.counts[client] = own + 1
            state.items.append(Item(client: client, work: work))
            return true
        }
        if isTaken { thread.wakeUp() }
        return isTaken
    }

    /// Does what waits, takes nothing more, and returns when the thread has ended.
    package func stop() {
        state.withLock { $0.isStopped = true }
        thread.stop()
        workOff()
    }

    private func workOff() {
        while let item = next() {
            item.work()
            state.withLock { state in
                let left = (state.counts[item.client] ?? 1) - 1
                state.counts[item.client] = left > 0 ? left : nil
            }
        }
    }

    private func next() -> Item? {
        state.withLock { state in
            state.items.isEmpty ? nil : state.items.removeFirst()
        }
    }
}
