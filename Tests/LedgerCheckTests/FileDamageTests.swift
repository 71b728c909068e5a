import Foundation
import Ledger
import LedgerCheck
import LedgerStore
import RocksDB
import Testing
import TestLedger

/// Bits that flip in the files themselves, which RocksDB's checksums notice.
@Suite(.serialized) struct FileDamageTests {
    private let bench: StoreWorkbench

    init() async throws {
        bench = try await StoreWorkbench()
        // Everything into tables and blob files, one of each family.
        try bench.withStore { store in
            try store.flush()
            for family in StoreLayout.families {
                try store.compact(store.columnFamily(family.name))
            }
        }
    }

    private func files(_ suffix: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: URL(filePath: bench.fixture.options.data), includingPropertiesForKeys: nil
        ).filter { $0.lastPathComponent.hasSuffix(suffix) }
    }

    /// Flips one bit, calls `body`, and flips it back.
    private func withFlip(_ file: URL, at offset: Int, _ body: () throws -> Void) throws {
        let bytes = try Data(contentsOf: file)
        var damaged = bytes
        damaged[offset] ^= 16
        try damaged.write(to: file)
        try body()
        try bytes.write(to: file)
    }

    @Test func aFlippedBitInEachTableIsReportedWithItsFamilyAndTheRestIsChecked() throws {
        var named: Set<String> = []
        for file in try files(".sst") {
            try withFlip(file, at: 12) {
                let report = try bench.check()
                let unreadable = report.findings.filter { $0.rule == .unreadable }
                #expect(!report.isClean, "\(file.lastPathComponent)")
                #expect(unreadable.allSatisfy { $0.detail.contains(file.lastPathComponent) })
                named.formUnion(unreadable.map(\.family))
                // What can be read is read: no other family lacks rows.
                let others = report.families.filter { $0.rows == 0 && $0.family != "anchors" }
                #expect(others.count <= 1, "\(others)")
            }
        }
        #expect(named.isSuperset(of: ["entries", "ids", "nonces", "keys", "tiles"]))
        #expect(named.isSuperset(of: ["heads", "control", "meta", "manifests"]))
        #expect(try bench.check().isClean)
    }

    @Test func aFlippedBitInABlobFileCostsOneManifest() throws {
        for file in try files(".blob") {
            try withFlip(file, at: 200) {
                let findings = try bench.check().findings
                #expect(findings.map(\.family) == ["manifests"], "\(findings)")
                #expect(findings.map(\.rule) == [.unreadable])
            }
        }
        #expect(try !files(".blob").isEmpty)
    }

    @Test func aFolderThatCannotBeOpenedSaysSo() throws {
        let manifest = try #require(
            try files("").first { $0.lastPathComponent.hasPrefix("MANIFEST") })
        try withFlip(manifest, at: 20) {
            let error = #expect(throws: LedgerError.self) { try bench.check() }
            guard case .engine = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        try FileManager.default.removeItem(at: #require(try files(".sst").first))
        #expect(throws: LedgerError.self) { try bench.check() }
    }

    /// What is only in the log is checked, and the log stays as it is for whoever repairs it.
    @Test func checkingChangesNoFile() async throws {
        let fixture = bench.fixture
        try fixture.reopen()
        _ = try await fixture.register(fixture.capture("only in the log"))
        fixture.ledger.close()
        func listing() throws -> [String: Data] {
            try files("").reduce(into: [:]) { $0[$1.lastPathComponent] = try Data(contentsOf: $1) }
        }
        let before = try listing()
        let report = try bench.check()
        #expect(report.size == 606)
        #expect(report.isClean, "\(report.findings)")
        #expect(try listing() == before)
    }

    /// Neither keys nor high-water file are in a backup.
    @Test func aBackupWithoutKeysIsChecked() throws {
        let copy = bench.fixture.folder.appending(path: "copy").path()
        try FileManager.default.copyItem(atPath: bench.fixture.options.data, toPath: copy)
        try FileManager.default.removeItem(atPath: copy + "/LOCK")
        let report = try Ledger.check(folder: LedgerOptions(data: copy))
        #expect(report.isClean && report.size == 605, "\(report.findings)")
    }

    @Test func anOldCopyBesideItsHighWaterFileIsFound() async throws {
        let (fixture, data) = (bench.fixture, bench.fixture.options.data)
        try FileManager.default.copyItem(atPath: data, toPath: data + ".old")
        try fixture.reopen()
        _ = try await fixture.register(fixture.capture("later"))
        fixture.ledger.close()
        try FileManager.default.removeItem(atPath: data)
        try FileManager.default.moveItem(atPath: data + ".old", toPath: data)
        let findings = try bench.check().findings
        #expect(findings.map(\.family) == ["highwater"], "\(findings)")
    }
}
