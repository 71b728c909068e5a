import Foundation
import TestSupport
import Testing

/// What a spool says of the PoP's clock, at signing and in the record (spool.md §7).
@Suite struct SpoolClockTests {
    private let shop: Workshop

    init() async throws {
        shop = try await Workshop()
        try await shop.makeSpool()
        try shop.write("a photograph", to: "photo.jpg")
    }

    private func seal(environment: [String: String] = [:]) async throws -> Program.Outcome {
        try await shop.colophon(
            "sign", "--spool", "outbox", "photo.jpg", "--creator", "Ana", "--title", "T",
            environment: environment)
    }

    @Test func aRecordOfASpoolSaysWhoKeepsTheClock() async throws {
        let sealed = try await seal()
        #expect(sealed.status == 0, "\(sealed.words)")
        let ext = try await shop.predicate("photo.jpg.colophon")["ext"] as? [String: Any]
        let clock = try #require(ext?["popClock"] as? [String: Any])
        let source = try #require(clock["source"] as? String)
        #expect(["chrony", "ntpd", "timesyncd", "kernel", "none"].contains(source))
        // Who signs can do nothing about it, so the status says it, and the new spool.
        #expect(!sealed.words.contains("nobody keeps this machine's clock"))
        let status = try await shop.colophon("spool", "status", "outbox")
        #expect(status.output.contains("nobody keeps it") == (source == "none"))
        let shown = try await shop.colophon("show", "photo.jpg.colophon")
        let words = source == "none" ? "kept by nobody" : source
        #expect(shown.output.contains("(clock: \(words)"), "\(shown.output)")
        // A record beside its work alone is of no PoP with a clock of its own.
        try await shop.signWork("photo.jpg", "--force")
        #expect(try await shop.predicate("photo.jpg.colophon")["ext"] == nil)
    }

    @Test(.enabled(if: Preload.isPossible, "needs gcc and glibc"))
    func aClockBeforeThisProgramWasWrittenIsToldAtSigning() async throws {
        let clock = shop.url("clock")
        let seconds: Int64 = -40 * 365 * 86_400
        try Data((0..<8).map { UInt8(truncatingIfNeeded: seconds >> ($0 * 8)) }).write(to: clock)
        let shifted = try await Preload("shifted-clock", "SHIFTED_CLOCK", file: clock, in: shop)
        let sealed = try await seal(environment: shifted.environment)
        #expect(sealed.status == 0, "\(sealed.words)")
        #expect(sealed.words.contains("this program was written later, and this machine's clock"))
    }
}
