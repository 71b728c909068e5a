import Auditing
import Encoding
import Files
import Foundation
import Jobs
import Merkle
import Provenance
import TestSupport
import Testing

/// What is not the state that was written is an error that names the file, and never a finding.
@Suite struct DamagedStateTests {
    private let folder: TemporaryFolder
    private let audit: SceneAudit
    private let scene = FactScene(3_000, SeededRandom(seed: 11))

    init() throws {
        folder = try TemporaryFolder(in: TemporaryFolder.memory)
        audit = SceneAudit(folder: folder)
    }

    /// Leaves a state in which nothing is settled yet.
    private func prepare() throws {
        let state = try audit.open()
        var position = 0
        while position < scene.entries.count {
            let end = min(position + 250, scene.entries.count)
            try SceneAudit.add(scene, position..<end, to: state)
            position = end
        }
        try state.commit(size: UInt64(position))
    }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path("state/runs"))
            .map { "state/runs/\($0)" } + ["state/state", "state/controls"]
    }

    /// Uses all of a state; returns what was found in spite of everything.
    private func use() throws -> FindingList {
        let state = try audit.open()
        try state.forEachControl { _, _ in }
        try state.settle(by: SceneAudit.times)
        return state.findings
    }

    private func expectDamage(_ name: String) {
        do {
            _ = try use()
            Issue.record("\(name) was believed")
        } catch AuditStateError.damaged(let path, _) {
            #expect(path.hasSuffix(name))
        } catch {
            Issue.record("\(name): \(error)")
        }
    }

    @Test func aByteThatHasChangedIsFoundInEachFile() throws {
        try prepare()
        var random = SeededRandom(for: "aByteThatHasChangedIsFoundInEachFile")
        for name in try files() {
            let bytes = try folder.bytes(name)
            var changed = bytes
            changed[random.number(below: bytes.count)] ^= UInt8(1 << random.number(below: 8))
            try folder.write(changed, to: name)
            expectDamage(name)
            try folder.write(bytes, to: name)
        }
        #expect(try use().counts[.duplicate] != nil)
    }

    @Test func aFileThatIsCutOffOrGoneIsFound() throws {
        try prepare()
        for name in try files() {
            let bytes = try folder.bytes(name)
            try folder.write(bytes.dropLast(), to: name)
            expectDamage(name)
            try folder.remove(name)
            expectDamage(name)
            try folder.write(bytes, to: name)
        }
        #expect(try !use().isEmpty)
    }

    @Test func findingsThatAreCutOffAreMissed() throws {
        try SceneAudit.finish(scene, audit.open())
        let bytes = try folder.bytes("state/findings")
        try folder.write(bytes.dropLast(), to: "state/findings")
        #expect(try !audit.open().standing.isEmpty)
        #expect(try folder.bytes("state/findings") == bytes, "what stands is written anew")
        try folder.write(bytes.prefix(100), to: "state/findings")
        expectDamage("state/findings")
    }

    /// A folder in which an audit began, and nothing was committed, is everybody's.
    @Test func whatHasOnlyBegunIsOfNoLog() throws {
        _ = try audit.open()
        #expect(try folder.has("state/state"))
        let other = AuditedLog(.generic(keys: ["ledger.example/test+a+b"]))
        #expect(try AuditState(folder.path("state"), of: other).size == 0)
    }

    @Test(arguments: ["controls", "findings", "runs", "monitor", "fork-1.misbehaviour"])
    func nothingBeginsBesideWhatIsLeftOfAState(name: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder.path("state"), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try folder.write("", to: "state/\(name)")
        expectDamage("state/state")
    }

    @Test func aSettlementEndsWhereNobodyWantsIt() throws {
        try prepare()
        let state = try audit.open()
        #expect(throws: AuditStateError.stopped) {
            try state.settle(by: SceneAudit.times, progress: JobProgress { _ in false })
        }
    }

    /// A run of another state, with as many records, is not taken for its own.
    @Test func aRunOfAnotherPlaceIsNotBelieved() throws {
        try prepare()
        let names = try files().filter { $0.contains("names-") }.sorted()
        let sizes = Dictionary(grouping: names) { (try? folder.bytes($0).count) ?? 0 }
        let pair = try #require(sizes.values.first { $0.count > 1 })
        try folder.write(folder.bytes(pair[0]), to: pair[1])
        expectDamage(pair[1])
    }

    @Test(arguments: ["state/state", "state/controls", "state/findings", "state/runs"])
    func linksAreNotFollowed(name: String) throws {
        try prepare()
        try FileManager.default.moveItem(atPath: folder.path(name), toPath: folder.path("moved"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.path(name), withDestinationPath: folder.path("moved"))
        #expect(throws: AuditStateError.file(FileError(folder.path(name), .isLink))) { try use() }
    }

    @Test func aLinkInThePlaceOfARunIsNotFollowed() throws {
        try prepare()
        let name = try #require(files().first)
        try FileManager.default.moveItem(atPath: folder.path(name), toPath: folder.path("moved"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.path(name), withDestinationPath: folder.path("moved"))
        #expect(throws: AuditStateError.file(FileError(folder.path(name), .isLink))) { try use() }
    }

    @Test(arguments: ["state/state", "state/controls", "state/findings"])
    func pipesAreNotWaitedFor(name: String) throws {
        try prepare()
        try folder.remove(name)
        #expect(unsafe mkfifo(folder.path(name), 0o600) == 0)
        #expect(
            throws: AuditStateError.file(
                FileError(folder.path(name), .isKind(.pipe, wanted: .file)))
        ) { try use() }
    }

    @Test func aFolderThatOthersMayReadIsRefused() throws {
        try prepare()
        try folder.setPermissions(0o750, "state")
        #expect(
            throws: AuditStateError.file(
                FileError(folder.path("state"), .openToOthers(mode: 0o750)))
        ) { try use() }
    }

    @Test(.enabled(if: geteuid() == 0, "only root gives files away"))
    func whatAnotherUserOwnsIsRefused() throws {
        try prepare()
        for name in ["state", "state/state", "state/controls", "state/findings"] {
            #expect(unsafe chown(folder.path(name), 12_345, 12_345) == 0)
            #expect(
                throws: AuditStateError.file(
                    FileError(folder.path(name), .ownedByAnother(12_345)))
            ) { try use() }
            #expect(unsafe chown(folder.path(name), 0, 0) == 0)
        }
        #expect(try !use().isEmpty)
    }

    @Test func onlyOneAuditIsAtWorkWithAState() throws {
        let state = try audit.open()
        #expect(throws: AuditStateError.inUse(folder.path("state"))) { try audit.open() }
        withExtendedLifetime(state) {}
    }

    @Test(arguments: [
        AuditedLog(
            .ledger(origin: "ledger.example/other", genesis: EntryID(.sha256([1]))),
            looks: ["manifests", "signatures"]),
        AuditedLog(
            .ledger(origin: "ledger.example/test", genesis: EntryID(.sha256([2]))),
            looks: ["manifests", "signatures"]),
        AuditedLog(
            .ledger(origin: "ledger.example/test", genesis: EntryID(.sha256([1]))),
            looks: ["signatures"]),
        AuditedLog(.generic(keys: ["ledger.example/test+a+b"])),
    ])
    func aStateOfAnotherAuditIsRefused(log: AuditedLog) throws {
        try prepare()
        let path = folder.path("state")
        do {
            _ = try AuditState(path, of: log)
            Issue.record("\(log) was opened")
        } catch AuditStateError.foreign(let found, let own, let wanted) {
            #expect(found == path)
            #expect(own != wanted)
        }
    }

    @Test func aStateOfALaterVersionIsRefused() throws {
        try prepare()
        let line = try folder.text("state/state").split(separator: "\n")[0]
            .replacing(#""format":2"#, with: #""format":3"#)
        let digest = Hex.encode(Hash.sha256(Array(line.utf8)).bytes)
        try folder.write("\(line)\n\(digest)\n", to: "state/state")
        #expect(
            throws: AuditStateError.unknownFormat(path: folder.path("state/state"), 3)
        ) { try use() }
    }

    /// The first form has no faults of a source apart.
    @Test func aStateOfTheFirstFormIsRead() throws {
        try prepare()
        let before = try use()
        let line = try folder.text("state/state").split(separator: "\n")[0]
            .replacing(#""format":2"#, with: #""format":1"#)
            .replacing(#""faults":[],"#, with: "")
        let digest = Hex.encode(Hash.sha256(Array(line.utf8)).bytes)
        try folder.write("\(line)\n\(digest)\n", to: "state/state")
        #expect(!line.contains("faults"))
        #expect(try use() == before)
    }

    /// What a crash left is removed; what somebody else put there stays.
    @Test func leftoversOfACrashAreRemoved() throws {
        try prepare()
        let before = try files().sorted()
        try folder.write("half a run", to: "state/runs/names-999.run")
        try folder.write("half a state", to: "state/.colophon-0123456789abcdef.tmp")
        try folder.write("a note of mine", to: "state/README")
        _ = try audit.open()
        #expect(try files().sorted() == before)
        #expect(try !folder.has("state/.colophon-0123456789abcdef.tmp"))
        #expect(try folder.has("state/README"))
    }
}
