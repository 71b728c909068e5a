import CRocksDB

/// What RocksDB counts of a thread's own calls (`rocksdb/perf_context.h`); nobody here reads it.
enum PerformanceContext {
    /// Ends the counting on this thread.
    ///
    /// It is on until somebody ends it, and counts each comparison of two keys: a tenth of what a
    /// row costs in memory. A thread asks again before each of its large calls, which costs it
    /// next to nothing: threads of a pool come and go.
    static func stop() {
        rocksdb_set_perf_level(Int32(rocksdb_disable))
    }
}
