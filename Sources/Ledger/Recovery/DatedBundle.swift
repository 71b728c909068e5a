import Encoding
import LedgerStore
import Merkle

/// The evidence about the heads whose last entry is in one bundle, with these heads: a file of an
/// export, and what `GET /anchors/N` answers (storage.md §12).
///
/// It is a CBOR sequence of byte strings, in pairs: key and value of a row as it is stored. A key
/// of 8 bytes is a head's; behind it are the rows of its evidence, whose keys have 41.
struct DatedBundle {
    /// Rows that are read at once: at most 64 MiB, and two usually.
    static let page = 256

    /// Bytes of one file that are read: that is 256 heads with ten rows of ten KiB each.
    static let byteLimit = 32 << 20

    /// Bytes of one row: the longest evidence and checkpoint, a URL, and their heads.
    private static let rowBytes = 256 << 10

    /// Which bundle it is.
    let index: UInt64

    /// The file.
    private(set) var bytes: [UInt8] = []

    private var size: UInt64 = 0

    /// Begins the file that the head of a size belongs to.
    init(of size: UInt64) {
        index = Self.index(of: size)
    }

    /// Goes on behind rows of the head of a size, which stands before them.
    init(after size: UInt64) {
        index = Self.index(of: size)
        self.size = size
    }

    /// The bundle that the head of a size belongs to.
    static func index(of size: UInt64) -> UInt64 { (size - 1) / UInt64(TileID.width) }

    /// Appends a row, and its head where the row before was of another.
    mutating func append(_ row: AnchorRow, from store: Store) throws(LedgerError) {
        if row.size != size {
            guard let head = try store.head(size: row.size) else {
                throw .corrupt("the head of size \(row.size), which is dated, has no row")
            }
            append(StoreLayout.key(head.size), head.value)
            size = row.size
        }
        append(row.key.bytes, row.value)
    }

    private mutating func append(_ key: [UInt8], _ value: [UInt8]) {
        CBOR.bytes(key).append(to: &bytes)
        CBOR.bytes(value).append(to: &bytes)
    }

    /// A head with its evidence, as a file has them.
    struct Dated {
        let head: HeadRow
        var anchors: [AnchorRow] = []
    }

    /// Reads a file; nil where it is none.
    static func read(_ bytes: [UInt8]) -> [Dated]? {
        var reader = CBORSequenceReader(itemLimit: rowBytes)
        reader.append(bytes)
        var found: [Dated] = []
        do {
            while let key = try reader.next() {
                guard case .bytes(let key) = key, case .bytes(let value)? = try reader.next() else {
                    return nil
                }
                if let size = StoreLayout.number(key) {
                    found.append(Dated(head: try HeadRow(size: size, value: value)))
                } else if let name = AnchorRow.Key(key), name.size == found.last?.head.size {
                    let row = try AnchorRow(name, value: value)
                    found[found.count - 1].anchors.append(row)
                } else {
                    return nil
                }
            }
            return reader.isBetweenItems ? found : nil
        } catch {
            return nil
        }
    }
}
