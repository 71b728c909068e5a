import Files
import IndexMap
import Provenance
import Studio
import TestLog
import TestSupport
import Testing

/// What shows that an index leaves an entry out is kept once, up to a number of files.
@Suite struct OmissionFolderTests {
    private static let photo = IndexName.work("photo")

    private let ledger: IndexedLedger
    private let temporary: TemporaryFolder

    /// A ledger whose index leaves out entry 5, which names the photo.
    init() throws {
        ledger = try IndexedLedger()
        ledger.leaveOut(5)
        try ledger.add(["photo", "print", "photo"])
        try ledger.addHead()
        temporary = try TemporaryFolder()
    }

    /// What convicts the ledger now, by the newest proof or by an older one.
    private func omission(by proof: [UInt8]? = nil) throws -> OmissionEvidence {
        let proof = try proof ?? ledger.proof([Self.photo]).encoded()
        return try #require(
            OmissionEvidence(ledger.record(5).encoded(), leftOutOf: proof, by: ledger.kit()))
    }

    private var folder: OmissionFolder { OmissionFolder(temporary.path) }

    /// The receipts of an entry are others at each look.
    @Test func theSameFindingMakesTheSameFile() throws {
        let proof = try ledger.proof([Self.photo]).encoded()
        let first = try omission(by: proof)
        try ledger.add(["print"])
        let second = try omission(by: proof)
        #expect(first.bytes != second.bytes && first.fileName == second.fileName)
        let path = temporary.path(first.fileName)
        for omission in [first, second, first] {
            #expect(try omission.keep(in: folder) == .kept(path))
        }
        #expect(try temporary.names() == [first.fileName])
        #expect(try temporary.bytes(first.fileName) == first.bytes)
    }

    @Test func anotherIndexHeadIsAnotherFinding() throws {
        let first = try omission()
        try ledger.addHead()
        let second = try omission()
        #expect(first.fileName != second.fileName)
        for omission in [first, second] { _ = try omission.keep(in: folder) }
        #expect(try temporary.names() == [first.fileName, second.fileName].sorted())
    }

    /// Those that are there count, whoever has written them.
    @Test func noMoreFilesAreKeptThanTheLimit() throws {
        for number in 1..<OmissionFolder.fileLimit {
            try temporary.write("", to: "omission-\(number)-00.misbehaviour")
        }
        // Halves, which convict nobody, take no place of what does.
        for number in 1...OmissionFolder.fileLimit {
            try temporary.write("", to: "omission-\(number)-00.complete")
        }
        for name in ["photo.complete", "omission-1.txt", "fork-1-2-00.misbehaviour"] {
            try temporary.write("", to: name)
        }
        let first = try omission()
        let path = temporary.path(first.fileName)
        #expect(try first.keep(in: folder) == .kept(path))
        let names = try temporary.names()
        try ledger.addHead()
        let second = try omission()
        #expect(try second.keep(in: folder) == .full)
        #expect(try temporary.names() == names)
        // One that is there is kept for good, also where the folder is full.
        #expect(try first.keep(in: folder) == .kept(path))
        try temporary.remove("omission-1-00.misbehaviour")
        #expect(try second.keep(in: folder) == .kept(temporary.path(second.fileName)))
    }

    @Test(arguments: [0o770, 0o707, 0o777])
    func aFolderThatOthersCanWriteToIsRefused(mode: Int) throws {
        let omission = try omission()
        for folder in [folder, OmissionFolder(temporary.path("new"), making: true)] {
            try temporary.setPermissions(mode, "")
            let error = #expect(throws: FileError.self) { try omission.keep(in: folder) }
            #expect(error?.reason == .openToOthers(mode: UInt32(mode)))
            try temporary.setPermissions(0o700, "")
            #expect(try temporary.names().isEmpty)
        }
    }

    @Test func aFolderIsMadeForItsUserAlone() throws {
        let omission = try omission()
        for _ in 1...2 {
            _ = try omission.keep(in: OmissionFolder(temporary.path("evidence"), making: true))
        }
        #expect(try temporary.permissions("evidence") == 0o700)
        #expect(try temporary.permissions("evidence/\(omission.fileName)") == 0o600)
        #expect(throws: FileError.self) {
            try omission.keep(in: OmissionFolder(temporary.path("none")))
        }
    }

    /// A file of that name which does not show it is no evidence, and is not written over.
    @Test func whatIsThereAndShowsSomethingElseStays() throws {
        let omission = try omission()
        var listed = try ledger.record(3)
        listed.completes = [try ledger.proof([Self.photo]).encoded()]
        for other in [Array("other".utf8), [], listed.encoded()] {
            try temporary.write(other, to: omission.fileName)
            let error = #expect(throws: FileError.self) { try omission.keep(in: folder) }
            #expect(error?.reason == .exists)
            #expect(try temporary.bytes(omission.fileName) == other)
        }
    }

    /// Each counts what is there and then adds to it: one after the other.
    @Test func commandsThatRunAtOnceKeepNoMoreThanTheLimit() async throws {
        for number in 1..<OmissionFolder.fileLimit {
            try temporary.write("", to: "omission-\(number)-00.misbehaviour")
        }
        let first = try omission()
        try ledger.addHead()
        let second = try omission()
        let folder = folder
        let outcomes = try await withThrowingTaskGroup(of: OmissionFolder.Outcome.self) { group in
            for omission in [first, second] {
                group.addTask { try omission.keep(in: folder) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .full } == 1)
        #expect(try temporary.names().count == OmissionFolder.fileLimit)
    }

    /// Where another process counts the files, nothing is written.
    @Test func aFolderThatIsInUseIsLeft() throws {
        let omission = try omission()
        let held = try Folder(temporary.path)
        try held.lock()
        let error = #expect(throws: FileError.self) {
            try omission.keep(in: OmissionFolder(temporary.path, lockLimit: .milliseconds(1)))
        }
        #expect(error?.reason == .inUse)
        #expect(try temporary.names().isEmpty)
        try held.unlock()
        #expect(try omission.keep(in: folder) == .kept(temporary.path(omission.fileName)))
    }
}
