import Foundation
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A file system that becomes read-only under a ledger that is served, as ext4 does after an error.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ReadOnlyTests {
    private static let strace = "/usr/bin/strace"

    /// Every sync is refused as a read-only file system refuses it, for as long as strace looks on.
    private static func refusing(_ number: Int32) throws -> Process {
        let process = Process()
        let words = Pipe()
        process.executableURL = URL(filePath: strace)
        process.arguments = [
            "-f", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e",
            "inject=fsync,fdatasync:error=EROFS", "-p", "\(number)",
        ]
        process.standardError = words
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let said = String(decoding: words.fileHandleForReading.availableData, as: UTF8.self)
        try #require(said.contains("attached"), "\(said)")
        return process
    }

    @Test(.enabled(if: isRoot && FileManager.default.isExecutableFile(atPath: strace)))
    func aLedgerReadsOnWhileItsDiskIsReadOnlyAndWritesAgainByItself() async throws {
        let shop = try await Workshop()
        let ledger = try await LedgerProcess(in: shop)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        let made = try await shop.colophon("keygen", "--out", "lagos.pem")
        try #require(made.status == 0, "\(made.words)")
        let refusing = try Self.refusing(try #require(ledger.number))
        let refused = try await ledger.colophon(
            "key", "add", "--admin", "admin.pem", "--key", "lagos.pub.pem", "--issuer",
            "https://pops.example/lagos", "--role", "pop")
        #expect(refused.status == 3, "\(refused.words)")
        #expect(try await ledger.size() == 3)
        let ready = try #require(URL(string: "\(ledger.address)/readyz"))
        let (body, answer) = try await URLSession.shared.data(from: ready)
        #expect((answer as? HTTPURLResponse)?.statusCode == 503)
        let reason = String(decoding: body, as: UTF8.self).lowercased()
        #expect(reason.contains("read-only file system"), "\(reason)")
        // Whom it looked at goes on without it.
        kill(refusing.processIdentifier, SIGKILL)
        refusing.waitUntilExit()
        var added: Int32 = 3
        for _ in 0..<60 where added == 3 {
            added = try await ledger.colophon(
                "key", "add", "--admin", "admin.pem", "--key", "lagos.pub.pem", "--issuer",
                "https://pops.example/lagos", "--role", "pop"
            ).status
        }
        #expect(added == 0)
        // What failed may be on the disk all the same: it was not answered.
        #expect(try #require(await ledger.size()) >= 4)
        #expect(try await ledger.stop() == 0)
        let checked = try await Program.run(
            "colophond", ["fsck", "--data", "ledger"], in: shop.folder)
        #expect(checked.words.contains("nothing is wrong"), "\(checked.words)")
    }
}
