import CHeaps

/// When the C library's allocator gives memory back to the system.
///
/// The setting is of glibc (`mallopt`), and is for its whole process: a program makes it before its
/// work begins. Other C libraries have nothing to set.
package enum LargePieces {
    /// Bytes from which on a piece of memory is mapped by itself: what glibc begins with, times
    /// eight, so that bundles and blocks still come from a heap.
    private static let mappedByteCount: Int32 = 1 << 20

    /// Gives each piece of memory of a MiB or more back to the system once it is free.
    ///
    /// By itself glibc does so until the first one is freed. From then on it takes pieces of up to
    /// that size from the heap of the thread that asks, keeps twice as many free bytes in each
    /// heap, and so an array of 20 MiB that thread after thread makes and frees stays in all of
    /// them.
    package static func giveBack() {
        cheaps_map_from(mappedByteCount)
    }
}
