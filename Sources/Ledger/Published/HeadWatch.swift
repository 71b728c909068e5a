import Synchronization

/// Tasks that wait until a larger head is signed.
final class HeadWatch: Sendable {
    private struct State {
        var size: UInt64
        var next = 0
        var waiting: [Int: (size: UInt64, continuation: CheckedContinuation<Void, Never>)] = [:]
    }

    private let state: Mutex<State>

    /// `size` is that of the newest signed head.
    init(size: UInt64) {
        state = Mutex(State(size: size))
    }

    /// Size of the newest head that it was told of.
    var newestSize: UInt64 { state.withLock { $0.size } }

    /// Says that a head of this size is signed.
    func rise(to size: UInt64) {
        let due = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.size = max(state.size, size)
            guard !state.waiting.isEmpty else { return [] }
            let due = state.waiting.filter { $0.value.size < state.size }
            for number in due.keys { state.waiting[number] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    /// Returns once a head is signed that is larger than `size`, or the task is cancelled.
    func wait(above size: UInt64) async {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    // The other order of the two is seen in the lock: cancelled first, asked after.
                    guard state.size <= size, !Task.isCancelled else { return true }
                    state.waiting[number] = (size, continuation)
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number)?.continuation }?.resume()
        }
    }
}
