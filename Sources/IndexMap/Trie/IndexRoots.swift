package import Merkle

/// Computes the roots that one map had at several sizes of its log, in one pass over all records in
/// order of key and index (index.md §2).
///
/// For whoever audits many index heads at once. Where ``IndexTrieBuilder`` has a node, this has the
/// hashes that the node had, one for each size at which it changed. So it does the work of the map
/// that grew from size to size, and looks nothing up. In memory are the sides on one way from the
/// root to a bucket: at most 256, each with 65 records and its changes, of which there are no more
/// than sizes. While two sides are joined, the changes of both are there twice.
package struct IndexRoots: Sendable {
    /// Changes in memory at the most: 40 MiB, sixty levels of a map at each of 16,384 sizes.
    package static let maximumChanges = 1 << 20

    /// Bytes of a change in memory: its moment, and a hash.
    package static let bytesPerChange = MemoryLayout<IndexEvent>.stride

    private let moments: IndexMoments
    private let limit: Int

    /// The sides that wait for the one on their right, each with the depth at which it parts.
    private var waiting: [(depth: Int, part: Part)] = []

    /// The part of the newest key; nil before the first.
    private var newest: Part?

    /// The list of the newest key, where it has more than 64 records.
    private var growth: Growth?

    /// The records of all parts that have no more than 64, one part behind the other.
    private var loose: [IndexRecord] = []

    private var last: IndexRecord?

    /// Changes of all parts that wait.
    private var changes = 0

    /// Neighbouring records.
    private struct Part {
        /// Where its records begin, or would.
        let start: Int

        /// One key of the part.
        let key: IndexKey

        /// How it has grown, where it has more than 64 records.
        var series: IndexSeries?
    }

    /// A key with more than 64 records.
    private struct Growth {
        let first: [IndexRecord]
        var list: IndexList

        /// The moment of the newest record.
        var moment: Int
        var events: [IndexEvent] = []
    }

    /// Begins a pass.
    ///
    /// - Parameters:
    ///   - sizes: The sizes, rising, each once; at least one.
    ///   - maximumChanges: Changes in memory at the most; other than usual for tests.
    package init(sizes: [UInt64], maximumChanges: Int = IndexRoots.maximumChanges) {
        precondition(!sizes.isEmpty, "a pass has a size")
        precondition(zip(sizes, sizes.dropFirst()).allSatisfy { $0 < $1 }, "the sizes rise")
        moments = IndexMoments(sizes: sizes)
        limit = maximumChanges
    }

    /// Adds the next record; one that no size covers is passed over.
    package mutating func add(_ record: IndexRecord) throws(IndexRootsError) {
        guard last.map({ $0 < record }) ?? true else { throw .disordered(record) }
        last = record
        guard record.index < moments.sizes[moments.count - 1] else { return }
        guard let part = newest, part.key == record.key else {
            try begin(record.key)
            loose.append(record)
            return
        }
        guard growth == nil else { return try grow(record) }
        loose.append(record)
        guard loose.count - part.start > IndexNode.bucketLimit else { return }
        let first = Array(loose[part.start...])
        loose.removeSubrange(part.start...)
        var list = IndexList(of: record.key)
        for record in first { list.append(record.index) { _, _ in } }
        growth = Growth(first: first, list: list, moment: moments.moment(of: record.index))
    }

    /// Returns the roots, one for each size.
    package mutating func finish() throws(IndexRootsError) -> [Hash] {
        guard var part = try endKey() else {
            return Array(repeating: .zero, count: moments.count)
        }
        while let last = waiting.popLast() { part = try joined(last.part, part, at: last.depth) }
        let events = side(part, below: loose.count).events(from: 0, at: 0, moments)
        var roots: [Hash] = []
        roots.reserveCapacity(moments.count)
        for (place, event) in events.enumerated() {
            let end = place + 1 < events.count ? events[place + 1].moment : moments.count
            roots += Array(repeating: event.hash, count: end - event.moment)
        }
        return roots
    }

    private mutating func grow(_ record: IndexRecord) throws(IndexRootsError) {
        let moment = moments.moment(of: record.index)
        if let newest = growth?.moment, moment > newest, let hash = growth?.list.hash {
            growth?.events.append(IndexEvent(moment: newest, hash: hash))
            growth?.moment = moment
            try count(1)
        }
        growth?.list.append(record.index) { _, _ in }
    }

    /// Ends the key before, and begins the next one.
    private mutating func begin(_ key: IndexKey) throws(IndexRootsError) {
        if var part = try endKey() {
            let parting = part.key.commonBits(with: key)
            while let last = waiting.last, last.depth > parting {
                waiting.removeLast()
                part = try joined(last.part, part, at: last.depth)
            }
            waiting.append((parting, part))
        }
        newest = Part(start: loose.count, key: key)
    }

    /// Returns the part of the newest key, with its list where it has one.
    private mutating func endKey() throws(IndexRootsError) -> Part? {
        guard var part = newest else { return nil }
        guard let growth else { return part }
        self.growth = nil
        var events: [IndexEvent] = []
        events.reserveCapacity(growth.events.count + 1)
        events += growth.events
        events.append(IndexEvent(moment: growth.moment, hash: growth.list.hash))
        part.series = IndexSeries(growth.first, list: events, moments)
        try count(1)
        return part
    }

    /// Returns both parts as one.
    private mutating func joined(
        _ left: Part, _ right: Part, at depth: Int
    ) throws(IndexRootsError) -> Part {
        var whole = Part(start: left.start, key: right.key)
        if left.series == nil, right.series == nil,
            loose.count - left.start <= IndexNode.bucketLimit
        {
            return whole
        }
        let sides = (side(left, below: right.start), side(right, below: loose.count))
        let series = IndexSeries(sides.0, sides.1, at: depth, moments)
        loose.removeSubrange(left.start...)
        let before = (left.series?.events.count ?? 0) + (right.series?.events.count ?? 0)
        whole.series = series
        try count(series.events.count - before)
        return whole
    }

    private func side(_ part: Part, below end: Int) -> IndexSide {
        part.series.map { IndexSide($0) } ?? IndexSide(loose[part.start..<end], moments)
    }

    private mutating func count(_ more: Int) throws(IndexRootsError) {
        changes += more
        guard changes <= limit else { throw .tooManyChanges }
    }
}

/// Why the roots of several sizes could not be computed in one pass.
package enum IndexRootsError: Error, Hashable, Sendable {
    /// A record does not stand behind the one before, or is there twice.
    case disordered(IndexRecord)

    /// The sizes have more changes than are kept: ask for fewer sizes at once.
    case tooManyChanges
}
