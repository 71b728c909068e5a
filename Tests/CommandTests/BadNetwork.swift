import Foundation
import TestSupport

/// `Tools/badnet` between a client and a ledger: a network that is slow, is cut, or lies.
///
/// It ends with the value that owns it.
final class BadNetwork: Sendable {
    /// What it has counted by its end.
    struct Stats: Decodable, Sendable {
        let connections: Int
        let bytesUp: Int
        let bytesDown: Int
        let cuts: Int
        let portals: Int
    }

    static let tools = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Tools")

    private let folder: TemporaryFolder
    private let program: RunningProgram

    /// Where it listens.
    let address: String

    /// Begins before a ledger, with the flags of `Tools/badnet`.
    convenience init(to ledger: String, _ flags: String...) async throws {
        try await self.init(to: ledger, flags)
    }

    init(to ledger: String, _ flags: [String]) async throws {
        folder = try TemporaryFolder("badnet")
        program = try RunningProgram(
            "python3",
            [Self.tools.appending(path: "badnet").path(), "--to", ledger, "--stats", "stats"]
                + flags, in: folder.url)
        address = try await program.says("listening on ")
    }

    /// Waits until it tells of an event.
    func says(_ event: String) async throws {
        try await program.says(event)
    }

    /// Ends all faults; the line stays as slow as it is.
    func heal() async throws {
        program.send(SIGHUP)
        try await program.says("healed")
    }

    /// Ends it and returns what it has counted.
    func end() async throws -> Stats {
        let ended = try await program.end(by: SIGTERM)
        guard ended.status == 0 else { throw FixtureError.unexpected(ended.words) }
        return try JSONDecoder().decode(Stats.self, from: Data(folder.bytes("stats")))
    }
}
