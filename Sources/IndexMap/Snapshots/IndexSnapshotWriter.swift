internal import Crypto
public import Merkle

/// Writes a map as a snapshot, a part at a time (index.md §6).
///
/// It holds the map as it was at the beginning: changes meanwhile copy the pages that they touch.
public struct IndexSnapshotWriter: Sendable {
    private let trie: IndexTrie

    /// The nodes that are still to be written, the next one last: one for each level at most.
    private var open: [IndexNode]

    private var hasBegun = false
    private let head: Hash
    private var hasher = SHA256()

    /// The SHA-256 of all bytes before it, with which the snapshot ends; nil until it is written.
    ///
    /// Put it into the store before the file takes its name: it alone tells a snapshot of the
    /// right hashes and wrong counts.
    public private(set) var digest: Hash?

    /// Begins a snapshot.
    ///
    /// - Parameter head: The EntryID of the index head that says the map's root.
    public init(of trie: IndexTrie, head: Hash) {
        self.trie = trie
        self.head = head
        open = [trie.top]
    }

    /// Returns the next bytes, somewhat more than 64 KiB; nil behind the end.
    public mutating func next() -> [UInt8]? {
        guard digest == nil else { return nil }
        var part: [UInt8] = []
        part.reserveCapacity(IndexSnapshot.partByteCount + 128)
        if !hasBegun {
            hasBegun = true
            part += IndexSnapshot.magic
            part.append(bigEndian: trie.size)
            trie.root.append(to: &part)
            head.append(to: &part)
        }
        while part.count < IndexSnapshot.partByteCount, let node = open.popLast() {
            write(node, to: &part)
        }
        hasher.update(data: part)
        if open.isEmpty {
            let end = Hash(Array(hasher.finalize())) ?? .zero
            end.append(to: &part)
            digest = end
        }
        return part
    }

    private mutating func write(_ node: IndexNode, to part: inout [UInt8]) {
        part.append(node.code)
        switch node.shape {
        case .empty:
            break
        case .bucket:
            node.hash.append(to: &part)
        case .branch:
            open.append(trie.nodes[node.child + 1])
            open.append(trie.nodes[node.child])
        case .list:
            trie.listKeys[Int(node.child)].hash.append(to: &part)
            node.hash.append(to: &part)
        }
    }
}
