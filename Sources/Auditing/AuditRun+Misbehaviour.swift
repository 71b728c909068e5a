import Checkpoints
import Files
import LogReader
import Provenance

/// What shows the findings about an index to everybody.
extension AuditRun {
    /// Writes for each finding about the index a file that convicts the ledger, where its own
    /// signatures do, and says of which there is none.
    ///
    /// A file that is there is not made again, and is named also where its doubt is not kept any
    /// more. What could not be shown is tried again by each run: a source may have the receipt
    /// later.
    mutating func showIndexFindings(_ log: LogTree, by registry: Registry) async throws {
        let doubts = state.index.doubts
        guard !doubts.isEmpty else { return }
        // Of one entry several things may be found: one file is enough.
        var shown = IndexMisbehaviourFile.files(in: try namesInState())
        let open = doubts.filter { shown[$0.index] == nil && $0.index < log.size }
        let reasons: [UInt64: String]
        do {
            reasons = try await show(open, log, registry, &shown)
        } catch let error as LogError {
            // That something cannot be shown now takes nothing from what was found.
            guard !Task.isCancelled else { throw error }
            reasons = Dictionary(open.map { ($0.index, "\(error)") }) { first, _ in first }
        }
        let named = shown.sorted { $0.key < $1.key }.prefix(IndexMisbehaviourFile.limit)
        report.misbehaviour = named.map {
            AuditReport.Misbehaviour(entry: $0.key, file: $0.value)
        }
        for (index, reason) in reasons.sorted(by: { $0.key < $1.key }) where shown[index] == nil {
            report.unchecked.append(
                "whether what was found at entry \(index) can be shown to others: \(reason)")
        }
    }

    /// Writes files about some doubts, and returns why there is none, by the entry.
    private func show(
        _ open: [IndexDoubt], _ log: LogTree, _ registry: Registry, _ shown: inout [UInt64: String]
    ) async throws -> [UInt64: String] {
        guard !open.isEmpty else { return [:] }
        var trust = HeadTrust(audit.kit, requiringQuorum: false)
        trust.terms = registry.noteKeys.terms
        guard
            let maker = try await IndexMisbehaviour(log, at: audit.source, by: audit.kit, trust)
        else {
            let reason = "the source has no index head with a receipt (\"index\")"
            return Dictionary(open.map { ($0.index, reason) }) { first, _ in first }
        }
        var reasons: [UInt64: String] = [:]
        for doubt in open where shown[doubt.index] == nil {
            if doubt.kind == .map, shown.count >= IndexMisbehaviourFile.mapLimit {
                reasons[doubt.index] =
                    reasons[doubt.index] ?? "\(shown.count) files convict the ledger already"
                continue
            }
            switch try await maker.file(about: doubt, search: search(log)) {
            case .shown(let file):
                do throws(FileError) {
                    try file.write(in: state.folder)
                } catch {
                    throw AuditStateError.file(error)
                }
                shown[doubt.index] = file.name
            case .notShown(let words):
                reasons[doubt.index] = reasons[doubt.index] ?? words
            }
        }
        return reasons
    }

    private func namesInState() throws(AuditStateError) -> [String] {
        do throws(FileError) {
            return try state.folder.names()
        } catch {
            throw .file(error)
        }
    }

    /// What finds an entry that a map leaves out; nil where nobody can be asked for proofs.
    private func search(_ log: LogTree) -> ((IndexHead) async throws -> IndexOmission)? {
        guard let ask = audit.hooks.askComplete else { return nil }
        let state = state
        return { head in
            do {
                let search = IndexOmissionSearch(of: head, in: log, keys: try state.keyRuns(), ask)
                return try await search.run()
            } catch let error as RunError {
                throw AuditStateError(error)
            }
        }
    }
}
