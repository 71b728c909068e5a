import Auditing
import Encoding
import Files
import TestSupport
import Testing

/// What was flushed reaches each receiver, whatever ends the process, and whenever.
@Suite struct OutboxTests {
    private let scene: MonitorScene

    init() throws { scene = try MonitorScene() }

    @Test func whatWasFlushedIsThereAfterARestart() throws {
        do {
            let outbox = try scene.outbox()
            try outbox.add(MonitorScene.event("one"))
            try outbox.add(MonitorScene.event("two", kind: .match))
            try outbox.flush()
            try outbox.add(MonitorScene.event("lost"))
        }
        #expect(try scene.outbox().takeAll() == ["one", "two"])
        #expect(try scene.outbox().takeAll().isEmpty)
    }

    /// Each receiver is as far as it is: one that takes nothing holds up no other.
    @Test func eachReceiverHasItsOwnProgress() throws {
        let names = ["stdout", "webhook-1"]
        let outbox = try scene.outbox(names)
        for number in 0..<10 { try outbox.add(MonitorScene.event("\(number)")) }
        try outbox.flush()
        #expect(try outbox.takeAll("stdout").count == 10)
        #expect(try scene.outbox(names).takeAll("stdout").isEmpty)
        #expect(try scene.outbox(names).takeAll("webhook-1").count == 10)
        // Nobody waits for them any more.
        #expect(!(try scene.names().contains { $0.hasSuffix(".jsonl") }))
    }

    /// A kill between any two steps of an audit that tells, commits its place and delivers: what
    /// goes on from there tells all, and tells nothing that another run would not have told.
    @Test func aKillBetweenAnyTwoStepsLosesNothing() throws {
        var reachedTheEnd = false
        var limit = 0
        while !reachedTheEnd {
            let scene = try MonitorScene()
            let run = KilledRun(scene)
            reachedTheEnd = try run.steps(upTo: limit)
            // Three more kills, soon after each start.
            for more in 1...3 { _ = try run.steps(upTo: more) }
            _ = try run.steps(upTo: .max)
            #expect(run.taken == run.expected, "killed after step \(limit)")
            limit += 1
        }
    }

    /// A crash leaves a part of the last line: it was promised to nobody.
    @Test(arguments: [0, 1, 30, 150])
    func aTornLineIsPassedOver(byteCount: Int) throws {
        let whole = "\(MonitorScene.event("whole").line)\n"
        let torn = MonitorScene.event("torn").line
        let name = "alerts-00000000000000000000.jsonl"
        try scene.folder().write(
            Array((whole + torn.prefix(byteCount)).utf8), to: name, .new(.secret))
        try scene.folder().write(
            Array(#"{"alerts":0,"matches":0,"dropped":0}"#.utf8), to: "stdout.receiver.json",
            .new(.secret))
        let outbox = try scene.outbox()
        try outbox.add(MonitorScene.event("next"))
        try outbox.flush()
        #expect(try outbox.takeAll() == ["whole", "next"])
    }

    /// The first line alone is torn: its file is written anew.
    @Test func aFileOfOneTornLineIsReplaced() throws {
        try scene.folder().write(
            Array("{\"event\":".utf8), to: "alerts-00000000000000000000.jsonl", .new(.secret))
        let outbox = try scene.outbox()
        try outbox.add(MonitorScene.event("next"))
        try outbox.flush()
        #expect(try outbox.takeAll() == ["next"])
    }

    @Test func missingEventsAreDamageAndAreNamed() throws {
        let folder = try scene.folder()
        let line = "\(MonitorScene.event("x").line)\n"
        try folder.write(
            Array(line.utf8), to: "alerts-00000000000000000000.jsonl", .new(.secret))
        try folder.write(
            Array(line.utf8), to: "alerts-00000000000000000007.jsonl", .new(.secret))
        #expect {
            try scene.outbox()
        } throws: {
            "\($0)".contains("alerts-00000000000000000000.jsonl: its last event is 1")
        }
    }

    @Test func anAlertGoesBeforeTheMatchesThatWait() throws {
        let outbox = try scene.outbox()
        for number in 0..<3 { try outbox.add(MonitorScene.event("match \(number)", kind: .match)) }
        try outbox.add(MonitorScene.event("alert"))
        try outbox.flush()
        #expect(try outbox.takeAll() == ["alert", "match 0", "match 1", "match 2"])
    }

