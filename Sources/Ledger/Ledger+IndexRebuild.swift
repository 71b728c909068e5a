public import Jobs
public import LedgerStore

/// What is left of an index that was forgotten.
public struct ForgottenIndex: Hashable, Sendable {
    /// The entries of which it is made anew.
    public let entries: UInt64

    /// The index heads among them.
    public let heads: Int

    /// How many rows of heads were wrong, or not there; nil where they were unreadable, or too many
    /// were wrong, and all were made anew.
    public let changedHeadRows: Int?
}

extension Ledger {
    /// Forgets the rows and lists of the index in a folder that nobody serves, and makes the rows
    /// of its heads anew of the entries: whoever serves it next makes all else of their leaves.
    ///
    /// A crash leaves a folder whose index makes nothing until this was called again.
    ///
    /// - Parameter progress: told how many entries are read.
    public static func forgetIndex(
        _ options: LedgerOptions, progress: JobProgress = .silent
    ) throws(LedgerError) -> ForgottenIndex {
        try options.places.requireStore()
        var store = try openStore(options)
        defer { store.close() }
        if store.index == nil {
            guard try store.isRebuildUnderWay() else {
                throw .badRequest("this ledger has no index; colophond serve --index on makes one")
            }
            // A rebuild was cut off when all families of the index were gone.
            store.close()
            store = try openStore(options, makesIndex: true)
        }
        guard try store.migration() == nil else {
            throw .tryAgain(
                "the folder is being migrated from format 1; serve it until that is done")
        }
        let size = try StoredLedger(store).head.size
        let places = try store.indexHeadPlaces(below: size, progress: progress)
        // A crash here leaves the rows as they were, without the file: the map is made of them.
        try removeSnapshot(options.places)
        var changed: Int?
        switch try store.settleIndexHeads(places) {
        case .settled(let count): changed = count
        case .unreadable:
            try store.dropIndexHeads()
            store.close()
            store = try openStore(options, makesIndex: true)
            guard case .settled = try store.settleIndexHeads(places) else {
                throw .corrupt("rows of index heads that were just made cannot be read")
            }
        }
        try store.forgetIndex()
        return ForgottenIndex(entries: size, heads: places.count, changedHeadRows: changed)
    }

    /// Removes the snapshot of the map.
    ///
    /// Where that fails no row is changed yet, and it says so.
    private static func removeSnapshot(_ places: LedgerPlaces) throws(LedgerError) {
        do throws(LedgerError) {
            try IndexSnapshotFile(places).remove()
        } catch {
            switch error {
            case .unfit:
                throw .tryAgain(
                    "\(error); no row was changed: move it away, and run the command again")
            case .notOurs:
                throw .tryAgain(
                    "\(error); no row was changed: mend that, and run the command again")
            default: throw error
            }
        }
    }

    private static func openStore(
        _ options: LedgerOptions, makesIndex: Bool = false
    ) throws(LedgerError) -> Store {
        try Store(
            path: options.data, cacheByteCount: options.cacheByteCount, create: false,
            makesIndex: makesIndex, faultHook: options.faultHook)
    }
}
