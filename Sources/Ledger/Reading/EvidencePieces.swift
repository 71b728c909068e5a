public import LedgerStore
import Merkle

/// The evidence about the heads whose last entry is in one bundle, a few rows at a time: the bytes
/// of the file of an export (storage.md §12).
///
/// Between two pieces nothing is kept of the store. A promise of a calendar that is kept meanwhile
/// is given out as it is when its turn comes: each row stands for itself.
public struct EvidencePieces: Sendable {
    /// Rows that are asked for at once: twice what is about one head.
    private static let rows = 2 * AnchorMemory.rowsOfAHead

    private let published: Published

    /// The sizes of heads that are still to come; nil at the end.
    private var sizes: ClosedRange<UInt64>?

    /// The row that was given out last: those up to it are passed over.
    private var last: AnchorRow.Key?

    init(_ published: Published, _ sizes: ClosedRange<UInt64>) {
        self.published = published
        self.sizes = sizes
    }

    /// Returns the next rows, until they are as many bytes; nil where there are no more.
    public mutating func next(byteLimit: Int) throws(LedgerError) -> [UInt8]? {
        var bundle = last.map { DatedBundle(after: $0.size) }
        while let sizes, bundle?.bytes.count ?? 0 < byteLimit {
            let isDone = try append(sizes, to: &bundle, byteLimit: byteLimit)
            self.sizes = isDone ? nil : (last?.size ?? sizes.lowerBound)...sizes.upperBound
        }
        return bundle.flatMap { $0.bytes.isEmpty ? nil : $0.bytes }
    }

    /// Appends rows of these sizes until they are as many bytes; returns whether they were all.
    private mutating func append(
        _ sizes: ClosedRange<UInt64>, to bundle: inout DatedBundle?, byteLimit: Int
    ) throws(LedgerError) -> Bool {
        let store = published.store
        var open = bundle
        var newest = last
        var seen = 0
        var isFull = false
        try store.forEachAnchor(of: sizes, limit: Self.rows) { key, value throws(LedgerError) in
            seen += 1
            let row = try Store.anchor(key, value)
            if let newest, newest.size == row.size,
                !newest.bytes.lexicographicallyPrecedes(row.key.bytes)
            {
                return true
            }
            var filled = open ?? DatedBundle(of: row.size)
            try filled.append(row, from: store)
            open = filled
            newest = row.key
            isFull = filled.bytes.count >= byteLimit
            return !isFull
        }
        bundle = open
        last = newest
        return !isFull && seen < Self.rows
    }
}
