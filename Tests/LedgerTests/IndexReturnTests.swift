import Encoding
import Foundation
import IndexMap
import Ledger
import LedgerCheck
import LedgerStore
import Logging
import Provenance
import Testing
import TestLedger
import TestSupport

/// Backups, copies and records of a ledger with an index: what comes back goes on, with the same
/// heads and the next number.
@Suite(.serialized) struct IndexReturnTests {
    let fixture: LedgerFixture
    let backups: String

    /// Some heads are in the backup, and some are not.
    init() async throws {
        fixture = try await IndexTests.fixture()
        backups = fixture.folder.appending(path: "backups").path()
        for count in [1, 80] {
            try await IndexTests.register((0..<count).map { "before \($0)" }, fixture)
            try await IndexTests.settled(fixture.ledger)
        }
        _ = try fixture.ledger.backup(to: backups)
        for count in [2, 70] {
            try await IndexTests.register((0..<count).map { "after \($0)" }, fixture)
            try await IndexTests.settled(fixture.ledger)
        }
    }

    /// The options by which a ledger that came back goes on.
    private static func goingOn(_ restored: Restored) -> LedgerOptions {
        var options = restored.options
        options.index = .asLogged
        options.indexInterval = .zero
        return options
    }

    /// Expects the folder to have all that the ledger had, to go on with the next head, and to be
    /// clean.
    private func expectGoingOn(
        _ restored: Restored, as before: IndexOfLeaves, _ place: SourceLocation = #_sourceLocation
    ) async throws {
        let options = Self.goingOn(restored)
        let ledger = try LedgerFixture.open(options, fixture.clock)
        defer { ledger.close() }
        try await IndexTests.settled(ledger)
        let same = try IndexOfLeaves(ledger)
        #expect(same.heads.map(\.head) == before.heads.map(\.head), sourceLocation: place)
        try same.expectSame(in: ledger, place)
        for answer in await ledger.register([try fixture.capture("went on")]) {
            #expect(answer.refusal == nil, sourceLocation: place)
        }
        try await IndexTests.settled(ledger)
        let after = try IndexOfLeaves(ledger)
        let numbers = after.heads.map(\.head.chain.sequence)
        #expect(numbers == Array(0..<UInt64(after.heads.count)), sourceLocation: place)
        #expect(after.heads.count > before.heads.count, sourceLocation: place)
        try after.expectSame(in: ledger, place)
        ledger.close()
        let report = try Ledger.check(folder: options, CheckOptions())
        #expect(report.findings == [], sourceLocation: place)
    }

    @Test func aBackupThatIsRestoredGoesOnWithTheNextHead() async throws {
        let newest = fixture.folder.appending(path: "newest").path()
        _ = try fixture.ledger.backup(to: newest)
        let before = try IndexOfLeaves(fixture.ledger)
        fixture.ledger.close()
        try await expectGoingOn(try Restored(fixture, from: newest), as: before)
    }

    /// Until the newer entries are there it signs nothing, no index head either.
    @Test func anOldBackupMakesNoHeadBeforeAllIsBack() async throws {
        let before = try IndexOfLeaves(fixture.ledger)
        let copy = fixture.folder.appending(path: "copy").path()
        _ = try fixture.ledger.export(to: copy)
        fixture.ledger.close()
        let restored = try Restored(fixture, from: backups)
        let old = try LedgerFixture.open(Self.goingOn(restored), fixture.clock)
        let (size, heads) = (old.head().size, try IndexOfLeaves(old).heads.count)
        #expect(old.readiness != nil && heads > 0 && heads < before.heads.count)
        let answer = await old.register([try fixture.capture("too early")])
        #expect(answer.first?.refusal != nil)
        #expect(old.head().size == size)
        old.close()
        let recovery = try Recovery(restored.options, exports: [copy])
        let report = try await recovery.putBack(export: copy)
        #expect(report.entries == size..<before.size && recovery.missing == nil)
        recovery.close()
        try await expectGoingOn(restored, as: before)
    }

    // MARK: - Records

