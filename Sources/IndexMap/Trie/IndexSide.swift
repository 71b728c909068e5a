internal import Merkle

/// One of two sides of a branch: some neighbouring records, and how their node has grown.
struct IndexSide {
    /// One key of the side.
    let key: IndexKey

    /// Its first records in the order of a bucket's chain: all of them, or 65.
    let first: [IndexRecord]

    /// The first moment with any record.
    let begin: Int

    /// The first moment with records of two keys; no moment where there are none.
    let second: Int

    private let series: IndexSeries?

    /// A side with more than 64 records.
    init(_ series: IndexSeries) {
        self.series = series
        (key, first) = (series.key, series.first)
        (begin, second) = (series.begin, series.second)
    }

    /// A side with 1 to 64 records, which are sorted by key and index.
    init(_ records: ArraySlice<IndexRecord>, _ moments: IndexMoments) {
        series = nil
        var (begin, second) = (IndexSeries.never, IndexSeries.never)
        var key: IndexKey?
        for record in records where record.key != key {
            key = record.key
            let moment = moments.moment(of: record.index)
            (begin, second) = moment < begin ? (moment, begin) : (begin, min(second, moment))
        }
        (self.begin, self.second) = (begin, second)
        self.key = records[records.startIndex].key
        first = records.sorted(by: IndexRecord.isChained)
    }

    /// Returns the hashes of the list that the side was before a moment.
    func lists(before moment: Int) -> [IndexEvent] {
        series?.events.filter { $0.moment < moment } ?? []
    }

    /// Returns what the node is at `moment`, and each change behind it, as it stands at `depth`.
    func events(from moment: Int, at depth: Int, _ moments: IndexMoments) -> [IndexEvent] {
        if let series { return series.events(from: moment, at: depth, moments) }
        var events = [IndexEvent(moment: moment, hash: .zero)]
        Self.append(first, before: IndexSeries.never, to: &events, moments)
        return events
    }

    /// Appends the buckets that some records make one after the other.
    static func append(
        _ records: [IndexRecord], before end: Int, to events: inout [IndexEvent],
        _ moments: IndexMoments
    ) {
        var hash = Hash.zero
        for record in records {
            let moment = moments.moment(of: record.index)
            guard moment < end else { return }
            hash = IndexNode.chained(hash, record.key.tag, record.index)
            append(moment, hash, to: &events)
        }
    }

    /// Appends a change; one at the newest moment, or before it, takes the place of the last.
    static func append(_ moment: Int, _ hash: Hash, to events: inout [IndexEvent]) {
        let last = events[events.count - 1].moment
        if moment <= last { events.removeLast() }
        events.append(IndexEvent(moment: max(moment, last), hash: hash))
    }
}
