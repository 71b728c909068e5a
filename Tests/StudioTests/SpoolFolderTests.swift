import Encoding
import Files
import Foundation
import Keys
import Provenance
import Studio
import TestSupport
import Testing

/// Which folders are spools, what is found wrong with one, and what becomes of a copy.
@Suite struct SpoolFolderTests {
    private let bench: SpoolBench
    private var folder: TemporaryFolder { bench.folder }

    init() throws {
        bench = try SpoolBench()
    }

    @Test func aSpoolIsForItsOwnerAlone() throws {
        #expect(try folder.permissions("spool") == 0o700)
        #expect(try folder.permissions("spool/pending") == 0o700)
        #expect(try folder.permissions("spool/spool.json") == 0o600)
        try bench.seal("photo.jpg", in: bench.open())
        #expect(
            try folder.permissions("spool/pending/0000000000-photo.jpg.colophon") == 0o600)
    }

    @Test func theSettingsAreReadBack() throws {
        var settings = try bench.settings
        settings.trust = "/kits/prints"
        settings.origin = "ledger.example/prints"
        settings.gate = .reconciliation
        settings.reconcilers = ["https://pops.example/office"]
        settings.deciders = ["https://pops.example/office", "https://pops.example/lagos"]
        settings.businessHours = "Monday-Friday 09:00-17:00"
        settings.telemetry = ["sold"]
        #expect(try Spool.Settings(parsing: settings.encoded()) == settings)
    }

    @Test(arguments: [
        (#""gate": "reconciliation""#, #""gate": "open""#, "\"gate\" must be \"reconciliation\""),
        (#""format": 1"#, #""format": 2"#, "is of format 2; this version knows 1"),
        (#""format": 1"#, #""format": 1, "colour": "red""#, "has an unknown member \"colour\""),
        (#""issuer": "#, #""issuers": "#, "has an unknown member \"issuers\""),
        ("}", "", "is not JSON"),
    ])
    func settingsThatCannotBeFollowedAreNamed(was: String, is now: String, rule: String) throws {
        var settings = try bench.settings
        settings.gate = .reconciliation
        let text = String(decoding: settings.encoded(), as: UTF8.self)
        let changed = text.replacingOccurrences(of: was, with: now)
        #expect(changed != text)
        let error = #expect(throws: SpoolSettingsError.self) {
            try Spool.Settings(parsing: Array(changed.utf8))
        }
        #expect(error?.description.hasPrefix(rule) == true, "\(error as Any)")
    }

    // MARK: - Making

    @Test func aFolderThatHoldsSomethingBecomesNoSpool() throws {
        #expect(throws: SpoolError.isSpool(bench.path)) {
            try Spool.make(at: bench.path, bench.settings)
        }
        let path = folder.path("works")
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700]
        )
        try folder.write("x", to: "works/photo.jpg")
        #expect(throws: SpoolError.notEmpty(path)) { try Spool.make(at: path, bench.settings) }
        #expect(try folder.text("works/photo.jpg") == "x")
    }

    /// What `init` leaves that is killed before its end: all but `spool.json`.
    @Test func anUnfinishedSpoolIsFinished() throws {
        try folder.remove("spool/spool.json")
        #expect(throws: SpoolError.noSpool(bench.path)) { try bench.open() }
        _ = try Spool.make(at: bench.path, bench.settings)
        #expect(try bench.seal("photo.jpg", in: bench.open()).record.number == 0)
        try folder.remove("spool/spool.json")
        #expect(throws: SpoolError.notEmpty(bench.path)) {
            try Spool.make(at: bench.path, bench.settings)
        }
    }

    @Test func aLinkAndAnOpenFolderBecomeNoSpool() throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("link"), withDestinationPath: bench.path)
        #expect(throws: SpoolError.unwritable(FileError(folder.path("link"), .isLink))) {
            try Spool.make(at: folder.path("link"), bench.settings)
        }
        let open = folder.path("open")
        try FileManager.default.createDirectory(atPath: open, withIntermediateDirectories: false)
        try folder.setPermissions(0o777, "open")
        #expect(
            throws: SpoolError.unwritable(FileError(open, .openToOthers(mode: 0o777)))
        ) { try Spool.make(at: open, bench.settings) }
    }

    @Test func aSpoolThatOthersCanChangeIsNotOpened() throws {
        try folder.setPermissions(0o770, "spool")
        #expect(
            throws: SpoolError.unreadable(FileError(bench.path, .openToOthers(mode: 0o770)))
        ) { try bench.open() }
    }

    /// Below the spool nothing is followed, and no pipe holds a command up.
    @Test func linksAndPipesInASpoolAreRefused() throws {
        let spool = try bench.open()
        let pending = folder.path("spool/pending")
        try FileManager.default.moveItem(atPath: pending, toPath: folder.path("elsewhere"))
        try FileManager.default.createSymbolicLink(
            atPath: pending, withDestinationPath: folder.path("elsewhere"))
        let isLink = SpoolError.unreadable(FileError(pending, .isLink))
        #expect(throws: isLink) { try bench.open() }
        #expect(throws: isLink) { try bench.seal("photo.jpg", in: spool) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("elsewhere")) == [])
        try folder.remove("spool/tip")
        #expect(unsafe mkfifo(folder.path("spool/tip"), 0o600) == 0)
        let tip = bench.path + "/tip"
        #expect(throws: SpoolError.unreadable(FileError(tip, .isKind(.pipe, wanted: .file)))) {
            try bench.seal("photo.jpg", in: spool)
        }
    }

    // MARK: - Copies

    /// Copies the spool to `copy`, as a restore from a backup does.
    private func copy() throws -> String {
        try FileManager.default.copyItem(atPath: bench.path, toPath: folder.path("copy"))
        return folder.path("copy")
    }

    @Test func aCopySealsNothingUntilItIsAdopted() throws {
        try bench.seal("photo.jpg", in: bench.open())
        let path = try copy()
        #expect(throws: SpoolError.copied(path)) { try Spool(path, for: .writing) }
        #expect(try SpoolStanding(of: Spool(path, for: .reading)).faults == [.copied])
        let moved = try SpoolAdoption.adopt(path, .moved)
        #expect(moved.settings.spool == (try bench.open().settings.spool))
        #expect(try bench.seal("other.jpg", in: moved).record.number == 1)
    }

    /// As a backup is given back: into the same folder, or into a new one of the same number.
    @Test func whatABackupGivesBackSealsNothing() throws {
        try bench.seal("photo.jpg", in: bench.open())
        let backup = try copy()
        try bench.seal("other.jpg", in: bench.open())
        for name in try FileManager.default.contentsOfDirectory(atPath: bench.path) {
            try folder.remove("spool/\(name)")
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: backup) {
            try FileManager.default.copyItem(
                atPath: "\(backup)/\(name)", toPath: "\(bench.path)/\(name)")
        }
        #expect(throws: SpoolError.copied(bench.path)) { try bench.open() }
        let adopted = try SpoolAdoption.adopt(bench.path, .newChain)
        #expect(try bench.seal("third.jpg", in: adopted).record.number == 0)
    }

    @Test func aSpoolThatIsRenamedGoesOn() throws {
        try FileManager.default.moveItem(atPath: bench.path, toPath: folder.path("other"))
        let spool = try Spool(folder.path("other"), for: .writing)
        #expect(try bench.seal("photo.jpg", in: spool).record.number == 0)
    }

    @Test func aNewChainKeepsWhatWaits() throws {
        let spool = try bench.open()
        let first = try bench.seal("photo.jpg", in: spool, besideWork: true)
        let refused = try bench.seal("bad.jpg", in: spool).record
        try spool.refuse(refused, "no")
        let path = try copy()
        let adopted = try SpoolAdoption.adopt(path, .newChain)
        #expect(adopted.settings.spool != spool.settings.spool)
        let kept = try #require(try adopted.records(in: .pending).first)
        #expect(try adopted.content(of: kept).bytes == first.signed.bytes)
        #expect(try adopted.place(of: kept) == folder.path("photo.jpg.colophon"))
        #expect(kept.earlierChain == String(Hex.encode(spool.settings.spool).prefix(8)))
        let other = try #require(try adopted.records(in: .refused).first)
        #expect(try adopted.reason(of: other) == "no\n")
        let next = try bench.seal("photo.jpg", in: adopted)
        #expect(next.record.number == 0)
        #expect(next.signed.statement.chain?.id == adopted.settings.spool)
        #expect(try SpoolStanding(of: adopted).faults == [])
    }

    /// As `spool watch` has it, which keeps the spool open.
    @Test func whoHasTheSpoolOpenSealsNoLinkOfTheChainBefore() throws {
        let spool = try bench.open()
        try bench.seal("photo.jpg", in: spool)
        let adopted = try SpoolAdoption.adopt(bench.path, .newChain)
        #expect(throws: SpoolError.adopted(bench.path)) { try bench.seal("other.jpg", in: spool) }
        #expect(try bench.seal("other.jpg", in: adopted).record.number == 0)
    }

    /// A new chain is begun in a spool that lost its tip and a folder.
    @Test func aNewChainMendsWhatIsMissing() throws {
        try bench.seal("photo.jpg", in: bench.open())
        try folder.remove("spool/tip")
        try FileManager.default.removeItem(atPath: folder.path("spool/submitted"))
        let adopted = try SpoolAdoption.adopt(bench.path, .newChain)
        #expect(try bench.seal("other.jpg", in: adopted).record.number == 0)
        #expect(try adopted.records(in: .pending).count == 2)
    }

    // MARK: - Faults

    @Test func whatIsWrongIsNamed() throws {
        let spool = try bench.open()
        let records = try (0..<5).map { try bench.seal("\($0)", in: spool).record }
        try folder.remove("spool/pending/\(records[1].fileName)")
        try folder.remove("spool/pending/\(records[2].fileName)")
        try folder.write("x", to: "spool/pending/notes.txt")
        try folder.write("x", to: "spool/pending/\(records[3].fileName)")
        let bytes = try folder.bytes("spool/pending/\(records[4].fileName)")
        try folder.write(bytes, to: "spool/submitted/\(records[4].fileName)")
        let standing = try SpoolStanding(of: spool)
        let last = records[4].fileName
        #expect(standing.faults.contains(.missing(1...2)))
        #expect(standing.faults.contains(.stranger("pending/notes.txt")))
        #expect(standing.faults.contains(.doubled(4, ["pending/\(last)", "submitted/\(last)"])))
        let isUnreadable = standing.faults.contains { fault in
            guard case .unreadable(let path, _) = fault else { return false }
            return path == "pending/\(records[3].fileName)"
        }
        #expect(isUnreadable)
        #expect(standing.faultCount == 4)
    }

    @Test func recordsOfAnotherSpoolAreNamed() throws {
        let other = try SpoolBench()
        let sealed = try other.seal("photo.jpg", in: other.open())
        let spool = try bench.open()
        try bench.seal("mine.jpg", in: spool)
        try folder.write(
            sealed.signed.bytes, to: "spool/refused/\(sealed.record.fileName)")
        let path = "refused/\(sealed.record.fileName)"
        let faults = try SpoolStanding(of: spool).faults
        #expect(faults.contains(.foreign(path, "it is of another spool")))
    }

    @Test func aFolderThatIsMissingIsNamed() throws {
        try FileManager.default.removeItem(atPath: folder.path("spool/submitted"))
        try FileManager.default.removeItem(atPath: folder.path("spool/places"))
        let spool = try Spool(bench.path, for: .reading)
        #expect(try SpoolStanding(of: spool).faults == [.noFolder(.submitted), .noPlaces])
    }

    @Test func whatTheLastSyncLeftIsTold() throws {
        let spool = try bench.open()
        #expect(try SpoolTrouble.last(in: spool) == nil)
        let trouble = SpoolTrouble(at: 1_700_000_000, words: "the ledger is away")
        try trouble.keep(in: spool)
        #expect(try SpoolStanding(of: spool).trouble == trouble)
        try SpoolTrouble.clear(in: spool)
        #expect(try SpoolTrouble.last(in: spool) == nil)
    }
}
