import Synchronization

/// The queue between a batch's body and its registration, bounded by one chunk.
///
/// One task adds, a few take. A taker gets all that has arrived, up to a chunk. While nobody is
/// busy that is the last packet's items. While others of the batch are under way it is a full
/// chunk, or the end of the batch: each chunk costs something however few items it has, and so does
/// the batch of the sequencer that it becomes.
package final class ChunkQueue: Sendable {
    private struct State {
        let itemLimit: Int
        let byteLimit: Int
        /// Takers that wait while so few chunks are under way that a processor may have no work.
        let idleTakers: Int
        var items: [BatchItem] = []
        var byteCount = 0
        var chunks = 0
        var isFinished = false
        var takers: [CheckedContinuation<BatchChunk?, Never>] = []
        var adder: CheckedContinuation<Void, Never>?

        var isFull: Bool { items.count >= itemLimit || byteCount >= byteLimit }

        /// Whether a taker gets what there is now.
        var isReady: Bool {
            guard !items.isEmpty else { return isFinished }
            return isFull || isFinished || takers.count >= idleTakers
        }

        /// Takes a chunk off the front: at least one item, else as many as the limits allow.
        mutating func cutChunk() -> BatchChunk {
            var count = 0
            var bytes = 0
            for item in items.prefix(itemLimit) {
                guard count == 0 || bytes + item.byteCount <= byteLimit else { break }
                count += 1
                bytes += item.byteCount
            }
            let chunk = BatchChunk(number: chunks, items: Array(items.prefix(count)))
            // An array that is emptied keeps its memory.
            items = Array(items.dropFirst(count))
            byteCount -= bytes
            chunks += 1
            return chunk
        }
    }

    private let state: Mutex<State>

    /// Creates an empty queue of chunks with these limits.
    package init(limits: LedgerLimits) {
        state = Mutex(
            State(
                itemLimit: limits.chunkItems, byteLimit: limits.chunkBytes,
                idleTakers: max(1, limits.chunksInFlight - 1)))
    }

    /// Adds items, and waits while a whole chunk or more is waiting.
    package func add(_ items: [BatchItem]) async {
        guard !items.isEmpty else { return }
        state.withLock { state in
            state.items += items
            state.byteCount += items.reduce(0) { $0 + $1.byteCount }
        }
        serve()
        await withCheckedContinuation { continuation in
            let hasRoom = state.withLock { state in
                if state.isFull { state.adder = continuation }
                return !state.isFull
            }
            if hasRoom { continuation.resume() }
        }
    }

    /// Says that nothing more will be added.
    package func finish() {
        state.withLock { $0.isFinished = true }
        serve()
    }

    /// Returns the next chunk, or nil where there will be none.
    package func take() async -> BatchChunk? {
        await withCheckedContinuation { continuation in
            state.withLock { $0.takers.append(continuation) }
            serve()
        }
    }

    /// Gives waiting takers what there is, and lets the adder go on where there is room again.
    private func serve() {
        while true {
            let next: (CheckedContinuation<BatchChunk?, Never>, BatchChunk?)?
            let adder: CheckedContinuation<Void, Never>?
            (next, adder) = state.withLock { state in
                guard !state.takers.isEmpty, state.isReady else { return (nil, nil) }
                let chunk = state.items.isEmpty ? nil : state.cutChunk()
                let taker = state.takers.removeFirst()
                guard !state.isFull else { return ((taker, chunk), nil) }
                defer { state.adder = nil }
                return ((taker, chunk), state.adder)
            }
            adder?.resume()
            guard let (taker, chunk) = next else { return }
            taker.resume(returning: chunk)
        }
    }
}
