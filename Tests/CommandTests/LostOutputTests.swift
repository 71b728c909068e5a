import Foundation
import Testing
import TestSupport

/// Output that is not written is told, by each command of both programs; a reader that went away
/// is no failure of any.
@Suite struct LostOutputTests {
    private let shop: Workshop

    init() async throws {
        shop = try await Workshop()
        try shop.write("pixels", to: "photo.jpg")
        try await shop.signWork("photo.jpg")
    }

    private static let commands: [(String, String)] = [
        ("colophon", "show photo.jpg.colophon"), ("colophon", "show photo.jpg.colophon --json"),
        ("colophon", "status photo.jpg"), ("colophon", "keygen --out more.pem"),
        ("colophon", "--help"), ("colophon", "--version"), ("colophond", "--help"),
        ("colophond", "--version"), ("colophond", "serve --data x --print-config"),
    ]

    private func run(_ command: (String, String), _ to: String) async throws -> Program.Outcome {
        let program = try Program.url(command.0).path()
        return try await Program.run(
            "bash", ["-c", "'\(program)' \(command.1) \(to)"], in: shop.folder)
    }

    @Test(
        .enabled(if: Program.succeeds("test -c /dev/full"), "no /dev/full"), arguments: commands)
    func aFullDiskIsToldAndEndsWithThree(command: (String, String)) async throws {
        let lost = try await run(command, ">/dev/full")
        // An answer that is no stays one.
        #expect([1, 3].contains(lost.status), "\(command): \(lost.status) \(lost.words)")
        #expect(lost.words.contains("standard output"), "\(command): \(lost.words)")
        #expect(lost.words.contains("no space left"), "\(command): \(lost.words)")
    }

    @Test(arguments: commands)
    func aClosedStreamIsToldAndEndsWithTwo(command: (String, String)) async throws {
        let lost = try await run(command, ">&-")
        #expect([1, 2].contains(lost.status), "\(command): \(lost.status) \(lost.words)")
        #expect(lost.words.contains("standard output"), "\(command): \(lost.words)")
    }

    @Test(arguments: commands)
    func aReaderThatWentAwayIsNoFailure(command: (String, String)) async throws {
        // The pipe has no reader any more when the program begins to write.
        let program = try Program.url(command.0).path()
        let gone = try await Program.run(
            "bash",
            ["-c", "exec 3> >(exec true); wait $!; '\(program)' \(command.1) >&3; echo $?"],
            in: shop.folder)
        #expect(["0\n", "1\n"].contains(gone.output), "\(command): \(gone.output)")
        #expect(!gone.words.contains("standard output"), "\(gone.words)")
    }
}
