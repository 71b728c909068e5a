import Auditing
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import TestSupport
import Testing

/// What the log holds is told: control statements, and what somebody watches for.
@Suite struct MonitorEntryTests {
    private let scene: MonitoredLedger

    init() throws { scene = try MonitoredLedger() }

    private func options(_ watches: String..., fromNow: Bool = false) throws -> Monitor.Options {
        var options = Monitor.Options()
        options.watches = try WatchList(watches.map { try Watch($0) })
        options.fromNow = fromNow
        return options
    }

    private func matches(_ told: [JSON]) -> [Int64] {
        told.filter { $0["event"]?.text == "match" }.compactMap { $0["entry"]?.integer }
    }

    @Test func eachKindOfWatchFindsItsEntries() async throws {
        let work = try scene.work("a", by: "Ana Okoye", id: "did:web:ana.example")
        try scene.work("b", by: "Bea")
        let digest = Hash.sha256(Array("b".utf8))
        for (watch, entries) in [
            ("creator=Ana Okoye", [3]), ("creator=did:web:ana.example", [3]),
            ("creator=Ana", []), ("sha256=\(digest)", [4]),
            ("issuer=\(MemoryLedger.berlin)", [3, 4]), ("issuer=\(MemoryLedger.rome)", []),
            ("sub=urn:example:thread", [3, 4]), ("sub=urn:example:threa", []),
        ] as [(String, [Int64])] {
            let scene = try MonitoredLedger()
            scene.ledger = self.scene.ledger
            try await scene.run(options(watch))
            #expect(matches(scene.takeTold()) == entries, "\(watch)")
        }
        try await scene.run(options("creator=Ana Okoye", "issuer=\(MemoryLedger.berlin)"))
        let event = try #require(scene.takeTold().first { $0["event"]?.text == "match" })
        #expect(event["entryID"]?.text == work)
        #expect(event["issuer"]?.text == MemoryLedger.berlin)
        #expect(event["sub"]?.text == "urn:example:thread")
        #expect(event["digests"]?.array == [.string(Text("\(Hash.sha256(Array("a".utf8)))"))])
        #expect(
            event["watches"]?.array
                == [.string(Text("issuer=\(MemoryLedger.berlin)")), "creator=Ana Okoye"])
    }

    /// Nothing of a manifest is kept: an erasure need not look for it.
    @Test func aMatchHoldsNothingOfTheManifest() async throws {
        try scene.work("a", by: "Jose\u{301} Okoye")
        try await scene.run(options("creator=Jos\u{E9} Okoye"))
        let told = scene.takeTold()
        #expect(matches(told) == [3])
        let text = told.map { String(decoding: $0.encoded(), as: UTF8.self) }.joined()
        #expect(!text.contains("Photograph"))
        // Canonically equal texts are one to Swift: compared as bytes.
        #expect(!Text(text).utf8.contains(0xCC))
    }

    @Test func everyControlStatementIsToldWithWhatItDoes() async throws {
        try scene.work("a")
        let key = try scene.ledger.values.ed25519("other").publicKey
        try scene.ledger.apply(scene.ledger.adding(key, issuer: MemoryLedger.rome))
        try scene.ledger.apply(scene.ledger.adding(key, issuer: MemoryLedger.rome, .revoke))
        try scene.ledger.erase([3])
        let lastSize = scene.ledger.size
        try scene.ledger.rotateReceiptKey()
        try await scene.run()
        let told = scene.takeTold().filter { $0["event"]?.text == "control" }
        #expect(
            told.compactMap { $0["change"]?.text?.string } == [
                "policy", "key-add", "key-add", "key-add", "key-revoke", "erasure", "log-key",
            ])
        #expect(told.compactMap { $0["entry"]?.integer } == [0, 1, 2, 4, 5, 6, 7])
        let words = told.compactMap { $0["words"]?.text?.string }
        #expect(words[4].contains("of \(MemoryLedger.rome) (pop) is revoked"))
        #expect(words[5].contains("the manifest of 1 entry is erased: a person asked"))
        #expect(words[6].hasSuffix("its receipt key, whose last size is \(lastSize)"))
    }

    @Test func whatIsToldIsNotToldAgainAndWhatIsNewIs() async throws {
        try scene.work("a")
        let watch = try options("issuer=\(MemoryLedger.berlin)")
        try await scene.run(watch)
        #expect(matches(scene.takeTold()) == [3])
        try await scene.run(watch)
        #expect(scene.takeTold().isEmpty)
        try scene.work("b")
        try await scene.run(watch)
        #expect(matches(scene.takeTold()) == [4])
    }

    /// The first pass over an old log tells nothing, however it is cut.
    @Test func fromNowTellsOnlyWhatIsNew() async throws {
        for name in ["a", "b", "c"] { try scene.work(name) }
        let watch = try options("issuer=\(MemoryLedger.berlin)", fromNow: true)
        let kill = KillSwitch(after: 4)
        await #expect(throws: MonitoredLedger.Killed.self) {
            try await scene.run(watch) { try kill.step() }
        }
        try await scene.run(watch)
        #expect(scene.takeTold().isEmpty)
        try scene.work("d")
        try scene.ledger.rotateReceiptKey()
        try await scene.run(watch)
        #expect(scene.takeTold().compactMap { $0["entry"]?.integer } == [7, 6])
    }

    /// What comes while the first pass goes on is new, wherever that is killed.
    @Test func fromNowLosesNothingWhereTheFirstRoundIsKilled() async throws {
        let watch = try options("issuer=\(MemoryLedger.berlin)", fromNow: true)
        var reachedTheEnd = false
        var limit = 0
        while !reachedTheEnd {
            let scene = try MonitoredLedger()
            for name in ["a", "b"] { try scene.work(name) }
            let kill = KillSwitch(after: limit)
            do {
                try await scene.run(watch) { try kill.step() }
                reachedTheEnd = true
            } catch is MonitoredLedger.Killed {}
            let hasCommitted = scene.hasCommitted
            try scene.work("c")
            try await scene.run(watch)
            let told = matches(scene.takeTold())
            // Where it was killed before it kept anything, it begins anew.
            #expect(told == (hasCommitted ? [5] : []), "killed after \(limit)")
            limit += 1
        }
        #expect(limit > 6)
    }

    /// Where no manifest is served no creator can be read: that is said once, and counted.
    @Test func manifestsThatAreNotServedAreSaidOnceAndCounted() async throws {
        for name in ["a", "b"] { try scene.work(name) }
        scene.hidesManifests = true
        try await scene.run(options("creator=Ana Example"))
        let told = scene.takeTold()
        #expect(told.count { $0["event"]?.text == "unserved" } == 1)
        #expect(scene.monitor?.numbers.unserved == 2)
        try scene.work("c")
        try await scene.run(options("creator=Ana Example"))
        #expect(!scene.takeTold().contains { $0["event"]?.text == "unserved" })
        #expect(scene.monitor?.numbers.unserved == 1)
        // Nobody who watches for something else hears of it.
        try scene.work("d")
        try await scene.run(options("issuer=\(MemoryLedger.rome)"))
        #expect(scene.takeTold().isEmpty)
    }

    /// A receiver that takes less than there is gets all of it later, and the audit waits for it
    /// at no time: each run reads all entries, and no more waits than may.
    @Test func aSlowReceiverGetsEveryMatchInTheEnd() async throws {
        for number in 0..<60 { try scene.work("work \(number)") }
        (scene.limits.matches, scene.limits.again, scene.mostTaken) = (20, 5, 7)
        let watch = try options("creator=Ana Example")
        var told: [JSON] = []
        var (rounds, isDone) = (0, false)
        while !isDone, rounds < 60 {
            let report = try await scene.run(watch)
            #expect(report.ending == .complete && report.extent.entries == 63)
            told += scene.takeTold()
            rounds += 1
            let outbox = try #require(scene.monitor?.outbox)
            isDone = outbox.allOwed.isEmpty && outbox.waiting.allSatisfy { $0.count == 0 }
        }
        #expect(Set(matches(told)) == Set((3..<63).map { Int64($0) }))
        #expect(told.count { $0["event"]?.text == "owed" } == 1)
        // What was read again has the identifier that it had.
        let identifiers = Set(
            told.filter { $0["event"]?.text == "match" }.compactMap { $0["id"]?.text })
        #expect(identifiers.count == 60 && rounds > 8)
    }

    /// Who audits with a monitor's state and tells nobody takes entries away from it: that is told.
    @Test func whatAnAuditWithoutAMonitorHasReadIsSaidToBeMissed() async throws {
        try scene.work("a")
        let watch = try options("issuer=\(MemoryLedger.berlin)")
        try await scene.run(watch)
        _ = scene.takeTold()
        for name in ["b", "c"] { try scene.work(name) }
        try await scene.runWithoutMonitor()
        try scene.work("d")
        try await scene.run(watch)
        let told = scene.takeTold()
        #expect(told.map { $0["event"]?.text } == ["missed", "match"])
        #expect(told[0]["entry"]?.integer == 4 && told[0]["count"]?.integer == 2)
        #expect(told[1]["entry"]?.integer == 6)
        try await scene.run(watch)
        #expect(scene.takeTold().isEmpty)
    }

    /// An audit that tells is killed between any two of its steps, again and again: in the end all
    /// was told, and what was told twice has one identifier.
    @Test func aKillBetweenAnyTwoStepsLosesNoMatch() async throws {
        var watch = try options("issuer=\(MemoryLedger.berlin)")
        watch.fromNow = false
        var expected: Set<String>?
        var reachedTheEnd = false
        var limit = 0
        while !reachedTheEnd {
            let scene = try MonitoredLedger()
            for number in 0..<4 { try scene.work("\(number)") }
            let kill = KillSwitch(after: limit)
            do {
                try await scene.run(watch) { try kill.step() }
                reachedTheEnd = true
            } catch is MonitoredLedger.Killed {
                for more in [1, 3, 5] {
                    let kill = KillSwitch(after: more)
                    do {
                        try await scene.run(watch) { try kill.step() }
                    } catch is MonitoredLedger.Killed {
                        continue
                    }
                }
                try await scene.run(watch)
            }
            let told = Set(scene.takeTold().compactMap { $0["id"]?.text?.string })
            if reachedTheEnd { expected = told }
            #expect(told.count == 3 + 4, "killed after \(limit)")
            limit += 1
        }
        #expect(expected?.count == 7)
    }

    @Test func aFindingOfTheLogIsTold() async throws {
        let statement = try scene.ledger.capture("a").statement
        scene.ledger.append(statement)
        let report = try await scene.run()
        let told = scene.takeTold().filter { $0["event"]?.text == "finding" }
        #expect(told.contains { $0["rule"]?.text == "duplicate" && $0["entry"]?.integer == 4 })
        #expect(UInt64(told.count) == report.findings.count(of: .violation))
    }
}
