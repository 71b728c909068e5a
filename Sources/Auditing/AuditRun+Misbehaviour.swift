import Checkpoints
import Files
import LogReader
import Provenance

/// What shows the findings about an index to everybody.
extension AuditRun {
    /// Writes for each finding about the index a file that convicts the ledger, where its own
    /// signatures do, and says of which there is none.
    ///
    /// A file that is there is not made again. What could not be shown is tried again by each run:
    /// a source may have the receipt later.
    mutating func showIndexFindings(_ log: LogTree, by registry: Registry) async throws {
        let doubts = state.index.doubts
        guard !doubts.isEmpty else { return }
        let names = try namesInState()
        var open: [IndexDoubt] = []
        for doubt in doubts {
            if let name = IndexMisbehaviourFile.name(about: doubt.index, in: names) {
                report.misbehaviour.append(.init(entry: doubt.index, file: name))
            } else if doubt.index < log.size {
                open.append(doubt)
            }
        }
        guard !open.isEmpty else { return }
        var trust = HeadTrust(audit.kit, requiringQuorum: false)
        trust.terms = registry.noteKeys.terms
        guard
            let maker = try await IndexMisbehaviour(log, at: audit.source, by: audit.kit, trust)
        else {
            report.unchecked.append(
                Self.words(open, "the source has no index head with a receipt (\"index\")"))
            return
        }
        for doubt in open {
            switch try await maker.file(about: doubt, search: search(log)) {
            case .shown(let file):
                do throws(FileError) {
                    try file.write(in: state.folder)
                } catch {
                    throw AuditStateError.file(error)
                }
                report.misbehaviour.append(.init(entry: doubt.index, file: file.name))
            case .notShown(let words): report.unchecked.append(Self.words([doubt], words))
            }
        }
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

    private static func words(_ doubts: [IndexDoubt], _ reason: String) -> String {
        let entries = doubts.map { "\($0.index)" }.joined(separator: ", ")
        return "whether others can be shown what was found of the index at entry \(entries): "
            + reason
    }
}
