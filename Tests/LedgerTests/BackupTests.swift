import Foundation
import Ledger
import LedgerStore
import Provenance
import Synchronization
import Testing
import TestLedger
import TestSupport

@Suite(.serialized) struct BackupTests {
    let fixture: LedgerFixture
    let backups: String

    init() async throws {
        fixture = try LedgerFixture()
        try await fixture.addPoP()
        backups = fixture.folder.appending(path: "backups").path()
    }

    private func register(_ names: [String], padding: Int = 0) async throws {
        try await fixture.registerNew(works: names, padding: padding)
    }

    @Test func twentyBackupsUnderLoadAreEachWhole() async throws {
        let (fixture, ledger) = (fixture, fixture.ledger)
        // So many are registered for each backup, however long it takes.
        let allowed = Mutex(300)
        let load = Task {
            var count = 0
            while !Task.isCancelled {
                // So that all backups are taken while something is registered.
                try? await pause(atLeast: .milliseconds(2))
                guard count < allowed.withLock({ $0 }) else { continue }
                let statements = try (count..<count + 20).map {
                    try fixture.capture("loaded \($0)", padding: 600)
                }
                count += statements.count
                for answer in await ledger.register(statements) {
                    guard case .registered = answer else {
                        throw FixtureError.unexpected("\(answer)")
                    }
                }
            }
        }
        var reports: [BackupReport] = []
        for _ in 0..<20 {
            reports.append(try ledger.backup(to: backups))
            allowed.withLock { $0 += 300 }
            let size = ledger.head().size
            try await eventually("more is registered") { ledger.head().size > size }
        }
        load.cancel()
        try await load.value
        #expect(reports.map(\.id) == Array(1...20))
        let sizes = reports.map(\.size)
        #expect(Set(sizes).count == 20, "nothing was registered between the backups: \(sizes)")
        for report in reports {
            let restored = try Restored(fixture, from: backups, backup: report.id)
            try await restored.open { ledger async throws in
                #expect(try await checkWhole(ledger, in: fixture.folder) >= report.size)
            }
            try FileManager.default.removeItem(atPath: restored.options.data)
        }
    }

    @Test func aBackupCopiesOnlyWhatIsNew() async throws {
        try await register((0..<40).map { "large \($0)" }, padding: 100_000)
        let first = try fixture.ledger.backup(to: backups)
        #expect(first.newByteCount >= 2_500_000)
        try await register(["small"])
        let second = try fixture.ledger.backup(to: backups)
        #expect(second.byteCount >= first.byteCount)
        #expect(second.newByteCount < first.newByteCount / 10, "\(second)")
        #expect(second.size == first.size + 1)
    }

