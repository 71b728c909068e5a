import Files
import Foundation
import Testing
import TestSupport

/// How files and folders come to be: whole, with exactly their permissions, over nothing that was
/// not meant.
@Suite(.serialized) struct FolderWritingTests {
    private let shelf: Shelf

    init() throws { shelf = try Shelf() }

    @Test(arguments: [0o000, 0o022, 0o027, 0o077])
    func modesAreExactWhateverTheUmask(mask: Int) throws {
        // What is the person's own is asked once, at the first use.
        let usual = try shelf.folder()
        try usual.write([], to: "usual", .new(.usual))
        let expected = try shelf.mode("usual")
        let old = umask(mode_t(mask))
        defer { umask(old) }
        let folder = try Folder(making: shelf.path("new/folder"), .published)
        #expect(try shelf.mode("new") == 0o755)
        #expect(try shelf.mode("new/folder") == 0o755)
        try folder.write([1], to: "published", .new(.published))
        try folder.write([1], to: "secret", .new(.secret))
        try folder.write([1], to: "again", .new(.published))
        try folder.write([2], to: "again", .replacing(.secret))
        try folder.write([1], to: "usual", .new(.usual))
        _ = try folder.folder(making: "a/b", .secret)
        _ = try folder.makeFolder("c", .published)
        _ = try folder.makeFolder("d", .secret)
        let modes = [
            ("published", 0o644), ("secret", 0o600), ("again", 0o600), ("a", 0o700),
            ("a/b", 0o700), ("c", 0o755), ("d", 0o700), ("usual", expected),
        ]
        for (name, mode) in modes {
            #expect(try shelf.mode("new/folder/\(name)") == mode, "\(name)")
        }
        // What is there keeps its own.
        try shelf.setMode(0o711, "new/folder/c")
        _ = try folder.folder(making: "c", .secret)
        #expect(try shelf.mode("new/folder/c") == 0o711)
    }

