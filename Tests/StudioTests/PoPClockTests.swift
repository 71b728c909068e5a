import Encoding
import Files
import Foundation
import Keys
import Manifests
import Merkle
import Studio
import TestSupport
import Testing

/// What is said of a machine's clock follows from the kernel, and from the files of those who keep
/// clocks (spool.md §7).
@Suite struct PoPClockTests {
    private let root: TemporaryFolder

    init() throws { root = try TemporaryFolder() }

    /// A file below the root, with the folders on the way.
    private func put(_ text: String, at path: String) throws {
        let url = root.url(path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private func state(
        _ isSynchronized: Bool? = true, error: Int64 = 12_345
    ) -> PoPClock {
        PoPClock.state(
            root: root.path,
            kernel: KernelClock(isSynchronized: isSynchronized, maximumError: error))
    }

    @Test func theKeeperIsKnownByTheFileThatItLeaves() throws {
        #expect(state() == PoPClock(source: .kernel, uncertaintySeconds: 0.013))
        try put("", at: "run/systemd/timesync/synchronized")
        // It tells the kernel no error of its own.
        #expect(state() == PoPClock(source: .timesyncd))
        try put("77\n", at: "run/ntpd.pid")
        try put("", at: "proc/77/comm")
        #expect(state() == PoPClock(source: .ntpd, uncertaintySeconds: 0.013))
        try put("78\n", at: "run/chrony/chronyd.pid")
        try put("", at: "proc/78/comm")
        #expect(state() == PoPClock(source: .chrony, uncertaintySeconds: 0.013))
    }

    /// A file that a crash has left says nothing.
    @Test func aKeeperWhoseProcessIsGoneKeepsNothing() throws {
        try put("78\n", at: "run/chrony/chronyd.pid")
        #expect(state().source == .kernel)
        try put("no number", at: "run/ntpd.pid")
        #expect(state().source == .kernel)
    }

    @Test func aClockThatTheKernelCallsUnkeptIsNobodys() throws {
        try put("77\n", at: "run/ntpd.pid")
        try put("", at: "proc/77/comm")
        #expect(state(false) == PoPClock(source: .none))
        #expect(state(nil) == PoPClock(source: .none))
    }

    /// Without `rtcsync` chronyd leaves the kernel's mark alone, and tells it the error.
    @Test func chronyIsBelievedWithoutTheKernelsMarkWhereItTellsAnError() throws {
        try put("78\n", at: "run/chrony/chronyd.pid")
        try put("", at: "proc/78/comm")
        #expect(state(false) == PoPClock(source: .chrony, uncertaintySeconds: 0.013))
        #expect(state(false, error: 16_000_000) == PoPClock(source: .none))
    }

    @Test func anErrorAtTheKernelsLimitIsNoFigure() {
        #expect(state(error: 16_000_000) == PoPClock(source: .kernel))
        #expect(state(error: 0) == PoPClock(source: .kernel, uncertaintySeconds: 0))
    }

    @Test func theRealKernelAnswersInOneOfTheForms() {
        let clock = PoPClock.state()
        #expect((clock.uncertaintySeconds ?? 0) < 16)
        #expect(clock.source != .none || clock.uncertaintySeconds == nil)
    }

    // MARK: - In the manifest

    private static let artifact = Artifact(
        name: "a.jpg", digest: .sha256([1]), mediaType: "image/jpeg")

    private func predicate(
        _ clock: PoPClock, extra: JSON.Object = JSON.Object()
    ) throws -> JSON.Object {
        var draft = ProvenanceDraft()
        draft.creator = "Ana Example"
        draft.record = RecordText(title: "A")
        draft.extra = extra
        draft.take(clock, nil)
        let issuer: Text = "https://pops.example/berlin"
        return try draft.manifest(
            of: Self.artifact, issuer: issuer, nonce: Array(repeating: 0, count: 16)
        ).predicate
    }

    @Test func theStateStandsInExt() throws {
        let known = try predicate(PoPClock(source: .chrony, uncertaintySeconds: 0.013))
        #expect(
            known["ext"] == ["popClock": ["source": "chrony", "uncertaintySeconds": 0.013]])
        let unknown = try predicate(PoPClock(source: .none))
        #expect(unknown["ext"] == ["popClock": ["source": "none"]])
    }

    @Test func membersOfAFileStandBesideItAndNeverReplaceIt() throws {
        let clock = PoPClock(source: .kernel)
        let both = try predicate(clock, extra: ["ext": ["shutter": "1/60"]])
        #expect(both["ext"] == ["popClock": ["source": "kernel"], "shutter": "1/60"])
        #expect(throws: SignerError.filledIn("ext.popClock")) {
            try predicate(clock, extra: ["ext": ["popClock": ["source": "chrony"]]])
        }
    }

    // MARK: - Doubts

    private func doubts(
        _ now: UInt64, kit: UInt64? = nil, seen: UInt64? = nil, _ state: PoPClock? = nil
    ) -> [ClockDoubt] {
        ClockDoubt.all(now: now, kit: kit, seen: seen, state: state)
    }

    @Test func aClockBeforeWhatIsKnownIsDoubted() {
        let now = ClockDoubt.programTime
        #expect(doubts(now).isEmpty)
        #expect(doubts(now - 1) == [.beforeProgram])
        #expect(doubts(now, kit: now) == [])
        #expect(doubts(now, kit: now + 1) == [.beforeKit(now + 1)])
        #expect(doubts(now, seen: now + 60) == [])
        #expect(doubts(now, seen: now + 61) == [.beforeSeen(now + 61)])
    }

    @Test func aClockThatMayBeFarOffIsDoubtedAndOneThatNobodyKeepsIsNot() {
        let now = ClockDoubt.programTime
        #expect(doubts(now, PoPClock(source: .none)) == [])
        #expect(doubts(now, PoPClock(source: .ntpd, uncertaintySeconds: 5)) == [])
        let late = PoPClock(source: .ntpd, uncertaintySeconds: 5.001)
        #expect(doubts(now, late) == [.uncertain(5.001)])
    }
}
