internal import Merkle

/// The hash that a node has from one moment on, until its next event.
struct IndexEvent: Hashable, Sendable {
    let moment: Int
    let hash: Hash
}

/// How the node of more than 64 neighbouring records has grown, moment by moment.
///
/// Records only come, so its life has three parts at the most: a bucket, a list while all records
/// are of one key, and a branch. Each part may be empty.
struct IndexSeries: Sendable {
    /// The first 65 records in the order of a bucket's chain: what the bucket was made of, and the
    /// record with which it was one no more.
    let first: [IndexRecord]

    /// The first moment with any record.
    let begin: Int

    /// The first moment with records of two keys; no moment where there are none.
    let second: Int

    /// The moment of the 65th record: before it the node is a bucket.
    let full: Int

    /// The moment from which on the node is a branch; no moment for a list.
    let branch: Int

    /// One key of the node.
    let key: IndexKey

    /// The depth at which the branch stands; a bucket and a list may stand at any.
    let depth: Int

    /// What the node is from ``full`` on.
    let events: [IndexEvent]

    /// More than any moment.
    static let never = Int.max

    /// The series of a list.
    ///
    /// - Parameters:
    ///   - first: The first 65 records.
    ///   - events: The hashes of the list from the moment of the 65th record on.
    init(_ first: [IndexRecord], list events: [IndexEvent], _ moments: IndexMoments) {
        self.first = first
        self.events = events
        key = first[0].key
        begin = moments.moment(of: first[0].index)
        full = moments.moment(of: first[first.count - 1].index)
        (second, branch, depth) = (Self.never, Self.never, IndexKey.bitCount)
    }

    /// The series of all records of two sides, which part at bit `depth`.
    init(_ left: IndexSide, _ right: IndexSide, at depth: Int, _ moments: IndexMoments) {
        let limit = IndexNode.bucketLimit + 1
        first = Array(Self.merged(left.first, right.first).prefix(limit))
        key = right.key
        self.depth = depth
        begin = min(left.begin, right.begin)
        second = min(max(left.begin, right.begin), left.second, right.second)
        full = moments.moment(of: first[limit - 1].index)
        branch = max(full, second)
        var events: [IndexEvent] = []
        if full < branch {
            // Until then all records are of one key, and so of one side.
            for side in [left, right] { events += side.lists(before: branch) }
        }
        if branch < moments.count {
            let below = (
                left.events(from: branch, at: depth + 1, moments),
                right.events(from: branch, at: depth + 1, moments)
            )
            // What is kept takes the room that it needs, and no more: an array that grows has up
            // to twice as much.
            events.reserveCapacity(events.count + Self.count(below.0, below.1))
            Self.append(below.0, below.1, to: &events)
        }
        self.events = events
    }

    /// The number of branches over two nodes: one for the first moment, and for each behind it.
    private static func count(_ left: [IndexEvent], _ right: [IndexEvent]) -> Int {
        var (count, a, b) = (1, 1, 1)
        while a < left.count || b < right.count {
            let next = (
                a < left.count ? left[a].moment : never, b < right.count ? right[b].moment : never
            )
            if next.0 <= next.1 { a += 1 }
            if next.1 <= next.0 { b += 1 }
            count += 1
        }
        return count
    }

    private static func merged(_ left: [IndexRecord], _ right: [IndexRecord]) -> [IndexRecord] {
        var merged: [IndexRecord] = []
        merged.reserveCapacity(left.count + right.count)
        var (a, b) = (0, 0)
        while a < left.count || b < right.count {
            if b == right.count || (a < left.count && IndexRecord.isChained(left[a], right[b])) {
                merged.append(left[a])
                a += 1
            } else {
                merged.append(right[b])
                b += 1
            }
        }
        return merged
    }

    /// Appends the branches over two nodes, both of which are known from one moment on.
    private static func append(
        _ left: [IndexEvent], _ right: [IndexEvent], to events: inout [IndexEvent]
    ) {
        var (a, b) = (0, 0)
        while true {
            events.append(
                IndexEvent(
                    moment: max(left[a].moment, right[b].moment),
                    hash: IndexNode.branch(left[a].hash, right[b].hash)))
            let next = (
                a + 1 < left.count ? left[a + 1].moment : never,
                b + 1 < right.count ? right[b + 1].moment : never
            )
            guard min(next.0, next.1) < never else { return }
            if next.0 <= next.1 { a += 1 }
            if next.1 <= next.0 { b += 1 }
        }
    }

    /// Returns what the node is at `moment`, and each change behind it, as it stands at `depth`.
    func events(
        from moment: Int, at depth: Int, _ moments: IndexMoments
    ) -> [IndexEvent] {
        var events: [IndexEvent] = []
        events.reserveCapacity(1 + (moment < full ? first.count : 0) + self.events.count)
        events.append(IndexEvent(moment: moment, hash: .zero))
        if moment < full {
            IndexSide.append(first, before: full, to: &events, moments)
        }
        for event in self.events {
            IndexSide.append(event.moment, lifted(event, to: depth), to: &events)
        }
        return events
    }

    /// All keys of a branch share the bits above it, so the other nodes there are empty.
    private func lifted(_ event: IndexEvent, to depth: Int) -> Hash {
        guard event.moment >= branch else { return event.hash }
        var hash = event.hash
        for depth in stride(from: self.depth - 1, through: depth, by: -1) {
            let isRight = key.bit(at: depth)
            hash = isRight ? IndexNode.branch(.zero, hash) : IndexNode.branch(hash, .zero)
        }
        return hash
    }
}
