import LedgerStore
import Merkle
import Provenance
import RocksDB

/// Checks that `tiles` and `meta` have the required rows and no other.
struct SmallFamiliesCheck {
    private let check: StoreCheck

    init(_ check: StoreCheck) {
        self.check = check
    }

    /// Every tile row is one that the tree has at this size, and as long.
    func tiles() throws(LedgerError) -> CheckTally {
        var tally = CheckTally()
        // That one is missing is said where it is looked for.
        _ = try check.store.forEachRow(in: .tiles) { key, value in
            tally.rows[.tiles, default: 0] += 1
            guard key.count == 9, let index = StoreLayout.number(key.extracting(1..<9)) else {
                return check.malformed(.tiles, key.copied(), "must be a level and an index")
            }
            let id = TileID(level: key[0], index: index)
            let name = StoreLayout.describe(key.copied(), in: .tiles)
            let width = id.level < StoreLayout.tileLevels ? id.width(in: check.bounds.size) : 0
            let isNewer =
                id.level < StoreLayout.tileLevels && check.bounds.isGrowing
                && check.isPlausible((id.index << 8) << (8 * UInt64(id.level)))
            guard width > 0 else {
                if !isNewer {
                    check.findings.add(.tiles, name, .extra, "the tree has no such tile")
                }
                return
            }
            let count = value.count / Hash.byteCount
            let isRight = count == width || (check.bounds.isGrowing && count > width)
            guard isRight, count <= TileID.width, value.count == count * Hash.byteCount else {
                return check.findings.add(
                    .tiles, name, .malformed, "has \(value.count) bytes for \(width) hashes")
            }
        }
        return tally
    }

    /// Names each index head that was found to be wrong.
    private func nameWrongHeads(_ row: [UInt8]) {
        guard let wrong = WrongIndexHeads(row) else {
            return check.malformed(
                .meta, StoreLayout.MetaName.indexWrong,
                "is no list of at most \(WrongIndexHeads.limit) EntryIDs, each once")
        }
        for head in wrong.heads {
            check.findings.add(
                .meta, "wrong", .map,
                "index head \(EntryID(head)) says a map that is not that of the entries: it "
                    + "stays in the log, and the head after it is right")
        }
    }

    /// The names that this version knows are there, with their values, and no other.
    func meta() throws(LedgerError) -> CheckTally {
        var tally = CheckTally()
        var missing = StoreLayout.MetaName.mandatory
        let isWhole = try check.store.forEachRow(in: .meta) { key, value in
            tally.rows[.meta, default: 0] += 1
            let name = key.copied()
            missing.removeAll { $0 == name }
            switch name {
            case StoreLayout.MetaName.format:
                let known = [StoreLayout.formatVersion, StoreLayout.olderVersion]
                guard known.contains(where: { Array($0.utf8) == value.copied() }) else {
                    return check.malformed(.meta, name, "is no format that this program reads")
                }
            case StoreLayout.MetaName.migration:
                guard Migration(value.copied()) != nil else {
                    return check.malformed(.meta, name, "is not three numbers of 8 bytes that fit")
                }
            case StoreLayout.MetaName.threadsIndexed where !check.bounds.lists.isMigrating:
                check.findings.add(
                    .meta, "threads", .unknown, "is of format 1, and the folder is migrated")
            case StoreLayout.MetaName.threadsIndexed, StoreLayout.MetaName.keysEnd:
                guard StoreLayout.number(value) != nil else {
                    return check.malformed(.meta, name, "is not a number of 8 bytes")
                }
            case StoreLayout.MetaName.erasures:
                guard ErasureMark(value.copied()) != nil else {
                    return check.malformed(.meta, name, "is not two numbers of 8 bytes")
                }
            case StoreLayout.MetaName.served:
                guard ServedMark(value.copied()) != nil else {
                    return check.malformed(.meta, name, "is not a number of 8 bytes")
                }
            case StoreLayout.MetaName.indexRebuilt:
                guard let head = Hash(value) else {
                    return check.malformed(.meta, name, "is not 32 bytes")
                }
                guard Store.isUnderWay(head) else { return }
                check.findings.add(
                    .meta, "rebuilt", .map, "colophond index rebuild was cut off: run it again")
            case StoreLayout.MetaName.indexWrong: nameWrongHeads(value.copied())
            case StoreLayout.MetaName.index:
                guard value.copied() == Store.madeWithIndex else {
                    return check.malformed(.meta, name, "is not 1")
                }
            case StoreLayout.MetaName.snapshots:
                guard [Hash.byteCount, 2 * Hash.byteCount].contains(value.count) else {
                    return check.malformed(.meta, name, "is not one digest or two")
                }
            // Compared with entry 0, once that is read.
            case StoreLayout.MetaName.origin: return
            default:
                check.findings.add(
                    .meta, StoreLayout.describe(name, in: .meta), .unknown,
                    "is no name that this program knows")
            }
        }
        // Rows that cannot be read are findings already.
        guard isWhole else { return tally }
        for name in missing {
            check.findings.add(
                .meta, StoreLayout.describe(name, in: .meta), .missing, "is not there")
        }
        return tally
    }
}
