package import IndexMap
import Merkle

/// The rows of `keys`: which entries have a key of the index.
///
///     key (32), index (8)        empty    the entry has the key
///     32 zero bytes, end (8)     empty    a mark: a table whose entries are below `end`
///
/// Integers are big-endian, so the rows of a key rise by index. They come in table files, each with
/// its mark, and outlive a write-ahead log that was cut: the mark tells rows of entries that the
/// store has lost (storage.md §14). No key is 32 zero bytes, for that is no hash of anything known.
package enum KeyRow {
    /// Bytes of a row's key.
    package static let byteCount = 40

    /// The beginning of marks.
    package static let markPrefix = Array(repeating: UInt8(0), count: 32)

    /// Writes the key of the row that says this, in the memory that is there.
    package static func write(_ record: IndexRecord, to bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        record.key.hash.append(to: &bytes)
        StoreLayout.append(record.index, to: &bytes)
    }

    /// Returns the key of the row of an entry.
    package static func key(_ key: IndexKey, _ index: UInt64) -> [UInt8] {
        StoreLayout.key(key.hash, index)
    }

    /// Returns the key of a mark.
    package static func mark(_ end: UInt64) -> [UInt8] { markPrefix + StoreLayout.key(end) }

    /// Reads the key of a row: of an entry, or of a mark; nil for another form.
    package static func read(_ bytes: Span<UInt8>) -> (key: IndexKey, number: UInt64)? {
        guard bytes.count == byteCount, let hash = Hash(bytes.extracting(0..<32)),
            let number = StoreLayout.number(bytes.extracting(32..<40))
        else { return nil }
        return (IndexKey(hash), number)
    }
}

extension IndexKey {
    /// Whether this is not a key but the place of marks.
    package var isMark: Bool { hash == .zero }
}
