import HTTPService
import Merkle
import NIOCore
import Synchronization

/// Answers with full bundles as gzip makes them, and with full tiles as they are: each is made once
/// for all who fetch it, and most of those who follow a log fetch the same ones.
///
/// Concurrent requests for one that is not kept make it twice; the oldest is dropped first.
final class BundleCache: Sendable {
    /// What names the bytes of a bundle or tile for ever.
    enum Name: Hashable, Sendable {
        /// A full tile of hashes: it never changes.
        case tile(TileID)

        /// The leaves of a full entry bundle, by its index: they never change.
        case entries(UInt64)

        /// The manifests beside a full bundle, by its index: erasures change them, and so does the
        /// index of the newest one.
        case manifests(UInt64, mark: UInt64)
    }

    /// Bytes of bundles that are kept: some 300 entry bundles, those of the last 80,000 entries.
    static let bundleBytes = 16 << 20

    /// Bytes of tiles that are kept: those of a quarter of a million entries.
    static let tileBytes = 8 << 20

    private let byteLimit: Int

    /// Bytes of the largest one that is kept, so that no bundle drives out all others.
    private var largest: Int { byteLimit / 16 }

    private struct State {
        var kept: [Name: Reply] = [:]
        var order: [Name] = []
        var byteCount = 0

        mutating func remove(_ name: Name) {
            byteCount -= kept.removeValue(forKey: name)?.body.readableBytes ?? 0
        }
    }

    private let state = Mutex(State())

    /// Creates an empty cache of so many bytes.
    init(byteLimit: Int) {
        self.byteLimit = byteLimit
    }

    /// Returns the answer with a bundle or tile that is kept.
    func answer(with name: Name) -> Reply? {
        state.withLock { $0.kept[name] }
    }

    /// Keeps the answer with a bundle or tile.
    func keep(_ answer: Reply, with name: Name) {
        let byteCount = answer.body.readableBytes
        guard byteCount <= largest else { return }
        state.withLock { state in
            guard state.kept.updateValue(answer, forKey: name) == nil else { return }
            state.order.append(name)
            state.byteCount += byteCount
            while state.byteCount > byteLimit {
                state.remove(state.order.removeFirst())
            }
        }
    }

    /// Returns where the answer with a bundle is kept.
    func place(of name: Name) -> Place {
        Place(cache: self, name: name)
    }

    /// Where the answer with one bundle is kept.
    struct Place: AnswerPlace {
        let cache: BundleCache
        let name: Name

        var kept: Reply? { cache.answer(with: name) }

        func keep(_ answer: Reply) { cache.keep(answer, with: name) }
    }

    /// Drops all manifest bundles: one of them may hold an erased manifest.
    func forgetManifests() {
        state.withLock { state in
            var others: [Name] = []
            for name in state.order {
                if case .manifests = name { state.remove(name) } else { others.append(name) }
            }
            state.order = others
        }
    }
}
