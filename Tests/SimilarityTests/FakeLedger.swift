import Manifests
import Merkle
import Similarity
import Synchronization
import TestSupport

/// A ledger whose entries are hashes, for an index to follow.
final class FakeLedger: LikenessSource {
    struct Failure: Error {}

    private struct State {
        var genesis = Hash.sha256([1])
        var hashes: [PDQHash?] = []
        var erasures: UInt64 = 0
        var fails = false
        var isRegistering = false
        var salt: UInt8 = 0
    }

    private let state = Mutex(State())

    /// Holds whoever reads entries.
    let gate = Gate(isShut: false)

    /// Adds entries with hashes that have nothing to do with each other, every third without one.
    init(entries: Int, seed: UInt64 = 1) {
        var random = SeededRandom(seed: seed)
        for entry in 0..<entries {
            let hash = PDQHash.random(using: &random)
            state.withLock { $0.hashes.append(entry.isMultiple(of: 3) ? nil : hash) }
        }
    }

    func add(_ hash: PDQHash?) { state.withLock { $0.hashes.append(hash) } }

    func hash(of entry: Int) -> PDQHash? { state.withLock { $0.hashes[entry] } }

    func change(_ entry: Int, to hash: PDQHash?) { state.withLock { $0.hashes[entry] = hash } }

    /// Logs an erasure of these entries, whose manifests are read no more.
    func erase(_ entries: [Int]) -> UInt64 {
        state.withLock { state in
            for entry in entries { state.hashes[entry] = nil }
            state.hashes.append(nil)
            state.erasures = UInt64(state.hashes.count)
            return state.erasures
        }
    }

    var isRegistering: Bool { state.withLock { $0.isRegistering } }

    func setRegistering(_ isRegistering: Bool) {
        state.withLock { $0.isRegistering = isRegistering }
    }

    func setFailing(_ fails: Bool) { state.withLock { $0.fails = fails } }

    /// Makes another ledger, or another history, of it.
    func become(genesis: Hash? = nil, salt: UInt8 = 0) {
        state.withLock { state in
            if let genesis { state.genesis = genesis }
            state.salt = salt
        }
    }

    /// Takes entries off the end, as an old copy lacks them.
    func cut(to size: Int) { state.withLock { $0.hashes.removeSubrange(size...) } }

    private func read<Value>(_ body: (State) -> Value) throws -> Value {
        gate.pass()
        return try state.withLock { state in
            if state.fails { throw Failure() }
            return body(state)
        }
    }

    // MARK: - LikenessSource

    var genesis: Hash { state.withLock { $0.genesis } }

    var size: UInt64 { state.withLock { UInt64($0.hashes.count) } }

    var erasures: UInt64 { state.withLock { $0.erasures } }

    func root(ofSize size: UInt64) throws -> Hash {
        try read { .sha256([UInt8(truncatingIfNeeded: size >> 8), $0.salt]) }
    }

    func hashes(of entries: Range<UInt64>) throws -> [HashedEntry] {
        try read { state in
            entries.compactMap { entry in
                state.hashes[Int(entry)].map { HashedEntry(entry, $0) }
            }
        }
    }

    func look(at entry: UInt64) throws -> EntryLook<UInt64> {
        try read { state in
            guard entry < state.hashes.count, let hash = state.hashes[Int(entry)] else {
                return .gone
            }
            return .there(hash, entry)
        }
    }
}
