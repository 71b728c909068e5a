import Foundation
import Processes
import Testing
import TestSupport

/// What `colophon-decode` may do while a hostile picture is in it: almost nothing.
@Suite struct SandboxTests {
    private let folder: TemporaryFolder
    private let picture: String

    init() throws {
        folder = try TemporaryFolder()
        picture = try folder.write(TestRaster.waves(64, 64).png(), to: "picture.png")
    }

    private func run(_ words: [String]) throws -> ChildOutput {
        try ChildOutput.awaited(
            Program.url("colophon-decode").path(), words, input: .file(picture),
            environment: .only([:]), time: .seconds(40), limit: 4_096)
    }

    private func attempt(_ name: String) throws -> ChildOutput {
        try run(["--attempt", name])
    }

    @Test(arguments: ["open", "socket", "fork", "exec", "read", "kill", "code"])
    func aForbiddenCallIsTheEndOfIt(name: String) throws {
        guard case .ended(let end, let bytes) = try attempt(name) else {
            Issue.record("\(name) ran on")
            return
        }
        #expect(end.isForbiddenCall, "\(name): \(end)")
        #expect(bytes.isEmpty)
    }

    @Test func memoryHasAnEnd() throws {
        guard case .ended(let end, let bytes) = try attempt("memory") else {
            Issue.record("it ran on")
            return
        }
        // It says by itself that the picture is too large.
        #expect(end == .exit(0))
        #expect(Array(bytes.prefix(5)) == Array("PDQ1".utf8) + [3])
    }

    @Test func timeHasAnEnd() throws {
        guard case .ended(let end, let bytes) = try attempt("time") else {
            Issue.record("it ran on")
            return
        }
        #expect(end.isTimeLimit, "\(end)")
        #expect(bytes.isEmpty)
    }

    @Test func aPictureIsReadFromItsStartWhereverTheFileStands() throws {
        guard case .ended(.exit(0), let answer) = try run(["--orientation", "1"]) else {
            Issue.record("no answer")
            return
        }
        #expect(answer.count == 264)
        #expect(Array(answer.prefix(6)) == Array("PDQ1".utf8) + [0, 100])
    }

    // MARK: - By hand

    @Test func whoAsksIsToldWhatItIs() async throws {
        let help = try await Program.run("colophon-decode", ["--help"])
        #expect(help.status == 0)
        #expect(help.output.contains("Computes the perceptual hashes"))
        #expect(help.output.contains("open, socket"))
    }

    @Test(arguments: [
        [], ["--orientation"], ["--orientation", "0"], ["--orientation", "9"],
        ["--orientation", "12"], ["--attempt"], ["photo.jpg"], ["--orientation", "1", "photo.jpg"],
    ])
    func wrongUseIsRefusedWithAHint(words: [String]) async throws {
        let outcome = try await Program.run("colophon-decode", words)
        #expect(outcome.status == 2)
        #expect(outcome.bytes.isEmpty)
        #expect(outcome.words.contains("hint: colophon starts it; --help says more"))
    }

    /// The sandbox would kill it at the first byte of its answer.
    @Test func anAnswerIntoAFileIsRefused() throws {
        let program = try Program.url("colophon-decode").path()
        let script = "'\(program)' --orientation 1 2>&1 >'\(folder.path("answer"))'"
        let outcome = try ChildOutput.awaited(
            "/bin/sh", ["-c", script], input: .file(picture), environment: .only([:]),
            time: .seconds(40), limit: 4_096)
        guard case .ended(let end, let bytes) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(end == .exit(2))
        let words = String(decoding: bytes, as: UTF8.self)
        #expect(words.contains("standard output must be a pipe"))
    }

    @Test func aPipeIsNoPicture() throws {
        let program = try Program.url("colophon-decode").path()
        let outcome = try ChildOutput.awaited(
            "/bin/sh", ["-c", "echo picture | '\(program)' --orientation 1 2>&1"],
            input: .nothing, environment: .only([:]), time: .seconds(40), limit: 4_096)
        guard case .ended(let end, let bytes) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(end == .exit(2))
        let words = String(decoding: bytes, as: UTF8.self)
        #expect(words.contains("standard input must be an ordinary file"))
    }
}
