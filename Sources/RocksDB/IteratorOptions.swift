import CRocksDB

/// The range of an iterator, with the memory of its bounds.
///
/// RocksDB keeps pointers to the bounds' bytes, so they live here, as long as the iterator.
@safe
final class IteratorOptions {
    /// The `rocksdb_readoptions_t`.
    let native: OpaquePointer

    private let snapshot: Snapshot?
    private let lowerBound: UnsafeMutablePointer<CChar>?
    private let upperBound: UnsafeMutablePointer<CChar>?

    init(
        lowerBound: [UInt8]?, upperBound: [UInt8]?, snapshot: Snapshot?, fillsCache: Bool,
        readahead: Int
    ) {
        self.snapshot = snapshot
        unsafe native = rocksdb_readoptions_create()
        unsafe self.lowerBound = lowerBound.map { unsafe Self.allocate($0) }
        unsafe self.upperBound = upperBound.map { unsafe Self.allocate($0) }
        if let lowerBound {
            unsafe rocksdb_readoptions_set_iterate_lower_bound(
                native, self.lowerBound, lowerBound.count)
        }
        if let upperBound {
            unsafe rocksdb_readoptions_set_iterate_upper_bound(
                native, self.upperBound, upperBound.count)
        }
        if let snapshot {
            unsafe rocksdb_readoptions_set_snapshot(native, snapshot.native)
        }
        // RocksDB 7.8 looks for ranges that are removed also where there are none, and then takes a
        // table behind the first one of a level that cannot be read for the end of the rows. We
        // remove no ranges.
        unsafe rocksdb_readoptions_set_ignore_range_deletions(native, 1)
        unsafe rocksdb_readoptions_set_fill_cache(native, fillsCache ? 1 : 0)
        unsafe rocksdb_readoptions_set_readahead_size(native, max(0, readahead))
    }

    deinit {
        unsafe rocksdb_readoptions_destroy(native)
        unsafe lowerBound?.deallocate()
        unsafe upperBound?.deallocate()
    }

    /// Returns memory with `bytes`; one byte more, so that there is an address even for none.
    private static func allocate(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
        let memory = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
        for (index, byte) in bytes.enumerated() {
            unsafe memory[index] = CChar(bitPattern: byte)
        }
        unsafe memory[bytes.count] = 0
        return unsafe memory
    }
}
