extension TimestampAuthorities {
    /// A certificate whose word is believed.
    package struct Member: Hashable, Sendable {
        /// The name in it.
        package let name: String

        /// The end of its term, POSIX seconds: tokens from after that are not believed.
        package let expires: UInt64
    }
}
