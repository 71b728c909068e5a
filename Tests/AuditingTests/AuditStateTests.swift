import Auditing
import Foundation
import Merkle
import Provenance
import Synchronization
import TestSupport
import Testing

/// A state comes to what a plain comparison of all entries comes to, however it is cut and killed.
@Suite struct AuditStateTests {
    private let audit: SceneAudit
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder(in: TemporaryFolder.memory)
        audit = SceneAudit(folder: folder)
    }

    /// With many small runs, and with one large one, which is sorted in another way.
    @Test(arguments: [false, true])
    func eachFaultOfALogIsFoundOnce(inOneRun: Bool) throws {
        let scene = FactScene(9_000, SeededRandom(for: "eachFaultOfALogIsFoundOnce"))
        let state = try audit.open(inOneRun ? .usual : SceneAudit.bounds)
        try SceneAudit.finish(scene, state)
        #expect(!scene.expected.isEmpty && scene.gapCount > 0)
        try audit.expect(scene, in: state)
    }

    @Test func aLogWithoutEntriesHasNoFindings() throws {
        let state = try audit.open()
        try state.settle(by: SceneAudit.times)
        try state.commit(size: 0)
        #expect(state.findings.isEmpty && state.standing.isEmpty)
    }

    /// At random places it commits, or is killed and goes on from the last commit.
    @Test func aRunThatIsKilledFindsWhatAStraightOneFinds() throws {
        var random = SeededRandom(for: "aRunThatIsKilledFindsWhatAStraightOneFinds")
        let scene = FactScene(6_000, random)
        var state: AuditState? = try audit.open()
        var position = 0
        while position < scene.entries.count {
            let end = min(position + 1 + random.number(below: 256), scene.entries.count)
            if let state { try SceneAudit.add(scene, position..<end, to: state) }
            position = end
            switch random.number(below: 12) {
            case 0..<3: try state?.commit(size: UInt64(position))
            case 3:
                state = nil
                state = try audit.open()
                position = Int(state?.size ?? 0)
            case 4:
                try state?.settle(by: SceneAudit.times)
                state = nil
                state = try audit.open()
                position = Int(state?.size ?? 0)
            default: break
            }
        }
        try SceneAudit.finish(scene, try #require(state), from: position)
        try audit.expect(scene, in: try #require(state))
        state = nil
        try audit.expect(scene, in: try audit.open())
    }

    /// A run that ended in its middle, and another one with the same value: nothing counts twice.
    @Test func anotherRunForgetsWhatWasNotCommitted() throws {
        let scene = FactScene(3_000, SeededRandom(for: "anotherRunForgetsWhatWasNotCommitted"))
        let state = try audit.open()
        try SceneAudit.add(scene, 0..<1_000, to: state)
        try state.commit(size: 1_000)
        try SceneAudit.add(scene, 1_000..<2_200, to: state)
        try state.settle(by: SceneAudit.times)
        let place = try state.place(of: EntryID(.sha256([1])))
        #expect(place.index == 1_000 && state.size == 1_000)
        try SceneAudit.finish(scene, state, from: 1_000)
        try audit.expect(scene, in: state)
    }

    /// A monitor settles again and again: first much at once, then little, which is looked up.
    @Test func whatComesLaterIsHeldToWhatWasSettled() throws {
        let random = SeededRandom(for: "whatComesLaterIsHeldToWhatWasSettled")
        let scene = FactScene(8_400, random, FactScene.Faults(doubles: false))
        var state: AuditState? = try audit.open()
        var position = 0
        for end in [8_000] + Array(stride(from: 8_005, through: 8_400, by: 5)) {
            while position < end {
                let next = min(position + 256, end)
                if let state { try SceneAudit.add(scene, position..<next, to: state) }
                position = next
            }
            try state?.settle(by: SceneAudit.times)
            try state?.commit(size: UInt64(position))
            if end % 100 == 0 {
                state = nil
                state = try audit.open()
            }
        }
        try audit.expect(scene, in: try #require(state))
    }

    /// A crash before any step of any commit leaves a state that goes on.
    @Test(arguments: CommitStep.allCases)
    func aCrashInACommitLosesNothingAndDoublesNothing(step: CommitStep) throws {
        let scene = FactScene(2_500, SeededRandom(seed: 7))
        let crash = AuditStateError.unknownFormat(path: "a crash", 0)
        for number in 0..<6 {
            let folder = try TemporaryFolder(in: TemporaryFolder.memory)
            let audit = SceneAudit(folder: folder)
            let left = Mutex(number)
            var state: AuditState? = try audit.open(step: { now throws(AuditStateError) in
                guard now == step else { return }
                let isDue = left.withLock { count in
                    defer { count -= 1 }
                    return count == 0
                }
                if isDue { throw crash }
            })
            #expect(throws: crash) { try Self.run(scene, state) }
            // It does not go on by itself, in whatever state memory is.
            #expect(throws: crash) { try state?.commit(size: 2_500) }
            state = nil
            let again = try audit.open()
            try Self.run(scene, again)
            try audit.expect(scene, in: again)
        }
    }

    /// Commits every 500 entries, settles every 1,000, and at the end.
    private static func run(_ scene: FactScene, _ state: AuditState?) throws {
        guard let state else { return }
        var position = Int(state.size)
        while position < scene.entries.count {
            let end = min(position - position % 500 + 500, scene.entries.count)
            try SceneAudit.add(scene, position..<end, to: state)
            position = end
            if position == scene.entries.count { try state.settle(by: SceneAudit.times) }
            try state.commit(size: UInt64(position))
        }
        try state.settle(by: SceneAudit.times)
        try state.commit(size: UInt64(position))
    }

    @Test func memoryHoldsNoMoreRecordsThanItsBounds() throws {
        let scene = FactScene(10_000, SeededRandom(seed: 3))
        let state = try audit.open()
        let bounds = SceneAudit.bounds
        var largest = 0
        var position = 0
        while position < scene.entries.count {
            let end = min(position + 256, scene.entries.count)
            try SceneAudit.add(scene, position..<end, to: state)
            largest = max(largest, state.memoryCount)
            position = end
        }
        #expect(largest <= bounds.names + bounds.links + bounds.erasures)
        #expect(largest > bounds.names / 2)
        #expect(state.isCommitDue)
        try state.commit(size: UInt64(position))
        #expect(state.memoryCount == 0 && !state.isCommitDue)
    }

    /// Records and changes of a map are not there at the same time.
    @Test func theUsualBoundsAreAQuarterOfAnAuditsMemory() {
        let usual = FactBounds.usual
        #expect(usual.recordBytes <= FactBounds.byteLimit)
        #expect(usual.mapBytes <= FactBounds.byteLimit)
        // Records have no padding: they take in memory what they take in a file.
        let each = FactBounds(names: 1, links: 0, erasures: 0, keys: 0, mapChanges: 1)
        #expect(each.recordBytes == 40 + 12 && each.mapBytes == 40)
    }

    /// Runs are merged as they come, so that there are few of them.
    @Test func aLongLogHasFewRuns() throws {
        let scene = FactScene(30_000, SeededRandom(seed: 5))
        let state = try audit.open()
        var position = 0
        while position < scene.entries.count {
            let end = min(position + 256, scene.entries.count)
            try SceneAudit.add(scene, position..<end, to: state)
            try state.commit(size: UInt64(end))
            position = end
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("state/runs"))
        #expect(names.count { $0.hasPrefix("names-") } <= 2 * 15)
        #expect(names.count { $0.hasPrefix("numbers-") } <= 3 * 15)
    }
}
