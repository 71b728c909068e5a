import Encoding
import Files
import Foundation
import Keys
import Manifests
import Merkle
import Provenance
import Studio
import TestSupport
import Testing

/// What a PoP measures, and what it tells of it: a statement for each window, within limits
/// (telemetry.md).
@Suite struct TelemetryTests {
    private let pop: MeasuredPoP

    init() throws { pop = try MeasuredPoP() }

    // MARK: - How much it is

    /// Two KiB a statement, and 50 KiB a quiet day.
    @Test func aQuietDayIsSmall() throws {
        var random = SeededRandom(for: "aQuietDayIsSmall")
        let pop = try MeasuredPoP(telemetry: ["allotted", "sold", "returned", "remaining"])
        try LedgerContact.note(at: UInt64(MeasuredPoP.start), in: pop.spool.folder)
        var (received, sent, busy) = (1_000_000_000, 2_000_000, 1_000)
        var reporter = try pop.reporter()
        try pop.run(&reporter, samples: 24 * 60 + 1) { number in
            busy += Int.random(in: 500...2_500, using: &random)
            try pop.setProcessors(busy: busy, idle: 24_000 * (number + 1) - busy)
            try pop.putEverything(
                load: Double.random(in: 0.2...0.9, using: &random),
                degrees: Double.random(in: 45...51, using: &random),
                mebibytes: Int.random(in: 3_000...3_200, using: &random))
            received += Int.random(in: 1_000...90_000, using: &random)
            sent += Int.random(in: 1_000...90_000, using: &random)
            try pop.setTraffic(received: received, sent: sent)
            try LedgerContact.note(
                at: UInt64(pop.now) - UInt64.random(in: 0...240, using: &random),
                in: pop.spool.folder)
        }
        let statements = try pop.statements()
        let sizes = statements.map(\.byteCount)
        let sum = sizes.reduce(0, +)
        print(
            "telemetry: \(sizes.count) statements of a quiet day, \(sizes.min() ?? 0) to "
                + "\(sizes.max() ?? 0) bytes each, \(sum) in all")
        #expect(sizes.count == 24 && sizes.allSatisfy { $0 <= 2_048 }, "\(sizes)")
        #expect(sum <= 50 << 10)
        #expect(statements.allSatisfy { $0.device("dropped") == nil && $0.left.isEmpty })
    }

    /// A value that flaps all day costs no more than the limit says.
    @Test func aLoudDayIsBounded() throws {
        var reporter = try pop.reporter()
        try pop.run(&reporter, samples: 10 * 60)
        let before = try pop.statements().count
        try pop.run(&reporter, samples: 24 * 60) { number in
            try pop.setLoad((number / 4).isMultiple(of: 2) ? 90 : 0.5)
        }
        let statements = try pop.statements().dropFirst(before)
        let sum = statements.map(\.byteCount).reduce(0, +)
        print("telemetry: \(statements.count) statements of a loud day, \(sum) bytes in all")
        #expect(statements.count > 24 + 12 && statements.count <= 24 + 24)
        #expect(sum <= 96 << 10)
    }

    @Test func aStatementThatWouldBeTooLargeDropsTheLeastImportantValues() throws {
        let issuer = Text("https://pops.example/" + String(repeating: "b", count: 234))
        let origin = Text("ledger.example/" + String(repeating: "p", count: 240))
        let pop = try MeasuredPoP(issuer: issuer, origin: origin)
        try pop.putEverything()
        var reporter = try pop.reporter()
        try pop.run(&reporter, samples: 61) { number in
            try pop.putEverything(
                load: Double(number % 10) / 10, degrees: 40 + Double(number) / 10,
                mebibytes: 3_000 + number)
            try pop.seal("work \(number)")
        }
        let statement = try #require(try pop.statements().first)
        #expect(statement.byteCount <= 2_048)
        #expect(statement.device("dropped") ?? 0 > 0 && statement.device("waiting.p50") != nil)
        #expect(statement.device("bytes.p50") == nil)
    }

    // MARK: - What it says

