import Encoding
import Foundation
import HTTPCalls
import Keys
import Ledger
import LedgerClient
import Manifests
import Merkle
import Provenance
import Studio
import TestLedger
import TestPeer
import TestSupport
import Testing

/// What is registered about a URI is read in the order of the log, verified; whatever does not come
/// through is never taken for an absence.
@Suite struct RegisteredStatementsTests {
    @Test func statementsComeInTheOrderOfTheLogAndOthersArePassedOver() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            let hamburg = KeyFile.generate(.ed25519)
            try await ledger.fixture.addPoP(hamburg.publicKey, issuer: StubLedger.hamburg)
            let start = try await ledger.decide("start")
            try await ledger.decide("rollback", at: 1, by: hamburg, issuer: StubLedger.hamburg)
            let promote = try await ledger.decide("promote", at: 0.001)
            let found = try await ledger.registered()
            #expect(found.statements.map(\.entry) == [start, promote])
            #expect(found.statements.map(\.index) == found.statements.map(\.index).sorted())
            #expect(found.unclear.isEmpty)
            let both = try await ledger.registered(by: [LedgerFixture.berlin, StubLedger.hamburg])
            #expect(both.statements.count == 3)
        }
    }

    @Test func morePagesThanOneAreRead() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            for _ in 0..<501 { try await ledger.decide("hold") }
            #expect(try await ledger.registered().statements.count == 501)
            #expect(ledger.paths("GET").count(where: { $0.hasPrefix("/subjects/") }) == 3)
        }
    }

    @Test(arguments: [0, 600, 601, 86_400] as [UInt64], [true, false])
    func aHeadOfAnotherTimeThanNowIsNoAnswer(seconds: UInt64, isBehind: Bool) async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            try await ledger.decide("start")
            let head = ledger.fixture.clock.now
            let now = isBehind ? head + seconds : head - seconds
            guard seconds > 600 else {
                #expect(try await ledger.registered(now: now).statements.count == 1)
                return
            }
            let error = await #expect(throws: RegisteredError.self) {
                try await ledger.registered(now: now)
            }
            guard case .stale(head, _, now, _)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            // Where nothing is decided by it, it may be of any time.
            #expect(try await ledger.registered(maxAge: nil, now: now).statements.count == 1)
        }
    }

    @Test func anErasedManifestIsUnclearAndNotAbsent() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            let start = try await ledger.decide("start")
            let record = try #require(try ledger.fixture.ledger.transparent(start))
            let manifest = try #require(try TransparentStatement(record).manifest)
            var chain = try ControlChain(ledger.fixture)
            let erasure = try chain.sign(erasing: .sha256(manifest), of: [start])
            #expect(try await ledger.fixture.register(erasure).refusal == nil)
            let found = try await ledger.registered()
            #expect(found.statements.isEmpty)
            #expect(found.unclear.map(\.entry) == [start])
            #expect(found.unclear.map(\.reason) == [.noManifest])
        }
    }

    @Test func whatAStolenKeyMayHaveSignedIsUnclear() async throws {
        try await StubLedger.run(clock: TestClock()) { ledger in
            let before = try await ledger.decide("start")
            let size = ledger.fixture.ledger.head().size
            let after = try await ledger.decide("promote", at: 0)
            let change = KeyManifest(
                .revoke, coseKey: Text(ledger.fixture.pop.publicKey.string),
                issuer: LedgerFixture.berlin, roles: [.pop], notBefore: 0, suspectFrom: size,
                reason: "stolen")
            let revoked = try await ledger.fixture.register(ledger.fixture.control(change))
            #expect(revoked.refusal == nil)
            let found = try await ledger.registered()
            #expect(found.statements.map(\.entry) == [before])
            #expect(found.unclear.map(\.entry) == [after])
        }
    }

    @Test func aListedEntryThatIsNotThereIsAnError() async throws {
        try await StubLedger.run(
            clock: TestClock(),
            instead: { request, _ in
                request.path.hasSuffix("/transparent") ? .whole(404) : nil
            }
        ) { ledger in
            let start = try await ledger.decide("start")
            let error = await #expect(throws: RegisteredError.self) {
                try await ledger.registered()
            }
            guard case .notThere(start)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func anotherRecordThanTheListedOneIsAnError() async throws {
        try await StubLedger.run(
            clock: TestClock(),
            instead: { request, fixture in
                guard request.path.hasSuffix("/transparent"),
                    let other = try? fixture.ledger.entries(
                        subject: .sha256(StubLedger.drop.utf8), after: nil, limit: 1
                    ).first,
                    let record = try? fixture.ledger.transparent(other.id)
                else { return nil }
                return .whole(200, [:], record)
            }
        ) { ledger in
            try await ledger.reconcile(from: 0, to: 1)
            try await ledger.decide("start")
            let error = await #expect(throws: RegisteredError.self) {
                try await ledger.registered()
            }
            guard case .another? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func anEntryThatIsListedElsewhereIsAnError() async throws {
        try await StubLedger.run(
            clock: TestClock(),
            instead: { request, fixture in
                guard request.path.hasPrefix("/subjects/"), !request.path.contains("after"),
                    let entry = try? fixture.ledger.entries(
                        subject: .sha256(StubLedger.milestone.utf8), after: nil, limit: 1
                    ).first
                else { return nil }
                let index = JSON.integer(Int64(entry.index) + 1)
                let item: JSON = ["index": index, "entry": .string(Text("\(entry.id)"))]
                return .whole(200, [:], JSON.array([item]).encoded())
            }
        ) { ledger in
            try await ledger.decide("start")
            let error = await #expect(throws: RegisteredError.self) {
                try await ledger.registered()
            }
            guard case .misplaced? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func anotherLedgerThanTheKitsIsAnError() async throws {
        let other = try LedgerFixture()
        try await StubLedger.run(clock: TestClock()) { ledger in
            try await ledger.decide("start")
            let kit = try other.ledger.trustKit()
            let error = await #expect(throws: RegisteredError.self) {
                try await ledger.registered(kit: kit)
            }
            guard case .kit(.refused(.otherGenesis, _))? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func theFirstHeadThatHoldsAnEntryIsFoundBetweenAllHeads() async throws {
        let clock = TestClock()
        try await StubLedger.run(clock: clock) { ledger in
            try await ledger.decide("start")
            clock.advance(by: 5_000)
            let wanted = clock.now
            let rollback = try await ledger.decide("rollback", at: 1)
            for _ in 0..<20 {
                clock.advance(by: 777)
                try await ledger.decide("hold")
            }
            let times = try await ledger.with { client in
                let fresh = try await FreshLedger(
                    by: ledger.fixture.ledger.trustKit(), at: client, maxAge: nil, now: clock.now)
                let found = try await RegisteredStatements(
                    about: StubLedger.milestone, of: MilestoneHistory.types,
                    by: [LedgerFixture.berlin], in: fresh, trusting: .proof)
                let statement = try #require(found.statements.first { $0.entry == rollback })
                // Nobody has cosigned: the record has the first head that the ledger keeps.
                #expect(statement.loggedAt == wanted)
                return try await HeadTimes(of: fresh).first(holding: statement)
            }
            #expect(times == wanted)
        }
    }
}
