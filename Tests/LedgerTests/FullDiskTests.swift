import Foundation
import Ledger
import Manifests
import Provenance
import Testing
import TestLedger
import TestSupport

@Suite(.enabled(if: SmallDisk.ledger != nil, "needs COLOPHON_SMALL_LEDGER"), .serialized)
struct FullDiskTests {
    @Test func aFullDiskStopsWritesKeepsReadsAndLosesNothing() async throws {
        let small = URL(filePath: try #require(SmallDisk.ledger))
        let fixture = try LedgerFixture(
            folder: small.appending(path: "ledger-\(UUID())", directoryHint: .isDirectory))
        try await fixture.addPoP()
        let ballast = small.appending(path: "ballast-\(UUID())")
        defer { try? FileManager.default.removeItem(at: ballast) }
        // A few MiB, so that the ledger gets some way before the disk is full.
        try SmallDisk.fill(ballast, leaving: 4 << 20)

        var registered: [EntryID] = []
        var refusal: Refusal?
        for number in 0..<2000 where refusal == nil {
            switch try await fixture.register(bulky(fixture, number)) {
            case .registered(let id, _), .known(let id, _), .unpublished(let id, _, _):
                registered.append(id)
            case .refused(let reason, _): refusal = reason
            }
        }
        #expect(refusal?.reason == .storage)
        #expect(fixture.ledger.readiness != nil)
        for id in registered { #expect(try fixture.ledger.receipt(id) != nil) }

        try FileManager.default.removeItem(at: ballast)
        var attempt = 0
        try await eventually("it writes again") {
            attempt += 1
            let answer = try await fixture.register(fixture.capture("after-\(attempt)"))
            if case .registered = answer { return true }
            return false
        }
        #expect(fixture.ledger.readiness == nil)
        for id in registered { #expect(try fixture.ledger.receipt(id) != nil) }
        try fixture.reopen()
        for id in registered { #expect(try fixture.ledger.receipt(id) != nil) }
    }

    private func bulky(_ fixture: LedgerFixture, _ number: Int) throws -> [UInt8] {
        try fixture.capture("bulky-\(number)", padding: 200_000)
    }
}
