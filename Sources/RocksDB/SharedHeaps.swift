import CRocksDB

/// How the C library's allocator serves the threads of this process.
public enum SharedHeaps {
    /// Lets all threads share so many heaps, where the C library would make more.
    ///
    /// glibc makes up to eight for each core, one for nearly every thread. What RocksDB allocates
    /// in one thread and frees in another leaves holes in all of them, which are never given
    /// back. Call it before the first database is opened.
    public static func limit(to count: Int32) {
        colophon_limit_heaps(count)
    }
}
