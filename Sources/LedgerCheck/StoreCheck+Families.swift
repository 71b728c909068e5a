import LedgerStore
import RocksDB

extension StoreCheck {
    /// Reports families that are missing, and those that do not belong into the folder, as far as
    /// its format and its migration say.
    ///
    /// `keys` is made by the first opening that needs it: until something is said to be in it, it
    /// may be missing.
    static func report(
        _ names: [String], _ store: CheckedStore
    ) throws(LedgerError) {
        typealias Family = StoreLayout.Family
        let format = try store.value(StoreLayout.MetaName.format, in: .meta)
        let migration = try store.value(StoreLayout.MetaName.migration, in: .meta)
            .flatMap { Migration($0) }
        let isOld = format == Array(StoreLayout.olderVersion.utf8)
        let end =
            try store.value(StoreLayout.MetaName.keysEnd, in: .meta)
            .flatMap { StoreLayout.number($0) } ?? 0
        let isKeysEmpty = isOld || (end == migration?.base ?? 0 && migration?.done ?? 0 == 0)
        for family in Family.allCases where !names.contains(family.rawValue) {
            let isNeeded =
                switch family {
                case .keys: !isKeysEmpty
                case .subjects, .threads: isOld || migration.map { !$0.isComplete } ?? false
                // What is missing in them, their own check finds.
                case .lists, .listTiles, .indexHeads: false
                default: true
                }
            guard isNeeded else { continue }
            add(family.rawValue, .missing, "the folder has no such column family", to: store)
        }
        for name in names where name != "default" {
            guard let family = Family(rawValue: name) else {
                add(name, .unknown, "is no column family that this program knows", to: store)
                continue
            }
            if Family.old.contains(family), !isOld, migration == nil {
                add(name, .unknown, "is of format 1, and the folder is migrated", to: store)
            }
            if family == .keys, isOld {
                add(name, .unknown, "is of a newer format than the folder's", to: store)
            }
        }
    }

    private static func add(
        _ name: String, _ rule: CheckFinding.Rule, _ detail: String, to store: CheckedStore
    ) {
        store.findings.add(
            CheckFinding(family: name, key: "family", rule: rule, detail: detail))
    }
}
