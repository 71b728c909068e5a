import Files
import Jobs
import Provenance

/// What a ledger gave that speaks against a record: the two together show what it has done.
enum CounterEvidence: Sendable {
    /// A receipt of another place, or of another tree.
    case receipt(FittingReceipt)

    /// The bytes of a proof of completeness.
    case complete([UInt8])

    /// Keeps it beside the record at `path`, and returns where.
    ///
    /// Another command may be at work in the folder, so this waits on a thread of its own, for
    /// ``FileLock/longestWait`` at most.
    func keep(beside path: String) async -> Result<String, RecordFileError> {
        do {
            return .success(
                try await OwnThread.run("evidence") { _ in
                    switch self {
                    case .receipt(let receipt): try RefusedReceipt.keep(receipt, beside: path)
                    case .complete(let bytes):
                        try RefusedReceipt.keep(complete: bytes, beside: path)
                    }
                })
        } catch let error as RecordFileError {
            return .failure(error)
        } catch {
            preconditionFailure("evidence is kept with errors of one kind: \(error)")
        }
    }
}

extension NewerReceiptsError {
    /// The receipt that speaks against the record; nil where nothing does.
    var counterEvidence: CounterEvidence? {
        guard case .receipt(let error, let receipt?) = self else { return nil }
        switch error {
        case .otherIndex, .twoTrees, .notExtended: return .receipt(receipt)
        case .malformed, .notAnInclusion, .noCheckpoint, .wrongProof, .otherOrigin, .unproven:
            return nil
        }
    }
}