    @Test func onlyTheNewestStayWhereSoManyAreAskedFor() async throws {
        for name in ["a", "b", "c"] {
            try await register([name])
            _ = try fixture.ledger.backup(to: backups)
        }
        try await register(["d"])
        let report = try fixture.ledger.backup(to: backups, keeping: 2)
        #expect(report.kept == 2)
        #expect(report.id == 4)
        #expect(throws: LedgerError.self) {
            try Restored(fixture, from: backups, backup: 2)
        }
        for id in [3, 4] as [UInt32] {
            let restored = try Restored(fixture, from: backups, backup: id)
            try await restored.open { _ = try await checkWhole($0, in: fixture.folder) }
        }
        #expect(throws: LedgerError.badRequest("at least one backup must be kept")) {
            try fixture.ledger.backup(to: backups, keeping: 0)
        }
    }

    @Test func aBackupHoldsNoPrivateKeyAndNoHighWaterFile() async throws {
        try await register(["photo"])
        _ = try fixture.ledger.backup(to: backups)
        var secrets = try ["note", "receipt", "ledger"].map { name in
            let file = "\(fixture.options.keys)/\(name).pem"
            let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            return Data(try #require(lines.dropFirst().first).utf8)
        }
        secrets += secrets.compactMap { Data(base64Encoded: $0)?.suffix(32) }
        #expect(secrets.count == 6)
        let memory = try Data(contentsOf: URL(filePath: fixture.options.highWater))
        secrets.append(memory.prefix(512))
        let files = try FileManager.default.subpathsOfDirectory(atPath: backups)
        #expect(files.contains { $0.hasSuffix(".sst") })
        for file in files {
            guard let bytes = FileManager.default.contents(atPath: "\(backups)/\(file)") else {
                continue
            }
            for secret in secrets { #expect(bytes.range(of: secret) == nil, "\(file)") }
        }
    }

    @Test func aPlaceThatIsNotFitIsNamedAndLeftAlone() async throws {
        let other = try LedgerFixture()
        _ = try other.ledger.backup(to: backups)
        let file = fixture.folder.appending(path: "file").path()
        try Data("x".utf8).write(to: URL(filePath: file))
        let full = fixture.folder.appending(path: "full").path()
        try FileManager.default.createDirectory(atPath: full, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(filePath: full + "/letter.txt"))
        let link = fixture.folder.appending(path: "link").path()
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: fixture.options.data)
        let places = [
            (fixture.options.data, "own folder"), (fixture.options.data + "/x", "own folder"),
            (link + "/x", "own folder"), (fixture.options.keys, "own folder"),
            (fixture.folder.path(), "own folder"), (file, "not a folder"),
            (file + "/below", "not a directory"), (full, "neither empty"),
            (backups, "another ledger"),
        ]
        for (place, reason) in places {
            let before = try FileManager.default.subpathsOfDirectory(atPath: full)
            do {
                _ = try fixture.ledger.backup(to: place)
                Issue.record("\(place) was taken")
            } catch {
                #expect("\(error)".contains(reason), "\(place): \(error)")
            }
            #expect(try FileManager.default.subpathsOfDirectory(atPath: full) == before)
        }
        try await register(["afterwards"])
        #expect(fixture.ledger.readiness == nil)
    }

    @Test func aDamagedBackupIsNotRestored() async throws {
        try await register((0..<10).map { "large \($0)" }, padding: 50_000)
        _ = try fixture.ledger.backup(to: backups)
        let shared = backups + "/shared_checksum"
        for name in try FileManager.default.contentsOfDirectory(atPath: shared) {
            let url = URL(filePath: "\(shared)/\(name)")
            let whole = try Data(contentsOf: url)
            var bytes = whole
            bytes[Int.random(in: 0..<bytes.count)] ^= 1 << UInt8.random(in: 0..<8)
            try bytes.write(to: url)
            #expect(throws: LedgerError.self, "\(name)") { try Restored(fixture, from: backups) }
            try whole.write(to: url)
        }
        let restored = try Restored(fixture, from: backups)
        try await restored.open { _ = try await checkWhole($0, in: fixture.folder) }
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path())
        #expect(!names.contains { $0.hasSuffix(".restoring") })
    }

    @Test func aFolderWithoutBackupsAndAFolderThatIsThereAreRefused() throws {
        #expect(throws: LedgerError.missing(path: backups, reason: "there is no such folder")) {
            try Restored(fixture, from: backups)
        }
        #expect(try !isThere(backups))
        try FileManager.default.createDirectory(
            atPath: backups, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        #expect(throws: LedgerError.missing(path: backups, reason: "holds no backups of a ledger"))
        {
            try Restored(fixture, from: backups)
        }
        _ = try fixture.ledger.backup(to: backups)
        #expect(throws: LedgerError.exists(path: fixture.options.data)) {
            try Ledger.restore(from: backups, to: fixture.options)
        }
    }

    @Test(.enabled(if: SmallDisk.store != nil, "needs COLOPHON_SMALL_FOLDER"))
    func aFullDestinationIsSaidAndDoesTheLedgerNoHarm() async throws {
        let small = URL(filePath: try #require(SmallDisk.store))
            .appending(path: "backups-\(UUID())").path()
        defer { try? FileManager.default.removeItem(atPath: small) }
        try await register(["first"])
        _ = try fixture.ledger.backup(to: small)
        // Some 40 MB for 20 MiB; the first backup stays.
        try await register((0..<200).map { "large \($0)" }, padding: 200_000)
        for _ in 0..<3 {
            let error = #expect(throws: LedgerError.self) { try fixture.ledger.backup(to: small) }
            #expect(error?.description.contains("the disk is full") == true, "\(error as Any)")
            #expect(error?.remedy == .wait)
            #expect(error?.description.contains(small) == true)
            try await register(["while full \(UUID())"])
        }
        #expect(fixture.ledger.readiness == nil)
        let restored = try Restored(fixture, from: small)
        try await restored.open { _ = try await checkWhole($0, in: fixture.folder) }
        // With room elsewhere, the same ledger is backed up.
        _ = try fixture.ledger.backup(to: backups)
    }
}