    @Test func aWindowHasTheCountTheEndsAndThePercentilesOfItsSamples() throws {
        var reporter = try pop.reporter()
        try pop.run(&reporter, samples: 61) { number in
            try pop.setTemperature(40 + Double(number) / 10)
            try pop.setTraffic(received: 1_000 * number, sent: 10 * number)
        }
        let statement = try #require(try pop.statements().first)
        #expect(statement.from == "2026-06-01T00:00:00Z" && statement.to == "2026-06-01T01:00:00Z")
        // Samples 0 to 60; the nearest rank of 99 per cent is the last one.
        #expect(statement.device("samples") == 61 && statement.device("temp.count") == 61)
        #expect(statement.device("temp.min") == 40 && statement.device("temp.max") == 46)
        #expect(statement.device("temp.p50") == 43 && statement.device("temp.p99") == 46)
        #expect(statement.device("rx") == 60_000 && statement.device("tx") == 600)
        // What is equal to the middle is not said again.
        #expect(statement.device("load.p50") == 0.5 && statement.device("load.min") == nil)
        #expect(statement.device("clock.p50") == 0.012)
        #expect(statement.device("disk.p50") ?? 0 > 0)
        // What the device does not have is not there.
        #expect(statement.device("battery.p50") == nil && statement.device("mem.p50") == nil)
        #expect(statement.device("offline.p50") == nil && statement.device("unread") == 0)
    }

    @Test func theProcessorsAreAsBusyAsTheirTicksSay() throws {
        var reporter = try pop.reporter()
        for (busy, idle) in [(1_000, 5_000), (1_030, 5_070), (1_030, 5_070)] {
            try pop.setProcessors(busy: busy, idle: idle)
            _ = reporter.measure()
        }
        let device = reporter.members["device"]
        #expect(device?["cpu.count"]?.integer == 1 && device?["cpu.p50"]?.number == 30)
    }

    @Test func whatIsThereAndCannotBeReadIsCounted() throws {
        try pop.put("not a number", at: "sys/class/thermal/thermal_zone0/temp")
        try pop.put("", at: "proc/meminfo/a folder where a file should be")
        var reporter = try pop.reporter()
        _ = reporter.measure()
        #expect(reporter.members["device"]?["unread"]?.integer == 2)
    }

    /// A reading that the value cannot have is none: an empty battery would be news.
    @Test(arguments: ["nan", "inf", "-1", "101", "1e1", "0x41p3", "", "--5", "5 5x"])
    func whatABatteryCannotBeIsNotRead(text: String) throws {
        try pop.put("Battery\n", at: "sys/class/power_supply/BAT0/type")
        try pop.put(text, at: "sys/class/power_supply/BAT0/capacity")
        var reporter = try pop.reporter()
        _ = reporter.measure()
        let device = reporter.members["device"]
        #expect(device?["battery.p50"] == nil && device?["unread"]?.integer == 1)
    }

    @Test func anInterfaceThatBeginsAgainIsNoFloodOfBytes() throws {
        var reporter = try pop.reporter()
        for received in [5_000, 6_000, 200, 300] {
            try pop.setTraffic(received: received, sent: 0)
            _ = reporter.measure()
        }
        #expect(reporter.members["device"]?["rx"]?.integer == 1_300)
    }

    @Test func whatWaitsIsMeasured() throws {
        var reporter = try pop.reporter()
        try pop.seal("a")
        try LedgerContact.note(at: UInt64(pop.now) - 90, in: pop.spool.folder)
        _ = reporter.measure()
        let device = reporter.members["device"]
        #expect(device?["waiting.p50"]?.number == 1 && device?["offline.p50"]?.number == 90)
        #expect(device?["bytes.p50"]?.number ?? 0 > 500)
        #expect(reporter.members["integrity"]?["signed"]?.integer == 1)
    }

    @Test func theFiguresThatTheSettingsNameAreSummed() throws {
        let pop = try MeasuredPoP(telemetry: ["sold"])
        var reporter = try pop.reporter()
        for sold in [3, 4] { try pop.reconcile(sold: sold) }
        _ = reporter.measure()
        let business = try #require(reporter.members["business"]?.object)
        #expect(business == ["reconciliations": 2, "sold": 7])
    }

    @Test func aFigureThatNoReconciliationHasIsRefused() throws {
        let pop = try MeasuredPoP(telemetry: ["profit"])
        #expect(throws: TelemetryError.unknownFigure("profit")) { try pop.reporter() }
    }

    // MARK: - News

    /// Six quiet windows draw the band.
    private func settled() throws -> TelemetryReporter {
        var reporter = try pop.reporter()
        try pop.setTemperature(48)
        try pop.run(&reporter, samples: 6 * 60 + 1)
        #expect(try pop.statements().count == 6)
        return reporter
    }

    @Test func aValueThatLeavesItsBandIsToldAtOnceAndWindowsAreFineForAWhile() throws {
        var reporter = try settled()
        try pop.setTemperature(80)
        try pop.run(&reporter, samples: 1)
        #expect(try pop.statements().count == 6)
        try pop.run(&reporter, samples: 1)
        let news = try #require(try pop.statements().last)
        #expect(try pop.statements().count == 7 && news.left == ["temp"])
        #expect(news.device("temp.p50") == 80)
        // Half an hour of five minutes each, though it stays where it is; then hours again.
        try pop.run(&reporter, samples: 35)
        #expect(try pop.statements().count == 7 + 6)
        try pop.run(&reporter, samples: 60)
        #expect(try pop.statements().count == 7 + 6 + 1)
    }

