import Checkpoints
import Crypto
import Encoding
import LogReader
import TestSupport
import Testing

/// What can be said of a log whose leaves nobody understands.
@Suite struct LogCheckTests {
    /// What a check said.
    private struct Told {
        var history: [LogError] = []
        var damage: [LogError] = []
        var ends: [UInt64] = []
        var bytes = 0
        var largest = 0

        mutating func take(_ event: LogCheck.Event) {
            switch event {
            case .checkpoint: break
            case .history(let error): history.append(error)
            case .damage(let error): damage.append(error)
            case .walked(let walked):
                ends.append(walked.end)
                bytes += walked.bytes
                largest = max(largest, walked.largest)
            }
        }
    }

    private static func check(
        _ source: Shown, _ log: MadeLog, known: [Checkpoint] = [], from start: UInt64 = 0
    ) async throws -> Told {
        var told = Told()
        let check = LogCheck(TiledLog(source, trust: log.trust))
        let tree = try await check.run(known: known, from: start) { told.take($0) }
        #expect(tree.size == told.ends.last ?? tree.size)
        return told
    }

    @Test func aWholeLogIsLookedAt() async throws {
        let log = try MadeLog(600)
        let told = try await Self.check(Shown(log), log)
        #expect(told.ends == [256, 512, 600])
        #expect(told.bytes == log.leaves.reduce(0) { $0 + $1.count })
        #expect(told.largest == log.leaves.map(\.count).max())
        #expect(told.history.isEmpty && told.damage.isEmpty)
    }

    /// What was walked before is proven to be the beginning of the new tree, and not read again.
    @Test func aCheckGoesOnWhereItEnded() async throws {
        let log = try MadeLog(70_000)
        let source = Shown(log)
        let known = try log.checkpoint(66_000)
        let told = try await Self.check(source, log, known: [known], from: 66_000)
        #expect(told.ends.first == 257 * 256 + 256)
        let asked = source.takeAsked()
        for (prefix, first) in [("tile/entries/", "tile/entries/257"), ("tile/0/", "tile/0/257")] {
            #expect(asked.filter { $0.hasPrefix(prefix) }.allSatisfy { $0 >= first })
        }
        let again = Shown(log)
        let whole = try log.checkpoint()
        #expect(try await Self.check(again, log, known: [whole], from: 70_000).ends.isEmpty)
        #expect(!again.takeAsked().contains { $0.hasPrefix("tile/entries/") })
    }

    /// Every checkpoint that was seen is held against the newest; each fork is told, and what was
    /// walked of the other history is walked again.
    @Test func everyKnownCheckpointIsHeldAgainstTheNewest() async throws {
        let key = SigningKey.ed25519(Curve25519.Signing.PrivateKey())
        let log = try MadeLog(700, key: key)
        let other = try MadeLog(700, fork: 400, key: key)
        let known = [
            try log.checkpoint(300), try other.checkpoint(350), try other.checkpoint(450),
            try other.checkpoint(600),
        ]
        let told = try await Self.check(Shown(log), log, known: known, from: 600)
        #expect(told.history.map(\.meaning) == [.fork, .fork])
        #expect(told.ends.first == 512)
        #expect(told.ends.last == 700)
    }

    @Test func anOlderCheckpointIsTold() async throws {
        let log = try MadeLog(700)
        let known = [try log.checkpoint(300), try log.checkpoint(650)]
        let told = try await Self.check(Shown(log, size: 600), log, known: known, from: 650)
        #expect(told.history == [.behind(size: 600, known: 650)])
        #expect(told.ends == [512, 600])
    }

    @Test func wrongTilesAreTold() async throws {
        let log = try MadeLog(600)
        let source = Shown(log)
        source.show([UInt8](repeating: 1, count: 8_192), at: "tile/0/001")
        let told = try await Self.check(source, log)
        #expect(told.damage.map(\.meaning) == [.wrong])
        #expect(told.ends.last == 600)
    }
}
