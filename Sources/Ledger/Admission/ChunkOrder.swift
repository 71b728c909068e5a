import Synchronization

/// Lets chunks that are admitted side by side enter the queue in the order of their numbers.
///
/// The items of one batch get rising indexes although several of its chunks are on their way.
/// Numbers count up from 0, and each must be registered: a later chunk waits for all before it.
public final class ChunkOrder: Sendable {
    private struct State {
        var next = 0
        var passed: Set<Int> = []
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var undecided = 0
    }

    private let state = Mutex(State())

    /// Creates an order in which no chunk has entered the queue.
    public init() {}

    /// Waits until all chunks with smaller numbers are in the queue, or will never be.
    func wait(for number: Int) async {
        await withCheckedContinuation { continuation in
            let isNext = state.withLock { state in
                guard state.next < number else { return true }
                state.waiting[number] = continuation
                return false
            }
            if isNext { continuation.resume() }
        }
    }

    /// Whether a chunk is in the queue that the sequencer has not decided about.
    var hasUndecided: Bool { state.withLock { $0.undecided > 0 } }

    /// Says that a chunk enters the queue.
    func enter() {
        state.withLock { $0.undecided += 1 }
    }

    /// Says that a chunk that entered the queue is decided.
    func leave() {
        state.withLock { $0.undecided -= 1 }
    }

    /// Says that a chunk is in the queue, or will never be; saying it again does nothing.
    func pass(_ number: Int) {
        let successor = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard number >= state.next else { return nil }
            state.passed.insert(number)
            while state.passed.remove(state.next) != nil { state.next += 1 }
            return state.waiting.removeValue(forKey: state.next)
        }
        successor?.resume()
    }
}
