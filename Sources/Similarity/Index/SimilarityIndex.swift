import Jobs
import Synchronization

/// The pictures of a ledger by what they look like, for searches: a cache beside the store.
///
/// One thread owns the rows. It reads the file, follows the log, erases and searches, one after the
/// other, and gives way to all other threads: registration has the processors, and meanwhile the
/// thread rests after each search (``ReaderShare``). While it is loading, searches get their turn
/// after each piece.
package final class SimilarityIndex<Source: LikenessSource>: Sendable {
    /// Takes the answer to a search, once, on the index's thread, which it must not keep.
    package typealias Completion =
        @Sendable (Result<SimilarityAnswer<Source.Shown>, SimilarityError>) -> Void

    private struct Search {
        let query: LikenessQuery
        let completion: Completion
    }

    private struct Erasure {
        var entries: Set<UInt64>
        var end: UInt64
    }

    private struct State {
        var status = SimilarityStatus()
        var searches: [Search] = []
        /// What is to be forgotten; nil where there is nothing.
        var erasure: Erasure?
        /// The erasures below this index of the log are applied.
        var erasedBelow: UInt64 = 0
        /// Why the newest erasure could not be applied.
        var failure: SimilarityError?
        var isStopped = false
    }

    /// Seconds between two looks at the log, and after a failure.
    private static var pauses: (usual: Double, failure: Double) { (0.25, 1) }

    private let source: Source
    private let path: String
    private let tell: @Sendable (SimilarityEvent) -> Void
    private let state = Mutex(State())
    private let thread = BackgroundThread()
    private let share: ReaderShare

    /// Creates an index that is kept in the file at `path`; nothing is read before ``start()``.
    ///
    /// - Parameter tell: called on the index's thread with what somebody should know.
    package init(
        _ source: Source, path: String, tell: @escaping @Sendable (SimilarityEvent) -> Void
    ) {
        self.source = source
        share = ReaderShare { source.isRegistering }
        self.path = path
        self.tell = tell
    }

    /// Starts the thread; call once.
    package func start() {
        thread.start("similar") { [self] in run() }
    }

    /// Answers what waits with ``SimilarityError/closed``, and returns when the thread has ended.
    package func stop() {
        state.withLock { $0.isStopped = true }
        thread.stop()
        drop()
    }

    /// How far the index is.
    package var status: SimilarityStatus { state.withLock { $0.status } }

    /// Has `completion` called with the answer; refuses at once where too many searches wait.
    package func search(
        _ query: LikenessQuery, completion: @escaping Completion
    ) throws(SimilarityError) {
        try state.withLock { state throws(SimilarityError) in
            guard !state.isStopped else { throw .closed }
            guard state.searches.count < SimilarityLimit.waiting else { throw .busy }
            state.searches.append(Search(query: query, completion: completion))
        }
        thread.wakeUp()
    }

    /// Forgets the hashes of these entries, whose manifests the erasures below `end` have taken, in
    /// memory and in the file; returns whether that is done.
    ///
    /// Asked again and again until it is: it does not wait. A failure is thrown once, and the next
    /// call tries again.
    package func forget(
        _ entries: [UInt64], erasedBelow end: UInt64
    ) throws(SimilarityError) -> Bool {
        let isDone = try state.withLock { state throws(SimilarityError) in
            if state.erasedBelow >= end { return true }
            guard !state.isStopped else { throw .closed }
            if let failure = state.failure {
                state.failure = nil
                throw failure
            }
            state.erasure = Erasure(
                entries: (state.erasure?.entries ?? []).union(entries),
                end: max(state.erasure?.end ?? 0, end))
            return false
        }
        if !isDone { thread.wakeUp() }
        return isDone
    }

    // MARK: - The thread

    private func run() {
        Niceness.giveWay()
        let keeper = IndexKeeper(source, path: path, tell: tell)
        var turns = SearchTurns()
        var hasLoaded = false
        var hasFailed = false
        while !thread.isStopping {
            var pause = Self.pauses.usual
            do {
                if !hasLoaded {
                    try keeper.load {
                        show(keeper)
                        answer(by: keeper, &turns)
                        return !thread.isStopping
                    }
                    hasLoaded = true
                }
                forget(in: keeper)
                let hasMore = try keeper.step()
                show(keeper)
                hasFailed = false
                answer(by: keeper, &turns)
                if hasMore { continue }
            } catch {
                if !hasFailed { tell(.unreadable("\(error)")) }
                hasFailed = true
                pause = Self.pauses.failure
                answer(by: keeper, &turns)
            }
            if hasWaiting { pause = min(pause, turns.rest / .seconds(1)) }
            guard pause <= 0 || thread.sleep(pause) else { return }
        }
    }

    private func show(_ keeper: IndexKeeper<Source>) {
        let status = keeper.status
        state.withLock { $0.status = status }
    }

    /// Forgets what is to be forgotten, once the whole file is read: it may have more rows.
    private func forget(in keeper: IndexKeeper<Source>) {
        let erasure = state.withLock { state in
            defer { state.erasure = nil }
            return state.erasure
        }
        var failure: SimilarityError?
        if let erasure {
            do throws(SimilarityError) {
                try keeper.forget(erasure.entries.sorted(), erasedBelow: erasure.end)
            } catch {
                failure = error
            }
        }
        let below = keeper.erasedBelow
        state.withLock { state in
            state.erasedBelow = below
            if failure != nil { state.failure = failure }
        }
    }

    private var hasWaiting: Bool { state.withLock { !$0.searches.isEmpty } }

    /// When the next search has its turn.
    private struct SearchTurns {
        private var next = ContinuousClock.now

        /// How long it is until then; none where it is now.
        var rest: Duration { max(.zero, next - .now) }

        /// Has the next one wait for so long from now.
        mutating func wait(_ rest: Duration) { next = .now + rest }
    }

    /// Answers one search where it is its turn: however many come, loading and erasing go on
    /// between them.
    private func answer(by keeper: IndexKeeper<Source>, _ turns: inout SearchTurns) {
        guard turns.rest == .zero, let search = next() else { return }
        turns.wait(share.rest { answer(search, by: keeper) })
    }

    private func answer(_ search: Search, by keeper: IndexKeeper<Source>) {
        let result: Result<SimilarityAnswer<Source.Shown>, SimilarityError>
        do {
            result = .success(try keeper.search(search.query))
        } catch {
            result = .failure(.unreadable("\(error)"))
        }
        show(keeper)
        search.completion(result)
    }

    private func next() -> Search? {
        state.withLock { state in
            state.searches.isEmpty ? nil : state.searches.removeFirst()
        }
    }

    /// Refuses what waits still.
    private func drop() {
        while let search = next() { search.completion(.failure(.closed)) }
    }
}
