import Foundation
import Ledger
import LedgerCheck
import Manifests
import Provenance
import Testing
import TestLedger
import TestSupport

/// A clock that is wrong costs nobody a promise.
@Suite(.serialized) struct ClockTests {
    private static let tenYears: Int64 = 10 * 365 * 86_400

    private func issuedAt(_ answer: Registration) throws -> UInt64 {
        guard case .registered(_, let receipt) = answer else {
            throw FixtureError.unexpected("\(answer)")
        }
        return try Receipt(receipt).issuedAt
    }

    @Test func aClockThatJumpsAheadAndBackLeavesTimesThatNeverFall() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        let start = fixture.clock.now
        let before = try await issuedAt(fixture.register(fixture.capture("before")))
        #expect(before == start)
        fixture.clock.advance(by: Self.tenYears)
        let ahead = try await issuedAt(fixture.register(fixture.capture("ahead")))
        #expect(ahead == start + UInt64(Self.tenYears))
        fixture.clock.advance(by: -Self.tenYears + 100)
        #expect(fixture.ledger.headAheadSeconds == UInt64(Self.tenYears - 100))
        #expect(fixture.ledger.warnings.contains { $0.contains("ahead of the clock") })
        #expect(fixture.ledger.readiness == nil)
        // The head's time stays, and does not run on from there.
        for number in 0..<3 {
            let after = try await issuedAt(fixture.register(fixture.capture("after \(number)")))
            #expect(after == ahead)
        }
        try fixture.reopen()
        #expect(try await issuedAt(fixture.register(fixture.capture("reopened"))) == ahead)
        // Once the clock has caught up, it is the clock's again.
        fixture.clock.advance(by: Self.tenYears)
        let caughtUp = try await issuedAt(fixture.register(fixture.capture("caught up")))
        #expect(caughtUp == start + UInt64(Self.tenYears) + 100)
        #expect(fixture.ledger.warnings.isEmpty)
        fixture.ledger.close()
        #expect(try Ledger.check(folder: fixture.options).isClean)
    }

    /// Each time between any two heads, against a look at all of them.
    @Test func aTimeFindsTheNewestHeadThatIsOlder() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        for number in 0..<12 {
            // Some heads have the same time, and some sizes have none.
            fixture.clock.advance(by: [0, 1, 7][number % 3])
            _ = await fixture.ledger.register(
                try (0...(number % 4)).map { try fixture.capture("\(number) \($0)") })
        }
        let newest = fixture.ledger.head()
        let heads = try (0...newest.size).compactMap { try fixture.ledger.head(size: $0) }
        let first = try #require(heads.first)
        #expect(heads.count < newest.size)
        for time in first.time - 1...newest.time + 2 {
            let found = try fixture.ledger.head(before: time)
            #expect(found?.size == heads.last { $0.time < time }?.size, "\(time)")
        }
        #expect(try fixture.ledger.head(before: 0) == nil)
        #expect(try fixture.ledger.head(before: .max)?.size == newest.size)
    }

    /// The clock decides about statements from the future, and about nothing else.
    @Test func aClockThatJumpsBackRefusesOnlyWhatIsAheadOfIt() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        let now = fixture.clock.now
        let ready = try fixture.capture("signed before the jump", issuedAt: now)
        fixture.clock.advance(by: -7 * 86_400)
        guard case .refused(let refusal, _) = try await fixture.register(ready) else {
            Issue.record("a statement from the future was registered")
            return
        }
        #expect(refusal.reason == .clock)
        let old = try await fixture.register(fixture.capture("signed after it"))
        #expect(try issuedAt(old) >= now)
        fixture.clock.advance(by: 7 * 86_400)
        #expect(try await issuedAt(fixture.register(ready)) >= now)
    }
}
