/// What one batch may hold.
enum BatchLimits {
    /// Entries: enough that the sync costs little for each, few enough that the batch is written
    /// in a fraction of a second.
    static let entries = 4096

    /// Bytes of statements and manifests.
    static let bytes = 16 << 20
}
