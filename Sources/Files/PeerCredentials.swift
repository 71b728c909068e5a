#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Who is at the other end of a local socket: `struct ucred` of unix(7), which the C library shows
/// only to those who ask for GNU's own things.
public struct PeerCredentials: Sendable {
    /// The process.
    public var process: Int32 = 0

    /// Its user.
    public var user: UInt32 = .max

    /// Its group.
    public var group: UInt32 = .max

    /// Creates credentials of nobody.
    public init() {}

    #if os(Linux)
        /// The socket option that has them, at level `SOL_SOCKET`.
        public static let option = SO_PEERCRED
    #endif
}
