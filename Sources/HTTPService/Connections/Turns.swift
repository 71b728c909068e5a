import NIOCore
import Synchronization

/// The turns of the connections of one event loop, in the order in which they asked: a little of
/// each, and the sockets are looked at in between.
///
/// An event loop by itself runs all tasks that are due, and those that become due meanwhile, before
/// it looks at its sockets again. So clients that pipeline requests could keep it from all others.
final class Turns: Sendable {
    /// Time after which it is the sockets' turn.
    private static let slice = TimeAmount.milliseconds(1)

    /// The loop looks at its sockets once no task is due.
    ///
    /// So what waits is not due for a share of the time that was taken, in which other tasks have
    /// become due and run.
    private static let shortestPause = TimeAmount.microseconds(20)
    private static let share: Int64 = 8

    private struct State {
        /// Bounded by the connections and their streams: each waits with one piece of work.
        var waiting = CircularBuffer<@Sendable () -> Void>()
        var isDue = false
    }

    private let loop: any EventLoop
    private let state = Mutex(State())

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// Has the loop do `work` after the work that waits, and after everything that this thread has
    /// had it do before.
    ///
    /// Another thread writes to a connection through the loop. What the connection does next must
    /// not overtake that because the loop has turns to give away: it may end the connection.
    func wait(_ work: @escaping @Sendable () -> Void) {
        if loop.inEventLoop {
            if append(work) { loop.execute { self.run() } }
        } else {
            loop.execute {
                if self.append(work) { self.run() }
            }
        }
    }

    /// Returns whether nothing was waiting, so that somebody has to ``run()``.
    private func append(_ work: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            state.waiting.append(work)
            defer { state.isDue = true }
            return !state.isDue
        }
    }

    private func run() {
        let begun = NIODeadline.now()
        var taken = TimeAmount.zero
        while taken < Self.slice {
            guard let work = next() else { return }
            work()
            taken = NIODeadline.now() - begun
        }
        let pause = max(Self.shortestPause, .nanoseconds(taken.nanoseconds / Self.share))
        loop.scheduleTask(in: pause) { self.run() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { state in
            let work = state.waiting.popFirst()
            if work == nil { state.isDue = false }
            return work
        }
    }
}

/// The turns of every event loop that a listener's connections are on.
final class TurnTable: Sendable {
    private let turns = Mutex<[ObjectIdentifier: Turns]>([:])

    func turns(of loop: any EventLoop) -> Turns {
        turns.withLock { turns in
            if let known = turns[ObjectIdentifier(loop)] { return known }
            let new = Turns(loop)
            turns[ObjectIdentifier(loop)] = new
            return new
        }
    }
}
