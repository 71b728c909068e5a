import Encoding
import Files
import Foundation
import Keys
import Provenance
import Studio
import TestSupport
import Testing

/// Where records go, and what is no record.
@Suite struct RecordFileTests {
    private let folder: TemporaryFolder
    private let work: String

    init() throws {
        folder = try TemporaryFolder()
        work = try folder.write("a picture", to: "photo.jpg")
    }

    private func record(_ title: Text = "Estuary") throws -> SignedRecord {
        var draft = ProvenanceDraft()
        draft.creator = "Ana Example"
        draft.record = RecordText(title: title)
        return try Signer(issuer: "https://pops.example/berlin", key: KeyFile.generate(.ed25519))
            .sign(draft, of: Artifact(reading: work))
    }

    /// `sign --force` and `submit` look at a file and then write it: none undoes what another does.
    @Test func whoLooksAndWritesIsAloneInAFolder() async throws {
        let place = try TemporaryFolder()
        try place.write("0", to: "count")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try RecordFile.holding(place.path("count"), failingBy: { $0 }) {
                        () throws(any Error) in
                        let count = try #require(Int(place.text("count")))
                        try place.write("\(count + 1)", to: "count")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try place.text("count") == "50")
    }

    /// A command that was stopped while it had the folder may have it for ever.
    @Test func aFolderThatStaysInUseIsNamedAndNothingIsDone() throws {
        let place = try TemporaryFolder()
        let held = try Folder(place.path)
        try held.lock()
        let error = #expect(throws: RecordFileError.self) {
            try RecordFile.holding(
                place.path("photo.jpg.colophon"), within: .milliseconds(1), failingBy: { $0 }
            ) { () throws(RecordFileError) in Issue.record("it was done") }
        }
        guard case .unwritable(let refusal) = error else {
            throw FixtureError.unexpected("\(error, default: "nothing")")
        }
        #expect(refusal.reason == .inUse)
    }

    @Test func aRecordStandsBesideItsWorkAndIsReadBack() throws {
        let record = try record()
        let place = try NewRecordFile(beside: work)
        try place.write(record)
        #expect(place.path == work + ".colophon")
        #expect(!place.isReplacement)
        let file = try RecordFile(place.path)
        #expect(file.bytes == record.bytes)
        #expect(file.content.statement == record.statement)
    }

    /// Two looks for one answer see the same record, or there is no answer.
    @Test func aRecordThatIsReadTwiceHasTheSameBytes() throws {
        let place = try NewRecordFile(beside: work)
        let record = try record()
        try place.write(record)
        let known = KnownRecords()
        for _ in 0..<2 { #expect(try known.bytes(of: place.path) == record.bytes) }
        try folder.write("another", to: "photo.jpg.colophon")
        for _ in 0..<2 {
            #expect(throws: RecordFileError.unreadable(FileError(place.path, .changed))) {
                try known.bytes(of: place.path)
            }
        }
        #expect(try KnownRecords().bytes(of: place.path) == Array("another".utf8))
    }

    @Test func aRecordIsReplacedOnlyWhereThatIsMeant() throws {
        let (first, second) = (try record("First"), try record("Second"))
        try NewRecordFile(beside: work).write(first)
        #expect(throws: RecordFileError.exists(work + ".colophon")) {
            try NewRecordFile(beside: work)
        }
        let place = try NewRecordFile(beside: work, replacing: true)
        #expect(place.isReplacement)
        try place.write(second)
        #expect(try RecordFile(place.path).bytes == second.bytes)
    }

    /// Between the look and the write somebody may make the file.
    @Test func aRecordThatAppearsMeanwhileStays() throws {
        let place = try NewRecordFile(beside: work)
        let other = try record("Other")
        try NewRecordFile(beside: work).write(other)
        let taken = RecordFileError.unwritable(FileError(place.path, .exists))
        #expect(throws: taken) { try place.write(record()) }
        #expect(try RecordFile(place.path).bytes == other.bytes)
    }

    @Test func aLinkThatLeadsNowhereTakesTheName() throws {
        try FileManager.default.createSymbolicLink(
            atPath: work + ".colophon", withDestinationPath: folder.path("nowhere"))
        #expect(throws: RecordFileError.exists(work + ".colophon")) {
            try NewRecordFile(beside: work)
        }
    }

    @Test func aRecordHasNoRecord() {
        let path = work + ".colophon"
        #expect(throws: RecordFileError.isRecord(path)) { try NewRecordFile(beside: path) }
    }

    @Test func anEmptyFileIsUnreadableAndNotFalse() throws {
        let path = try folder.write("", to: "empty.colophon")
        #expect(throws: RecordFileError.empty(path)) { try RecordFile(path) }
    }

    @Test func aPictureIsNoRecord() throws {
        #expect(throws: RecordFileError.noRecord(work, meant: nil)) { try RecordFile(work) }
        // Whoever names the picture may mean the record beside it.
        try NewRecordFile(beside: work).write(record())
        #expect(throws: RecordFileError.noRecord(work, meant: work + ".colophon")) {
            try RecordFile(work)
        }
    }

    @Test func aFileThatIsNotThereIsMissing() {
        let path = folder.path("nothing.colophon")
        #expect(throws: RecordFileError.unreadable(FileError(path, .missing))) {
            try RecordFile(path)
        }
    }

    /// A record that its maker has no receipt of yet may be replaced; one that has one stays.
    @Test func aRecordThatCannotBeReadOrHasAReceiptIsKept() throws {
        try NewRecordFile(beside: work).write(record("First"))
        #expect(try NewRecordFile(beside: work, replacing: true).write(record("First")) == nil)
        let whole = try folder.write("damaged", to: "photo.jpg.colophon")
        let place = try NewRecordFile(beside: work, replacing: true)
        #expect(try place.write(record("Second")) == work + ".1.colophon")
        #expect(try folder.text("photo.jpg.1.colophon") == "damaged")
        #expect(try RecordFile(whole).content.receipts.isEmpty)
        _ = try folder.write("damaged again", to: "photo.jpg.colophon")
        try NewRecordFile(beside: work, replacing: true).write(record("Third"))
        #expect(try folder.text("photo.jpg.1.colophon") == "damaged")
        #expect(try folder.text("photo.jpg.2.colophon") == "damaged again")
    }

    @Test func aCorrectionStandsBesideTheRecordThatItNames() throws {
        let first = try record("First")
        try NewRecordFile(beside: work).write(first)
        let place = try NewRecordFile(beside: work, parents: [first.id])
        #expect(place.path == work + ".1.colophon" && !place.isReplacement)
        try place.write(record("Second"))
        #expect(try RecordFile(work + ".colophon").bytes == first.bytes)
        let stranger = try record("Stranger").id
        #expect(throws: RecordFileError.exists(work + ".colophon")) {
            try NewRecordFile(beside: work, parents: [stranger])
        }
    }

    @Test(arguments: [
        ("a/photo.jpg.1.colophon", "a/photo.jpg"), ("x.9999.colophon", "x"),
        ("photo.jpg.colophon", nil), ("photo.jpg.0.colophon", nil), ("x.01.colophon", nil),
        (".1.colophon", nil), ("x.1", nil), ("x.-1.colophon", nil),
    ])
    func aFurtherRecordBelongsToTheWorkBesideIt(path: String, work: String?) {
        #expect(RecordFile.work(ofFurther: path) == work)
    }

    // MARK: - Folders

    @Test func aFolderStandsForTheFilesInItAndBelow() throws {
        for name in ["b.jpg", "b.jpg.colophon", "a.jpg", ".hidden.colophon"] {
            _ = try folder.write(name, to: name)
        }
        let below = folder.path("deep/deeper")
        try FileManager.default.createDirectory(
            atPath: below, withIntermediateDirectories: true)
        _ = try folder.write("c", to: "deep/deeper/c.tif")
        _ = try folder.write("c", to: "deep/deeper/c.tif.colophon")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("link"), withDestinationPath: below)
        let top = folder.path
        #expect(
            try FolderWalk.records([top + "/", top + "/b.jpg.colophon", "elsewhere.colophon"]) == [
                "\(top)/b.jpg.colophon", "\(below)/c.tif.colophon", "elsewhere.colophon",
            ])
        let (works, signedCount) = try FolderWalk.unsignedWorks([top, work])
        #expect(works == ["\(top)/a.jpg", work, work])
        #expect(signedCount == 2)
    }

    /// U+00E9, and "e" with U+0301: to a Swift string they are one.
    @Test func filesWhoseNamesLookTheSameAreAllMeant() throws {
        let path = folder.path("album")
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false)
        let names = ["e\u{301}.jpg", "\u{E9}.jpg"]
        func bytes(_ paths: [String]) -> [[UInt8]] { paths.map { Array($0.utf8) } }
        for name in names + [names[0] + ".colophon", ".\u{301}.jpg"] {
            _ = try folder.write("a", to: "album/" + name)
        }
        // A record beside the one is none of the other.
        let (works, signedCount) = try FolderWalk.unsignedWorks([path])
        #expect(bytes(works) == bytes(["\(path)/\(names[1])"]))
        #expect(signedCount == 1)
        _ = try folder.write("a", to: "album/\(names[1]).colophon")
        let records = names.map { "\(path)/\($0).colophon" }
        #expect(try bytes(FolderWalk.records([path])) == bytes(records))
        #expect(try bytes(FolderWalk.records(records + [path])) == bytes(records))
    }

    @Test func aFolderWithoutARecordIsNamed() throws {
        #expect(throws: FolderWalkError.empty(folder.path)) {
            try FolderWalk.records([folder.path])
        }
    }

    @Test func aFolderWithoutAWorkIsNamed() throws {
        let path = folder.path("album")
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false)
        _ = try folder.write("a", to: "album/gone.jpg.colophon")
        _ = try folder.write("a", to: "album/.hidden.jpg")
        #expect(throws: FolderWalkError.noWork(path)) {
            try FolderWalk.unsignedWorks([work, path])
        }
    }

    @Test func aPathWithARecordBesideItMayStay() throws {
        let path = folder.path("album")
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false)
        _ = try folder.write("a", to: "album/a.jpg.colophon")
        let below = [path + "/a.jpg.colophon"]
        #expect(try FolderWalk.records([path], besideFirst: true) == below)
        _ = try folder.write("a", to: "album.colophon")
        #expect(try FolderWalk.records([path], besideFirst: true) == [path])
        #expect(try FolderWalk.records([path]) == below)
    }
}
