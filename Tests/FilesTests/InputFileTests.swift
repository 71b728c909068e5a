import Files
import Foundation
import Testing
import TestSupport

/// Files that a person names, and pipes that a shell hands over.
@Suite(.serialized) struct InputFileTests {
    private let shelf: Shelf
    private let patient = PipeTime(silence: Patience.bound, whole: Patience.bound)

    init() throws { shelf = try Shelf() }

    @Test func aPersonsPathIsResolvedAsGiven() throws {
        try shelf.write("text", to: "file", mode: 0o640)
        try shelf.link("link", to: "file")
        let file = try InputFile(shelf.path("link"))
        #expect(file.status.kind == .file)
        #expect(file.status.mode == 0o640)
        #expect(try file.bytes(limit: 4) == Array("text".utf8))
        try shelf.link("nowhere", to: "nothing")
        for name in ["nothing", "nowhere", "link/below"] {
            #expect(reason { () throws(FileError) in try InputFile(shelf.path(name)) } != nil)
        }
        #expect(reason { () throws(FileError) in try InputFile("") } != nil)
        #expect(reason { () throws(FileError) in try InputFile(shelf.path("fi\0le")) } != nil)
    }

    /// What was read of it may be of no state that it ever had.
    @Test(arguments: ["TEXT", "text and more", "t", ""])
    func aFileThatWasChangedIsNotTheOneThatWasOpened(text: String) throws {
        try shelf.write("text", to: "file")
        // Long ago, so that the next change has another time on every file system.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
            ofItemAtPath: shelf.path("file"))
        let file = try InputFile(shelf.path("file"))
        #expect(reason { () throws(FileError) in try file.requireUnchanged() } == nil)
        #expect(try file.bytes(limit: 4) == Array("text".utf8))
        #expect(reason { () throws(FileError) in try file.requireUnchanged() } == nil)
        let writer = try #require(FileHandle(forWritingAtPath: shelf.path("file")))
        try writer.truncate(atOffset: UInt64(text.utf8.count))
        try writer.write(contentsOf: Data(text.utf8))
        try writer.close()
        #expect(reason { () throws(FileError) in try file.requireUnchanged() } == .changed)
    }

    @Test(.timeLimit(.minutes(Patience.minutes)), arguments: ["pipe", "way/pipe", "link"])
    func aPipeInAFolderIsRefusedAndNeverWaitedFor(name: String) throws {
        try shelf.makeFolder("way")
        try shelf.makePipe("pipe")
        try shelf.makePipe("way/pipe")
        try shelf.link("link", to: "way/pipe")
        #expect(
            reason { () throws(FileError) in try InputFile(shelf.path(name)) }
                == .isKind(.pipe, wanted: .file))
        #expect(
            reason { () throws(FileError) in
                try Folder(shelf.path).read("pipe", limit: 1)
            } == .isKind(.pipe, wanted: .file))
    }

    @Test func aFileThatGrowsIsReadToItsLimitOnly() throws {
        let path = try shelf.write(String(repeating: "x", count: 100), to: "file")
        let file = try InputFile(path)
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(repeating: 0x79, count: 1000))
        try handle.close()
        #expect(
            reason { () throws(FileError) in try file.bytes(limit: 500) } == .tooLarge(limit: 500))
        #expect(try InputFile(path).bytes(limit: 1100).count == 1100)
    }

    @Test func aFileIsHandedOverInPiecesUntilNoMoreIsWanted() throws {
        let path = try shelf.write(String(repeating: "x", count: 1000), to: "file")
        var pieces: [Int] = []
        try InputFile(path).forEachChunk(size: 300, failing: { $0 }) {
            (chunk) throws(FileError) in
            pieces.append(chunk.count)
            return true
        }
        #expect(pieces == [300, 300, 300, 100])
        pieces = []
        try InputFile(path).forEachChunk(size: 300, failing: { $0 }) {
            (chunk) throws(FileError) in
            pieces.append(chunk.count)
            return pieces.count < 2
        }
        #expect(pieces == [300, 300])
    }

    // MARK: - Pipes

    /// Every path by which a shell calls a pipe that it hands over.
    private static let ways = ["/dev/fd/", "/proc/self/fd/"]

    @Test(arguments: ways)
    func aPipeThatWasHandedOverIsReadToItsEnd(way: String) throws {
        let pipe = Pipe()
        let text = Data(repeating: 0x61, count: 60_000)
        try pipe.fileHandleForWriting.write(contentsOf: text)
        try pipe.fileHandleForWriting.close()
        let path = way + "\(pipe.fileHandleForReading.fileDescriptor)"
        #expect(try InputFile(path, pipes: patient).bytes(limit: 60_000) == Array(text))
        #expect(reason { () throws(FileError) in try InputFile("/dev/fd/99999") } == .missing)
    }

    @Test func aPipeHoldsNoMoreThanItsLimit() throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data(repeating: 0x61, count: 1001))
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        #expect(
            reason { () throws(FileError) in
                try InputFile(path, pipes: patient).bytes(limit: 1000)
            } == .tooLarge(limit: 1000))
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aPipeThatSaysNothingIsGivenUp() throws {
        let pipe = Pipe()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        let silence = PipeTime(silence: .milliseconds(150), whole: Patience.bound)
        #expect(
            reason { () throws(FileError) in
                try InputFile(path, pipes: silence).bytes(limit: 1000)
            } == .silent(seconds: 0))
        // Neither does a first byte keep it for ever.
        try pipe.fileHandleForWriting.write(contentsOf: Data([1]))
        #expect(
            reason { () throws(FileError) in
                try InputFile(path, pipes: silence).bytes(limit: 1000)
            } == .silent(seconds: 0))
        let words = FileError("/dev/fd/3", .silent(seconds: 60)).description
        #expect(words == "/dev/fd/3: gave nothing for 60 seconds")
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aPipeThatDripsIsGivenUpWhenAllItsTimeIsOver() async throws {
        let whole = PipeTime(silence: Patience.bound, whole: .milliseconds(400))
        let pipe = Pipe()
        let writer = pipe.fileHandleForWriting
        let drip = Task.detached {
            while !Task.isCancelled {
                try writer.write(contentsOf: Data([0x61]))
                try await pause(atLeast: .milliseconds(20))
            }
        }
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        let error = reason { () throws(FileError) in
            try InputFile(path, pipes: whole).bytes(limit: 1 << 20)
        }
        drip.cancel()
        #expect(error == .slow(seconds: 0))
        _ = await drip.result
    }

    @Test func aSocketThatWasHandedOverIsReadLikeAPipe() throws {
        var pair: [Int32] = [0, 0]
        #if os(Linux)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        try #require(unsafe socketpair(AF_UNIX, kind, 0, &pair) == 0)
        let writer = FileHandle(fileDescriptor: pair[1], closeOnDealloc: false)
        try writer.write(contentsOf: Data("text".utf8))
        try writer.close()
        let file = try InputFile("/dev/fd/\(pair[0])", pipes: patient)
        #expect(try file.bytes(limit: 10) == Array("text".utf8))
        try shelf.close(pair[0])
    }

    @Test func aFolderThatWasHandedOverIsNoFile() throws {
        let descriptor = unsafe open(shelf.path, O_RDONLY)
        try #require(descriptor >= 0)
        #expect(
            reason { () throws(FileError) in try InputFile("/dev/fd/\(descriptor)") }
                == .isKind(.folder, wanted: .file))
        try shelf.close(descriptor)
    }

    @Test(arguments: ["/dev/fd/", "/dev/fd/x", "/dev/fd/3x", "/dev/fd/-1", "/dev/fd/../zero"])
    func onlyWhatWasHandedOverMayBeAPipe(path: String) {
        #expect(reason { () throws(FileError) in try InputFile(path) } != nil)
    }
}
