import Files
import Foundation
import Testing

/// A file that is written on and on has what was written, and nothing of what was there behind it.
@Suite struct OutputFileTests {
    private let shelf: Shelf
    private let folder: Folder

    init() throws {
        shelf = try Shelf()
        folder = try shelf.folder()
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try folder.read(name, limit: 1_000) ?? [], as: UTF8.self)
    }

    @Test func whatIsWrittenStandsBehindEachOther() throws {
        var file = try OutputFile(making: "new", in: folder, .secret)
        try file.write(Array("one ".utf8))
        try file.write([])
        try file.write(Array("two".utf8))
        try file.synchronize()
        #expect(file.byteCount == 7)
        #expect(try text("new") == "one two")
        #expect(try folder.status(of: "new")?.mode == 0o600)
    }

    @Test func aNameThatIsTakenIsNotWrittenOver() throws {
        try shelf.write("old", to: "taken")
        #expect(throws: FileError(shelf.path("taken"), .exists)) {
            _ = try OutputFile(making: "taken", in: folder, .secret)
        }
        #expect(try text("taken") == "old")
    }

    @Test func whatIsNotKeptIsCutOff() throws {
        try shelf.write("kept and not", to: "file")
        var file = try OutputFile(appendingTo: "file", in: folder, keeping: 4)
        #expect(try text("file") == "kept")
        try file.write(Array(", and on".utf8))
        #expect(try text("file") == "kept, and on")
        #expect(file.byteCount == 12)
    }

    /// A tail is there for readers, and counts for nothing.
    @Test func aTailGivesWayToWhatIsWritten() throws {
        var file = try OutputFile(making: "new", in: folder, .secret)
        try file.write(Array("one".utf8))
        try file.writeTail(Array(", a long tail".utf8))
        #expect(try text("new") == "one, a long tail")
        try file.writeTail(Array(", short".utf8))
        #expect(try text("new") == "one, short")
        #expect(file.byteCount == 3)
        try file.write(Array(" two".utf8))
        #expect(try text("new") == "one two")
        try file.writeTail(Array("!".utf8))
        try file.writeTail([])
        #expect(try text("new") == "one two")
    }

    @Test func aFileThatLacksWhatIsKeptIsAnError() throws {
        try shelf.write("short", to: "file")
        #expect(throws: FileError(shelf.path("file"), .wrongSize(5, expected: 6))) {
            _ = try OutputFile(appendingTo: "file", in: folder, keeping: 6)
        }
        #expect(throws: FileError(shelf.path("none"), .missing)) {
            _ = try OutputFile(appendingTo: "none", in: folder, keeping: 1)
        }
    }

    @Test func whatNobodyHasMadeIsMadeForItsOwner() throws {
        _ = try OutputFile(appendingTo: "new", in: folder, keeping: 0)
        #expect(try folder.status(of: "new")?.mode == 0o600)
        #expect(try text("new").isEmpty)
    }

    @Test func aFileThatOthersMayChangeIsRefused() throws {
        try shelf.write("open", to: "file", mode: 0o620)
        #expect(throws: FileError(shelf.path("file"), .openToOthers(mode: 0o620))) {
            _ = try OutputFile(appendingTo: "file", in: folder, keeping: 0)
        }
        #expect(try text("file") == "open")
    }
}
