import Jobs
import Synchronization

/// The queue before the sequencer: bounded in entries and bytes, and refusing at once when full.
///
/// `@unchecked Sendable`: all state is guarded by the condition's lock.
final class SequencerQueue: @unchecked Sendable {
    /// Candidates that were submitted together and are answered together.
    struct Chunk {
        let candidates: [Candidate]

        /// Number of control statements among them that are admitted.
        let controls: Int

        let byteCount: Int

        /// The order to hand over a key, which makes a batch of its own; then there are no
        /// candidates.
        var handover: Handover?

        /// Called once, on the sequencer's thread, which it must not keep.
        let decided: @Sendable (ChunkAnswer?) -> Void
    }

    private let condition = MonotonicCondition()
    private let entryLimit: Int
    private let byteLimit: Int
    private var chunks: [Chunk] = []
    private var entryCount = 0
    private var byteCount = 0
    private var isClosed = false

    /// Whether a batch gathers: then a chunk wakes nobody, unless it fills the batch.
    private var isGathering = false

    /// The one index head that waits, in a slot of its own: no client takes it.
    private var order: IndexHeadOrder?

    /// When entries were taken last, in nanoseconds since `start`; 0 where none were.
    ///
    /// Read without the lock: a thread that gives way could keep it from those that register.
    private let taken = Atomic<Int64>(0)
    private let start = ContinuousClock.now

    init(entryLimit: Int, byteLimit: Int) {
        self.entryLimit = entryLimit
        self.byteLimit = byteLimit
    }

    /// Whether entries were taken within this time.
    func hasWorked(within time: Duration) -> Bool {
        let last = taken.load(ordering: .relaxed)
        return last > 0 && ContinuousClock.now - start <= .nanoseconds(last) + time
    }

    /// Number of entries that wait.
    var count: Int {
        condition.withLock { entryCount }
    }

    /// Puts a chunk at the end; false, and nothing is kept, where it is full or closed.
    ///
    /// One chunk is always let into an empty queue, so that no chunk is refused for ever.
    func append(_ chunk: Chunk) -> Bool {
        condition.withLock {
            let fits =
                entryCount + chunk.candidates.count <= entryLimit
                && byteCount + chunk.byteCount <= byteLimit
            guard !isClosed, fits || chunks.isEmpty else { return false }
            chunks.append(chunk)
            entryCount += chunk.candidates.count
            byteCount += chunk.byteCount
            if !isGathering || chunk.handover != nil || isFull { condition.signal() }
            return true
        }
    }

    /// Whether as much waits as one batch may hold.
    private var isFull: Bool {
        entryCount >= BatchLimits.entries || byteCount >= BatchLimits.bytes
    }

    /// Asks for an index head with the next batch, or in a batch by itself; false where the queue
    /// is closed.
    func ask(for order: IndexHeadOrder) -> Bool {
        condition.withLock {
            guard !isClosed else { return false }
            precondition(self.order == nil, "one index head is asked for at a time")
            self.order = order
            condition.signal()
            return true
        }
    }

    /// Has the sequencer take a turn, although nothing waits: it fits a full queue.
    func nudge() {
        _ = append(Chunk(candidates: [], controls: 0, byteCount: 0) { _ in })
    }

    /// Waits for chunks and takes as many as fit one batch, and the index head that waits; nil once
    /// it is closed and empty, and none where none has come by `limit`.
    ///
    /// - Parameter gathering: until when more may come than the first, where there is room.
    func take(
        gathering: ContinuousClock.Instant?, until limit: ContinuousClock.Instant?
    ) -> (chunks: [Chunk], order: IndexHeadOrder?)? {
        condition.withLock {
            while chunks.isEmpty, order == nil {
                if isClosed { return nil }
                guard let limit else {
                    condition.wait()
                    continue
                }
                if !condition.wait(until: limit) { return ([], nil) }
            }
            if let gathering { gather(until: gathering) }
            var chunksTaken = 0
            var entriesTaken = 0
            var bytesTaken = 0
            for chunk in chunks {
                let isFirst = chunksTaken == 0
                // An order makes a batch alone.
                if chunk.handover != nil, !isFirst { break }
                guard
                    isFirst
                        || (entriesTaken + chunk.candidates.count <= BatchLimits.entries
                            && bytesTaken + chunk.byteCount <= BatchLimits.bytes)
                else { break }
                chunksTaken += 1
                entriesTaken += chunk.candidates.count
                bytesTaken += chunk.byteCount
                if chunk.handover != nil { break }
            }
            let batch = Array(chunks[..<chunksTaken])
            chunks.removeFirst(chunksTaken)
            entryCount -= entriesTaken
            byteCount -= bytesTaken
            if entriesTaken > 0 {
                let time = (ContinuousClock.now - start) / .nanoseconds(1)
                taken.store(max(1, Int64(time)), ordering: .relaxed)
            }
            // It waits while a key is handed over.
            guard batch.first?.handover == nil else { return (batch, nil) }
            defer { order = nil }
            return (batch, order)
        }
    }

    /// Waits, while the caller holds the lock, until then, or until a batch is full.
    private func gather(until end: ContinuousClock.Instant) {
        isGathering = true
        defer { isGathering = false }
        while !isClosed, !isFull, chunks.last?.handover == nil, condition.wait(until: end) {}
    }

    /// Takes no more; waiting chunks are still given out.
    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }
}
