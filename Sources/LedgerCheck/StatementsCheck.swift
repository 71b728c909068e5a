import LedgerStore
import Manifests
import Merkle
import Provenance
import RocksDB
import Synchronization

/// Judges every statement by the registry as it was below its index, as an auditor would who
/// has the tiles and the manifests (registry.md §5).
final class StatementsCheck: Sendable {
    /// Entries of one job.
    private static let portion: UInt64 = 4096

    /// The registry below the entry that the next job begins with.
    private struct Cursor {
        var registry: Registry?
        var start: UInt64 = 0
        var control = 0
    }

    private let check: StoreCheck
    private let controls: [CheckTally.Control]
    private let badLeaves: Set<UInt64>
    private let cursor = Mutex(Cursor())

    init(_ check: StoreCheck, _ tally: CheckTally) {
        self.check = check
        controls = tally.controls
        badLeaves = tally.badLeaves
    }

    /// The number of calls of ``judgeNext()`` that are due.
    var portions: Int { Int((check.bounds.size + Self.portion - 1) / Self.portion) }

    /// Judges the next entries; from any thread.
    func judgeNext() throws(LedgerError) -> CheckTally {
        var (start, registry) = try take()
        let end = min(start + Self.portion, check.bounds.size)
        var statements: [(index: UInt64, statement: Statement)] = []
        // Each statement is judged alone, and that one is missing is never said.
        _ = try check.store.forEachRow(
            in: .entries, from: StoreLayout.key(start), to: StoreLayout.key(end)
        ) { key, leaf in
            guard let index = StoreLayout.number(key), !badLeaves.contains(index),
                let statement = try? Statement(leaf: leaf.copied())
            else { return }
            statements.append((index, statement))
        }
        for (index, statement) in statements {
            if statement.controlManifest != nil {
                Self.fold(statement, at: index, into: &registry)
            } else if let registry {
                try judge(statement, at: index, registry)
            }
        }
        return CheckTally()
    }

    /// Takes the next entries, with the registry below the first of them.
    private func take() throws(LedgerError) -> (UInt64, Registry?) {
        var failure: LedgerError?
        let taken = cursor.withLock { cursor -> (UInt64, Registry?) in
            let start = cursor.start
            cursor.start += Self.portion
            while cursor.control < controls.count, controls[cursor.control].index < start {
                let index = controls[cursor.control].index
                cursor.control += 1
                do throws(LedgerError) {
                    guard let statement = try ControlCheck.statement(index, check.store) else {
                        continue
                    }
                    Self.fold(statement, at: index, into: &cursor.registry)
                } catch {
                    failure = error
                    break
                }
            }
            return (start, cursor.registry)
        }
        if let failure { throw failure }
        return taken
    }

    /// Applies a control statement; that one does not follow is the finding of ``ControlCheck``.
    private static func fold(
        _ statement: Statement, at index: UInt64, into registry: inout Registry?
    ) {
        registry = (try? Registry.folding(statement, at: index, into: registry)) ?? registry
    }

    private func judge(
        _ statement: Statement, at index: UInt64, _ registry: Registry
    ) throws(LedgerError) {
        do throws(Refusal) {
            try Registry.checkSignature(of: statement, by: registry.judge(statement))
        } catch {
            check.findings.add(.entries, "\(index)", .statement, "\(error)")
        }
        guard check.options.manifests,
            let row = try check.store.value(StoreLayout.key(index), in: .manifests),
            row.first == 0
        else { return }
        do throws(Refusal) {
            try registry.checkSize(ofManifest: row.count - 1)
            try statement.check(try Manifest(Array(row.dropFirst())))
        } catch {
            check.findings.add(.manifests, "\(index)", .manifest, "\(error)")
        }
    }
}
