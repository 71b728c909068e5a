import Files
import Foundation
import Testing

/// Who may change what lies at a place: the folder, what is above it, and the links on the way.
@Suite struct OwnershipTests {
    private let shelf: Shelf

    init() throws {
        shelf = try Shelf()
        try shelf.makeFolder("above/folder")
    }

    private func own(
        _ name: String, believing users: Set<UInt32> = []
    ) -> FileError.Reason? {
        reason { () throws(FileError) in
            try Ownership.requireOwn(folder: shelf.path(name), believing: users)
        }
    }

    private func parents(_ name: String) -> FileError.Reason? {
        reason { () throws(FileError) in try Ownership.requireOwnParents(of: shelf.path(name)) }
    }

    @Test func aFolderOfOursIsOursWhateverOthersMayRead() throws {
        for mode in [0o700, 0o755, 0o711, 0o500] {
            try shelf.setMode(mode, "above")
            try shelf.setMode(mode | 0o700, "above/folder")
            #expect(own("above/folder") == nil, "\(mode)")
            #expect(parents("above/folder/none") == nil)
        }
        #expect(own("above/none") == .missing)
        #expect(parents("none/none") == .missing)
        try shelf.write("x", to: "file")
        #expect(own("file") == .isKind(.file, wanted: .folder))
        #expect(parents("file/x") == .isKind(.file, wanted: .folder))
    }

    @Test(arguments: [0o720, 0o702, 0o770, 0o777, 0o775])
    func aFolderThatOthersMayWriteToIsRefused(mode: Int) throws {
        try shelf.setMode(mode, "above/folder")
        #expect(own("above/folder") == .openToOthers(mode: UInt32(mode)))
        #expect(parents("above/folder/new") == .openToOthers(mode: UInt32(mode)))
        // Others cannot rename there what is not theirs; but they can add.
        try shelf.setMode(mode | 0o1000, "above/folder")
        #expect(own("above/folder") == .openToOthers(mode: UInt32(mode | 0o1000)))
        #expect(parents("above/folder/new") == nil)
    }

    @Test(arguments: [0o720, 0o702, 0o777])
    func aFolderAboveThatOthersMayWriteToIsRefusedUnlessItIsSticky(mode: Int) throws {
        try shelf.setMode(mode, "above")
        #expect(own("above/folder") == .openToOthers(mode: UInt32(mode)))
        try shelf.setMode(mode | 0o1000, "above")
        #expect(own("above/folder") == nil)
    }

    private func program(_ name: String) -> FileError.Reason? {
        reason { () throws(FileError) in try Ownership.requireOwn(program: shelf.path(name)) }
    }

    @Test func aProgramIsOursWhereNobodyElseMayChangeItOrItsWay() throws {
        try shelf.write("x", to: "above/tell", mode: 0o755)
        try shelf.link("link", to: "above/tell")
        #expect(program("above/tell") == nil)
        #expect(program("link") == nil)
        for mode in [0o775, 0o757, 0o1757] {
            try shelf.setMode(mode, "above/tell")
            #expect(program("above/tell") == .openToOthers(mode: UInt32(mode)))
            #expect(program("link") == .openToOthers(mode: UInt32(mode)))
        }
        try shelf.setMode(0o755, "above/tell")
        try shelf.setMode(0o777, "above")
        #expect(program("above/tell") == .openToOthers(mode: 0o777))
        #expect(program("link") == .openToOthers(mode: 0o777))
        try shelf.setMode(0o1777, "above")
        #expect(program("above/tell") == nil)
        #expect(program("above/none") == .missing)
        #expect(program("above/folder") == .isKind(.folder, wanted: .file))
        #expect(program("above") == .isKind(.folder, wanted: .file))
    }

    @Test func theWayThatWasNamedCountsAndNotOnlyItsEnd() throws {
        try shelf.makeFolder("others", mode: 0o777)
        try shelf.link("others/link", to: "../above/folder")
        try shelf.link("fine", to: "above/folder")
        #expect(own("fine") == nil)
        #expect(own("others/link") == .openToOthers(mode: 0o777))
        #expect(own("others/../above/folder") == .openToOthers(mode: 0o777))
        try shelf.link("twice", to: "others/link")
        #expect(own("twice") == .openToOthers(mode: 0o777))
        try shelf.setMode(0o1777, "others")
        #expect(own("others/link") == nil)
        #expect(own("twice") == nil)
        try shelf.link("circle", to: "circle")
        #expect(own("circle") == .isLink)
        try shelf.link("absolute", to: shelf.path("above"))
        #expect(own("absolute/folder") == nil)
        #expect(own("./above/./folder/") == nil)
    }

    @Test(.enabled(if: isRoot, "needs root"))
    func whatAnotherUserOwnsIsRefusedWhereverItIsOnTheWay() throws {
        let theirs = FileError.Reason.ownedByAnother(somebody)
        try shelf.setOwner(somebody, "above/folder")
        #expect(own("above/folder") == theirs)
        #expect(own("above/folder", believing: [somebody]) == nil)
        try shelf.setOwner(0, "above/folder")
        try shelf.setOwner(somebody, "above")
        #expect(own("above/folder") == theirs)
        #expect(parents("above/folder/new") == theirs)
        // Whoever owns a sticky folder renames in it what they like.
        try shelf.setMode(0o1777, "above")
        #expect(own("above/folder") == theirs)
        #expect(own("above/folder", believing: [somebody]) == nil)
    }

    @Test(.enabled(if: isRoot, "needs root"))
    func aLinkThatIsNotOursIsFollowedOnlyWhereNobodyCanReplaceIt() throws {
        try shelf.makeFolder("shared", mode: 0o1777)
        try shelf.link("shared/link", to: "../above/folder")
        try shelf.setOwner(somebody, "shared/link")
        #expect(own("shared/link") == .ownedByAnother(somebody))
        try shelf.setMode(0o755, "shared")
        #expect(own("shared/link") == nil)
    }

    @Test func aSecretThatOthersMayReadIsRefusedAndAPublicFileIsNot() throws {
        let modes: [(Int, Bool, Bool)] = [
            (0o600, true, true), (0o400, true, true), (0o640, false, true), (0o604, false, true),
            (0o620, false, false), (0o602, false, false), (0o644, false, true),
        ]
        for (mode, isSecret, isPublic) in modes {
            try shelf.write("x", to: "file", mode: mode)
            let file = try InputFile(shelf.path("file"))
            let refused = FileError.Reason.openToOthers(mode: UInt32(mode))
            let secret = reason { () throws(FileError) in try file.requireOwn(isSecret: true) }
            let open = reason { () throws(FileError) in try file.requireOwn(isSecret: false) }
            #expect(secret == (isSecret ? nil : refused), "\(mode)")
            #expect(open == (isPublic ? nil : refused), "\(mode)")
        }
    }

    @Test func rootBelievesTheOwnerOfAFolderAndNobodyElseDoes() throws {
        let path = shelf.path("above/folder")
        #expect(try Ownership.ownerForRoot(of: path) == (isRoot ? 0 : nil))
        #expect(try Ownership.ownerForRoot(of: shelf.path("none")) == nil)
        guard isRoot else { return }
        try shelf.setOwner(somebody, "above/folder")
        #expect(try Ownership.ownerForRoot(of: path) == somebody)
    }
}
