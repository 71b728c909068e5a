import Jobs
import Synchronization

/// Makes answers that take long, one after the other, on a thread that gives way to everything
/// else.
///
/// However many read, registration has the processors: one thread makes these answers, it is nicer
/// than all others, and it rests while somebody else needs the processors (``ReaderShare``). What
/// waits is bounded, and so is each client's part of it; more gets 503.
package final class ReaderQueue: Sendable {
    /// Answers that wait at most: two thirds of a second of work where each takes 1 ms and the
    /// thread rests between them, so that nobody waits for long who is let in at all.
    package static let limit = 64

    /// Answers of one client that wait at most: what a browser asks for at once.
    package static let clientLimit = 8

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

    private let state = Mutex(State())
    private let thread = BackgroundThread()

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - name: the thread's name.
    ///   - isNeeded: whether somebody else needs the processors; asked after each answer.
    package init(_ name: String, whileOthers isNeeded: @escaping @Sendable () -> Bool) {
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
            guard !state.isStopped, state.items.count < Self.limit, own < Self.clientLimit else {
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
