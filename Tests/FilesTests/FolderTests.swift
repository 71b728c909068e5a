import Files
import Foundation
import Testing
import TestSupport

/// What lies below an opened folder, and what may not be reached from there.
@Suite struct FolderTests {
    private let shelf: Shelf

    init() throws { shelf = try Shelf() }

    @Test func aFolderIsReadRelativeToWhatWasOpenedWhateverBecomesOfItsPath() throws {
        try shelf.makeFolder("kept")
        try shelf.write("ours", to: "kept/file")
        let folder = try Folder(shelf.path("kept"))
        try FileManager.default.moveItem(atPath: shelf.path("kept"), toPath: shelf.path("moved"))
        try shelf.makeFolder("kept")
        try shelf.write("theirs", to: "kept/file")
        #expect(try folder.read("file", limit: 10) == Array("ours".utf8))
    }

    @Test func aPersonsPathMayLeadOverLinks() throws {
        try shelf.makeFolder("real/below")
        try shelf.write("text", to: "real/below/file")
        try shelf.link("way", to: "real")
        let folder = try Folder(shelf.path("way/below"))
        #expect(try folder.read("file", limit: 10) == Array("text".utf8))
        try shelf.link("circle", to: "circle")
        #expect(reason { () throws(FileError) in try Folder(shelf.path("circle")) } == .isLink)
    }

