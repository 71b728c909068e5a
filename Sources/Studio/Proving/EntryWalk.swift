/// A walk through a log for entries that no list names: how far it goes, and who is told.
package struct EntryWalk: Sendable {
    /// Entries that are read where nobody says how many: some hundred megabytes of bundles, which
    /// a person may wait for.
    package static let usualLimit: UInt64 = 1_000_000

    /// Entries that are read before the caller is told how far it is, and that are searched at a
    /// stretch: the newest first, because those are asked for.
    static let stretch: UInt64 = 16 * 256

    let limit: UInt64
    private let onBegin: @Sendable (_ entries: UInt64) -> Void
    private let onProgress: @Sendable (_ done: UInt64, _ total: UInt64, _ bytes: UInt64) -> Void

    /// Creates a walk.
    ///
    /// - Parameters:
    ///   - limit: the most entries that are read, the newest.
    ///   - onBegin: is told how many entries will be read, before the first is.
    ///   - onProgress: is told how many of how many entries are read, and how many bytes they have.
    package init(
        limit: UInt64 = usualLimit,
        onBegin: @escaping @Sendable (_ entries: UInt64) -> Void = { _ in },
        onProgress: @escaping @Sendable (UInt64, UInt64, UInt64) -> Void = { _, _, _ in }
    ) {
        self.limit = limit
        self.onBegin = onBegin
        self.onProgress = onProgress
    }

    func begin(_ entries: UInt64) { onBegin(entries) }

    func tell(_ done: UInt64, _ total: UInt64, _ bytes: UInt64) { onProgress(done, total, bytes) }
}
