import Checkpoints
import Foundation
import HTTPCalls
import LedgerClient
import Processes
import Provenance
import Studio

/// Mounts the disk after each cut, serves the ledger on it, and asks for all that was answered
/// before.
struct ImageCheck {
    /// Lines about disks that lost something, before the rest is only counted.
    private static let shownFailures = 5

    /// Statements whose artifact is looked up in the index of each disk.
    private static let lookedUp = 5

    private let desk: URL
    private let memory: Memory
    private let verifier: Verifier

    /// Where the record stood when the ledger was founded: before, nothing was promised.
    private let founded: UInt64

    private let pop: PoP
    private var dice: Dice
    private var result = PowerLossOrdeal.Result()

    private var folder: URL { desk.appending(path: "cut", directoryHint: .isDirectory) }

    /// Fails where the kit of `verifier` has a head that may be newer than a cut: a ledger whose
    /// promises were cut off may well sign another tree of that size.
    init(
        desk: URL, memory: Memory, verifier: Verifier, founded: UInt64, pop: PoP, dice: Dice
    ) throws {
        if let first = memory.heads.map(\.checkpoint.size).min(), verifier.kit.head.size > first {
            throw OrdealError.cannotRun(
                "the kit has a head of \(verifier.kit.head.size) entries, and the first head that "
                    + "was shown has \(first): a cut may have come before the kit")
        }
        self.desk = desk
        self.memory = memory
        self.verifier = verifier
        self.founded = founded
        self.pop = pop
        self.dice = dice
    }

    mutating func run(
        _ count: Int, record: DiskRecord, base: URL
    ) async throws -> PowerLossOrdeal.Result {
        let image = desk.appending(path: "cut.image")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var images = try DiskImages(record: record, base: base)
        let begin = ContinuousClock.now
        for cut in PowerCut.choose(count, in: record, &dice) {
            result.writesAtStake += try images.make(cut, at: image, &dice)
            let position = cut.count == 0 ? 0 : record.positions[cut.count - 1]
            do {
                try mount(image)
                try await check(upTo: position)
            } catch let error as OrdealError {
                guard case .broken(let what) = error else { throw error }
                fail("cut after \(cut.count) writes and flushes, lost: \(cut.loss): \(what)")
            }
            try await unmount()
            result.images += 1
            if result.images.isMultiple(of: 100) {
                let rate = Double(result.images) / ((ContinuousClock.now - begin) / .seconds(1))
                say("powerloss: \(result.images) images, \(String(format: "%.1f", rate))/s")
            }
        }
        return result
    }

    private mutating func fail(_ what: String) {
        result.failures.append(what)
        if result.failures.count <= Self.shownFailures { say("powerloss: \(what)") }
    }

    /// Mounts the disk; a superblock that is torn in the middle is ext4's to repair, by e2fsck.
    private mutating func mount(_ image: URL) throws {
        let options = ["-o", "loop", image.path(), folder.path()]
        if try Child.outcome("mount", options).end == .exit(0) { return }
        result.repaired += 1
        _ = try Child.outcome("e2fsck", ["-fy", image.path()])
        let again = try Child.outcome("mount", options)
        guard again.end == .exit(0) else {
            throw OrdealError.broken("ext4 cannot be mounted: \(again.words)")
        }
    }

    /// Unmounts the disk, wholly: what is written later would reach the next one.
    private func unmount() async throws {
        var words = ""
        for _ in 0..<100 {
            let outcome = try Child.outcome("umount", [folder.path()])
            // 32: nothing is mounted there.
            if outcome.end == .exit(0) || outcome.words.contains("not mounted") { return }
            words = outcome.words
            try await Task.sleep(for: .milliseconds(50))
        }
        throw OrdealError.cannotRun(words)
    }

    /// Serves the ledger on the mounted disk, and checks promises 1 to 3 for all that clients
    /// had been told when the record stood at `position`.
    private func check(upTo position: UInt64) async throws {
        let house = House(desk: desk, data: folder.appending(path: "ledger").path())
        let server = try house.serve()
        guard let url = try await server.address() else {
            // Nothing was promised before `init` had ended; it may have left anything.
            if position < founded { return }
            throw OrdealError.broken("it does not start: \(server.lastLine)")
        }
        let checker = Checker(url)
        do {
            try await check(checker, upTo: position)
            await checker.client.close()
            await server.crash()
        } catch {
            await checker.client.close()
            await server.crash()
            throw error
        }
        try house.checkFolder()
    }

    private func check(_ checker: Checker, upTo position: UInt64) async throws {
        let told = memory.told.filter { $0.position <= position }
        let heads = memory.heads.filter { $0.position <= position }
        try await checker.resubmit(told)
        try await checker.checkConsistency(of: heads)
        // It must be able to go on, and what it signs next must extend what was seen.
        if position >= founded { try await extend(checker) }
        try await checker.checkConsistency(of: heads)
        guard position >= founded else { return }
        try await IndexChecker(client: checker.client, verifier: verifier).check(
            told, sample: told.suffix(Self.lookedUp),
            heads: memory.index.heads.filter { $0.position <= position })
    }

    private func extend(_ checker: Checker) async throws {
        do throws(CallError) {
            _ = try await checker.client.register(try record().bytes)
        } catch {
            throw OrdealError.broken("it does not register any more: \(error)")
        }
    }

    private func record() throws(CallError) -> SignedRecord {
        do {
            return try pop.record("after-\(UUID())")
        } catch {
            throw .unexpected("cannot sign: \(error)")
        }
    }
}
