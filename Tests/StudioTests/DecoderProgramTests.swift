import Files
import Foundation
import Studio
import Testing
import TestSupport

/// Which program decodes, and what is made of one that does something else.
@Suite struct DecoderProgramTests {
    private let folder: TemporaryFolder
    private let picture: String

    init() throws {
        folder = try TemporaryFolder()
        picture = try folder.write(TestJPEG.blocks(64, 48), to: "picture.jpg")
    }

    private func look(_ path: String, time: Duration = .seconds(60)) throws -> PictureLook {
        try PictureDecoder(beside: path, time: time).look(at: InputFile(picture))
    }

    /// Writes a program of the shell in the decoder's place.
    private func program(_ script: String, mode: Int = 0o700) throws -> String {
        try folder.write("#!/bin/sh\n\(script)\n", to: PictureDecoder.name, mode: mode)
    }

    private func isHashed(_ look: PictureLook) -> Bool {
        if case .hashed = look { true } else { false }
    }

    // MARK: - Where it is

    @Test func withoutTheProgramThereIsNoHash() throws {
        #expect(try look(folder.path(PictureDecoder.name)) == .unavailable(.noDecoder))
    }

    /// No search path and no variable is asked: the program of the build is the package's own.
    @Test func theProgramOfThePackageIsFound() throws {
        #expect(try isHashed(PictureDecoder.ours.look(at: InputFile(picture))))
    }

    @Test func thePlaceOfAPackageIsTheSecondOne() throws {
        let real = try Program.url(PictureDecoder.name).path()
        try FileManager.default.createDirectory(
            at: folder.url("usr/libexec/colophon"), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(
            at: folder.url("usr/bin"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: real, toPath: folder.path("usr/libexec/colophon/\(PictureDecoder.name)"))
        #expect(try isHashed(look(folder.path("usr/bin/\(PictureDecoder.name)"))))
    }

    @Test(arguments: [0o722, 0o707])
    func aProgramThatOthersMayChangeIsNotRun(mode: Int) throws {
        let path = try program("touch '\(folder.path("ran"))'", mode: mode)
        #expect(try look(path) == .unavailable(.unsafeDecoder))
        #expect(try !folder.has("ran"))
    }

    @Test func aProgramInAFolderThatOthersMayChangeIsNotRun() throws {
        let path = try program("touch '\(folder.path("ran"))'")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o777], ofItemAtPath: folder.path)
        #expect(try look(path) == .unavailable(.unsafeDecoder))
        #expect(try !folder.has("ran"))
    }

    @Test func whatCannotBeRunIsSaidToBeNotStarted() throws {
        let path = try program("exit 0", mode: 0o600)
        #expect(try look(path) == .unavailable(.notStarted))
    }

    // MARK: - What it answers

    private static let answers: [(String, PictureLook)] = [
        ("exit 0", .unavailable(.garbled)),
        ("printf PDQ1", .unavailable(.garbled)),
        ("exit 3", .unavailable(.garbled)),
        ("\(answer); exit 1", .unavailable(.garbled)),
        ("\(answer); printf x", .unavailable(.garbled)),
        ("\(answer); \(answer)", .unavailable(.garbled)),
        ("cat /dev/zero", .unavailable(.garbled)),
        ("kill -s SYS $$", .unavailable(.forbiddenCall)),
        ("kill -s XCPU $$", .unavailable(.outOfTime)),
        ("kill -s SEGV $$", .unavailable(.crashed)),
        ("kill -s KILL $$", .unavailable(.crashed)),
        ("exec >&-; sleep 600", .unavailable(.crashed)),
        (answer, .unavailable(.damaged)),
        (tooPlain, .tooPlain(quality: 49)),
        (headed("\\001\\001"), .unavailable(.garbled)),
        (headed("\\010\\000"), .unavailable(.garbled)),
        (headed("\\000\\145"), .unavailable(.garbled)),
    ]

    /// An answer with this reason and this quality, and hashes of zeros.
    private static func headed(_ head: String) -> String {
        "printf 'PDQ1\(head)\\000\\000'; head -c 256 /dev/zero"
    }

    private static let answer = headed("\\006\\000")
    private static let tooPlain = headed("\\000\\061")

    @Test(arguments: answers)
    func anyOtherAnswerThanItsOwnIsNone(script: String, wanted: PictureLook) throws {
        #expect(try look(program(script)) == wanted, "\(script)")
    }

    @Test(arguments: ["sleep 600", "\(answer); sleep 600"])
    func aProgramThatDoesNotEndIsKilled(script: String) throws {
        let found = try look(program(script), time: .milliseconds(300))
        #expect(found == .unavailable(.outOfTime))
    }

    /// It gets the picture, its answer's pipe, and nothing else of ours.
    @Test func itInheritsNoVariableAndNoOtherFile() throws {
        let list = folder.path("list")
        _ = try look(program("env >'\(list)'; ls /proc/self/fd >>'\(list)'"))
        let text = try folder.text("list")
        #expect(!text.contains("HOME="))
        // The last one is the folder that is listed.
        #expect(text.split(separator: "\n").compactMap { Int($0) } == [0, 1, 2, 3])
    }

    /// Less than it would take is still a sandbox.
    @Test func limitsThatAreLowerAlreadyStay() throws {
        let real = try Program.url(PictureDecoder.name).path()
        let script = "ulimit -t 3; ulimit -v 200000; exec '\(real)' \"$@\""
        #expect(try isHashed(look(program(script))))
    }

    @Test func aPipeIsNoFileThatCanBeReadTwice() throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.close()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        #expect(try PictureDecoder.ours.look(at: InputFile(path)) == .unavailable(.notAFile))
    }
}
