import Auditing
import Files
import Foundation
import Processes
import TestSupport
import Testing

/// A program takes an event by ending with 0.
@Suite struct ProgramReceiverTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("exec") }

    private func failure(
        _ command: String, line: String = "{}", time: Duration = Patience.bound
    ) async throws -> ReceiverFailure? {
        let receiver = ProgramReceiver(
            try CommandWords(command), in: try Folder(folder.path), time: time)
        do throws(ReceiverFailure) {
            try await receiver.take(line)
            return nil
        } catch {
            return error
        }
    }

    private func script(_ text: String) throws -> String {
        try folder.write("#!/bin/sh\n\(text)\n", to: "script", mode: 0o700)
    }

    @Test func theEventIsOnItsStandardInput() async throws {
        let line = MonitorScene.event("$(touch x); `rm` \"'\u{1B}").line
        let script = try script(
            "cat > \(folder.path("taken")); echo $# \"$1\" >> \(folder.path("taken"))")
        #expect(try await failure("\(script) 'a  b' $HOME", line: line) == nil)
        #expect(try folder.text("taken") == "\(line)\n2 a  b\n")
    }

    /// Its standard input need not be read: nothing waits for that, however long the event is.
    @Test func aProgramThatDoesNotReadTakesTheEvent() async throws {
        let line = String(repeating: "x", count: 200_000)
        #expect(try await failure("true", line: line) == nil)
    }

    @Test func itsEndIsSaidAndItsFirstWordsWithoutWhatActsOnATerminal() async throws {
        let script = try script("printf 'no\\033[2J mail\\nmore\\n' >&2; exit 7")
        let words = try #require(try await failure(script)).words
        #expect(words.hasSuffix("script ended with 7: no<U+001B>[2J mail"))
    }

    /// A child of another thread may have a copy of the descriptor for a moment.
    @Test func aProgramThatIsOpenForWritingIsNotStartedUntilItIsClosed() async throws {
        let script = try script("exit 0")
        let writer = try FileHandle(forUpdating: URL(filePath: script))
        let words = try #require(try await failure(script)).words
        #expect(words.hasSuffix("script cannot be started: Text file busy"))
        try writer.close()
        #expect(try await failure(script) == nil)
    }

    @Test func aFloodOfOutputHurtsNobody() async throws {
        #expect(try await failure(try script("head -c 3000000 /dev/zero; exit 0")) == nil)
        let failed = try #require(
            try await failure(try script("head -c 3000000 /dev/zero | tr '\\0' x; exit 1")))
        #expect(failed.words.utf8.count < 400)
    }

    @Test func whatHangsIsKilled() async throws {
        let failed = try #require(
            try await failure(try script("sleep 1000 & wait"), time: .milliseconds(100)))
        #expect(failed.words.contains("was killed") && !failed.isFinal)
    }

    @Test func aProgramThatIsMissingOrMayNotBeRunIsNamed() async throws {
        try folder.write("x", to: "plain", mode: 0o600)
        for (name, reason) in [
            ("colophon-no-such-program", ": there is no such program"),
            (folder.path("none"), " cannot be started: No such file or directory"),
            (folder.path("plain"), " cannot be started: Permission denied"),
            (folder.path, " cannot be started: Permission denied"),
        ] {
            let words = try #require(try await failure(name)).words
            #expect(words.contains("\(name)\(reason)"), "\(words)")
        }
    }
}