    @Test func noLinkIsFollowedBelowAFolderAtAnyPlace() throws {
        try shelf.makeFolder("outside/deep")
        try shelf.write("secret", to: "outside/secret")
        try shelf.write("secret", to: "outside/deep/secret")
        try shelf.makeFolder("inside/real")
        try shelf.link("inside/secret", to: shelf.path("outside/secret"))
        try shelf.link("inside/outside", to: shelf.path("outside"))
        try shelf.link("inside/real/up", to: "../../outside")
        let folder = try Folder(shelf.path("inside"))
        for name in ["secret", "outside", "outside/secret", "real/up", "real/up/deep/secret"] {
            #expect(
                reason { () throws(FileError) in try folder.read(name, limit: 100) } == .isLink,
                "\(name)")
            #expect(
                reason { () throws(FileError) in try folder.file(name) } == .isLink, "\(name)")
            #expect(
                reason { () throws(FileError) in try folder.folder(name) } == .isLink, "\(name)")
            #expect(
                reason { () throws(FileError) in try folder.folder(ifThere: name) } == .isLink)
            #expect(
                reason { () throws(FileError) in try folder.folder(making: name, .secret) }
                    == .isLink)
        }
        #expect(try folder.status(of: "secret")?.kind == .link)
        #expect(
            reason { () throws(FileError) in try folder.status(of: "outside/secret") } == .isLink)
        #expect(try shelf.names("outside") == ["deep", "secret"])
        // A link to nothing is no absence.
        try shelf.link("inside/nowhere", to: shelf.path("nothing"))
        #expect(reason { () throws(FileError) in try folder.read("nowhere", limit: 1) } == .isLink)
        #expect(
            reason { () throws(FileError) in try folder.folder(making: "nowhere", .secret) }
                == .isLink)
        #expect(!shelf.isThere("nothing"))
    }

    @Test(arguments: ["", ".", "..", "../x", "x/..", "x/../y", "/etc", "x//y", "x/", "x\0y", "/"])
    func whatIsNoNameInTheFolderIsRefused(name: String) throws {
        try shelf.makeFolder("inside/x")
        try shelf.write("y", to: "y")
        let folder = try Folder(shelf.path("inside"))
        #expect(reason { () throws(FileError) in try folder.read(name, limit: 9) } == .badName)
        #expect(reason { () throws(FileError) in try folder.folder(name) } == .badName)
        #expect(reason { () throws(FileError) in try folder.status(of: name) } == .badName)
        #expect(reason { () throws(FileError) in try folder.remove(name) } == .badName)
        #expect(reason { () throws(FileError) in try folder.removeTree(name) } == .badName)
        #expect(reason { () throws(FileError) in try folder.removeFolder(name) } == .badName)
        #expect(reason { () throws(FileError) in try folder.makeFolder(name, .secret) } == .badName)
        #expect(
            reason { () throws(FileError) in try folder.folder(making: name, .secret) }
                == .badName)
        #expect(
            reason { () throws(FileError) in try folder.write([], to: name, .new(.secret)) }
                == .badName)
        #expect(
            reason { () throws(FileError) in try folder.rename("x", to: name, in: folder) }
                == .badName)
        #expect(try shelf.names("inside") == ["x"])
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func whatIsNoFileOrNoFolderIsSaidAtOnce() throws {
        try shelf.makeFolder("folder")
        try shelf.write("file", to: "file")
        try shelf.makePipe("pipe")
        try shelf.makeSocket("socket")
        let folder = try shelf.folder()
        let kinds: [(String, FileKind)] = [("folder", .folder), ("pipe", .pipe), ("file", .file)]
        for (name, kind) in kinds {
            #expect(try folder.status(of: name)?.kind == kind)
            if kind != .file {
                #expect(
                    reason { () throws(FileError) in try folder.read(name, limit: 9) }
                        == .isKind(kind, wanted: .file))
                #expect(
                    reason { () throws(FileError) in try InputFile(shelf.path(name)) }
                        == .isKind(kind, wanted: .file))
            }
            if kind != .folder {
                for look in [shelf.path(name)] {
                    #expect(
                        reason { () throws(FileError) in try Folder(look) }
                            == .isKind(kind, wanted: .folder))
                }
                #expect(
                    reason { () throws(FileError) in try folder.folder(making: name, .secret) }
                        == .isKind(kind, wanted: .folder))
            }
        }
        // A socket cannot be opened at all; it is no absence either.
        #expect(reason { () throws(FileError) in try folder.read("socket", limit: 9) } != nil)
        #expect(reason { () throws(FileError) in try folder.read("socket", limit: 9) } != .missing)
        #expect(
            reason { () throws(FileError) in try Folder("/dev").file("null") }
                == .isKind(.device, wanted: .file))
        #expect(
            reason { () throws(FileError) in try InputFile("/dev/zero") }
                == .isKind(.device, wanted: .file))
    }

    @Test func aLookThatFailsIsNoAbsence() throws {
        let folder = try shelf.folder()
        #expect(try folder.read("nothing", limit: 1) == nil)
        #expect(try folder.folder(ifThere: "nothing") == nil)
        #expect(try folder.status(of: "nothing") == nil)
        try shelf.write("x", to: "file")
        #expect(throws: FileError.self) { try folder.read("file/below", limit: 1) }
        #expect(throws: FileError.self) { try folder.status(of: "file/below") }
        let long = String(repeating: "n", count: 300)
        #expect(throws: FileError.self) { try folder.status(of: long) }
        #expect(throws: FileError.self) { try folder.read(long, limit: 1) }
    }

    @Test func moreBytesOrNamesThanAllowedAreRefused() throws {
        let folder = try shelf.folder()
        try shelf.makeSparse("sparse", byteCount: 8 << 40)
        #expect(
            reason { () throws(FileError) in try folder.read("sparse", limit: 1 << 20) }
                == .tooLarge(limit: 1 << 20))
        try shelf.write("four", to: "four")
        #expect(try folder.read("four", limit: 4) == Array("four".utf8))
        #expect(
            reason { () throws(FileError) in try folder.read("four", limit: 3) }
                == .tooLarge(limit: 3))
        #expect(try folder.names().sorted() == ["four", "sparse"])
        #expect(
            reason { () throws(FileError) in try folder.names(limit: 1) }
                == .tooManyNames(limit: 1))
    }

    /// The kernel takes any bytes as a name; one that is passed over would be seen by nobody.
    @Test func aNameThatIsNotUTF8IsNotPassedOver() throws {
        var name = Array(shelf.path("strange").utf8.map { CChar(bitPattern: $0) })
        name += [CChar(bitPattern: 0xFF), 0]
        let made = unsafe name.withUnsafeBufferPointer { name in
            unsafe name.baseAddress.map { unsafe mkfifo($0, 0o600) }
        }
        try #require(made == 0)
        let folder = try shelf.folder()
        #expect(try folder.names() == [NativeText.spelled(Array("strange".utf8) + [0xFF])])
        #expect(try folder.content() == folder.names())
    }

    @Test func whatTheFileSystemPutsIntoAVolumeIsNoContent() throws {
        try shelf.makeFolder("lost+found")
        let folder = try shelf.folder()
        #expect(try folder.content().isEmpty)
        try shelf.write("x", to: "file")
        #expect(try folder.content() == ["file"])
        try folder.removeContents()
        #expect(try shelf.names() == ["lost+found"])
    }

    @Test func onlyOneAtATimeHasTheLockOfAFolder() throws {
        let first = try shelf.folder()
        try first.lock()
        let second = try shelf.folder()
        for limit in [Duration.zero, .milliseconds(3)] {
            #expect(reason { () throws(FileError) in try second.lock(within: limit) } == .inUse)
        }
        #expect(try first.names().isEmpty)
    }
}
