package import Checkpoints
import Files
package import LedgerStore
import Merkle

/// The content of the high-water file beside a store, read without opening it for writing.
package enum HighWaterMemory: Sendable {
    /// There is no such file, as beside a backup.
    case absent

    /// Neither slot can be read.
    case damaged

    /// The newest head that was signed.
    case head(Checkpoint)

    /// Reads the file; throws where it is there and cannot be looked at.
    package init(path: String) throws(LedgerError) {
        do throws(FileError) {
            let slots = try HighWaterFile.slots(of: try Place(path))
            self = HighWaterFile.newest(slots).map { .head($0) } ?? .damaged
        } catch {
            guard error.isMissing else { throw LedgerError(error) }
            self = .absent
        }
    }

    /// Holds the store to it.
    ///
    /// It must have been read before the store's moment.
    func check(_ check: StoreCheck) throws(LedgerError) {
        func add(_ key: String, _ rule: CheckFinding.Rule, _ detail: String) {
            check.findings.add(
                CheckFinding(family: "highwater", key: key, rule: rule, detail: detail))
        }
        switch self {
        case .absent: return
        case .damaged: add("file", .malformed, "is damaged in both its slots")
        case .head(let head) where head.size > check.bounds.size:
            add(
                "\(head.size)", .missing,
                "a head of this size was signed, and the store has \(check.bounds.size) entries: "
                    + "it is an old copy")
        case .head(let head):
            guard let root = try CheckedTiles(check).root(size: head.size), root != head.root
            else { return }
            add("\(head.size)", .root, "a head was signed that the store contradicts")
        }
    }
}