    /// Alerts beyond the limit are dropped, the oldest first, and that is told.
    @Test func alertsThatAreDroppedAreTheOldestAndAreToldOf() throws {
        var limits = Outbox.Limits()
        limits.alerts = 100
        let outbox = try scene.outbox(["stdout", "webhook-1"], limits: limits)
        for number in 0..<250 {
            try outbox.add(MonitorScene.event("\(number)"))
            try outbox.flush()
            if number.isMultiple(of: 50) { _ = try outbox.takeAll("stdout") }
        }
        let words = try outbox.takeAll("webhook-1")
        let alerts = words.compactMap { Int($0) }
        #expect(alerts.last == 249)
        #expect(alerts.count <= 100 && alerts == Array((250 - alerts.count)..<250))
        let told = words.filter { $0.hasPrefix("webhook-1 lost ") }
        // A tenth at once: not each event brings another.
        #expect((1...20).contains(told.count))
        #expect(!words.contains { $0.hasPrefix("stdout lost") })
        #expect(outbox.allOwed.isEmpty)
    }

    /// Matches without number take no more room than their limit, and drive out no alert; what has
    /// left the queue is owed, in this process and the next, and that is told once.
    @Test func matchesBeyondTheLimitAreOwedAndToldOfOnce() throws {
        var limits = Outbox.Limits()
        limits.matches = 100
        limits.again = 10
        let names = ["stdout", "webhook-1"]
        let outbox = try scene.outbox(names, limits: limits)
        try outbox.add(MonitorScene.event("alert"))
        for entry in 0..<250 as Range<UInt64> {
            try outbox.add(MonitorScene.match(2 * entry))
            try outbox.flush()
            #expect(outbox.waiting.allSatisfy { $0.count <= 103 })
            if entry.isMultiple(of: 50) { _ = try outbox.takeAll("stdout") }
        }
        let owed = try #require(outbox.allOwed.first)
        #expect(outbox.allOwed.count == 1 && owed.name == "webhook-1")
        // Nothing is read again before what waits is taken.
        #expect(outbox.owed.isEmpty)
        let again = try scene.outbox(names, limits: limits)
        #expect(again.allOwed.first?.entries == owed.entries)
        let words = try again.takeAll("webhook-1")
        #expect(words.prefix(2) == ["alert", "webhook-1 is owed from 0"])
        #expect(words.count { $0.hasPrefix("webhook-1 is owed") } == 1)
        let matches = words.compactMap { UInt64($0) }
        #expect(matches.count <= 100 && matches.last == 498)
        // What was not given is owed, all of it.
        let first = try #require(matches.first)
        #expect(owed.entries.lowerBound == 0 && owed.entries.upperBound > first - 2)
        #expect(again.owed.map(\.name) == ["webhook-1"])
        #expect(try scene.names().count { $0.hasPrefix("matches") } <= 1)
    }

    /// What is read again is for the one receiver, up to its room; a crash in between tells twice
    /// and forgets nothing.
    @Test func whatIsReadAgainIsGivenToTheOneReceiver() throws {
        var limits = Outbox.Limits()
        (limits.matches, limits.again) = (10, 4)
        let names = ["stdout", "webhook-1"]
        var outbox = try scene.outbox(names, limits: limits)
        for entry in 0..<20 as Range<UInt64> {
            try outbox.add(MonitorScene.match(entry))
            try outbox.flush()
            _ = try outbox.takeAll("stdout")
        }
        var given = Set(try outbox.takeAll("webhook-1").compactMap { UInt64($0) })
        var rounds = 0
        while let owed = outbox.owed.first {
            rounds += 1
            #expect(owed.name == "webhook-1")
            let end = min(owed.entries.lowerBound + 4, owed.entries.upperBound)
            let events = (owed.entries.lowerBound..<end).map { MonitorScene.match($0) }
            let hasRoom = try outbox.addAgain(events, before: end, for: "webhook-1")
            #expect(hasRoom == (events.count < 4))
            // A new process has the same.
            outbox = try scene.outbox(names, limits: limits)
            given.formUnion(try outbox.takeAll("webhook-1").compactMap { UInt64($0) })
            #expect(try outbox.takeAll("stdout").isEmpty)
        }
        #expect(rounds > 1 && given == Set(0..<20))
        #expect(!(try scene.names().contains { $0.hasSuffix(".jsonl") }))
    }

