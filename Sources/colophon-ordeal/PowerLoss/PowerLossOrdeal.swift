import Foundation
import Provenance

/// A ledger on a recording disk, and what is left of it after the power was cut.
struct PowerLossOrdeal {
    /// What a run came to.
    struct Result {
        var images = 0
        var writesAtStake = 0
        var repaired = 0
        var failures: [String] = []
    }

    let desk: URL
    let recorder: String

    /// Makes every sync of the ledger do nothing: the control that must lose data.
    let isUnsafe: Bool

    /// How often the ledger is started and killed while the disk records.
    let sessions: Int

    let seed: UInt64

    /// Makes nothing of fsync, fdatasync and sync.
    ///
    /// The ledger itself has no switch that turns syncs off; libeatmydata is a Debian package.
    private static let withoutSyncs = ["LD_PRELOAD": "libeatmydata.so"]

    private var environment: [String: String] { isUnsafe ? Self.withoutSyncs : [:] }

    func run(images count: Int) async throws -> Result {
        let disk = try RecordingDisk(desk: desk, recorder: recorder)
        let memory: Memory
        let founded: UInt64
        let verifier: Verifier
        let pop: PoP
        do {
            let position = try disk.position()
            var house = House(desk: desk, data: disk.folder.appending(path: "ledger").path())
            house.environment = environment
            let audit = try await AckAudit(founding: house, position: position)
            founded = position()
            try await load(audit)
            try audit.failOnViolation()
            (memory, pop, verifier) = (audit.memory, audit.pop, audit.verifier)
            try disk.close()
        } catch {
            disk.abandon()
            throw error
        }
        try Checker.verify(memory.takeUnverified(), by: verifier)
        let record = try DiskRecord(at: disk.recordURL)
        say(
            "powerloss: \(record.byteCount >> 20) MiB in \(record.items.count) writes and "
                + "flushes (\(record.flushCount)), \(memory.told.count) entries and "
                + "\(memory.heads.count) heads and \(memory.index.heads.count) index heads "
                + "remembered")
        guard isUnsafe || !memory.index.heads.isEmpty else {
            throw OrdealError.cannotRun("no index head was made while the disk recorded")
        }
        var check = try ImageCheck(
            desk: desk, memory: memory, verifier: verifier, founded: founded, pop: pop,
            dice: Dice(seed: seed))
        return try await check.run(count, record: record, base: disk.base)
    }

    /// Waits until somebody was shown an index head, or nobody will be.
    private func awaitIndexHead(_ audit: AckAudit, _ server: Server) async throws {
        let end = Patience.end
        while audit.memory.index.heads.isEmpty, audit.memory.violation == nil, server.isRunning,
            ContinuousClock.now < end
        {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Some sessions, each ended by a kill or a stop: starts write most of what is not a batch.
    private func load(_ audit: AckAudit) async throws {
        var dice = Dice(seed: seed)
        for session in 0..<sessions {
            // Epochs of the index follow each other in every other session.
            let (server, url) = try await audit.house.serveWell(
                by: session.isMultiple(of: 2) ? .epochs() : .product)
            var load = Load(
                url: url, pop: audit.pop, memory: audit.memory, name: "session-\(session)")
            load.clients = 4
            load.batchItems = 32
            load.pauseMilliseconds = 40
            let seconds = dice.number(800..<2500)
            try await load.run(seed: dice.next()) {
                try await Task.sleep(for: .milliseconds(seconds))
                if session.isMultiple(of: 2) { try await awaitIndexHead(audit, server) }
                if session.isMultiple(of: 3) {
                    _ = await server.stop()
                } else {
                    await server.crash()
                }
            }
        }
    }
}
