import Checkpoints
import Encoding
import Foundation
import Ledger
import LedgerCheck
import Logging
import Provenance
import Testing
import TestLedger
import TestSupport

/// What leaves the disk behind the sequencer: old heads.
@Suite(.serialized) struct UpkeepTests {
    private let fixture: LedgerFixture
    private let ledger: Ledger

    init() async throws {
        fixture = try LedgerFixture()
        try await fixture.addPoP()
        fixture.ledger.close()
        var options = fixture.options
        options.upkeepSeconds = 0.02
        options.scrub.entriesPerSecond = 0
        let clock = fixture.clock
        ledger = try Ledger.open(options, logger: Logger(label: "test"), clock: { clock.now })
    }

    private func register(_ name: String) async throws -> (size: UInt64, bytes: [UInt8]) {
        let bytes = try fixture.capture(name)
        guard case .registered? = await ledger.register([bytes]).first else {
            throw FixtureError.unexpected("\(name) was not registered")
        }
        return (ledger.head().size, bytes)
    }

    @Test func headsOlderThanADayGoButTheFirstAndTheLastOfEachHour() async throws {
        defer { ledger.close() }
        // To the beginning of an hour, then a head every fifteen minutes for three hours.
        fixture.clock.advance(by: 3600 - Int64(fixture.clock.now % 3600))
        var (sizes, ids) = ([UInt64](), [EntryID]())
        for number in 0..<12 {
            let old = try await register("old \(number)")
            sizes.append(old.size)
            ids.append(try TransparentStatement(old.bytes).statement.id)
            fixture.clock.advance(by: 900)
        }
        fixture.clock.advance(by: 25 * 3600)
        // The clock alone removes nothing: a ledger may stand still.
        try await pause(atLeast: .milliseconds(200))
        for size in sizes { #expect(try ledger.head(size: size) != nil) }
        let first = try await register("a day later").size
        let newest = try await register("and one more").size
        try await eventually("the last but one of the old heads goes") {
            try ledger.head(size: sizes[10]) == nil
        }
        for (place, size) in sizes.enumerated() {
            let isKept = place % 4 == 0 || place % 4 == 3
            #expect(try (ledger.head(size: size) != nil) == isKept, "head \(place)")
            // So what a record says of when its entry was logged is of the same hour for ever.
            let id = ids[place]
            let record = try TransparentStatement(#require(try ledger.transparent(id)))
            let bound = try Receipt(#require(record.receipts.first))
            #expect(bound.treeSize == sizes[isKept ? place : place / 4 * 4 + 3], "head \(place)")
        }
        #expect(try ledger.head(size: first) != nil)
        #expect(try ledger.head(size: newest) != nil)
        #expect(try ledger.check().isClean)
        // Proofs and receipts need none of them.
        #expect(try ledger.consistency(from: sizes[1], to: nil).isEmpty == false)
    }

    @Test func aCosignedHeadStaysForEver() async throws {
        defer { ledger.close() }
        fixture.clock.advance(by: 3600 - Int64(fixture.clock.now % 3600))
        var sizes: [UInt64] = []
        for number in 0..<4 { sizes.append(try await register("old \(number)").size) }
        let witness = try TestWitness("w.example")
        let note = try #require(try ledger.head(size: sizes[1])).note
        try ledger.add(
            [witness.cosign(note, at: 1_790_000_000)], of: [witness.verifierKey], toHeadOf: sizes[1]
        )
        fixture.clock.advance(by: 25 * 3600)
        _ = try await register("a day later")
        _ = try await register("and one more")
        // The third goes, which is neither cosigned nor the first or the last of its hour.
        try await eventually("the head goes") { try ledger.head(size: sizes[2]) == nil }
        for place in [0, 1, 3] { #expect(try ledger.head(size: sizes[place]) != nil) }
        #expect(try ledger.check().isClean)
    }

    /// Of two cosigned heads the one stays that meets the quorum.
    @Test func aHeadWithTooFewCosignaturesGoes() async throws {
        ledger.close()
        let witnesses = try (0..<3).map { try TestWitness(Text("w\($0).example")) }
        let stranger = try TestWitness("former.example")
        let keys = witnesses.map(\.verifierKey)
        var options = fixture.options
        (options.upkeepSeconds, options.scrub.entriesPerSecond) = (0.02, 0)
        options.witnessPolicy = try TrustPolicy(
            logs: [],
            witnesses: zip(["a", "b", "c"], keys).map { .init(name: $0, key: $1) },
            groups: [.init(name: "G", threshold: 2, members: ["a", "b", "c"])], quorum: "G")
        let ledger = try LedgerFixture.open(options, fixture.clock)
        defer { ledger.close() }
        fixture.clock.advance(by: 3600 - Int64(fixture.clock.now % 3600))
        var heads: [Head] = []
        for number in 0..<6 {
            _ = await ledger.register([try fixture.capture("old \(number)")])
            heads.append(ledger.head())
        }
        for (place, cosigners) in [(1, [0, 2]), (2, [1]), (3, [])] {
            let lines = try cosigners.map {
                try witnesses[$0].cosign(heads[place].note, at: heads[place].time)
            }
            try ledger.add(lines, of: keys, toHeadOf: heads[place].size)
        }
        // Whom the policy does not name any more may have been part of an earlier quorum.
        try ledger.add(
            [stranger.cosign(heads[3].note, at: heads[3].time)], of: [stranger.verifierKey],
            toHeadOf: heads[3].size)
        fixture.clock.advance(by: 25 * 3600)
        for name in ["a day later", "and one more"] {
            _ = await ledger.register([try fixture.capture(name)])
        }
        try await eventually("the last but one goes") {
            try ledger.head(size: heads[4].size) == nil
        }
        let kept = try heads.map { try ledger.head(size: $0.size) != nil }
        #expect(kept == [true, true, false, true, false, true])
    }

    /// The high-water file names the newest head and the one before it.
    @Test func theTwoNewestHeadsStayHoweverOldTheyAre() async throws {
        defer { ledger.close() }
        let sizes = [try await register("one").size, try await register("two").size]
        fixture.clock.advance(by: 48 * 3600)
        let newest = try await register("two days later").size
        // What went: the second of its hour, but not the one before the newest.
        try await eventually("the older head goes") { try ledger.head(size: sizes[0]) == nil }
        #expect(try ledger.head(size: sizes[1]) != nil)
        #expect(try ledger.head(size: newest) != nil)
        #expect(try ledger.check().isClean)
    }
}
