import CRocksDB

/// RocksDB's own options objects for one opening: they live until it has copied them.
@safe
struct NativeOptions: ~Copyable {
    /// A `rocksdb_options_t` for the database and one for each column family, in order.
    let database: OpaquePointer
    let columnFamilies: [OpaquePointer]

    init(_ options: DatabaseOptions, _ columnFamilies: [ColumnFamilyOptions]) {
        let cache = unsafe rocksdb_cache_create_lru(max(0, options.blockCacheByteCount))
        // Each family's options share ownership of the cache.
        defer { unsafe rocksdb_cache_destroy(cache) }
        unsafe database = Self.make(options)
        unsafe self.columnFamilies = columnFamilies.map { family in
            unsafe Self.make(family, cache: cache)
        }
    }

    deinit {
        unsafe columnFamilies.forEach { unsafe rocksdb_options_destroy($0) }
        unsafe rocksdb_options_destroy(database)
    }

    /// Bytes that a compaction reads of a table at a time: block by block it would have a call of
    /// the system for each.
    private static let compactionReadBytes = 256 << 10

    /// Bytes of a table or blob file after which the system begins to write them to the disk.
    ///
    /// Otherwise all of a file is written when it is complete, and each sync of the write-ahead log
    /// meanwhile waits behind it. It promises nothing: RocksDB syncs each file before it counts.
    private static let fileSyncBytes: UInt64 = 1 << 20

    private static func make(_ options: DatabaseOptions) -> OpaquePointer {
        let native = unsafe create()
        unsafe rocksdb_options_set_create_if_missing(native, options.createIfMissing ? 1 : 0)
        unsafe rocksdb_options_set_create_missing_column_families(native, 1)
        unsafe rocksdb_options_set_error_if_exists(native, options.errorIfExists ? 1 : 0)
        unsafe rocksdb_options_set_paranoid_checks(native, options.paranoidChecks ? 1 : 0)
        unsafe rocksdb_options_set_wal_recovery_mode(native, options.walRecovery.native)
        unsafe rocksdb_options_set_atomic_flush(native, options.atomicFlush ? 1 : 0)
        unsafe rocksdb_options_set_unordered_write(native, 0)
        unsafe rocksdb_options_set_manual_wal_flush(native, 0)
        unsafe rocksdb_options_set_db_write_buffer_size(native, options.writeBufferByteCount)
        unsafe rocksdb_options_set_max_total_wal_size(native, options.maximumWALByteCount)
        unsafe rocksdb_options_set_max_open_files(native, Int32(clamping: options.maximumOpenFiles))
        let threads = Int32(clamping: max(1, options.parallelism))
        unsafe rocksdb_options_increase_parallelism(native, threads)
        unsafe rocksdb_options_compaction_readahead_size(native, compactionReadBytes)
        unsafe rocksdb_options_set_bytes_per_sync(native, fileSyncBytes)
        unsafe rocksdb_options_set_info_log_level(native, Int32(options.infoLogLevel.rawValue))
        unsafe rocksdb_options_set_keep_log_file_num(native, max(1, options.keptLogFiles))
        unsafe rocksdb_options_set_max_log_file_size(native, max(0, options.logFileByteCount))
        // Opening reads no table for statistics that nothing of ours asks for.
        unsafe rocksdb_options_set_skip_stats_update_on_db_open(native, 1)
        return unsafe native
    }

    private static func make(
        _ options: ColumnFamilyOptions, cache: OpaquePointer?
    ) -> OpaquePointer {
        let native = unsafe create()
        unsafe rocksdb_options_set_write_buffer_size(native, max(1, options.writeBufferByteCount))
        unsafe rocksdb_options_set_compression(native, options.compression.native)
        switch options.merging {
        case .leveled:
            // Levels are sized from the last one up, so that little space holds stale rows.
            unsafe rocksdb_options_set_level_compaction_dynamic_level_bytes(native, 1)
        case .tiered(let runs):
            unsafe rocksdb_options_set_compaction_style(native, Int32(rocksdb_universal_compaction))
            unsafe rocksdb_options_set_level0_file_num_compaction_trigger(
                native, Int32(clamping: runs))
            let tiers = unsafe rocksdb_universal_compaction_options_create()
            defer { unsafe rocksdb_universal_compaction_options_destroy(tiers) }
            unsafe rocksdb_universal_compaction_options_set_max_size_amplification_percent(
                tiers, Self.toleratedStaleness)
            unsafe rocksdb_options_set_universal_compaction_options(native, tiers)
        }
        if !options.holdsWritesBack {
            unsafe rocksdb_options_set_level0_slowdown_writes_trigger(native, unreachableFiles)
            unsafe rocksdb_options_set_level0_stop_writes_trigger(native, unreachableFiles)
            // 0 is no limit.
            unsafe rocksdb_options_set_soft_pending_compaction_bytes_limit(native, 0)
            unsafe rocksdb_options_set_hard_pending_compaction_bytes_limit(native, 0)
        }
        if let blobs = options.blobFiles {
            unsafe rocksdb_options_set_enable_blob_files(native, 1)
            unsafe rocksdb_options_set_min_blob_size(native, blobs.minimumByteCount)
            unsafe rocksdb_options_set_blob_file_size(native, max(1, blobs.fileByteCount))
            unsafe rocksdb_options_set_blob_compression_type(native, blobs.compression.native)
            // Deleted values must leave the disk: compaction moves what lives in every blob file it
            // meets, of any age, so the old files can go.
            unsafe rocksdb_options_set_enable_blob_gc(native, 1)
            unsafe rocksdb_options_set_blob_gc_age_cutoff(native, 1)
        }
        unsafe setTable(of: native, options, cache: cache)
        return unsafe native
    }

