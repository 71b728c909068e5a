import Files
import Foundation
import TestSupport
import Testing

/// The socket beside a ledger: who made it, who listens, and whose name is removed.
@Suite struct LocalSocketTests {
    private let shelf: Shelf

    init() throws { shelf = try Shelf() }

    private func makeWay(_ name: String = "s") throws(FileError) -> LocalSocket {
        try LocalSocket(makingWayFor: name, in: Folder(shelf.path))
    }

    private func connect(
        _ name: String = "s", believing users: Set<UInt32> = []
    ) throws(FileError) -> Int32? {
        try LocalSocket.connect(to: name, in: Folder(shelf.path), believing: users)
    }

    @Test func aDeadProcesssSocketMakesWay() throws {
        try shelf.makeSocket("s")
        _ = try makeWay()
        #expect(!shelf.isThere("s"))
    }

    @Test func anythingElseStaysAndIsRefused() throws {
        try shelf.write("precious", to: "file")
        try shelf.makeFolder("folder")
        try shelf.write("precious", to: "folder/file")
        try shelf.makePipe("pipe")
        try shelf.makeSocket("real")
        try shelf.link("link", to: "real")
        try shelf.link("nowhere", to: "nothing")
        let kinds: [(String, FileKind)] = [
            ("file", .file), ("folder", .folder), ("pipe", .pipe), ("link", .link),
            ("nowhere", .link),
        ]
        for (name, kind) in kinds {
            #expect(
                reason { () throws(FileError) in try makeWay(name) }
                    == .isKind(kind, wanted: .socket))
            #expect(
                reason { () throws(FileError) in try connect(name) }
                    == .isKind(kind, wanted: .socket))
        }
        #expect(
            try shelf.names() == ["file", "folder", "link", "nowhere", "pipe", "real"])
        #expect(try shelf.text("folder/file") == "precious")
        let long = String(repeating: "n", count: 81)
        #expect(reason { () throws(FileError) in try makeWay(long) } == .longName(limit: 80))
    }

    @Test func aSocketThatWasBoundIsItsOwnersAndIsRemoved() throws {
        let socket = try makeWay()
        let listening = try shelf.listen(at: "s")
        defer { try? shelf.close(listening) }
        try shelf.setMode(0o777, "s")
        try socket.bound()
        #expect(try shelf.mode("s") == 0o600)
        let connected = try #require(try connect())
        try shelf.close(connected)
        try socket.remove()
        #expect(!shelf.isThere("s"))
        try socket.remove()
    }

    @Test func aNameThatSomebodyElseTookSinceStays() throws {
        let socket = try makeWay()
        try shelf.close(try shelf.listen(at: "s"))
        try socket.bound()
        let replacements: [() throws -> Void] = [
            { try shelf.write("precious", to: "s") },
            { try shelf.makeSocket("s") },
            { try shelf.link("s", to: "precious") },
            { try shelf.makeFolder("s") },
        ]
        // A file of the same number would be the same file, so the first one is kept.
        try FileManager.default.moveItem(atPath: shelf.path("s"), toPath: shelf.path("kept"))
        for replace in replacements {
            try replace()
            try socket.remove()
            #expect(shelf.isThere("s"))
            try FileManager.default.removeItem(atPath: shelf.path("s"))
        }
        #expect(shelf.isThere("kept"))
    }

    @Test func whatIsNoSocketOfOursAfterBindingIsNotTouched() throws {
        let socket = try makeWay()
        try shelf.write("precious", to: "target", mode: 0o644)
        try shelf.link("s", to: "target")
        #expect(reason { () throws(FileError) in try socket.bound() } == .changed)
        #expect(try shelf.mode("target") == 0o644)
        try socket.remove()
        #expect(shelf.isThere("s"))
    }

    @Test func nobodyListensWhereNothingIsOrADeadSocket() throws {
        #expect(try connect() == nil)
        try shelf.makeSocket("s")
        #expect(try connect() == nil)
    }

    @Test func aLongWayToTheFolderIsNotInTheWay() throws {
        let deep = (0..<8).map { "folder-with-a-long-name-\($0)" }.joined(separator: "/")
        try shelf.makeFolder(deep)
        let folder = try Folder(shelf.path(deep))
        let socket = try LocalSocket(makingWayFor: "s", in: folder)
        #if os(Linux)
            #expect(socket.address.utf8.count < 104)
        #endif
        #expect(socket.path == shelf.path("\(deep)/s"))
    }

    @Test(.enabled(if: isRoot, "needs root"))
    func anotherUsersSocketIsNeitherRemovedNorAsked() throws {
        try shelf.makeSocket("s")
        try shelf.setOwner(somebody, "s")
        #expect(
            reason { () throws(FileError) in try makeWay() } == .ownedByAnother(somebody))
        #expect(
            reason { () throws(FileError) in try connect() } == .ownedByAnother(somebody))
        #expect(shelf.isThere("s"))
    }

    /// The kernel says who listens, whoever owns the name.
    @Test(.enabled(if: isRoot, "needs root"), .timeLimit(.minutes(Patience.minutes)))
    func anotherUserWhoListensIsNotBelieved() async throws {
        try shelf.setMode(0o777, "")
        let stranger = try await Stranger(listeningAt: shelf.path("s"))
        #expect(
            reason { () throws(FileError) in try connect() } == .ownedByAnother(somebody))
        try shelf.setOwner(0, "s")
        try shelf.setMode(0o777, "s")
        #expect(
            reason { () throws(FileError) in try connect() } == .ownedByAnother(somebody))
        let believed = try #require(try connect(believing: [somebody]))
        try shelf.close(believed)
        try await stranger.end()
    }

    @Test func onlyRootAndWeAreHeard() {
        #expect(LocalSocket.believes(0))
        #expect(LocalSocket.believes(geteuid()))
        #expect(!LocalSocket.believes(somebody))
        #expect(!LocalSocket.believes(PeerCredentials().user))
    }
}

/// A process of another user that listens at a socket and says nothing.
struct Stranger {
    private let program: RunningProgram

    init(listeningAt path: String) async throws {
        program = try RunningProgram(
            "setpriv",
            [
                "--reuid=\(somebody)", "--regid=\(somebody)", "--clear-groups", "perl", "-e",
                """
                use Socket; socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die;
                bind($s, pack_sockaddr_un($ARGV[0])) or die; listen($s, 9) or die;
                $| = 1; print STDERR "listening\\n"; <STDIN>;
                """, path,
            ], input: .pipe)
        try await program.says("listening")
    }

    func end() async throws {
        // What a test's thread starts may have all other signals blocked.
        _ = try await program.end(by: SIGKILL)
    }
}