    @Test func oneSampleOutsideIsASlip() throws {
        var reporter = try settled()
        for degrees in [80, 48, 80, 48] {
            try pop.setTemperature(Double(degrees))
            try pop.run(&reporter, samples: 1)
        }
        #expect(try pop.statements().count == 6)
    }

    @Test func withTooFewWindowsThereIsNoBand() throws {
        var reporter = try pop.reporter()
        try pop.run(&reporter, samples: 59) { try pop.setTemperature($0 < 30 ? 20 : 90) }
        #expect(try pop.statements().isEmpty)
    }

    @Test func aWorkThatDiffersFromItsRecordIsToldAtOnce() throws {
        let work = try pop.folder.write("work", to: "a.jpg")
        try pop.sealWork(work)
        var reporter = try pop.reporter()
        reporter.step()
        #expect(reporter.members["integrity"]?["checked"]?.integer == 1)
        #expect(try pop.statements().isEmpty)
        try pop.folder.write("other", to: "a.jpg")
        // Each work is compared once a day.
        try pop.run(&reporter, samples: 24 * 60 + 1)
        let news = try pop.statements().filter { !$0.left.isEmpty }
        #expect(news.map(\.left) == [["mismatch"]])
        #expect(news.first?.integrity("mismatch") == 1)
        let paths = pop.events.compactMap { event -> String? in
            if case .mismatch(let path) = event { path } else { nil }
        }
        #expect(paths == [work])
    }

    @Test func aClockThatIsSetIsToldAndNoWindowEndsBeforeItBegins() throws {
        var reporter = try pop.reporter()
        try pop.run(&reporter, samples: 3)
        pop.setClock(by: -86_400)
        try pop.run(&reporter, samples: 1)
        let news = try #require(try pop.statements().first)
        #expect(news.left == ["steps"] && news.integrity("steps") == 1)
        #expect(news.from == "2026-06-01T00:00:00Z" && news.to == news.from)
        let steps = pop.events.compactMap { event -> Double? in
            if case .clockStepped(let seconds) = event { seconds } else { nil }
        }
        #expect(steps == [-86_400])
    }

    @Test func aRecordThatTheLedgerRefusesIsToldAtOnce() throws {
        var reporter = try pop.reporter()
        try pop.run(&reporter, samples: 2)
        try pop.spool.refuse(pop.seal("a").record, "no")
        try pop.run(&reporter, samples: 1)
        let news = try #require(try pop.statements().first)
        #expect(news.left == ["refused"] && news.integrity("refused") == 1)
    }

    // MARK: - Restarts

    @Test func aRestartGoesOnAndLosesAtMostWhatWasNotSaved() throws {
        var first: TelemetryReporter? = try pop.reporter()
        try pop.run(&first!, samples: 19)
        first = nil
        var second = try pop.reporter()
        try pop.run(&second, samples: 42)
        let statement = try #require(try pop.statements().first)
        // 15 of the first 19 were saved, and 42 came; the window is over at its hour.
        #expect(statement.from == "2026-06-01T00:00:00Z")
        #expect(statement.device("samples") == 57)
        #expect(try pop.statements().count == 1)
    }

    /// Killed between the seal and the note that it is done.
    @Test func aWindowThatWasSealedIsNotSealedAgain() throws {
        let state = "spool/telemetry/state.json"
        pop.onEvent { [folder = pop.folder] in
            // Where this fails, the copy is missing, and the test with it.
            _ = try? folder.write(folder.bytes(state), to: "killed")
        }
        var first: TelemetryReporter? = try pop.reporter()
        try pop.run(&first!, samples: 61)
        first = nil
        #expect(try pop.statements().count == 1)
        try pop.folder.write(pop.folder.bytes("killed"), to: state)
        var second = try pop.reporter()
        #expect(try pop.statements().count == 1)
        try pop.run(&second, samples: 60)
        let statements = try pop.statements()
        #expect(statements.count == 2 && statements[1].from == statements[0].to)
        #expect(statements[1].device("samples") ?? 0 <= 60)
    }