    @Test func anEventThatIsNoneOfOursIsDamageAndIsNamed() throws {
        let outbox = try scene.outbox()
        try outbox.add(MonitorScene.event("one"))
        try outbox.add(MonitorScene.event("two"))
        try outbox.flush()
        let name = "alerts-00000000000000000000.jsonl"
        var bytes = try #require(try scene.folder().read(name, limit: 1 << 20))
        bytes[bytes.count - 3] = UInt8(ascii: "{")
        try scene.folder().write(bytes, to: name, .replacing(.secret))
        #expect {
            try scene.outbox().takeAll()
        } throws: {
            "\($0)".contains("\(name): event 1 is not what a monitor left")
        }
    }

    @Test func aReceiverThatIsNotNamedAnyMoreIsForgottenAndToldOf() throws {
        let outbox = try scene.outbox(["stdout", "webhook-1"])
        try outbox.add(MonitorScene.event("one"))
        try outbox.flush()
        _ = try outbox.takeAll("stdout")
        let next = try scene.outbox(["stdout"])
        #expect(next.forgotten.map(\.name) == ["webhook-1"])
        #expect(next.forgotten.map(\.waiting) == [1])
        // Named again it begins with what comes.
        let again = try scene.outbox(["stdout", "webhook-1"])
        #expect(again.forgotten.isEmpty)
        #expect(try again.takeAll("webhook-1").isEmpty)
    }

    @Test func aFirstPassOfAHundredThousandMatchesGoesThrough() throws {
        let outbox = try scene.outbox()
        for number in 0..<100_000 {
            try outbox.add(MonitorScene.match(UInt64(number)))
        }
        try outbox.flush()
        #expect(outbox.waiting.first?.count == 100_000)
        var next = 0
        while let batch = try outbox.batch(for: "stdout") {
            // A batch is a file's: memory does not grow with what waits.
            #expect(batch.lines.count < 20_000)
            next += batch.lines.count
            #expect(outbox.taken(batch.lines.count, of: batch, by: "stdout"))
            try outbox.settle("stdout")
        }
        #expect(next == 100_000)
        #expect(!(try scene.names().contains { $0.hasSuffix(".jsonl") }))
    }
}

/// An audit of twelve entries, each of which is a match, that is killed after so many steps and
/// goes on from the place that it has committed.
private final class KilledRun {
    private let scene: MonitorScene
    private(set) var taken: Set<String> = []
    let expected = Set((0..<12).map { "\($0)" })

    init(_ scene: MonitorScene) { self.scene = scene }

    private struct Killed: Error {}

    /// Runs until the end, or until the kill; returns whether it came to the end.
    func steps(upTo limit: Int) throws -> Bool {
        var left = limit
        func step() throws(Killed) {
            guard left > 0 else { throw Killed() }
            left -= 1
        }
        do {
            try step()
            let outbox = try scene.outbox()
            var place = try committed()
            while place < 12 {
                for entry in place..<(place + 3) {
                    try outbox.add(MonitorScene.event("\(entry)", kind: .match))
                    try step()
                }
                try outbox.flush()
                try step()
                place += 3
                try scene.folder().write(
                    Array("\(place)".utf8), to: "place", .replacing(.secret))
                try step()
                try deliver(outbox, step)
            }
            try deliver(outbox, step)
            return true
        } catch is Killed {
            return false
        }
    }

    private func committed() throws -> Int {
        let bytes = try scene.folder().read("place", limit: 100) ?? []
        return Int(String(decoding: bytes, as: UTF8.self)) ?? 0
    }

    private func deliver(_ outbox: Outbox, _ step: () throws -> Void) throws {
        while let batch = try outbox.batch(for: "stdout") {
            for (index, line) in batch.lines.enumerated() {
                taken.insert(try JSON.decode(Array(line.utf8))["words"]?.text?.string ?? "")
                try step()
                #expect(outbox.taken(index + 1, of: batch, by: "stdout"))
                try step()
                if index.isMultiple(of: 2) { try outbox.settle("stdout") }
                try step()
            }
        }
        try outbox.settle("stdout")
        try step()
    }
}
