import Foundation

/// What the folder costs: to open it after a crash, to check it, and on the disk.
struct FolderBars {
    /// Bytes of rows and indexes that an entry may cost beside its statement and manifest, and
    /// how often these may be stored.
    private static let rowBytes = 100.0
    private static let amplification = 1.3

    /// Seconds from a start to readiness.
    private static let startSeconds = 2.0

    let run: Run
    let ledger: BenchLedger

    /// Leaves the ledger stopped.
    func measure() async throws {
        if run.has(.start) { run.add([try await start()]) }
        let count = try await ledger.captures()
        ledger.server.stop()
        if run.has(.disk) { run.add([try disk(count)]) }
        if run.has(.fsck) { run.add([try FolderCheck.bar("fsck", of: ledger)]) }
    }

    /// Ends the server while it works, and starts it again.
    private func start() async throws -> Bar {
        let load = BulkLoad(ledger: ledger, workshop: run.workshop)
        try await load.crash(from: try await ledger.captures(), after: .seconds(2))
        let seconds = try await ledger.start()
        try await load.mend()
        return Bar(
            name: "start after kill -9", unit: "s", value: seconds, limit: Self.startSeconds,
            target: 1, sense: .atMost)
    }

    /// What lies in the folder of a ledger that was stopped, its write-ahead log included.
    private func disk(_ count: Int) throws -> Bar {
        let contents = try run.workshop.captures.byteCount(ofFirst: count)
        let limit = Self.amplification * Double(contents) + Self.rowBytes * Double(count)
        return Bar(
            name: "disk", unit: "B/entry", value: try ledger.diskBytes() / Double(count),
            limit: limit / Double(count), target: 1, sense: .atMost)
    }
}
