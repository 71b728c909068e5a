package import HTTPService
package import Ledger
import LedgerStore
package import Logging
import Metrics
import ServiceLifecycle
package import Similarity
import Synchronization

/// The search for entries whose pictures look alike: the index of a ledger, and each client's share
/// of it.
///
/// List it behind the ledger and before the server in a `ServiceGroup`: searches are answered while
/// the server stops, and no erasure is done while the index is there and has not forgotten.
package final class SimilarEntries: Service {
    typealias Index = SimilarityIndex<LedgerLikeness>
    package typealias Answer = SimilarityAnswer<LookedAtEntry>

    private let index: Index
    private let waiting = Mutex<[IPAddress.Network?: Int]>([:])
    private let searches = Counter(label: "colophon_similar_searches_total")
    private let refusals = Counter(
        label: "colophon_rate_limited_total", dimensions: [("limit", "similar")])

    /// Creates the search in a ledger, whose file is `path`, and starts to read it.
    package init(_ ledger: Ledger, path: String, logger: Logger) {
        let mismatches = Counter(label: "colophon_similar_mismatches_total")
        index = Index(LedgerLikeness(ledger: ledger), path: path) { event in
            if case .mismatch = event { mismatches.increment() }
            Self.log(event, logger, path)
        }
        ledger.addMemory(IndexMemory(index: index))
        ledger.keepPictureHashes()
        index.start()
    }

    /// Works until graceful shutdown, and ends the thread that searches.
    package func run() async {
        try? await gracefulShutdown()
        close()
    }

    /// Ends the thread that searches; what waits is answered that the server stops.
    package func close() { index.stop() }

    /// How far the index is.
    package var status: SimilarityStatus { index.status }

    private static func log(_ event: SimilarityEvent, _ logger: Logger, _ path: String) {
        switch event {
        case .loaded(let entries, let pictures):
            // Of a small ledger nobody has waited for it.
            logger.log(
                level: entries < SimilarityLimit.pieceEntries ? .debug : .info,
                "the search for pictures that look alike covers all entries",
                metadata: ["entries": "\(entries)", "pictures": "\(pictures)"])
        case .unusable(let reason):
            logger.notice("\(path) is made anew from the manifests: \(reason)")
        case .unwritable(let reason):
            logger.warning(
                """
                what pictures look like is kept in memory alone, and read again at each start: \
                \(reason)
                """)
        case .mismatch(let entry):
            logger.error(
                """
                \(path) is made anew: entry \(entry) does not look as it says; \
                look at the disk, and at who may write there
                """)
        case .unreadable(let reason):
            logger.error("what pictures look like cannot be read: \(reason)")
        }
    }

    // MARK: - Searching

    /// Has `completion` called with the answer; refuses at once where too many searches wait, or
    /// too many of this client's.
    package func search(
        _ query: LikenessQuery, for client: IPAddress.Network?,
        completion: @escaping @Sendable (Result<Answer, SimilarityError>) -> Void
    ) throws(SimilarityError) {
        do throws(SimilarityError) {
            try enter(client)
            do throws(SimilarityError) {
                try index.search(query) { [self] result in
                    completion(result)
                    leave(client)
                }
            } catch {
                leave(client)
                throw error
            }
            searches.increment()
        } catch {
            if error == .busy { refusals.increment() }
            throw error
        }
    }

    private func enter(_ client: IPAddress.Network?) throws(SimilarityError) {
        try waiting.withLock { waiting throws(SimilarityError) in
            let own = waiting[client] ?? 0
            guard own < SimilarityLimit.waitingOfClient else { throw .busy }
            waiting[client] = own + 1
        }
    }

    private func leave(_ client: IPAddress.Network?) {
        waiting.withLock { waiting in
            let left = (waiting[client] ?? 1) - 1
            waiting[client] = left > 0 ? left : nil
        }
    }
}

/// The index as what an erasure reaches.
private struct IndexMemory: ManifestMemory {
    let index: SimilarEntries.Index

    func forget(_ entries: [UInt64], erasedBelow end: UInt64) throws -> Bool {
        do throws(SimilarityError) {
            return try index.forget(entries, erasedBelow: end)
        } catch .closed {
            throw LedgerError.closed
        }
    }
}
