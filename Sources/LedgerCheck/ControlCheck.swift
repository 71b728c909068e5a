import Checkpoints
import Encoding
import LedgerStore
import Manifests
import Merkle
import Provenance
import RocksDB

/// Holds the rows of `control` to the control statements among the entries, and folds these.
struct ControlCheck {
    private let check: StoreCheck
    private let controls: [CheckTally.Control]

    /// - Parameter controls: the control statements among the entries, rising by index.
    init(_ check: StoreCheck, _ controls: [CheckTally.Control]) {
        self.check = check
        self.controls = controls
    }

    /// Returns the registry after all of them; nil where entry 0 is none.
    func run() throws(LedgerError) -> Registry? {
        try compareRows()
        var registry: Registry?
        for control in controls {
            guard let statement = try Self.statement(control.index, check.store) else { break }
            do throws(Refusal) {
                registry = try Registry.folding(statement, at: control.index, into: registry)
            } catch {
                check.findings.add(
                    .control, control.sequence.map { "\($0)" } ?? "none", .control,
                    "entry \(control.index) does not follow from those before it: \(error)")
                break
            }
        }
        let origin = try check.store.value(StoreLayout.MetaName.origin, in: .meta)
        if let registry, let origin, origin != registry.origin.text.utf8 {
            check.findings.add(.meta, "origin", .control, "is not the origin of entry 0")
        }
        return registry
    }

    /// Reads a statement; nil where there is none that can be read, which is a finding already.
    static func statement(
        _ index: UInt64, _ store: CheckedStore
    ) throws(LedgerError) -> Statement? {
        guard let leaf = try store.value(StoreLayout.key(index), in: .entries) else { return nil }
        return try? Statement(leaf: leaf)
    }

    private func compareRows() throws(LedgerError) {
        var missing: [UInt64: UInt64] = [:]
        for control in controls { missing[control.sequence ?? .max] = control.index }
        var count: UInt64 = 0
        let isWhole = try check.store.forEachRow(in: .control) { key, value in
            count += 1
            guard let sequence = StoreLayout.number(key), let index = StoreLayout.number(value)
            else {
                return check.malformed(.control, key.copied(), "must be a sequence and an index")
            }
            if let expected = missing.removeValue(forKey: sequence) {
                guard expected != index else { return }
                check.findings.add(
                    .control, "\(sequence)", .index,
                    "leads to entry \(index) and must lead to \(expected)")
            } else if index < check.bounds.size || !check.isPlausible(index) {
                check.findings.add(
                    .control, "\(sequence)", .extra, "no control statement has this sequence")
            }
        }
        check.count(count, .control)
        // Rows that cannot be read are findings already.
        guard isWhole else { return }
        for (sequence, index) in missing.sorted(by: { $0.key < $1.key }) {
            check.findings.add(
                .control, "\(sequence)", .missing,
                "is not there, which entry \(index) asks for")
        }
    }
}
