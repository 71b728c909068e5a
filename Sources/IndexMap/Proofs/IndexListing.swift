/// What a proof shows, once it has led to the root of the map (index.md §5).
///
/// The entries listed are *at most* these: one that is listed may turn out not to have the key,
/// and is passed over. None that has it is missing.
public struct IndexListing: Hashable, Sendable {
    /// What a listing says about one entry.
    public enum Answer: Hashable, Sendable {
        /// It is listed.
        case listed

        /// It is not listed.
        case notListed

        /// The page on which it would stand is not in the proof.
        case notShown
    }

    /// Neighbouring entries of the listing.
    public struct Run: Hashable, Sendable {
        /// The position of the first, counted from the first that is listed.
        public let from: UInt64

        /// The indexes of the entries, which rise; at least one.
        public let indexes: [UInt64]

        /// The position behind the last.
        public var end: UInt64 { from + UInt64(indexes.count) }
    }

    /// The number of entries that are listed, whether their pages are here or not.
    public let count: UInt64

    /// The entries whose positions are proven; no two runs touch.
    public let runs: [Run]

    /// Whether all entries that are listed are here.
    public var isWhole: Bool {
        count == 0 || (runs.count == 1 && runs[0].from == 0 && runs[0].end == count)
    }

    /// Says whether the entry at `index` is listed.
    ///
    /// It is not listed where it would stand between two neighbours that are here, or beyond an
    /// end of the listing that is here.
    public func answer(about index: UInt64) -> Answer {
        guard count > 0 else { return .notListed }
        for run in runs {
            if let first = run.indexes.first, index < first {
                return run.from == 0 ? .notListed : .notShown
            }
            guard let last = run.indexes.last, index <= last else { continue }
            var (low, high) = (0, run.indexes.count)
            while low < high {
                let middle = (low + high) / 2
                if run.indexes[middle] < index { low = middle + 1 } else { high = middle }
            }
            return run.indexes[low] == index ? .listed : .notListed
        }
        return runs.last?.end == count ? .notListed : .notShown
    }

    /// The listing of entries that are all here; their indexes rise.
    init(all indexes: [UInt64]) {
        count = UInt64(indexes.count)
        runs = indexes.isEmpty ? [] : [Run(from: 0, indexes: indexes)]
    }

    /// The listing of `count` entries of which some pages are here, in their order.
    init(_ pages: [IndexPage], of count: UInt64) {
        self.count = count
        var runs: [Run] = []
        for page in pages {
            if let last = runs.last, last.end == page.from {
                runs[runs.count - 1] = Run(from: last.from, indexes: last.indexes + page.indexes)
            } else {
                runs.append(Run(from: page.from, indexes: page.indexes))
            }
        }
        self.runs = runs
    }
}
