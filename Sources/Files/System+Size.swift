#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The length of an open file.
extension System {
    /// Cuts the file off behind `byteCount` bytes.
    static func cut(_ descriptor: Int32, to byteCount: UInt64) throws(SystemError) {
        guard let length = off_t(exactly: byteCount) else { throw .unusable }
        _ = try checked { ftruncate(descriptor, length) }
    }
}
