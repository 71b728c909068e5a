import Checkpoints
import Encoding
import Files
import Foundation
import Synchronization
import TestSupport
import TestWitness
import Testing
import Witnessing

/// What a witness remembers, and what becomes of it when its disk fails or is tampered with.
@Suite struct WitnessStateTests {
    private let log: WatchedLog

    init() throws { log = try WatchedLog("log.example/one") }

    private static let journal = "journal"

    @Test func aRestartForgetsNothing() async throws {
        let desk = try WitnessDesk(log.line)
        _ = try await desk.ask(log.request(from: 0, to: 4)).get()
        _ = try await desk.ask(log.request(from: 4, to: 9)).get()
        let again = try desk.reopened()
        let fork = try log.forked(at: 2).request(from: 0, to: 9)
        #expect(await again.ask(fork) == .failure(.stale(latest: 9)))
        #expect(try await again.ask(log.request(from: 9, to: 10)).get().size == 10)
    }

    /// A log that is taken from the list and put back is where it was.
    @Test func aLogThatComesBackIsRemembered() async throws {
        let desk = try WitnessDesk(log.line)
        _ = try await desk.ask(log.request(from: 0, to: 4)).get()
        desk.witness.replace(KnownLogs())
        let unknown = await desk.ask(try log.request(from: 4, to: 5))
        #expect(unknown == .failure(.unknownLog(log.origin)))
        desk.witness.replace(try KnownLogs(parsing: Array(log.line.utf8)))
        let stale = await desk.ask(try log.request(from: 0, to: 5))
        #expect(stale == .failure(.stale(latest: 4)))
    }

    /// A journal that is written anew on the way has the newest heads of all logs, and stays small.
    @Test func anOldJournalIsWrittenAnew() async throws {
        let other = try WatchedLog("log.example/two", seed: 2)
        let desk = try WitnessDesk(log.line + other.line, oldByteLimit: 2_000)
        _ = try await desk.ask(other.request(from: 0, to: 3)).get()
        var largest = 0
        for size in 0..<60 as Range<UInt64> {
            _ = try await desk.ask(log.request(from: size, to: size + 1)).get()
            largest = max(largest, try desk.folder.bytes(Self.journal).count)
        }
        #expect((2_000...6_000).contains(largest))
        let again = try desk.reopened()
        for (log, size) in [(log, 60), (other, 3)] as [(WatchedLog, UInt64)] {
            let stale = await again.ask(try log.request(from: 90, to: 91))
            #expect(stale == .failure(.stale(latest: size)))
        }
    }

    // MARK: - The folder's owner