    @Test func aNewFileTakesNobodysPlace() throws {
        let folder = try shelf.folder()
        try shelf.write("precious", to: "file")
        try shelf.makeFolder("folder")
        try shelf.makePipe("pipe")
        try shelf.makeSocket("socket")
        try shelf.link("link", to: "file")
        try shelf.link("nowhere", to: "nothing")
        for name in ["file", "folder", "pipe", "socket", "link", "nowhere"] {
            #expect(
                reason { () throws(FileError) in try folder.write([1], to: name, .new(.secret)) }
                    == .exists, "\(name)")
        }
        #expect(try shelf.text("file") == "precious")
        #expect(!shelf.isThere("nothing"))
        #expect(
            reason { () throws(FileError) in try folder.makeFolder("nowhere", .secret) } == .exists)
        // No attempt leaves anything behind.
        #expect(try shelf.names() == ["file", "folder", "link", "nowhere", "pipe", "socket"])
    }

    @Test func aLinkIsReplacedAndWhatItLeadsToStays() throws {
        try shelf.write("note key", to: "key")
        try shelf.makeFolder("out")
        try shelf.link("out/file", to: shelf.path("key"))
        try shelf.hardLink("out/hard", to: "key")
        let folder = try Folder(shelf.path("out"))
        for name in ["file", "hard"] {
            try folder.write(Array("new".utf8), to: name, .replacing(.published))
            #expect(try shelf.text("out/\(name)") == "new")
            #expect(try shelf.mode("out/\(name)") == 0o644)
        }
        #expect(try shelf.text("key") == "note key")
        #expect(try shelf.mode("key") == 0o600)
        #expect(try folder.status(of: "file")?.kind == .file)
    }

    @Test func aFileThatIsReplacedKeepsItsOwnerAndMode() throws {
        let folder = try shelf.folder()
        try shelf.write("old", to: "file", mode: 0o640)
        if isRoot { try shelf.setOwner(somebody, "file") }
        let owner = try shelf.owner("file")
        try folder.write(Array("new".utf8), to: "file", .keepingOwner)
        #expect(try shelf.text("file") == "new")
        #expect(try shelf.mode("file") == 0o640)
        #expect(try shelf.owner("file") == owner)
        // What lets a program run as its owner is lost, as with any write.
        try shelf.setMode(0o4755, "file")
        try folder.write(Array("newer".utf8), to: "file", .keepingOwner)
        #expect(try shelf.mode("file") == 0o755)
    }

    @Test func onlyAnOrdinaryFileIsReplacedByOneThatKeepsItsOwner() throws {
        let folder = try shelf.folder()
        try shelf.write("text", to: "file")
        try shelf.makePipe("pipe")
        try shelf.makeSocket("socket")
        try shelf.makeFolder("folder")
        try shelf.link("link", to: "file")
        let kinds: [(String, FileKind)] = [
            ("pipe", .pipe), ("socket", .socket), ("folder", .folder), ("link", .link),
        ]
        for (name, kind) in kinds {
            #expect(
                reason { () throws(FileError) in try folder.write([1], to: name, .keepingOwner) }
                    == .isKind(kind, wanted: .file))
            #expect(try folder.status(of: name)?.kind == kind)
        }
        #expect(
            reason { () throws(FileError) in try folder.write([1], to: "nothing", .keepingOwner) }
                == .missing)
        #expect(try shelf.names() == ["file", "folder", "link", "pipe", "socket"])
        #expect(try shelf.text("file") == "text")
    }

    /// Whoever could guess the name of a file before it is there could put a link in its place.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func noTwoTemporaryNamesAreTheSame() async throws {
        let path = shelf.path
        let contents = [UInt8](repeating: 7, count: 1 << 20)
        let writing = Task.detached {
            let folder = try Folder(path)
            while !Task.isCancelled {
                try folder.write(contents, to: "file", .replacing(.secret))
                await Task.yield()
            }
        }
        var seen: Set<String> = []
        while seen.count < 2 {
            seen.formUnion(try shelf.names().filter(Folder.isTemporary))
            await Task.yield()
        }
        writing.cancel()
        try await writing.value
        for name in seen { #expect(name.wholeMatch(of: /\.colophon-[0-9a-f]{16}\.tmp/) != nil) }
        #expect(try shelf.names() == ["file"])
    }

    @Test func aWriteThatFailsLeavesNothingBehind() throws {
        let folder = try shelf.folder()
        try shelf.makeFolder("taken")
        #expect(throws: FileError.self) {
            try folder.write([1], to: "taken", .replacing(.secret))
        }
        #expect(throws: FileError.self) {
            try folder.write([1], to: "none/file", .replacing(.secret))
        }
        let long = String(repeating: "n", count: 300)
        #expect(throws: FileError.self) { try folder.write([1], to: long, .replacing(.secret)) }
        #expect(try shelf.names() == ["taken"])
    }

    @Test func aFolderThatSomebodyNamedIsMadeOnlyWhereItIsMissing() throws {
        try shelf.write("x", to: "file")
        try shelf.link("nowhere", to: "nothing")
        try shelf.makePipe("pipe")
        for name in ["file", "pipe"] {
            #expect(throws: FileError.self) { try Folder(making: shelf.path(name), .secret) }
            #expect(throws: FileError.self) {
                try Folder(making: shelf.path("\(name)/below"), .secret)
            }
        }
        // A link to nothing is not filled by what it leads to.
        #expect(throws: FileError.self) { try Folder(making: shelf.path("nowhere"), .secret) }
        #expect(throws: FileError.self) { try Folder(making: shelf.path("nowhere/b"), .secret) }
        #expect(throws: FileError.self) { try Folder(making: "", .secret) }
        #expect(throws: FileError.self) { try Folder(making: shelf.path("a/../b"), .secret) }
        #expect(try shelf.names() == ["file", "nowhere", "pipe"])
        let made = try Folder(making: shelf.path("a/b/c/"), .secret)
        #expect(try made.names().isEmpty)
        #expect(try shelf.names("a/b") == ["c"])
    }

    @Test func aNameIsGivenAtOnceAndAcrossFolders() throws {
        try shelf.makeFolder("from")
        try shelf.makeFolder("to")
        try shelf.write("text", to: "from/file")
        try shelf.write("old", to: "to/file")
        let (from, to) = (try Folder(shelf.path("from")), try Folder(shelf.path("to")))
        try from.rename("file", to: "file", in: to)
        #expect(try shelf.text("to/file") == "text")
        #expect(try shelf.names("from").isEmpty)
        #expect(
            reason { () throws(FileError) in try from.rename("none", to: "x", in: to) } == .missing)
    }
}
