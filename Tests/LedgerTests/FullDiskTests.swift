import Foundation
import Ledger
import Manifests
import Provenance
import Testing
import TestLedger

/// A folder on a small file system of its own (some 512 MiB), which `Tools/test` mounts where
/// it may; it is filled up and emptied again.
private let smallFolder = ProcessInfo.processInfo.environment["COLOPHON_SMALL_LEDGER"]

@Suite(.enabled(if: smallFolder != nil, "needs COLOPHON_SMALL_LEDGER"), .serialized)
struct FullDiskTests {
    @Test func aFullDiskStopsWritesKeepsReadsAndLosesNothing() async throws {
        let small = URL(filePath: try #require(smallFolder))
        let fixture = try LedgerFixture(
            folder: small.appending(path: "ledger-\(UUID())", directoryHint: .isDirectory))
        try await fixture.addPoP()
        let ballast = small.appending(path: "ballast-\(UUID())")
        defer { try? FileManager.default.removeItem(at: ballast) }
        try fill(ballast)

        var registered: [EntryID] = []
        var refusal: Refusal?
        for number in 0..<2000 where refusal == nil {
            switch try await fixture.register(bulky(fixture, number)) {
            case .registered(let id, _), .known(let id, _): registered.append(id)
            case .refused(let reason, _): refusal = reason
            }
        }
        #expect(refusal?.reason == .storage)
        #expect(fixture.ledger.readiness != nil)
        for id in registered { #expect(try fixture.ledger.receipt(id) != nil) }

        try FileManager.default.removeItem(at: ballast)
        var isWriting = false
        for attempt in 0..<100 where !isWriting {
            try await Task.sleep(for: .milliseconds(100))
            let answer = try await fixture.register(fixture.capture("after-\(attempt)"))
            if case .registered = answer { isWriting = true }
        }
        #expect(isWriting)
        #expect(fixture.ledger.readiness == nil)
        for id in registered { #expect(try fixture.ledger.receipt(id) != nil) }
        try fixture.reopen()
        for id in registered { #expect(try fixture.ledger.receipt(id) != nil) }
    }

    /// Leaves a few MiB free, so that the ledger gets some way before the disk is full.
    private func fill(_ file: URL) throws {
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        let chunk = Data(repeating: 1, count: 1 << 20)
        for _ in 0..<1024 {
            let attributes = try FileManager.default.attributesOfFileSystem(
                forPath: file.deletingLastPathComponent().path())
            let free = (attributes[.systemFreeSize] as? NSNumber)?.intValue ?? 0
            guard free > 4 << 20 else { return }
            try handle.write(contentsOf: chunk)
        }
    }

    private func bulky(_ fixture: LedgerFixture, _ number: Int) throws -> [UInt8] {
        try fixture.capture("bulky-\(number)", padding: 200_000)
    }
}
