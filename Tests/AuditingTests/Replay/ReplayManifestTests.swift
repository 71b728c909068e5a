import Auditing
import Encoding
import LogReader
import Manifests
import Merkle
import Provenance
import Synchronization
import TestLog
import Testing

/// Manifests where they are served: each must be the one of its statement (statement.md §6).
@Suite struct ReplayManifestTests {
    private var ledger: MemoryLedger

    init() throws {
        ledger = try .withPoP()
    }

    /// A member of a manifest that makes it so large, and some more.
    private static func longRecord(_ byteCount: Int) -> [(Text, JSON)] {
        let text = JSON.string(Text(String(repeating: "a", count: byteCount)))
        return [("record", ["lang": "en", "title": "A long story", "text": text])]
    }

    @Test mutating func anotherManifestIsFound() async throws {
        let index = try ledger.add("photo")
        ledger.manifests[index] = try ledger.manifest("another").bytes
        let replayed = try await Replayed(ledger)
        #expect(replayed.found(only: .manifest, at: index, "is not the signed one"))
        #expect(replayed.entries[Int(index)].manifestState == .wrong)
    }

    @Test mutating func aManifestThatBreaksItsSchemaIsFound() async throws {
        let bytes = Array(#"{"_type":"https://in-toto.io/Statement/v1"}"#.utf8)
        let good = try ledger.draft(ledger.manifest("photo")).sign(with: ledger.pop)
        var signed = try StatementBytes(good, ledger.pop)
        signed.payload = Hash.sha256(bytes).bytes
        let index = ledger.append(leaf: try signed.encoded())
        ledger.manifests[index] = bytes
        #expect(try await Replayed(ledger).found(only: .manifest, at: index, "breaks a rule"))
    }

    @Test mutating func aManifestOfAnotherIssuerIsFound() async throws {
        let manifest = try ledger.manifest("photo", pop: MemoryLedger.rome)
        let good = try ledger.draft(ledger.manifest("photo")).sign(with: ledger.pop)
        var signed = try StatementBytes(good, ledger.pop)
        signed.payload = manifest.digest.bytes
        let index = ledger.append(leaf: try signed.encoded())
        ledger.manifests[index] = manifest.bytes
        #expect(try await Replayed(ledger).found(only: .manifest, at: index, "predicate.pop"))
    }

    @Test mutating func aManifestLargerThanThePolicyAllowsIsFound() async throws {
        var settings = ledger.registry.policy.settings
        settings.manifestBytes = 1024
        try ledger.apply(settings: settings)
        try ledger.add("small")
        let index = try ledger.add("large", Self.longRecord(1_200))
        let replayed = try await Replayed(ledger)
        #expect(replayed.found(.manifest, at: index, "1024 bytes"), "\(replayed.findings)")
        #expect(replayed.findings.count == 1)
    }

    @Test mutating func aManifestThatIsGoneIsHandedOnAsAbsent() async throws {
        let index = try ledger.add("photo")
        ledger.manifests[index] = nil
        let replayed = try await Replayed(ledger)
        #expect(replayed.isClean)
        #expect(replayed.entries[Int(index)].manifestState == .absent)
        #expect(replayed.entries[0].manifestState == .none)
    }

    @Test mutating func aManifestBesideAControlStatementIsFound() async throws {
        ledger.manifests[2] = try ledger.manifest("photo").bytes
        #expect(try await Replayed(ledger).found(only: .manifest, at: 2, "holds its own"))
    }

    @Test mutating func manifestsThatAreNotServedAreNotChecked() async throws {
        let index = try ledger.add("photo")
        let log = try MemoryLog(ledger)
        log.remove("manifests/")
        let replayed = try await Replayed(ledger, showing: log)
        #expect(replayed.isClean)
        #expect(replayed.entries[Int(index)].manifestState == .notChecked)
        #expect(replayed.progress?.uncheckedManifests == 1)
        #expect(replayed.progress?.manifests == 0)
    }

    /// Who serves other manifests hides these.
    @Test(arguments: [0, 1, 12, 23] as [UInt64])
    mutating func aFileThatIsGoneAmongOthersIsTheEnd(_ number: UInt64) async throws {
        addBundles(try ledger.draft(ledger.manifest("photo")).sign(with: ledger.pop).leaf)
        let log = try MemoryLog(ledger)
        log[StaticLayout.manifests(number, width: 256)] = nil
        #expect(try await handed(of: log) == (0..<number).map { $0 * 256 })
    }

    /// A cache that gave other bytes once is asked past.
    @Test mutating func aManifestThatIsAnotherOneOnceIsNoFinding() async throws {
        let index = try ledger.add("photo")
        let right = try MemoryLog(ledger)
        ledger.manifests[index] = try ledger.manifest("another").bytes
        let wrong = try MemoryLog(ledger)
        let path = StaticLayout.manifests(0, width: ledger.leaves.count)
        let source = WrongOnce(right, path, try #require(wrong[path]))
        let replay = Replay(of: try await ledger.tree(source), ReplayOptions())
        var findings: [AuditFinding] = []
        _ = try await replay.run(from: ReplayPlace(beginningOf: ledger.registry.genesis)) {
            bundle, _, _ in findings += bundle.findings
        }
        #expect(findings.isEmpty, "\(findings)")
        #expect(right.takeAsked().count { $0 == path } == 1)
    }

    @Test mutating func manifestsThatNobodyAsksForAreNotRead() async throws {
        let index = try ledger.add("photo")
        let log = try MemoryLog(ledger)
        let replayed = try await Replayed(ledger, showing: log) { $0.readsManifests = false }
        #expect(replayed.entries[Int(index)].manifestState == .notChecked)
        #expect(!log.takeAsked().contains { $0.hasPrefix("manifests/") })
    }

    @Test mutating func aFileThatIsNoListOfManifestsIsFound() async throws {
        try ledger.add("photo")
        let log = try MemoryLog(ledger)
        let path = StaticLayout.manifests(0, width: ledger.leaves.count)
        log[path] = [0xFF]
        let replayed = try await Replayed(ledger, showing: log)
        #expect(replayed.findings.map(\.rule) == [.manifest])
        #expect(replayed.findings.first?.place == .file(path))
    }

    @Test mutating func aFileThatCannotBeLookedAtIsNoFindingButTheEnd() async throws {
        try ledger.add("photo")
        let log = try MemoryLog(ledger)
        log.fail(StaticLayout.manifests(0, width: ledger.leaves.count))
        await #expect(throws: LogError.self) {
            try await Replayed(ledger, showing: log)
        }
    }

    /// What the reader of files takes for a manifest is what a manifest may be.
    @Test func aFileOfManifestsIsBoundedByTheLargestManifest() {
        #expect(LogLimits.manifestBytes == Manifest.byteLimit)
    }

    /// A log of 24 bundles, which are more than are judged at once.
    private mutating func addBundles(_ leaf: [UInt8] = [0]) {
        while ledger.size < 24 * 256 { ledger.append(leaf: leaf) }
    }

    /// The first indexes of the bundles that are handed on before a replay of `log` fails.
    private func handed(of log: MemoryLog) async throws -> [UInt64] {
        var handed: [UInt64] = []
        let replay = Replay(of: try await ledger.tree(log), ReplayOptions())
        await #expect(throws: LogError.self) {
            try await replay.run(from: ReplayPlace(beginningOf: ledger.registry.genesis)) {
                bundle, _, _ in handed.append(bundle.indexes.lowerBound)
            }
        }
        return handed
    }

