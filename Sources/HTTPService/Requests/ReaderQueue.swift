import Jobs
import Synchronization

/// Makes answers that take long, one after the other, on a thread that gives way to everything
/// else.
///
/// However many read, registration has the processors: one thread makes these answers, it is nicer
/// than all others, and it rests while somebody else needs the processors (``ReaderShare``). What
/// waits is bounded, and so is each client's part of it; more gets 503. Clients take turns: however
/// much one asks for, another one's question waits for one answer of each client before it.
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

    /// What one client has in the queue.
    private struct Line {
        /// What waits, in its order.
        var items: [Item] = []

        /// What was counted and is not done.
        var count = 0
    }

    private struct State {
        /// The clients that have anything in the queue.
        var lines: [IPAddress.Network?: Line] = [:]

        /// The clients of which something waits, each once, in the order of their turns.
        var turns: [IPAddress.Network?] = []

        /// What waits, of all clients.
        var waiting = 0

        var isStopped = false

        mutating func append(_ item: Item) {
            var line = lines[item.client] ?? Line()
            if line.items.isEmpty { turns.append(item.client) }
            line.items.append(item)
            if item.isCounted { line.count += 1 }
            lines[item.client] = line
            waiting += 1
        }

        /// Takes out the next of the client whose turn it is.
        mutating func next() -> Item? {
            guard !turns.isEmpty else { return nil }
            let client = turns.removeFirst()
            guard var line = lines[client] else {
                preconditionFailure("a client whose turn it is has a line")
            }
            let item = line.items.removeFirst()
            if !line.items.isEmpty { turns.append(client) }
            put(line, of: client)
            waiting -= 1
            return item
        }

        mutating func finish(_ item: Item) {
            guard item.isCounted, var line = lines[item.client] else { return }
            line.count -= 1
            put(line, of: item.client)
        }

        private mutating func put(_ line: Line, of client: IPAddress.Network?) {
            lines[client] = line.items.isEmpty && line.count == 0 ? nil : line
        }
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

    /// Takes work for a client, nil where it is a process on this machine; returns false, and takes
    /// nothing, where too much waits already, or where the client has its part in the queue, or
    /// more than is free.
    ///
    /// What is taken is done, once, on a thread that may block.
    package func take(
        for client: IPAddress.Network?, _ work: @escaping @Sendable () -> Void
    ) -> Bool {
        let isTaken = state.withLock { state in
            let own = state.lines[client]?.count ?? 0
            let free = limits.all - state.waiting
            guard !state.isStopped, free > 0, own <= free, own < limits.ofClient else {
                return false
            }
            state.append(Item(client: client, isCounted: true, work: work))
            return true
        }
        if isTaken { thread.wakeUp() }
        return isTaken
    }

    /// Takes the next piece of a client's answer that has begun, which is never refused: as many
    /// are there as have room for their pieces (``Room``).
    func goOn(for client: IPAddress.Network?, _ work: @escaping @Sendable () -> Void) {
        let isTaken = state.withLock { state in
            guard !state.isStopped else { return false }
            state.append(Item(client: client, isCounted: false, work: work))
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
        state.withLock { $0.finish(item) }
    }

    private func next() -> Item? {
        state.withLock { $0.next() }
    }
}
