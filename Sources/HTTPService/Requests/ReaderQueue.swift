import Jobs
import Synchronization

/// Makes answers that take long, one after the other, on a thread that gives way to everything
/// else.
///
/// However many read, registration has the processors: one thread makes these answers, it is nicer
/// than all others, and it rests while somebody else needs the processors (``ReaderShare``). What
/// waits is bounded, and so is each client's part of it; more gets 503.
package final class ReaderQueue: Sendable {
    /// How many answers wait at most.
    package struct Limits: Sendable {
        /// Of all clients.
        package let all: Int

        /// Of one client.
        package let ofClient: Int

        /// For people: what a browser asks for at once, and less than a second of work where a page
        /// takes 1 ms and the thread rests after it.
        package static let pages = Limits(all: 64, ofClient: 8)

        /// For programs, which ask for several files at once and come again after a 503: two
        /// audits behind one address, each with sixteen.
        package static let files = Limits(all: 256, ofClient: 32)
    }

    private struct Item {
        /// Nil where it is a process on this machine.
        let client: IPAddress.Network?

        /// Whether it was counted when it was taken.
        let isCounted: Bool

        let work: @Sendable () -> Void
    }

    private struct State {
        var items: [Item] = []
        var counts: [IPAddress.Network?: Int] = [:]
        var isStopped = false
    }

    private let limits: Limits
    private let state = Mutex(State())
    private let thread = BackgroundThread()

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - name: the thread's name.
    ///   - limits: how many answers wait at most.
    ///   - isNeeded: whether somebody else needs the processors; asked after each answer.
    package init(
        _ name: String, _ limits: Limits, whileOthers isNeeded: @escaping @Sendable () -> Bool
    ) {
        self.limits = limits
        let share = ReaderShare(whileOthers: isNeeded)
        thread.start(name) { [self] in
            Niceness.giveWay()
            while thread.sleep() { workOff(share) }
        }
    }

    /// Takes work for a client, nil where it is a process on this machine; returns false, and
    /// takes nothing, where too much waits already, or too much of the client's.
    ///
    /// What is taken is done, once, on a thread that may block.
    package func take(
        for client: IPAddress.Network?, _ work: @escaping @Sendable () -> Void
    ) -> Bool {
        let isTaken = state.withLock { state in
            let own = state.counts[client] ?? 0
            guard !state.isStopped, state.items.count < limits.all, own < limits.ofClient else {
                return false
            }
            state.counts[client] = own + 1
            state.items.append(Item(client: client, isCounted: true, work: work))
            return true
        }
        if isTaken { thread.wakeUp() }
        return isTaken
    }

    /// Takes the next piece of an answer that has begun, which is never refused: as many are there
    /// as have room for their pieces (``Room``).
    func goOn(_ work: @escaping @Sendable () -> Void) {
        let isTaken = state.withLock { state in
            guard !state.isStopped else { return false }
            state.items.append(Item(client: nil, isCounted: false, work: work))
            return true
        }
        guard isTaken else { return work() }
        thread.wakeUp()
    }

    /// Does what waits, takes nothing more, and returns when the thread has ended.
    package func stop() {
        state.withLock { $0.isStopped = true }
        thread.stop()
        while let item = next() { finish(item) }
    }

    private func workOff(_ share: ReaderShare) {
        while let item = next() {
            let rest = share.rest { finish(item) }
            thread.rest(rest)
        }
    }

    private func finish(_ item: Item) {
        item.work()
        guard item.isCounted else { return }
        state.withLock { state in
            let left = (state.counts[item.client] ?? 1) - 1
            state.counts[item.client] = left > 0 ? left : nil
        }
    }

    private func next() -> Item? {
        state.withLock { state in
            state.items.isEmpty ? nil : state.items.removeFirst()
        }
    }
}
