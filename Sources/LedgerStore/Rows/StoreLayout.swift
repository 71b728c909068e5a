import Encoding
package import Merkle
package import RocksDB

/// The column families and keys of the store; `Schemas/storage.md` draws them.
///
///     entries    index (8)                       the leaf
///     tiles      level (1), tile index (8)       up to 256 hashes of 32 bytes
///     heads      size (8)                        CBOR, see HeadRow
///     ids        EntryID (32)                    index (8)
///     nonces     SHA-256(iss || 0 || cti) (32)   index (8)
///     subjects   artifact SHA-256 (32), index    empty
///     manifests  index (8)                       0 and the bytes, or 1 and the erasure's EntryID
///     threads    kind (1), SHA-256 (32), index   empty
///     control    sequence (8)                    index (8)
///     anchors    size (8), kind (1), SHA-256(URL) CBOR, see AnchorRow
///     meta       name                            see MetaName
///
/// All integers are big-endian, so that rows sort by number.
package enum StoreLayout {
    /// The version of this layout; a folder of another one is refused.
    package static let formatVersion = "1"

    /// The column families, by their names on disk.
    package enum Family: String, CaseIterable {
        case entries, tiles, heads, ids, nonces, subjects, manifests, threads, control, anchors
        case meta
    }

    package enum MetaName {
        package static let format = Array("format".utf8)
        package static let origin = Array("origin".utf8)
        /// Number of entries whose `threads` rows are written (8 bytes).
        package static let threadsIndexed = Array("threads".utf8)
        /// The progress of erasures, see ``ErasureMark``.
        package static let erasures = Array("erasures".utf8)
        /// Which heads were served, see ``ServedMark``.
        package static let served = Array("served".utf8)
        /// Names that every store has from its first batch on.
        package static let mandatory = [format, origin]
    }

    /// Ten bits a key let one lookup in a hundred for a row that is not there touch the disk.
    static let bloomBits = 10.0

    /// Runs of rows with random keys that are merged into one: with more of them, rows are written
    /// again more rarely, and a lookup asks more filters.
    package static let runs = 6

    /// Manifests above this size go to blob files, so that compaction does not copy them.
    static let blobBytes: UInt64 = 512

    /// How the families are opened.
    package static var families: [ColumnFamilyOptions] {
        Family.allCases.map { family in
            var options = ColumnFamilyOptions(name: family.rawValue)
            switch family {
            case .ids, .nonces:
                options.bloomBitsPerKey = bloomBits
                options.pointLookups = true
                options.merging = .tiered(runs: runs)
                options.compression = .none
            case .subjects, .threads:
                options.merging = .tiered(runs: runs)
                options.compression = .none
            case .tiles:
                options.compression = .none
            case .manifests:
                options.blobFiles = ColumnFamilyOptions.BlobFiles(minimumByteCount: blobBytes)
            default: break
            }
            return options
        }
    }

    @inlinable
    package static func key(_ number: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        append(number, to: &bytes)
        return bytes
    }

    /// Appends a number as keys have it: 8 bytes, big-endian.
    @inlinable
    package static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        for place in 0..<8 as Range<UInt64> {
            bytes.append(UInt8(truncatingIfNeeded: number >> (56 - 8 * place)))
        }
    }

    package static func key(_ tile: TileID) -> [UInt8] {
        [tile.level] + key(tile.index)
    }

    package static func key(_ digest: Hash, _ index: UInt64) -> [UInt8] {
        var bytes = digest.bytes
        bytes += key(index)
        return bytes
    }

    /// Reads 8 big-endian bytes; nil for another length.
    @inlinable
    package static func number(_ bytes: some Collection<UInt8>) -> UInt64? {
        guard bytes.count == 8 else { return nil }
        return bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads 8 big-endian bytes in place; nil for another length.
    @inlinable
    package static func number(_ bytes: Span<UInt8>) -> UInt64? {
        guard bytes.count == 8 else { return nil }
        var number: UInt64 = 0
        for place in 0..<8 { number = number << 8 | UInt64(bytes[place]) }
        return number
    }

    /// Tile levels of a tree of up to 2^63 leaves.
    package static let tileLevels: UInt8 = 8
}
