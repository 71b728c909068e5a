#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension FileStatus {
    /// Takes what the system knows of a file.
    init(_ status: stat) {
        let kind: FileKind =
            switch UInt32(status.st_mode) & UInt32(S_IFMT) {
            case UInt32(S_IFREG): .file
            case UInt32(S_IFDIR): .folder
            case UInt32(S_IFLNK): .link
            case UInt32(S_IFIFO): .pipe
            case UInt32(S_IFSOCK): .socket
            default: .device
            }
        #if canImport(Darwin)
            let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
        #else
            let (modified, changed) = (status.st_mtim, status.st_ctim)
        #endif
        self.init(
            kind: kind, size: UInt64(max(0, status.st_size)),
            mode: UInt32(status.st_mode) & 0o7777, owner: status.st_uid, group: status.st_gid,
            modified: Int64(modified.tv_sec), modifiedNanoseconds: Int64(modified.tv_nsec),
            changedNanoseconds: Int64(changed.tv_sec) &* 1_000_000_000 &+ Int64(changed.tv_nsec),
            linkCount: UInt64(status.st_nlink),
            identity: FileIdentity(device: UInt64(status.st_dev), number: UInt64(status.st_ino)))
    }
}
