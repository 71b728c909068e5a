import Checkpoints
import Encoding
import Foundation
import Ledger
import LedgerStore
import LogReader
import Manifests
import Merkle
import Provenance
import Testing
import TestLedger
import TestSupport

@Suite(.serialized) struct ExportTests {
    let fixture: LedgerFixture
    let out: String

    init() async throws {
        fixture = try LedgerFixture()
        try await fixture.addPoP()
        out = fixture.folder.appending(path: "export").path()
    }

    private func register(upTo size: UInt64) async throws {
        let count = Int(size - fixture.ledger.head().size)
        try await fixture.registerNew(works: (0..<count).map { "\(size)-\($0)" })
        #expect(fixture.ledger.head().size == size)
    }

    private func log(_ folder: String? = nil) async throws -> LogTree {
        try await TiledLog(
            LogFolder(path: folder ?? out),
            trust: .key(try noteKey(of: fixture.ledger))
        ).newest()
    }

    /// Relative path, inode and modification of every file.
    private func files() throws -> [String: [String]] {
        var found: [String: [String]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: out) {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(out)/\(name)")
            guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
            found[name] = [
                "\(attributes[.systemFileNumber] as Any)",
                "\(attributes[.modificationDate] as Any)",
            ]
            #expect(attributes[.posixPermissions] as? Int == 0o644, "\(name)")
        }
        return found
    }

    @Test(arguments: [3, 255, 256, 257, 600] as [UInt64])
    func whatIsExportedIsTheWholeLog(size: UInt64) async throws {
        try await register(upTo: size)
        let summary = try fixture.ledger.export(to: out)
        #expect(summary.size == size)
        let log = try await log()
        #expect(log.signed.encoded == fixture.ledger.head().note)
        var count: UInt64 = 0
        try await log.verify { index, leaf, manifest throws in
            #expect(index == count)
            count += 1
            let id = EntryID(ofLeaf: leaf)
            #expect(try fixture.ledger.statement(id) == leaf)
            guard let manifest else {
                #expect(try Statement(leaf: leaf).controlManifest != nil)
                return
            }
            #expect(
                try fixture.ledger.manifest(id) == .present(manifest, digest: .sha256(manifest)))
        }
        #expect(count == size)
        let folder = try LogFolder(path: out)
        let control = try await folder.bytes(
            of: LogLayout.tiles.file(.control), limit: 1 << 20)
        #expect(try control == fixture.ledger.control())
    }

    @Test func aSecondRunWritesOnlyWhatIsNew() async throws {
        try await register(upTo: 600)
        _ = try fixture.ledger.export(to: out)
        let first = try files()
        let again = try fixture.ledger.export(to: out)
        #expect(again.files == 0)
        #expect(try files() == first)
        try await register(upTo: 800)
        _ = try fixture.ledger.export(to: out)
        let second = try files()
        for (name, state) in first where name != "checkpoint" {
            #expect(second[name] == state, "\(name) was written again")
        }
        // Who holds the older checkpoint still finds its partial files; one run later no more.
        #expect(second["tile/0/002.p/88"] != nil)
        try await register(upTo: 801)
        _ = try fixture.ledger.export(to: out)
        let third = try files()
        #expect(
            third.keys.filter { $0.contains(".p/") }.sorted() == [
                "manifests/003.p/32", "manifests/003.p/33", "tile/0/003.p/32", "tile/0/003.p/33",
                "tile/1/000.p/3", "tile/entries/003.p/32", "tile/entries/003.p/33",
            ])
        try await log().verify()
    }

    @Test func aCrashBeforeTheCheckpointLeavesTheOlderOneWhole() async throws {
        try await register(upTo: 300)
        _ = try fixture.ledger.export(to: out)
        let older = try Data(contentsOf: URL(filePath: out + "/checkpoint"))
        try await register(upTo: 700)
        _ = try fixture.ledger.export(to: out)
        // All that the second run has written, but for its last two steps.
        try older.write(to: URL(filePath: out + "/checkpoint"))
        try? FileManager.default.removeItem(atPath: out + "/checkpoint.previous")
        let log = try await log()
        #expect(log.checkpoint.size == 300)
        try await log.verify()
        try Data("torn".utf8).write(to: URL(filePath: out + "/tile/0/002.p/188"))
        #expect(try fixture.ledger.export(to: out).size == 700)
        try await self.log().verify()
    }

    @Test func anErasureReachesFilesThatWereExportedBefore() async throws {
        try await register(upTo: 300)
        _ = try fixture.ledger.export(to: out)
        try await register(upTo: 310)
        _ = try fixture.ledger.export(to: out)
        // One in a full bundle, one in a partial one that both checkpoints have.
        let leaves = try await [log().entry(at: 20), log().entry(at: 256 + 5)]
        var manifests: [[UInt8]] = []
        for leaf in leaves {
            let id = EntryID(ofLeaf: leaf)
            guard case .present(let bytes, _)? = try fixture.ledger.manifest(id) else {
                throw FixtureError.unexpected("no manifest")
            }
            manifests.append(bytes)
            let erasure = try ErasureManifest(
                entries: [Text("\(id)")], sha256: Statement(leaf: leaf).manifestDigest,
                reason: "asked for", authority: "the creator"
            ).manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes())
            guard case .registered = try await fixture.register(fixture.control(erasure)) else {
                throw FixtureError.unexpected("the erasure was not registered")
            }
        }
        _ = try fixture.ledger.export(to: out)
        for name in try files().keys {
            let bytes = try Data(contentsOf: URL(filePath: "\(out)/\(name)"))
            for manifest in manifests {
                #expect(bytes.range(of: Data(manifest)) == nil, "\(name) still has it")
            }
        }
        let log = try await log()
        try await log.verify()
        #expect(try await log.manifests(ofBundle: 0)[20] == nil)
        #expect(try await log.manifests(ofBundle: 1)[5] == nil)
        #expect(try await log.manifests(ofBundle: 1)[6] != nil)
    }

    @Test func aChangedFileIsFound() async throws {
        try await register(upTo: 300)
        _ = try fixture.ledger.export(to: out)
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededRandom(seed: seed)
        for name in try files().keys.sorted()
        where name.hasPrefix("tile") || name == "checkpoint" {
            let url = URL(filePath: "\(out)/\(name)")
            let whole = try Data(contentsOf: url)
            for _ in 0..<20 {
                var bytes = whole
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                try bytes.write(to: url)
                await #expect(throws: LogError.self, "\(name) at \(place), seed \(seed)") {
                    try await log().verify()
                }
            }
            try whole.dropLast().write(to: url)
            await #expect(throws: LogError.self, "\(name) cut") { try await log().verify() }
            try FileManager.default.removeItem(at: url)
            await #expect(throws: LogError.self, "\(name) gone") { try await log().verify() }
            try whole.write(to: url)
        }
        try await log().verify()
    }

    @Test func aFolderThatHoldsSomethingElseIsRefused() async throws {
        let other = try LedgerFixture()
        try await other.addPoP()
        _ = try other.ledger.export(to: out)
        let before = try files()
        #expect(throws: LedgerError.self) { try fixture.ledger.export(to: out) }
        #expect(try files() == before)
        let letters = fixture.folder.appending(path: "letters").path()
        try FileManager.default.createDirectory(atPath: letters, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(filePath: letters + "/letter.txt"))
        for place in [letters, fixture.options.data, fixture.options.data + "/x"] {
            #expect(throws: LedgerError.self) { try fixture.ledger.export(to: place) }
        }
        await #expect(throws: LogError.self) {
            try await log()
        }
    }
}
