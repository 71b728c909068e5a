import Foundation
import HTTPCalls
import LedgerClient
import Processes
import Studio

/// A ledger on a small disk that is filled up and emptied again, over HTTP and in one process.
struct FullDisk {
    /// Room for the ledger, and for the reserve without which it does not open its store again.
    private static let diskSize = "size=256m"

    /// Bytes left free when the ledger starts: too few for the log that RocksDB allocates ahead,
    /// so that the disk fills up with what is written, and soon.
    private static let roomAtStart = 24 << 20

    private let disk: URL
    private let house: House

    init(desk: URL) {
        disk = desk.appending(path: "disk", directoryHint: .isDirectory)
        house = House(
            desk: desk.appending(path: "full", directoryHint: .isDirectory),
            data: disk.appending(path: "ledger").path())
    }

    func run(seed: UInt64) async throws {
        try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(at: house.desk, withIntermediateDirectories: true)
        try Child.run("mount", ["-t", "tmpfs", "-o", Self.diskSize, "tmpfs", disk.path()])
        do {
            try await fill(seed)
        } catch {
            _ = try? Child.run("umount", ["--lazy", disk.path()])
            throw error
        }
        try Child.run("umount", [disk.path()])
    }

    private func fill(_ seed: UInt64) async throws {
        let audit = try await AckAudit(founding: house)
        let ballast = [disk.appending(path: "ballast"), disk.appending(path: "more")]
        let volume = try FileManager.default.attributesOfFileSystem(forPath: disk.path())
        let free = (volume[.systemFreeSize] as? NSNumber)?.intValue ?? 0
        try Child.run("fallocate", ["-l", "\(free - Self.roomAtStart)", ballast[0].path()])
        let (server, url) = try await house.serveWell()
        var load = Load(url: url, pop: audit.pop, memory: audit.memory, name: "full")
        load.padding = 200_000
        load.batchItems = 64
        load.pauseMilliseconds = 1
        try await load.run(seed: seed) {
            try await Task.sleep(for: .milliseconds(300))
            // dd writes until there is no room, and says so.
            _ = try Child.outcome("dd", ["if=/dev/zero", "of=\(ballast[1].path())", "bs=64K"])
            try await wait("nothing is refused on a full disk") {
                try audit.failOnViolation()
                return server.words.contains("writing stopped")
            }
            try await Task.sleep(for: .seconds(2))
        }
        let refusal = try await refusal(audit, url)
        let checker = Checker(url)
        try await checker.resubmit(audit.memory.told)
        try await checker.checkConsistency(of: audit.memory.heads)
        for file in ballast { try FileManager.default.removeItem(at: file) }
        try await wait("writing does not go on when there is room") {
            let record = try audit.pop.record("room-\(UUID())")
            return (try? await checker.client.register(record.bytes)) != nil
        }
        try await checker.resubmit(audit.memory.told)
        await checker.client.close()
        guard await server.stop() == .exit(0) else {
            throw OrdealError.broken("it does not stop cleanly: \(server.lastLine)")
        }
        try await audit.checkEverything()
        say(
            "full disk: reads went on, a write got \"\(refusal)\", and it resumed with room; "
                + audit.figures)
    }

    /// What a write gets now: 503 with Retry-After and the reason.
    private func refusal(_ audit: AckAudit, _ url: ServiceURL) async throws -> String {
        let file = house.desk.appending(path: "late.cose")
        try Data(audit.pop.record("late").bytes).write(to: file)
        let answer = try Child.run(
            "curl",
            [
                "-si", "-H", "Content-Type: application/cose", "-H", "Accept: application/json",
                "--data-binary", "@\(file.path())", "\(url)/entries",
            ])
        let lower = answer.lowercased()
        guard lower.hasPrefix("http/1.1 503"), lower.contains("\r\nretry-after:") else {
            throw OrdealError.broken("a write to a full disk gets: \(answer)")
        }
        return answer.split(separator: "\r\n\r\n").last.map(String.init) ?? ""
    }

    private func wait(_ problem: String, until body: () async throws -> Bool) async throws {
        let end = Patience.end
        while ContinuousClock.now < end {
            if try await body() { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw OrdealError.broken(problem)
    }
}
