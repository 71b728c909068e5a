import CHeaps

/// How the C library's allocator serves the threads of this process.
///
/// Both settings are of glibc (`mallopt`), and are for its whole process: a program makes them
/// before its work begins. Other C libraries have nothing to set.
package enum SharedHeaps {
    /// Bytes from which on a piece of memory is mapped by itself: what glibc begins with, times
    /// eight, so that bundles and blocks still come from a heap.
    private static let mappedByteCount: Int32 = 1 << 20

    /// Lets all threads share so many heaps, where the C library would make more.
    ///
    /// glibc makes up to eight for each core, one for nearly every thread. What RocksDB allocates
    /// in one thread and frees in another leaves holes in all of them, which are never given
    /// back. Call it before the first database is opened.
    package static func limit(to count: Int32) {
        cheaps_limit(count)
    }

    /// Gives each piece of memory of a MiB or more back to the system once it is free.
    ///
    /// By itself glibc does so until the first one is freed. From then on it takes pieces of up to
    /// that size from the heap of the thread that asks, keeps twice as many free bytes in each
    /// heap, and so an array of 20 MiB that thread after thread makes and frees stays in all of
    /// them.
    package static func giveBackLargePieces() {
        cheaps_map_from(mappedByteCount)
    }
}