    /// Writes what is held outside of the entries behind the backup: each statement in its record,
    /// and of the heads every second one in a record and the others in files of their own.
    ///
    /// - Parameter withHeads: whether the heads are there.
    private func records(withHeads: Bool) throws -> [String] {
        let ledger = fixture.ledger
        let naive = try IndexOfLeaves(ledger)
        let proofs = try #require(
            try ledger.complete([.iss(LedgerFixture.berlin)], positions: 0..<9)
        ).proofs
        let heads = try naive.heads.map { placed in
            let file = try #require(try ledger.transparent(placed.head.id))
            return try CompleteProof(TransparentIndexHead(file), proofs).encoded()
        }
        var paths: [String] = []
        func write(_ bytes: [UInt8], _ name: String) throws {
            let path = fixture.folder.appending(path: name).path()
            try Data(bytes).write(to: URL(filePath: path))
            paths.append(path)
        }
        let places = Set(naive.heads.map(\.index))
        for index in 0..<naive.size where !places.contains(index) {
            let id = try #require(
                try ledger.entryBundle(index: index / 256, width: Int(min(256, naive.size)))
                    .flatMap { Self.leaf(Int(index % 256), of: $0) }
                    .map { EntryID(ofLeaf: $0) })
            var file = try TransparentStatement(#require(try ledger.transparent(id)))
            let number = paths.count
            if withHeads, number < heads.count, number.isMultiple(of: 2) {
                file.completes = [heads[number]]
            }
            try write(file.encoded(), "\(index).colophon")
        }
        if withHeads {
            for number in heads.indices where !number.isMultiple(of: 2) {
                try write(heads[number], "\(number).complete")
            }
        }
        return paths
    }

    /// One leaf of a bundle (C2SP tlog-tiles).
    private static func leaf(_ place: Int, of bundle: [UInt8]) -> [UInt8]? {
        var start = 0
        for _ in 0..<place where start < bundle.count {
            start += 2 + Int(bundle[start]) << 8 + Int(bundle[start + 1])
        }
        guard start < bundle.count else { return nil }
        let count = Int(bundle[start]) << 8 + Int(bundle[start + 1])
        return Array(bundle[(start + 2)...].prefix(count))
    }

    @Test func headsComeBackWithProofsOfCompleteness() async throws {
        let before = try IndexOfLeaves(fixture.ledger)
        let files = try records(withHeads: true)
        fixture.ledger.close()
        let restored = try Restored(fixture, from: backups)
        let recovery = try Recovery(restored.options, files: files)
        let report = try await recovery.putBack(files: files)
        #expect(report.entries.upperBound == before.size && recovery.missing == nil)
        #expect(report.behindGap == nil && report.passedOver == [])
        recovery.close()
        try await expectGoingOn(restored, as: before)
    }

    /// A head is an entry as others are: records alone have a gap at each.
    @Test func recordsAloneDoNotPassAHead() async throws {
        let before = try IndexOfLeaves(fixture.ledger)
        let files = try records(withHeads: false)
        fixture.ledger.close()
        let restored = try Restored(fixture, from: backups)
        let recovery = try Recovery(restored.options, files: files)
        let report = try await recovery.putBack(files: files)
        let gap = try #require(before.heads.map(\.index).first { $0 >= report.entries.lowerBound })
        #expect(report.entries.upperBound == gap)
        let heads = Set(before.heads.map(\.index))
        #expect(report.behindGap == (gap..<before.size).first { !heads.contains($0) })
        #expect(recovery.missing == gap..<before.size)
        recovery.close()
    }

    /// A proof whose head has no receipt, or another's, proves no place: it is passed over.
    @Test func aHeadWithoutAReceiptIsPassedOver() async throws {
        let proof = try #require(
            try fixture.ledger.complete([.iss(LedgerFixture.berlin)], positions: 0..<9))
        var head = proof.head
        head.receipts = []
        let path = fixture.folder.appending(path: "bare.complete").path()
        try Data(CompleteProof(head, proof.proofs).encoded()).write(to: URL(filePath: path))
        fixture.ledger.close()
        let restored = try Restored(fixture, from: backups)
        let recovery = try Recovery(restored.options, files: [path])
        defer { recovery.close() }
        let size = recovery.size
        await #expect(throws: LedgerError.self) { try await recovery.putBack(files: [path]) }
        #expect(recovery.size == size)
    }
}
