import Foundation
import Studio

/// Measures a ledger at one size after the other.
struct GrowthRun {
    /// Statements that are timed at each size.
    private static let submitted = 8 * Sample.batchItems

    /// Requests of the one client, and entries that are looked up, for how long.
    private static let receipts = 300
    private static let names = 5000
    private static let lookupSeconds = 3

    let workshop: Workshop
    let ledger: BenchLedger

    /// Fills the ledger up to `size` entries and measures.
    func point(at size: Int) async throws -> GrowthPoint {
        let load = BulkLoad(ledger: ledger, workshop: workshop)
        let before = try await FillCost(of: ledger)
        try await load.fill(to: size)
        try await ledger.rest()
        if let words = try await FillCost(of: ledger).words(since: before) {
            workshop.say("up to \(GrowthTable.count(size)): \(words)")
        }
        let first = try await ledger.captures()
        let records = try workshop.sign(first..<(first + Self.submitted + Self.receipts))
        let (submit, verify) = try await submit(records.prefix(Self.submitted))
        let receipts = try await Load(Load.entries(of: records.suffix(Self.receipts))).run(
            port: ledger.server.port, connections: 1)
        try await ledger.rest()
        let (lookup, computed) = try await lookup()
        let memory = try ledger.server.memory("VmHWM")
        let count = try await ledger.captures()
        let disk = try ledger.diskBytes()
        try await load.crash(from: count, after: .seconds(2))
        let start = try await ledger.start()
        let content = try workshop.captures.byteCount(ofFirst: count)
        workshop.say("measured at \(size) entries")
        return GrowthPoint(
            entries: size, submitPerSecond: submit.perSecond * Double(Sample.batchItems),
            verifyPerSecond: verify, receiptMedian: receipts.latencies.milliseconds(at: 0.5),
            receiptTail: receipts.latencies.milliseconds(at: 0.99), lookupPerSecond: lookup,
            lookupMicroseconds: computed * 1e6, startSeconds: start, memory: memory,
            diskBytes: disk / Double(count), contentBytes: Double(content) / Double(count))
    }

    /// Loads through `/batch`, between two measurements of what the cores can check.
    private func submit(
        _ records: ArraySlice<SignedRecord>
    ) async throws -> (result: LoadResult, verify: Double) {
        let before = try SignatureLimit.measure(records, by: workshop.verificationKey)
        let result = try await Load(Load.batches(of: records)).run(
            port: ledger.server.port, connections: BulkLoad.connections)
        let after = try SignatureLimit.measure(records, by: workshop.verificationKey)
        return (result, (before.perSecond + after.perSecond) / 2)
    }

    private func lookup() async throws -> (perSecond: Double, computed: Double) {
        let total = try await ledger.captures()
        let paths = try workshop.names(Self.names, ofFirst: total).map { "/entries/\($0)" }
        try Wrk.warm(port: ledger.server.port, paths: paths, in: workshop)
        let start = try ledger.server.computedSeconds()
        let rate = try Wrk.rate(
            port: ledger.server.port, paths: paths, seconds: Self.lookupSeconds,
            folder: workshop.folder)
        let computed = try ledger.server.computedSeconds() - start
        return (rate, computed / (rate * Double(Self.lookupSeconds)))
    }
}
