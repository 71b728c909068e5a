import Auditing
import Encoding
import LogReader
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// The order in which a replay hands on, and where it goes on after a stop.
@Suite struct ReplayOrderTests {
    private var ledger: MemoryLedger

    /// A log of some bundles, in which a key is added and revoked in the middle of one, and some
    /// entries are wrong.
    init() throws {
        ledger = try .withPoP()
        let rome = try ledger.values.ed25519("rome")
        for number in 0..<700 {
            if number == 280 { try ledger.addPoP(rome.publicKey, issuer: MemoryLedger.rome) }
            if number == 290 {
                try ledger.apply(
                    ledger.adding(rome.publicKey, issuer: MemoryLedger.rome, .revoke))
            }
            if (275..<295).contains(number) {
                try ledger.add("\(number)", by: rome, issuer: MemoryLedger.rome)
            } else {
                try ledger.add("\(number)")
            }
        }
    }

    @Test func everyEntryIsHandedOnOnceAndInOrder() async throws {
        let replayed = try await Replayed(ledger)
        #expect(replayed.entries.map(\.index) == Array(0..<ledger.size))
        #expect(replayed.bundles.count == 3)
        #expect(replayed.progress?.entries == ledger.size)
        #expect(replayed.progress?.remaining == 0)
        #expect(replayed.place?.index == ledger.size)
    }

    /// Each entry is judged by the registry at its place, within one bundle, too.
    @Test func theRegistryChangesWhereItsStatementStands() async throws {
        let replayed = try await Replayed(ledger)
        let wrong = replayed.findings.filter { $0.rule == .key }
        // Five before the key is added, and five after it is revoked.
        #expect(wrong.count == 10 && replayed.findings.count == 10)
        #expect(wrong.filter { $0.detail.contains("registered") }.count == 5)
        #expect(wrong.filter { $0.detail.contains("revoked") }.count == 5)
    }

    @Test(arguments: [1, 2, 3, 255, 256, 257, 290, 512, 703] as [UInt64])
    func aReplayGoesOnWhereAnotherOneStopped(_ middle: UInt64) async throws {
        let whole = try await Replayed(ledger)
        let first = try await Replayed(ledger, to: middle)
        var place = ReplayPlace(beginningOf: ledger.registry.genesis)
        for control in first.controls {
            try place.fold(kept: control.statement.leaf, at: control.index)
        }
        place.goOn(at: middle)
        let second = try await Replayed(ledger, from: place)
        #expect(first.entries.count == Int(middle))
        #expect(first.findings + second.findings == whole.findings)
        #expect((first.entries + second.entries).map(\.id) == whole.entries.map(\.id))
        #expect(second.place?.registry?.newest == whole.place?.registry?.newest)
    }

    /// What comes before a bundle that cannot be had is handed on.
    @Test func allBeforeABundleThatIsWrongIsHandedOn() async throws {
        let log = try MemoryLog(ledger)
        let path = "tile/entries/001"
        var bytes = try #require(log[path])
        bytes[9] ^= 1
        log[path] = bytes
        var handed: [UInt64] = []
        let replay = Replay(of: try await ledger.tree(log), ReplayOptions())
        await #expect(throws: LogError.self) {
            try await replay.run(from: ReplayPlace(beginningOf: ledger.registry.genesis)) {
                bundle, _, _ in handed.append(contentsOf: bundle.indexes)
            }
        }
        #expect(handed == Array(0..<256))
    }

    @Test func whoeverTakesTheBundlesEndsTheReplay() async throws {
        struct Enough: Error {}
        let replay = Replay(of: try await ledger.tree(MemoryLog(ledger)), ReplayOptions())
        await #expect(throws: Enough.self) {
            try await replay.run(from: ReplayPlace(beginningOf: ledger.registry.genesis)) {
                _, _, _ in throw Enough()
            }
        }
    }

    @Test mutating func theChainOfASpoolIsHandedOn() async throws {
        let id = ledger.nonce()
        let first = try ledger.add(
            "first", chain: Chain(id: id, sequence: 0, previous: .zero))
        let name = try Statement(leaf: ledger.leaves[Int(first)]).id
        let second = try ledger.add(
            "second", chain: Chain(id: id, sequence: 1, previous: name.hash))
        let replayed = try await Replayed(ledger)
        let chains = [first, second].map { replayed.entries[Int($0)].link }
        #expect(chains.map { $0?.sequence } == [0, 1])
        #expect(chains.map { $0?.previous } == [.zero, name.hash])
        #expect(chains[0]?.id == chains[1]?.id)
        #expect(replayed.entries[5].link == nil)
        // A control statement is in the chain of the ledger.
        #expect(replayed.entries[1].link?.sequence == 1)
    }
}
