import Checkpoints
import Encoding
import Files
public import LedgerStore
import LogReader
import Manifests
import Merkle
import Provenance

extension Ledger {
    /// Makes the folder of `options`, which must not exist, of the first two entries of an export
    /// or a mirror: where there is no backup, ``Recovery`` puts all others back from there.
    ///
    /// The entries must be proven by a checkpoint that is signed as they themselves say, and the
    /// ledger's own keys must be among those that the copy names: so nobody's other ledger takes
    /// this one's place. Nothing is signed.
    ///
    /// A crash leaves `DATA.restoring`, which the next attempt replaces; `DATA` appears whole.
    public static func restore(
        fromCopy path: String, to options: LedgerOptions,
        clock: @Sendable () -> UInt64 = SystemClock.seconds
    ) async throws(LedgerError) {
        let first = try FirstEntries(of: path)
        try await first.requireProven(in: path)
        try first.requireKeys(options.keys)
        try makingFolder(options) { fresh, _ throws(LedgerError) in
            let store = try Store(
                path: fresh.path, cacheByteCount: options.cacheByteCount, create: true)
            defer { store.close() }
            try commit(first.statements, first.registry, in: store, now: clock())
            // Others of its heads were served.
            try store.put(ServedMark.each)
        }
    }
}

/// The first two entries of a copy of a ledger's log, and what follows from them.
private struct FirstEntries {
    let statements: [Statement]

    /// The registry that they fold to.
    let registry: Registry

    /// The same with all control statements of the copy.
    let later: Registry

    /// Reads them; nothing of it is proven yet.
    init(of path: String) throws(LedgerError) {
        let statements = try LaterControls.statements(ofExport: path)
        guard statements.count >= 2 else {
            throw .unfit(path: path, reason: "does not have the first entries of a ledger")
        }
        self.statements = Array(statements[..<2])
        do throws(Refusal) {
            var registry = try Registry(genesis: statements[0])
            try registry.apply(statements[1], at: 1)
            self.registry = registry
        } catch {
            throw .unfit(path: path, reason: "does not begin as a ledger does: \(error)")
        }
        later = LaterControls.registry(registry, followedBy: statements)
    }

    /// Makes sure that they are the first entries below the copy's checkpoint.
    func requireProven(in path: String) async throws(LedgerError) {
        try await ReturnedEntries.log { () async throws(LogError) in
            let trust = LogTrust.log(origin: registry.origin.text, keys: later.noteKeys.terms)
            let tree = try await TiledLog(LogFolder(path: path), trust: trust).newest()
            for (index, statement) in statements.enumerated() {
                let leaf = try await tree.entry(at: UInt64(index))
                guard leaf == statement.leaf else {
                    throw .refuted(
                        LogError.File(path: "\(path)/\(StaticLayout.control)", part: .control),
                        reason: "does not begin with the first entries of the log")
                }
            }
        }
    }

    /// Makes sure that the ledger's keys are here, or were: of another ledger none is.
    func requireKeys(_ path: String) throws(LedgerError) {
        let keys = try LedgerKeys(in: LedgerKeys.folder(path))
        let isKnown = LogKeyManifest.Which.allCases.contains { which in
            keys[which].contains { later.wasInForce($0.publicKey, which) }
        }
        guard isKnown else {
            throw .unfit(path: path, reason: "has none of the keys that this ledger has had")
        }
    }
}
