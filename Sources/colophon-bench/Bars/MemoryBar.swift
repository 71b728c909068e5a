/// The memory of a ledger under load.
enum MemoryBar {
    /// MiB that it may take.
    private static let megabytes = 300.0

    /// Bytes more for each entry that its index covers.
    private static let entryBytes = 6.0

    /// Measures the most that was resident since the server was started, which was before the
    /// loads.
    static func measure(_ name: String, of ledger: BenchLedger) async throws -> Bar {
        let covered = try await ledger.metric("colophon_index_size")
        return Bar(
            name, "MiB", try ledger.server.memory("VmHWM"),
            of: megabytes + entryBytes * covered / 1_048_576)
    }
}
