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

/// Records that are entries already, and wait for their receipts, for witnesses or for timestamps:
/// the ledger is asked for what they lack, and they are not sent again.
extension RecordSubmission {
    /// Asks once for all that is waited for, as far as the ledger has it.
    func follow() async -> RoundEnd {
        defer { settle() }
        var end = RoundEnd()
        do throws(CallError) {
            try await followReceipts(&end)
            try await followEvidence(&end)
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

    /// Asks for what others have said of records that wait for it, until one lacks something: a
    /// head that holds an entry holds all before it.
    private func followEvidence(_ end: inout RoundEnd) async throws(CallError) {
        var open = unseen
        unseen = []
        defer { unseen = open + unseen }
        while let file = open.first {
            guard !Task.isCancelled else { return }
            do throws(SubmissionError) {
                guard try await isFinished(file) else { return }
            } catch .newer(.ledger(let error)) where error.isOutOfReach {
                throw error
            } catch .newer(.notYet(let retryAfter)) {
                end.retryAfter = retryAfter
                return
            } catch {
                let kept = await error.counterEvidence?.keep(beside: file.path)
                self.end(file.path, error, kept: kept)
            }
            open.removeFirst()
            count(file)
        }
    }

    /// Puts a record that has its receipt among those that wait for more, unless it has that.
    func awaitEvidence(for file: RecordFile) async throws(SubmissionError) {
        if !tellWhatIsThere(file, try current(file)) { unseen.append(file) }
    }

    /// What is waited for now; `unsent` are the paths of records that are to be sent.
    func awaited(unsent: [String]) -> AwaitedEvidence {
        guard unsent.isEmpty, pending.isEmpty else { return .receipts }
        return unseen.contains(where: lacksWitnesses)
            ? .witnesses(every: intervals?.witnesses) : .timestamps(every: intervals?.timestamps)
    }

    /// Whether the quorum of the kit has not seen a record that waits for it.
    func lacksWitnesses(_ file: RecordFile) -> Bool {
        judge.hasQuorum && !toldSeen.contains(Text(file.path))
    }

    /// Completes a record by what the ledger has now, where that is more of what is waited for;
    /// returns whether it is all.
    private func isFinished(_ file: RecordFile) async throws(SubmissionError) -> Bool {
        let newer: NewerReceipts
        let record = try current(file)
        do throws(NewerReceiptsError) {
            newer = try await NewerReceipts(for: record, at: client, by: judge)
        } catch {
            throw .newer(error)
        }
        intervals = newer.intervals
        for words in newer.refusedAnchors where toldRefused.insert(Text(words)).inserted {
            onEvent(.refusedEvidence(file, words))
        }
        return try RecordFile.holding(file.path, failingBy: SubmissionError.file) {
            hold throws(SubmissionError) in
            try take(newer, into: file, under: hold)
        }
    }

    /// Completes what the file holds now; returns whether it has all that is waited for.
    private func take(
        _ newer: NewerReceipts, into file: RecordFile, under hold: RecordHold
    ) throws(SubmissionError) -> Bool {
        let before = try current(file)
        let after: TransparentStatement
        do throws(NewerReceiptsError) {
            after = try newer.completed(before)
        } catch {
            throw .newer(error)
        }
        guard isMore(after, than: before) else { return tellWhatIsThere(file, before) }
        do throws(RecordFileError) {
            _ = try RefusedReceipt.keep(
                newer.refused(among: before.receipts, of: before.statement),
                of: before.statement, beside: file.path, under: hold)
            _ = try RefusedReceipt.keep(
                anchors: newer.removedAnchors(of: before), beside: file.path, under: hold)
        } catch {
            throw .file(error)
        }
        do throws(RecordFileError) {
            let folder = try file.replace(by: after)
            folders[Text(folder.path)] = folder
        } catch {
            throw .file(error)
        }
        return tellWhatIsThere(file, after)
    }

    /// Whether a record has more of what is waited for than it had: only then its file is written.
    private func isMore(_ after: TransparentStatement, than before: TransparentStatement) -> Bool {
        let statement = before.statement
        let isSeen =
            judge.witnessedAt(before.receipts, of: statement) == nil
            && judge.witnessedAt(after.receipts, of: statement) != nil
        return isSeen
            || awaitsTokens && judge.timestampedAt(before) == nil
                && judge.timestampedAt(after) != nil
    }

    /// Tells what a record has of what is waited for, each once, and returns whether it is all.
    private func tellWhatIsThere(_ file: RecordFile, _ record: TransparentStatement) -> Bool {
        let (statement, path) = (record.statement, Text(file.path))
        guard
            let index = record.receipts.lazy.compactMap({ try? FittingReceipt($0, for: statement) })
                .first?.index
        else { return false }
        var isAll = true
        if judge.hasQuorum {
            let time = judge.witnessedAt(record.receipts, of: statement)
            if let time, toldSeen.insert(path).inserted {
                onEvent(.witnessed(file, index: index, at: time))
            }
            isAll = time != nil
        }
        if awaitsTokens {
            let time = judge.timestampedAt(record)
            if let time, toldDated.insert(path).inserted {
                onEvent(.timestamped(file, index: index, at: time))
            }
            isAll = isAll && time != nil
        }
        if isAll { end(file) }
        return isAll
    }

    private func current(_ file: RecordFile) throws(SubmissionError) -> TransparentStatement {
        do throws(RecordFileError) {
            return try file.current()
        } catch {
            throw .file(error)
        }
    }
}
