import Encoding
import Files
public import LedgerStore
import LogReader
import Manifests
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
    ///
    /// - Parameter others: copies that stand in for a file of this one that is damaged.
    public static func restore(
        fromCopy path: String, beside others: [String] = [], to options: LedgerOptions,
        clock: @Sendable () -> UInt64 = SystemClock.seconds
    ) async throws(LedgerError) {
        let first = try FirstEntries(of: [path] + others.filter { $0 != path })
        let size = try await first.requireProven()
        try first.requireKeys(options.keys, asOf: size)
        try await first.requireOneLog()
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

    /// The same with all control statements of the copies.
    let later: Registry

    /// The copy, and those that stand in for it.
    private let paths: [String]

    /// The copy whose control statements they are.
    private let path: String

    /// Reads them; nothing of it is proven yet.
    init(of paths: [String]) throws(LedgerError) {
        self.paths = paths
        var all: [(path: String, statements: [Statement])] = []
        for path in paths {
            all.append((path, try LaterControls.statements(ofExport: path)))
        }
        guard let (path, statements) = all.first(where: { $0.statements.count >= 2 }) else {
            if let fault = try LaterControls.fault(ofExport: paths[0]) { throw fault }
            throw .unfit(
                path: LaterControls.file(ofExport: paths[0]),
                reason: "does not have the first entries of a ledger")
        }
        self.path = path
        self.statements = Array(statements[..<2])
        do throws(Refusal) {
            var registry = try Registry(genesis: statements[0])
            try registry.apply(statements[1], at: 1)
            self.registry = registry
        } catch {
            throw .damaged(
                path: LaterControls.file(ofExport: path),
                reason: "does not begin as a ledger does: \(error)")
        }
        later = all.reduce(registry) { LaterControls.registry($0, followedBy: $1.statements) }
    }

    /// Makes sure that they are the first entries below the copy's checkpoint, and returns its
    /// size.
    func requireProven() async throws(LedgerError) -> UInt64 {
        let log = try await CopiedLog(paths[0], beside: Array(paths[1...]), later)
        // Nothing compares a root later.
        let leaves = log.tree.size == 0 ? [] : try await log.provenLeaves(ofBundle: 0)
        guard leaves.prefix(statements.count).elementsEqual(statements.map(\.leaf)) else {
            throw .damaged(
                path: LaterControls.file(ofExport: path),
                reason: "does not begin with the first entries of the log")
        }
        return log.tree.size
    }

    /// Makes sure that the copies do not contradict each other.
    func requireOneLog() async throws(LedgerError) {
        try await CopiedLog.requireOneLog(of: paths, later)
    }

    /// Makes sure that the ledger's keys are here, or were: of another ledger none is.
    ///
    /// - Parameter size: entries of the copy: of a handover behind them it cannot tell.
    func requireKeys(_ keyPath: String, asOf size: UInt64) throws(LedgerError) {
        let keys = try LedgerKeys(in: LedgerKeys.folder(keyPath))
        let isKnown = LogKeyManifest.Which.allCases.contains { which in
            keys[which].contains { later.wasInForce($0.publicKey, which) }
        }
        guard isKnown else {
            throw .unfit(
                path: keyPath,
                reason: "has none of the keys that this ledger has had as far as \(paths[0]) "
                    + "goes (\(size) entries); where the keys were handed over since, name a newer "
                    + "copy beside it")
        }
    }
}
