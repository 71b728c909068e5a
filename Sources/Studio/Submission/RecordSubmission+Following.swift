import Encoding
import Files
import HTTPCalls
import LedgerClient
import Manifests
import Provenance

/// How a round of a submission ended.
struct RoundEnd {
    /// Why the ledger is out of reach; nil where it answered.
    var failure: CallError?

    /// How long the ledger asks to wait.
    var retryAfter: Duration?

    /// The paths of records that the ledger took, and does not know any more: they are sent again.
    var lost: [String] = []
}

/// Records that are entries already, and wait for their receipts or for witnesses: the ledger is
/// asked for what they lack, and they are not sent again.
extension RecordSubmission {
    /// Asks once for all that is waited for, as far as the ledger has it.
    func follow() async -> RoundEnd {
        defer { settle() }
        var end = RoundEnd()
        do throws(CallError) {
            try await followReceipts(&end)
            try await followWitnesses(&end)
        } catch {
            end.failure = error
        }
        return end
    }

    /// Asks for receipts that follow.
    ///
    /// A head that holds an entry holds all before it, so after the first that has no receipt yet
    /// the others are left for the next round.
    private func followReceipts(_ end: inout RoundEnd) async throws(CallError) {
        var open = pending
        pending = []
        defer { pending = open + pending }
        while let file = open.first {
            guard !Task.isCancelled else { return }
            let answer: ReceiptAnswer
            do throws(CallError) {
                answer = try await client.receipt(of: file.content.statement.id)
            } catch {
                guard error.isRefusal else { throw error }
                // Taken and not known: it is sent again, and nothing is entered twice.
                end.lost.append(file.path)
                open.removeFirst()
                continue
            }
            switch answer {
            case .notYet(let retryAfter):
                end.retryAfter = retryAfter
                return
            case .receipt(let bytes):
                open.removeFirst()
                await complete(file, .registered(receipt: bytes))
                count(file)
            }
        }
    }

    /// Asks for newer receipts of records whose witnesses are waited for, until one lacks them.
    private func followWitnesses(_ end: inout RoundEnd) async throws(CallError) {
        var open = unseen
        unseen = []
        defer { unseen = open + unseen }
        while let file = open.first {
            guard !Task.isCancelled else { return }
            do throws(SubmissionError) {
                guard try await isWitnessed(file) else { return }
            } catch .newer(.ledger(let error)) where error.isOutOfReach {
                throw error
            } catch .newer(.notYet(let retryAfter)) {
                end.retryAfter = retryAfter
                return
            } catch {
                self.end(file.path, error)
            }
            open.removeFirst()
            count(file)
        }
    }

    /// Puts a record that has its receipt among those whose witnesses are waited for, unless they
    /// have signed.
    func awaitWitnesses(of file: RecordFile) async throws(SubmissionError) {
        let record = try current(file)
        if try !tellIfWitnessed(file, record) { unseen.append(file) }
    }

    /// Completes a record by what the ledger has now, where that is witnessed; returns whether it
    /// is.
    private func isWitnessed(_ file: RecordFile) async throws(SubmissionError) -> Bool {
        let record = try current(file)
        let newer: NewerReceipts
        do throws(NewerReceiptsError) {
            newer = try await NewerReceipts(for: record, at: client, by: judge)
        } catch {
            throw .newer(error)
        }
        var whole = try current(file)
        let refused = newer.refused(among: whole.receipts, of: record.statement)
        do throws(NewerReceiptsError) {
            whole.receipts = try newer.receipts(beside: whole.receipts, of: record.statement)
        } catch {
            throw .newer(error)
        }
        guard judge.witnessedAt(whole.receipts, of: record.statement) != nil else { return false }
        do throws(FileError) {
            _ = try RefusedReceipt.keep(refused, of: record.statement, beside: file.path)
        } catch {
            throw .file(.unwritable(error))
        }
        do throws(RecordFileError) {
            let folder = try file.replace(by: whole)
            folders[Text(folder.path)] = folder
        } catch {
            throw .file(error)
        }
        return try tellIfWitnessed(file, whole)
    }

    /// Tells that the quorum was complete for a head of a record, where it was.
    private func tellIfWitnessed(
        _ file: RecordFile, _ record: TransparentStatement
    ) throws(SubmissionError) -> Bool {
        let statement = record.statement
        if let time = judge.witnessedAt(record.receipts, of: statement),
            let index = record.receipts.lazy.compactMap({ try? FittingReceipt($0, for: statement) })
                .first?.index
        {
            end(file, .witnessed(file, index: index, at: time))
            return true
        }
        return false
    }

    private func current(_ file: RecordFile) throws(SubmissionError) -> TransparentStatement {
        do throws(RecordFileError) {
            return try file.current()
        } catch {
            throw .file(error)
        }
    }
}
