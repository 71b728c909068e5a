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
///     manifests  index (8)                       0 and the bytes, or 1 and the erasure's EntryID
///     control    sequence (8)                    index (8)
///     anchors    size (8), kind (1), SHA-256(URL) CBOR, see AnchorRow
///     keys       key (32), index (8)             empty, see KeyRow
///     meta       name                            see MetaName
///
/// A folder that was made with an index, or whose index was ever switched on, also has these:
///
///     lists      key (32)                        n (8), last index (8), hashes of 32 bytes
///     listTiles  key (32), level (1), tile (8)   first index (8), 256 hashes of 32 bytes
///     indexHeads sequence (8)                    index (8)
///
/// A folder of format 1 has these in place of `keys`, until it is migrated:
///
///     subjects   artifact SHA-256 (32), index    empty
///     threads    kind (1), SHA-256 (32), index   empty
///
/// All integers are big-endian, so that rows sort by number.
package enum StoreLayout {
    /// The version of this layout; a folder of a newer one is refused.
    package static let formatVersion = "2"

    /// The version that is migrated (``Migration``).
    package static let olderVersion = "1"

    /// The column families, by their names on disk.
    package enum Family: String, CaseIterable {
        case entries, tiles, heads, ids, nonces, manifests, control, anchors, keys, meta
        case lists, listTiles, indexHeads
        case subjects, threads

        /// Those that every folder of this format has.
        package static let current = allCases.filter {
            !old.contains($0) && !index.contains($0)
        }

        /// Those of an index: all of them are there, or none.
        package static let index: [Family] = [.lists, .listTiles, .indexHeads]

        /// Those of the format before, in whose place `keys` came.
        package static let old: [Family] = [.subjects, .threads]
    }

    package enum MetaName {
        package static let format = Array("format".utf8)
        package static let origin = Array("origin".utf8)
        /// All entries below this number have their rows of `keys` (8 bytes), but for those that
        /// a migration has not come to.
        package static let keysEnd = Array("keys".utf8)
        /// The progress of a migration, see ``Migration``; only while one goes on.
        package static let migration = Array("migration".utf8)
        /// Number of entries whose `threads` rows are written (8 bytes), in a folder of format 1.
        package static let threadsIndexed = Array("threads".utf8)
        /// The progress of erasures, see ``ErasureMark``.
        package static let erasures = Array("erasures".utf8)
        /// Which heads were served, see ``ServedMark``.
        package static let served = Array("served".utf8)
        /// 1, one byte: the ledger was made with an index, and makes heads without being told.
        package static let index = Array("index".utf8)
        /// The EntryID of the index head that was the newest when the index was last made anew on
        /// request, 32 zero bytes where there was none, or a mark (``Store/rebuildUnderWay``,
        /// ``Store/headsUnderWay``).
        package static let indexRebuilt = Array("rebuilt".utf8)
        /// The EntryIDs of the index heads whose maps were found to be wrong (``WrongIndexHeads``).
        package static let indexWrong = Array("wrong".utf8)
        /// The digests of the snapshots of the index that may stand beside the store: of the one
        /// that was written last, and of the one before.
        package static let snapshots = Array("snapshot".utf8)
        /// Names that every store has from its first batch on.
        package static let mandatory = [format, origin]
    }

    /// Ten bits a key let one lookup in a hundred for a row that is not there touch the disk.
    static let bloomBits = 10.0

    /// Runs of names that are merged into one: with more of them, rows are written again more
    /// rarely, and the lookup of each new nonce asks more filters.
    package static let nameRuns = 8

    /// Runs of `keys` that are merged into one: only a list asks them, and each entry has three
    /// rows or more that would be written again.
    package static let keyRuns = 10

    /// Bytes of one piece of the filters and indexes of names.
    ///
    /// A chunk asks for a few hundred random names at once, in the order of their bytes. In pieces
    /// of this size several of them meet in one, which is looked for once.
    static let namePieceBytes = 32 << 10

    /// Files of `keys` that no compaction has merged yet, above which no more are added: a read
    /// asks each of them.
    package static let unmergedKeyFiles = 24

    /// Manifests above this size go to blob files, so that compaction does not copy them.
    static let blobBytes: UInt64 = 512

    /// How the families of this format are opened.
    package static var families: [ColumnFamilyOptions] { Family.current.map { options(of: $0) } }

    /// How a family is opened, and how table files for it are written.
    package static func options(of family: Family) -> ColumnFamilyOptions {
        var options = ColumnFamilyOptions(name: family.rawValue)
        switch family {
        case .ids, .nonces:
            options.bloomBitsPerKey = bloomBits
            options.pointLookups = true
            options.metadataByteCount = namePieceBytes
            options.merging = .tiered(runs: nameRuns)
            options.compression = .none
        case .keys:
            options.merging = .tiered(runs: keyRuns)
            options.compression = .none
            options.holdsWritesBack = false
        case .subjects, .threads:
            options.merging = .tiered(runs: keyRuns)
            options.compression = .none
        case .tiles, .lists, .listTiles:
            options.compression = .none
        case .manifests:
            options.blobFiles = ColumnFamilyOptions.BlobFiles(minimumByteCount: blobBytes)
        case .entries, .heads, .control, .anchors, .meta, .indexHeads: break
        }
        return options
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
