import Files
import TestSupport
import Testing

/// What is removed, and what stays.
@Suite struct FolderRemovingTests {
    private let shelf: Shelf

    init() throws { shelf = try Shelf() }

    @Test func aTreeIsRemovedAndNoLinkInItIsFollowed() throws {
        try shelf.makeFolder("outside/deep")
        try shelf.write("precious", to: "outside/deep/file")
        try shelf.makeFolder("tree/a/b")
        try shelf.write("x", to: "tree/a/b/file")
        try shelf.link("tree/link", to: shelf.path("outside"))
        try shelf.link("tree/a/b/up", to: "../../../outside/deep")
        try shelf.hardLink("tree/hard", to: "outside/deep/file")
        try shelf.makePipe("tree/pipe")
        try shelf.makeSocket("tree/s")
        try shelf.folder().removeTree("tree")
        #expect(try shelf.names() == ["outside"])
        #expect(try shelf.text("outside/deep/file") == "precious")
        // The tree itself may be a link: the link goes.
        try shelf.link("tree", to: shelf.path("outside"))
        try shelf.folder().removeTree("tree")
        #expect(try shelf.names() == ["outside"])
        #expect(try shelf.text("outside/deep/file") == "precious")
        try shelf.folder().removeTree("nothing")
    }

    @Test func aTreeThatIsDeeperThanAllowedIsLeft() throws {
        try shelf.makeFolder("tree/1/2/3/4/5/6/7/8/9")
        #expect(throws: FileError.self) { try shelf.folder().removeTree("tree") }
        #expect(shelf.isThere("tree/1/2/3/4/5/6/7/8/9"))
    }

    @Test func oneNameIsRemovedAndAFolderIsNoName() throws {
        try shelf.write("precious", to: "file")
        try shelf.link("link", to: "file")
        try shelf.makeFolder("folder")
        try shelf.write("x", to: "folder/file")
        let folder = try shelf.folder()
        try folder.remove("link")
        #expect(try shelf.text("file") == "precious")
        #expect(throws: FileError.self) { try folder.remove("folder") }
        #expect(throws: FileError.self) { try folder.removeFolder("folder") }
        #expect(throws: FileError.self) { try folder.removeFolder("file") }
        try folder.remove("nothing")
        try folder.remove("folder/file")
        try folder.removeFolder("folder")
        #expect(try shelf.names() == ["file"])
    }

    @Test func contentsAreRemovedButForOneName() throws {
        try shelf.makeFolder("a/b")
        try shelf.write("x", to: "mark")
        try shelf.write("x", to: "file")
        let folder = try shelf.folder()
        try folder.removeContents(but: "mark")
        #expect(try shelf.names() == ["mark"])
        try folder.removeContents()
        #expect(try shelf.names().isEmpty)
    }

    @Test(.enabled(if: isRoot, "needs root"))
    func whatIsMountedInATreeIsLeft() async throws {
        try shelf.makeFolder("volume")
        try shelf.makeFolder("tree/mounted")
        let place = shelf.path("tree/mounted")
        let mounted = try await Program.run("mount", ["-t", "tmpfs", "tmpfs", place])
        // Some containers let even root mount nothing.
        guard mounted.status == 0 else { return }
        let checked = Result {
            try shelf.write("precious", to: "tree/mounted/file")
            let error = #expect(throws: FileError.self) { try shelf.folder().removeTree("tree") }
            #expect(error?.reason == .isMounted)
            #expect(try shelf.text("tree/mounted/file") == "precious")
        }
        #expect(try await Program.run("umount", [place]).status == 0)
        try checked.get()
    }
}
