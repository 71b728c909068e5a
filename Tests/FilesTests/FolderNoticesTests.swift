import Files
import Foundation
import TestSupport
import Testing

/// Whether this system tells what happens in folders.
private let hasNotices = (try? FolderNotices()) != nil

/// What the system tells of a folder; a notice is there as soon as the call that it is about has
/// returned.
@Suite(.enabled(if: hasNotices))
struct FolderNoticesTests {
    private let folder: TemporaryFolder
    private let notices: FolderNotices
    private let watch: FolderNotices.Watch

    init() throws {
        folder = try TemporaryFolder()
        notices = try FolderNotices()
        watch = try notices.watch(Folder(folder.path))
    }

    private func events() throws -> [FolderNotices.Event] {
        try notices.read().map { notice in
            guard case .event(watch, let event) = notice else {
                throw FixtureError.unexpected("\(notice)")
            }
            return event
        }
    }

    @Test func aFileIsToldFromItsNameToItsEnd() throws {
        close(unsafe open(folder.path("a"), O_CREAT | O_WRONLY, 0o600))
        #expect(try events() == [.created("a"), .completed("a")])
        let file = try #require(FileHandle(forWritingAtPath: folder.path("a")))
        try file.write(contentsOf: Data("x".utf8))
        #expect(try events() == [.written("a")])
        try file.close()
        #expect(try events() == [.completed("a")])
    }

    @Test func whoOnlyReadsIsNotTold() throws {
        try folder.write("x", to: "a")
        _ = try notices.read()
        _ = try folder.bytes("a")
        #expect(try notices.read() == [])
    }

    @Test func aNewNameOfAFileIsTheEndOfTheOld() throws {
        try folder.write("x", to: "a.part")
        _ = try notices.read()
        try FileManager.default.moveItem(atPath: folder.path("a.part"), toPath: folder.path("a"))
        #expect(try events() == [.removed("a.part"), .completed("a")])
    }

    @Test func aFolderThatComesIsTold() throws {
        try FileManager.default.createDirectory(
            atPath: folder.path("sub"), withIntermediateDirectories: false)
        #expect(try events() == [.foldersChanged])
    }

    @Test func theEndOfTheFolderIsTold() throws {
        // The end of a folder that somebody has open is told when it is closed.
        let watch = try notices.watch(
            Folder(folder.path).folder(making: "inner", .secret))
        try FileManager.default.removeItem(atPath: folder.path("inner"))
        #expect(try notices.read().contains(.event(watch, .ended)))
    }

    @Test func aNameThatIsNoTextIsSpelled() throws {
        let name = NativeText.spelled([0x61, 0xFF])
        try Folder(folder.path).write([1], to: name, .new(.secret))
        // It got its name by a link.
        #expect(try events().contains(.created(name)))
    }

    @Test func theSameFolderHasTheSameWatch() throws {
        #expect(try notices.watch(Folder(folder.path)) == watch)
    }

    /// The queue of the kernel is bounded: what does not fit is lost, and that is told.
    @Test func aQueueThatOverflowsSaysSo() throws {
        let limit = try #require(
            Int(
                String(
                    decoding: InputFile("/proc/sys/fs/inotify/max_queued_events").bytes(limit: 64),
                    as: UTF8.self
                ).trimmingCharacters(in: .whitespacesAndNewlines)))
        // Two names in turn: the kernel puts the same notice twice in a row into one.
        for name in ["a", "b"] { try folder.write("x", to: name) }
        let handles = try ["a", "b"].map {
            try #require(FileHandle(forWritingAtPath: folder.path($0)))
        }
        for _ in 0...limit / 2 {
            for handle in handles { try handle.write(contentsOf: Data([1])) }
        }
        for handle in handles { try handle.close() }
        var all: [FolderNotices.Notice] = []
        while case let some = try notices.read(), !some.isEmpty { all += some }
        #expect(all.contains(.overflow))
    }
}