    @Test(arguments: [0, 1, 7, 20, 23] as [UInt64])
    mutating func allBeforeAFileThatCannotBeLookedAtIsHandedOn(_ number: UInt64) async throws {
        addBundles()
        let log = try MemoryLog(ledger)
        log.fail(StaticLayout.manifests(number, width: 256))
        #expect(try await handed(of: log) == (0..<number).map { $0 * 256 })
    }

    /// The bundle is wrong before anybody has waited for the manifests of the one before it.
    @Test mutating func theFirstOfTwoFilesThatFailIsTheEnd() async throws {
        addBundles()
        let log = try MemoryLog(ledger)
        log.fail(StaticLayout.manifests(19, width: 256))
        log["tile/entries/020"] = [0xFF]
        #expect(try await handed(of: log) == (0..<19).map { $0 * 256 })
    }

    @Test mutating func manifestsAreHandedOnWhereTheyAreAskedFor() async throws {
        let index = try ledger.add("photo")
        let kept = try await Replayed(ledger) {
            $0.keepsManifest = { $0 == PredicateType.provenance }
        }
        #expect(kept.bundles[0].manifest(at: index)?.bytes == ledger.manifests[index])
        let other = try await Replayed(ledger) {
            $0.keepsManifest = { $0 == PredicateType.milestone }
        }
        #expect(other.bundles[0].manifest(at: index) == nil)
    }

    /// A file larger than may be read beside others is read alone, and judged all the same.
    @Test mutating func aLargeFileOfManifestsIsReadAlone() async throws {
        for number in 0..<40 { try ledger.add("\(number)", Self.longRecord(60_000)) }
        let wrong = try ledger.add("last")
        ledger.manifests[wrong] = try ledger.manifest("another").bytes
        #expect(ledger.manifests.values.reduce(0) { $0 + $1.count } > ReplayLimits.manifestsBytes)
        let replayed = try await Replayed(ledger)
        #expect(replayed.found(only: .manifest, at: wrong, "is not the signed one"))
    }
}

/// A log that gives other bytes for one file the first time, and is asked again at once.
private final class WrongOnce: LogSource {
    private let log: MemoryLog
    private let path: String
    private let bytes: Mutex<[UInt8]?>

    init(_ log: MemoryLog, _ path: String, _ bytes: [UInt8]) {
        (self.log, self.path) = (log, path)
        self.bytes = Mutex(bytes)
    }

    var patience: [Duration] { [.zero] }

    func location(of path: String) -> String { log.location(of: path) }

    func bytes(of file: LogFile, limit: Int) async throws(LogError) -> [UInt8]? {
        let wrong = bytes.withLock { bytes in
            guard file.path == path else { return nil as [UInt8]? }
            defer { bytes = nil }
            return bytes
        }
        if let wrong { return wrong }
        return try await log.bytes(of: file, limit: limit)
    }
}
