#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension SystemError {
    /// Whether the file system has not what was asked for, such as owners, modes or a sync of its
    /// folders, or gives it to nobody but root.
    var isCourtesy: Bool { [EINVAL, ENOTSUP, EOPNOTSUPP, EPERM].contains(code) }

    /// Whether it would have had to wait.
    var isNotYet: Bool { code == EAGAIN || code == EWOULDBLOCK }

    /// Whether nobody listens: no such name any more, or one that a dead process left.
    var isRefusal: Bool { code == ENOENT || code == ECONNREFUSED }
}