    @Test func oneFolderHasOneProcess() throws {
        let desk = try WitnessDesk(log.line)
        #expect(throws: WitnessStateError.file(FileError(desk.folder.path, .inUse))) {
            _ = try Witness(
                WitnessDesk.cosigner(), for: KnownLogs(),
                WitnessOptions(folder: Folder(desk.folder.path)) { 1 })
        }
    }

    @Test(arguments: [("other.example", 77), ("witness.example", 78)] as [(Text, UInt8)])
    func anotherNameOrKeyIsRefused(name: Text, seed: UInt8) throws {
        let folder = try TemporaryFolder("witness")
        try WitnessDesk(log.line, in: folder).witness.stop()
        let other = try WitnessDesk.cosigner(name, seed: seed)
        let error = #expect(throws: WitnessStateError.self) {
            _ = try Witness(
                other, for: KnownLogs(), WitnessOptions(folder: Folder(folder.path)) { 1 })
        }
        guard case .otherWitness(_, let found, let wanted) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found == "\(try WitnessDesk.cosigner().verifierKey)")
        #expect(wanted == "\(other.verifierKey)")
    }

    @Test func aFolderWithoutItsJournalIsNotBegunAnew() throws {
        let folder = try TemporaryFolder("witness")
        try folder.write("x", to: "something")
        #expect(throws: WitnessStateError.notEmpty(path: folder.path)) {
            _ = try WitnessDesk(log.line, in: folder)
        }
    }

    // MARK: - The end of the journal

    /// The bytes of a journal after sizes 4 and 9, and where the second frame begins.
    private func twoFrames(_ folder: TemporaryFolder) async throws -> (bytes: [UInt8], second: Int)
    {
        let desk = try WitnessDesk(log.line, in: folder)
        _ = try await desk.ask(log.request(from: 0, to: 4)).get()
        let second = try folder.bytes(Self.journal).count
        _ = try await desk.ask(log.request(from: 4, to: 9)).get()
        desk.witness.stop()
        return (try folder.bytes(Self.journal), second)
    }

    /// Wherever a write was cut off, the frame before it counts, and nothing is damaged.
    @Test func aWriteThatWasCutOffIsNotThere() async throws {
        let folder = try TemporaryFolder("witness")
        let (bytes, second) = try await twoFrames(folder)
        let cuts = stride(from: second, to: bytes.count, by: 3).map { bytes[..<$0] }
        let padded = bytes[..<second] + [UInt8](repeating: 0, count: 600)
        for torn in cuts + [padded] {
            try folder.write(torn, to: Self.journal)
            let desk = try WitnessDesk(log.line, in: folder)
            let answer = await desk.ask(try log.request(from: 0, to: 9))
            #expect(answer == .failure(.stale(latest: 4)), "cut at \(torn.count)")
            desk.witness.stop()
            // What was torn is gone.
            #expect(try folder.bytes(Self.journal).count <= second)
        }
    }

    /// A changed byte anywhere, also in the last frame, stops the witness: it would forget.
    @Test func aChangedByteIsDamage() async throws {
        let folder = try TemporaryFolder("witness")
        let (bytes, _) = try await twoFrames(folder)
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 0x40
            try folder.write(changed, to: Self.journal)
            let error = #expect(throws: WitnessStateError.self, "byte \(place)") {
                try WitnessDesk(log.line, in: folder).witness.stop()
            }
            guard case .damaged(let path, _) = error else {
                Issue.record("byte \(place): \(String(describing: error))")
                continue
            }
            #expect(path.hasSuffix("/journal"))
        }
    }

    /// A frame that is left out, or stands twice, breaks the chain.
    @Test func framesCannotBeMoved() async throws {
        let folder = try TemporaryFolder("witness")
        let (bytes, second) = try await twoFrames(folder)
        for moved in [bytes + bytes[second...], Array(bytes[second...]), bytes + [1, 2, 3], []] {
            try folder.write(moved, to: Self.journal)
            #expect(throws: WitnessStateError.self) {
                try WitnessDesk(log.line, in: folder).witness.stop()
            }
        }
    }

    // MARK: - Failing disks

    /// After a failed sync nothing is cosigned until the journal was read again; what the failed
    /// write held may be there or not, and both are right.
    @Test func aFailedSyncStopsCosigning() async throws {
        let fails = Atomic(false)
        let desk = try WitnessDesk(
            log.line,
            fault: { path throws(FileError) in
                if fails.load(ordering: .relaxed) { throw FileError(path, .system(EIO)) }
            })
        _ = try await desk.ask(log.request(from: 0, to: 4)).get()
        fails.store(true, ordering: .relaxed)
        for _ in 0..<2 {
            guard case .failure(.storage) = await desk.ask(try log.request(from: 4, to: 6)) else {
                Issue.record("cosigned what is not on the disk")
                return
            }
        }
        #expect(desk.witness.obstacle != nil)
        fails.store(false, ordering: .relaxed)
        try await eventually("cosigning goes on") { desk.witness.obstacle == nil }
        // The bytes were in the file, so the witness believes them now.
        let fork = try log.forked(at: 4).request(from: 4, to: 6)
        #expect(await desk.ask(fork) == .failure(.stale(latest: 6)))
        #expect(try await desk.ask(log.request(from: 6, to: 7)).get().size == 7)
    }

    /// A full disk is answered as such, loses nothing, and passes.
    @Test(.enabled(if: SmallDisk.witness != nil, "needs COLOPHON_SMALL_WITNESS"))
    func aFullDiskLosesNothing() async throws {
        let disk = try #require(SmallDisk.witness)
        let place = "\(disk)/witness-\(UUID().uuidString.prefix(8))"
        let filler = URL(filePath: "\(disk)/filler-witness")
        defer {
            try? FileManager.default.removeItem(atPath: place)
            try? FileManager.default.removeItem(at: filler)
        }
        let folder = try Folder(making: place, .secret)
        let logs = try KnownLogs(parsing: Array(log.line.utf8))
        let options = WitnessOptions(folder: folder) { 1_800_000_000 }
        let witness = try Witness(WitnessDesk.cosigner(), for: logs, options)
        defer { witness.stop() }
        func ask(_ old: UInt64, _ size: UInt64) async throws
            -> Result<WitnessedHead, WitnessRefusal>
        {
            try await witness.ask(log.request(from: old, to: size))
        }
        try SmallDisk.fill(filler, leaving: 2 << 20)
        let handle = try FileHandle(forWritingTo: filler)
        try handle.seekToEnd()
        // To the last page, which the journal itself may have some of.
        while (try? handle.write(contentsOf: Data(count: 4096))) != nil {}
        try handle.close()
        var size: UInt64 = 0
        while case .success = try await ask(size, size + 1) { size += 1 }
        #expect(witness.obstacle != nil)
        try FileManager.default.removeItem(at: filler)
        try await eventually("cosigning goes on") { witness.obstacle == nil }
        guard case .failure(.stale(let latest)) = try await ask(size + 2, size + 3) else {
            Issue.record("a size was cosigned that never was asked for")
            return
        }
        #expect(latest == size || latest == size + 1)
    }

    /// What is written to a file that was moved away, or behind a hole, would not be found at the
    /// next start.
    @Test(arguments: [false, true])
    func aJournalThatIsMovedAwayOrCutStopsCosigningUntilItIsBack(isCut: Bool) async throws {
        let folder = try TemporaryFolder("witness")
        let desk = try WitnessDesk(log.line, in: folder)
        _ = try await desk.ask(log.request(from: 0, to: 4)).get()
        let whole = try folder.bytes(Self.journal)
        if isCut {
            let handle = try FileHandle(forWritingTo: folder.url(Self.journal))
            try handle.truncate(atOffset: 50)
            try handle.close()
        } else {
            try FileManager.default.removeItem(at: folder.url(Self.journal))
        }
        guard case .failure(.storage) = await desk.ask(try log.request(from: 4, to: 5)) else {
            Issue.record("cosigned what is in no journal")
            return
        }
        #expect(desk.witness.obstacle != nil)
        try folder.write(whole, to: Self.journal)
        try await eventually("cosigning goes on") { desk.witness.obstacle == nil }
        #expect(try await desk.ask(log.request(from: 4, to: 5)).get().size == 5)
        let again = try desk.reopened()
        #expect(await again.ask(try log.request(from: 0, to: 5)) == .failure(.stale(latest: 5)))
    }

    /// A journal that was changed while the witness ran is not believed.
    @Test func aJournalThatLostItsEndIsNotBelieved() async throws {
        let fails = Atomic(false)
        let desk = try WitnessDesk(
            log.line,
            fault: { path throws(FileError) in
                if fails.load(ordering: .relaxed) { throw FileError(path, .system(EIO)) }
            })
        let start = try desk.folder.bytes(Self.journal)
        _ = try await desk.ask(log.request(from: 0, to: 4)).get()
        fails.store(true, ordering: .relaxed)
        _ = await desk.ask(try log.request(from: 4, to: 6))
        try desk.folder.write(start, to: Self.journal)
        fails.store(false, ordering: .relaxed)
        try await eventually("the loss is seen") {
            if case .lost? = desk.witness.obstacle { true } else { false }
        }
    }
}
