public import Merkle

/// The map of one log: which entries have which key, as a bucketed Merkle trie (index.md §2).
///
/// Only the hashes are in memory. The records themselves are rows, and are read where a bucket
/// overflows, once, and for a proof. Its root follows from the leaves alone: it does not show in
/// which epochs they came.
public struct IndexTrie: Sendable {
    /// Most records of one epoch, so that what an epoch holds in memory has a limit.
    public static let maximumEpoch = 262_144

    /// Most nodes: as many as 4 bytes number.
    public static let maximumNodes = 1 << 32

    /// Bytes of memory that a node takes.
    public static let bytesPerNode = IndexNodes.bytesPerNode

    /// The number of leaves of the log that the map covers, N.
    public internal(set) var size: UInt64 = 0

    /// The root's node.
    var top: IndexNode = .empty

    /// All other nodes.
    var nodes = IndexNodes()

    /// The keys of all lists, by their numbers.
    var listKeys: [IndexKey] = []

    /// Creates the map of the log without leaves.
    public init() {}

    /// The root of the map.
    public var root: Hash { top.hash }

    /// The number of nodes; the root counts.
    public var nodeCount: Int { nodes.count + 1 }

    /// Bytes of memory of nodes and keys.
    public var byteCount: Int { nodes.byteCount + listKeys.count * Hash.byteCount }

    /// Computes what an epoch changes; the map stays as it is.
    ///
    /// - Parameters:
    ///   - records: The records of the leaves from ``size`` up to `size`, sorted by key and index,
    ///     each once; at most ``maximumEpoch``.
    ///   - size: The number of leaves that the map covers afterwards.
    ///   - rows: The records of the leaves before, which may go further, and the lists as the map
    ///     has them.
    public func change<Rows: IndexRows>(
        adding records: [IndexRecord], to size: UInt64, reading rows: Rows
    ) throws(IndexError<Rows.Failure>) -> IndexChange {
        try change(adding: records, to: size, reading: rows, isReplay: false)
    }

    /// Computes what an epoch changes that the lists may have already: for a map of a snapshot,
    /// which the lists of a store are ahead of.
    ///
    /// A list goes on from its row, whatever that has, and only with the records behind its end. So
    /// nothing of the map may be used before its root is that of an index head, and
    /// ``checkLists(reading:while:)`` has found each list to be the map's.
    public func change<Rows: IndexRows>(
        replaying records: [IndexRecord], to size: UInt64, reading rows: Rows
    ) throws(IndexError<Rows.Failure>) -> IndexChange {
        try change(adding: records, to: size, reading: rows, isReplay: true)
    }

    private func change<Rows: IndexRows>(
        adding records: [IndexRecord], to size: UInt64, reading rows: Rows, isReplay: Bool
    ) throws(IndexError<Rows.Failure>) -> IndexChange {
        precondition(records.count <= Self.maximumEpoch, "an epoch has at most 262,144 records")
        precondition(self.size <= size, "a map only grows")
        var last: IndexRecord?
        for record in records {
            precondition(last.map { $0 < record } ?? true, "the records of an epoch rise")
            precondition(self.size <= record.index && record.index < size, "and are its leaves'")
            last = record
        }
        var epoch = IndexEpoch(of: self, to: size, reading: rows, isReplay: isReplay)
        try epoch.add(records[...])
        guard epoch.change.nodeCount < Self.maximumNodes else { throw .tooManyNodes }
        return epoch.change
    }

    /// Applies a change of this very map: from here on it has the new root.
    public mutating func apply(_ change: IndexChange) {
        precondition(
            change.base == size && change.baseRoot == root, "a change is of the map as it is")
        nodes.grow(to: change.nodeCount)
        for (number, node) in change.nodes { nodes[number] = node }
        listKeys += change.listKeys
        top = change.top
        size = change.size
    }

    /// Returns where the way along `key` ends, and the nodes beside the way, from the root down.
    func way(along key: IndexKey) -> (end: IndexNode, beside: [IndexNode]) {
        var node = top
        var beside: [IndexNode] = []
        while node.shape == .branch {
            let isRight = key.bit(at: beside.count)
            beside.append(nodes[isRight ? node.child : node.child + 1])
            node = nodes[isRight ? node.child + 1 : node.child]
        }
        return (node, beside)
    }
}