    /// Percent of the oldest run that the younger ones may have before all are merged into one.
    ///
    /// RocksDB takes the younger rows for newer versions of the old ones, and 200 for as much as
    /// may be stale. In families that are merged in tiers hardly a row is written over: those of
    /// one epoch after a crash. So such a merge would only write everything again.
    private static let toleratedStaleness: Int32 = 1_000_000

    /// Share of a family's write buffer that filters keys which are not in it: 134 KB of 64 MiB,
    /// 20 bits for each of the 50,000 keys that fill the buffers of all families together.
    private static let memoryBloomRatio = 0.002

    /// A number of files that no family comes to: RocksDB has no word for "never".
    private static let unreachableFiles: Int32 = 1 << 30

    private static func setTable(
        of native: OpaquePointer, _ options: ColumnFamilyOptions, cache: OpaquePointer?
    ) {
        let table = unsafe rocksdb_block_based_options_create()
        defer { unsafe rocksdb_block_based_options_destroy(table) }
        unsafe rocksdb_block_based_options_set_block_cache(table, cache)
        unsafe rocksdb_block_based_options_set_block_size(table, max(1, options.blockByteCount))
        // Version 5 has the faster bloom filters.
        unsafe rocksdb_block_based_options_set_format_version(table, 5)
        // Memory for indexes and filters counts against the cache's limit, and leaves it last.
        unsafe rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1)
        unsafe rocksdb_block_based_options_set_cache_index_and_filter_blocks_with_high_priority(
            table, 1)
        unsafe rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache(table, 1)
        // In pieces: the filter of a whole table is larger than a shard of the cache, which would
        // read it anew for each lookup.
        unsafe rocksdb_block_based_options_set_index_type(
            table, Int32(rocksdb_block_based_table_index_type_two_level_index_search))
        unsafe rocksdb_block_based_options_set_partition_filters(table, 1)
        unsafe rocksdb_block_based_options_set_metadata_block_size(
            table, UInt64(max(1, options.metadataByteCount)))
        unsafe rocksdb_block_based_options_set_pin_top_level_index_and_filter(table, 1)
        if options.bloomBitsPerKey > 0 {
            // The table options take ownership of the policy.
            unsafe rocksdb_block_based_options_set_filter_policy(
                table, rocksdb_filterpolicy_create_bloom_full(options.bloomBitsPerKey))
        }
        if options.pointLookups {
            // Random keys share two or three bytes with their neighbours: whole ones are read in
            // place, where the others are put together first.
            unsafe rocksdb_block_based_options_set_use_delta_encoding(table, 0)
            unsafe rocksdb_block_based_options_set_data_block_index_type(
                table,
                Int32(rocksdb_block_based_table_data_block_index_type_binary_search_and_hash)
            )
            unsafe rocksdb_options_set_memtable_whole_key_filtering(native, 1)
            unsafe rocksdb_options_set_memtable_prefix_bloom_size_ratio(native, memoryBloomRatio)
        }
        unsafe rocksdb_options_set_block_based_table_factory(native, table)
    }

    private static func create() -> OpaquePointer {
        guard let native = unsafe rocksdb_options_create() else {
            preconditionFailure("rocksdb_options_create returns an object or ends the process")
        }
        return unsafe native
    }
}

extension Compression {
    fileprivate var native: Int32 {
        switch self {
        case .none: Int32(rocksdb_no_compression)
        case .lz4: Int32(rocksdb_lz4_compression)
        case .zstd: Int32(rocksdb_zstd_compression)
        }
    }
}

extension DatabaseOptions.WALRecovery {
    fileprivate var native: Int32 {
        switch self {
        case .pointInTime: Int32(rocksdb_point_in_time_recovery)
        case .absoluteConsistency: Int32(rocksdb_absolute_consistency_recovery)
        }
    }
}
