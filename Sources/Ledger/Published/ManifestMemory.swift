/// What keeps something of manifests outside the store, in memory or in a file.
public protocol ManifestMemory: Sendable {
    /// Forgets what it has of these entries, whose manifests the erasures below an index of the log
    /// have taken; false while that is not done.
    ///
    /// Called again and again, with the same entries or more, until it is true: no erasure is done
    /// before. It does not wait. A failure is told to the operator, and tried again.
    func forget(_ entries: [UInt64], erasedBelow end: UInt64) throws -> Bool
}
