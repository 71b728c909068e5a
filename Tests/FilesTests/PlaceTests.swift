import Files
import Foundation
import Testing
import TestSupport

/// Where a file that a person named is to stand.
@Suite struct PlaceTests {
    private let shelf: Shelf

    init() throws { shelf = try Shelf() }

    @Test func aPathIsTakenApartAsTheKernelDoes() {
        let parts: [(String, String, String)] = [
            ("a", ".", "a"), ("a/b", "a", "b"), ("/a", "/", "a"), ("/a/b/", "/a", "b"),
            ("a//", ".", "a"), ("/a//b", "/a/", "b"), ("./a", ".", "a"), ("../a", "..", "a"),
        ]
        for (path, parent, name) in parts {
            #expect(Place.split(path)?.parent == parent, "\(path)")
            #expect(Place.split(path)?.name == name, "\(path)")
        }
        for path in ["", "/", "//", ".", "..", "a/.", "a/..", "/."] {
            #expect(Place.split(path) == nil, "\(path)")
            #expect(reason { () throws(FileError) in try Place(path) } == .badName, "\(path)")
        }
    }

    @Test func linksOnTheWayAreFollowedAndTheLastIsNot() throws {
        try shelf.makeFolder("real")
        try shelf.link("way", to: "real")
        try shelf.write("target", to: "real/target")
        try shelf.link("real/link", to: "target")
        let place = try Place(shelf.path("way/link"))
        #expect(try place.status?.kind == .link)
        let followed = try Place(following: shelf.path("way/link"))
        #expect(followed.name == "target")
        #expect(try followed.status?.kind == .file)
        #expect(try Place(shelf.path("way/none")).status == nil)
        #expect(reason { () throws(FileError) in try Place(shelf.path("no/file")) } == .missing)
        #expect(!shelf.isThere("no"))
        _ = try Place(making: shelf.path("no/file"), .secret)
        #expect(try shelf.mode("no") == 0o700)
        #expect(!shelf.isThere("no/file"))
    }

    @Test func aLinkToNothingIsTakenThoughItIsNothing() throws {
        try shelf.link("nowhere", to: "nothing")
        #expect(try NamedPath.isTaken(shelf.path("nowhere")))
        #expect(try NamedPath.status(shelf.path("nowhere")) == nil)
        #expect(try !NamedPath.isTaken(shelf.path("nothing")))
        try shelf.write("x", to: "file")
        #expect(throws: FileError.self) { try NamedPath.isTaken(shelf.path("file/below")) }
        #expect(throws: FileError.self) { try NamedPath.status(shelf.path("file/below")) }
        #expect(try NamedPath.absolute("/a/b") == "/a/b")
        #expect(try NamedPath.absolute("b").hasSuffix("/b"))
    }

    @Test func aRecordInPlaceIsWrittenOnlyIntoAnOrdinaryFileOfOurs() throws {
        try shelf.write(String(repeating: "-", count: 16), to: "record")
        let folder = try shelf.folder()
        let record = try SlotFile("record", in: folder)
        try record.write(Array("abcd".utf8), at: 8)
        #expect(try shelf.text("record") == "--------abcd----")
        try shelf.write("precious", to: "precious")
        try shelf.link("link", to: "precious")
        try shelf.makePipe("pipe")
        try shelf.makeFolder("folder")
        try shelf.makeSocket("socket")
        #expect(reason { () throws(FileError) in try SlotFile("link", in: folder) } == .isLink)
        #expect(
            reason { () throws(FileError) in try SlotFile("pipe", in: folder) }
                == .isKind(.pipe, wanted: .file))
        #expect(reason { () throws(FileError) in try SlotFile("none", in: folder) } == .missing)
        for name in ["folder", "socket", "..", "a/b"] {
            #expect(throws: FileError.self) { try SlotFile(name, in: folder) }
        }
        for mode in [0o620, 0o602, 0o666] {
            try shelf.setMode(mode, "precious")
            #expect(
                reason { () throws(FileError) in try SlotFile("precious", in: folder) }
                    == .openToOthers(mode: UInt32(mode)))
        }
        try shelf.setMode(0o644, "precious")
        _ = try SlotFile("precious", in: folder)
        #expect(try shelf.text("precious") == "precious")
    }

    @Test func aRecordWhoseNameIsAnotherFilesIsNotWritten() throws {
        try shelf.write("----", to: "record")
        let folder = try shelf.folder()
        let record = try SlotFile("record", in: folder)
        let journal = try AppendFile("record", in: folder)
        try journal.append(Array("ab".utf8), at: 4)
        #expect(
            reason { () throws(FileError) in try journal.append([0x63], at: 4) }
                == .wrongSize(6, expected: 4))
        try FileManager.default.moveItem(
            atPath: shelf.path("record"), toPath: shelf.path("aside"))
        #expect(reason { () throws(FileError) in try record.write([0x63], at: 0) } == .missing)
        #expect(reason { () throws(FileError) in try journal.append([0x63], at: 6) } == .missing)
        try shelf.write("----ab", to: "record")
        #expect(reason { () throws(FileError) in try record.write([0x63], at: 0) } == .changed)
        #expect(reason { () throws(FileError) in try journal.append([0x63], at: 6) } == .changed)
        #expect(try shelf.text("record") == "----ab")
        #expect(try shelf.text("aside") == "----ab")
    }

    @Test(.enabled(if: isRoot, "needs root"))
    func aRecordOfAnotherUsersIsRefused() throws {
        try shelf.write("x", to: "record")
        try shelf.setOwner(somebody, "record")
        #expect(
            reason { () throws(FileError) in try SlotFile("record", in: Folder(shelf.path)) }
                == .ownedByAnother(somebody))
    }
}