    /// Killed after the note, and before the seal.
    @Test func aWindowThatWasNotSealedIsSealedOnce() throws {
        var broken: TelemetryReporter? = try pop.reporter(
            Signer(issuer: pop.signer.issuer, key: KeyFile.generate(.ed25519)))
        try pop.run(&broken!, samples: 61)
        broken = nil
        #expect(try pop.statements().isEmpty)
        #expect(
            pop.events.contains { event in
                if case .notSealed(.otherKey) = event { true } else { false }
            })
        var whole = try pop.reporter()
        try pop.run(&whole, samples: 2)
        let statements = try pop.statements()
        #expect(statements.count == 1 && statements[0].from == "2026-06-01T00:00:00Z")
    }

    @Test func oneReporterAtATimeMeasures() throws {
        let first = try pop.reporter()
        let path = try pop.spool.folder(Spool.Part.telemetry).path(of: "lock")
        #expect(throws: TelemetryError.spool(.unwritable(FileError(path, .inUse)))) {
            try pop.reporter()
        }
        // Who only looks waits for nobody.
        var looking = try pop.reporter(nil)
        _ = looking.measure()
        withExtendedLifetime(first) {}
    }

    /// The chain that it would seal into has ended: whoever runs it opens the spool again.
    @Test func aReporterEndsWhereTheSpoolWasAdopted() async throws {
        var reporter = try pop.reporter()
        try pop.run(&reporter, samples: 3)
        _ = try SpoolAdoption.adopt(pop.folder.path("spool"), .newChain)
        await reporter.follow()
        #expect(try reporter.isAdopted && pop.statements().isEmpty)
    }

    @Test func whatAKilledReporterHasLeftIsRemoved() throws {
        let left = "spool/telemetry/.colophon-0123456789abcdef.tmp"
        try pop.folder.write("{", to: left)
        _ = try pop.reporter()
        #expect(try !pop.folder.has(left))
    }

    @Test func aStateThatIsDamagedIsToldAndBegunAnew() throws {
        try pop.folder.write("{\"format\":1", to: "spool/telemetry/state.json")
        var reporter = try pop.reporter()
        let lost = pop.events.contains { event in
            if case .stateLost = event { true } else { false }
        }
        #expect(lost)
        try pop.run(&reporter, samples: 61)
        #expect(try pop.statements().count == 1)
    }

    /// A line of a timetable for each minute floods nobody; one for each hour is as good as any.
    @Test func runsAreBoundedAsEverythingElse() throws {
        for number in 1...40 {
            var reporter = try pop.reporter()
            try reporter.report()
            #expect(try pop.statements().count == min(number, 24))
            pop.pass(60)
        }
        let kept = pop.events.count { event in if case .kept = event { true } else { false } }
        #expect(kept == 16)
        pop.pass(3_595 - 17 * 60)
        var reporter = try pop.reporter()
        try reporter.report()
        let last = try #require(try pop.statements().last)
        #expect(try pop.statements().count == 25 && last.device("samples") == 17)
    }

    @Test func theEndSealsWhatIsLeftUnlessThereWasEnoughToday() async throws {
        for start in 1...30 {
            pop.end(afterWaits: 3)
            var reporter = try pop.reporter()
            await reporter.follow()
            #expect(try pop.statements().count == min(start, 24))
        }
        // What was not sealed is not lost.
        pop.end(afterWaits: 60)
        var reporter = try pop.reporter()
        await reporter.follow()
        let last = try #require(try pop.statements().last)
        #expect(try last.device("samples") ?? 0 > 50 && pop.statements().count == 25)
    }
}

extension MeasuredPoP {
    /// Seals a record without a work.
    @discardableResult
    func seal(_ name: String) throws -> SealedRecord {
        let artifact = Artifact(
            name: Text(name), digest: .sha256(Array(name.utf8)), mediaType: "text/plain")
        return try spool.seal(name: name) { chain throws(SignerError) in
            try signer.sign(Self.draft, of: artifact, chain: chain)
        }
    }

    /// Seals a work that is there, with its record beside it.
    func sealWork(_ path: String) throws {
        let artifact = try Artifact(reading: path)
        _ = try spool.seal(name: "work", beside: NewRecordFile(beside: path)) {
            chain throws(SignerError) in
            try signer.sign(Self.draft, of: artifact, chain: chain)
        }
    }

    /// Seals a reconciliation.
    func reconcile(sold: Int) throws {
        let counts: JSON = [
            "allotted": .integer(50), "sold": .integer(Int64(sold)), "returned": 0,
            "remaining": .integer(Int64(50 - sold)),
        ]
        let members: JSON.Object = [
            "drop": "https://drops.example/estuary",
            "window": ["from": "2026-06-01T00:00:00Z", "to": "2026-06-01T01:00:00Z"],
            "counts": counts, "serials": [], "verdict": "balanced",
        ]
        _ = try spool.seal(name: "reconciliation") { chain throws(SignerError) in
            try signer.sign(PredicateType.reconciliation, members, chain: chain)
        }
    }

    private static var draft: ProvenanceDraft {
        var draft = ProvenanceDraft()
        draft.creator = "Ana Example"
        draft.record = RecordText(title: "Estuary")
        return draft
    }
}
