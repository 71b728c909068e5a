import Encoding
import Files
import HTTPCalls
package import LedgerClient
import Manifests
package import Provenance

/// Sends records to a ledger and puts its receipts into their files.
///
/// A file is completed as soon as its receipt is there, so a program that is stopped leaves each
/// file with its receipt or as it was. Both may be sent again.
package actor RecordSubmission {
    /// Bytes of records that are read ahead of the network: the bound of its memory.
    private static let groupBytes = 16 << 20

    /// As many as one batch takes.
    private static let groupCount = 4_096

    /// A record with the bytes that the ledger is sent.
    private struct Item {
        let file: RecordFile
        let body: [UInt8]
    }

    let client: LedgerClient
    private let storesReceipts: Bool
    private let patience: SubmissionPatience?
    let onEvent: @Sendable (SubmissionEvent) -> Void

    /// The kit whose quorum is waited for; without one a receipt is all that is wanted.
    let judge: ReceiptJudge

    /// Whether authorities of the kit are waited for, too.
    let awaitsTokens: Bool

    private var total: UInt64 = 0
    private var answeredCount: UInt64 = 0
    private var answeredBytes: UInt64 = 0

    /// The paths of records that have their end, good or bad.
    private var ended: Set<Text> = []

    /// Records that are entries, and whose receipts follow: they are not sent again.
    var pending: [RecordFile] = []

    /// When the ledger wants to be asked for the newest of them; nil where it did not say.
    private var retryAfter: Duration?

    /// Records that have a receipt, and whose witnesses or timestamps are waited for.
    var unseen: [RecordFile] = []

    /// The paths of those of which it was told that witnesses have seen them.
    var toldSeen: Set<Text> = []

    /// The paths of those of which it was told that they are dated.
    var toldDated: Set<Text> = []

    /// What was told of evidence that the ledger gave and that does not hold.
    var toldRefused: Set<Text> = []

    /// How often the ledger says that there is more evidence.
    var intervals: PromisedIntervals?

    private let copies: EditionWatch

    /// Why the ledger could not be asked for a proof; a thousand files do not wait a thousand
    /// times for one that drips.
    private var outOfReach: CallError?

    /// Folders with new names in them that are not on the disk yet.
    var folders: [Text: Folder] = [:]

    /// Creates a submission.
    ///
    /// - Parameters:
    ///   - storesReceipts: whether the files are completed, else they stay as they are.
    ///   - kit: a trust kit with a quorum, which is waited for; nil where a receipt is enough.
    ///   - goal: what is waited for beyond that.
    ///   - checkers: what checks the evidence in anchors by that kit.
    ///   - patience: for how long records are sent again that have no receipt; nil sends each once.
    ///   - onEvent: is called for each record with its outcome, in no promised order.
    package init(
        client: LedgerClient, storesReceipts: Bool = true, until kit: TrustKit? = nil,
        goal: EvidenceGoal = .witnessed, checkers: [EvidenceChecker] = [],
        patience: SubmissionPatience? = nil, onEvent: @escaping @Sendable (SubmissionEvent) -> Void
    ) {
        self.client = client
        self.storesReceipts = storesReceipts
        judge = ReceiptJudge(kit, checkers: checkers)
        awaitsTokens = goal == .timestamped && judge.hasAuthorities
        self.patience = patience
        self.onEvent = onEvent
        copies = EditionWatch(client)
    }

    /// Submits the records at `paths`, as far as the ledger can be reached.
    ///
    /// Where the task is cancelled, what has its receipt by then is completed.
    package func run(_ paths: [String]) async {
        total = UInt64(paths.count)
        var open = paths
        var idleRounds = 0
        while true {
            let before = progress
            let isWaitedFor = !pending.isEmpty || !unseen.isEmpty
            retryAfter = nil
            var round = RoundEnd(failure: await pass(open))
            round.retryAfter = retryAfter
            // What was taken just now is not asked for at once.
            if isWaitedFor, round.failure == nil { round = await follow() }
            let waiting = Set((pending + unseen).map { Text($0.path) })
            open =
                round.lost
                + open.filter { path in
                    !ended.contains(Text(path)) && !waiting.contains(Text(path))
                }
            guard !Task.isCancelled else { return finish(.interrupted) }
            idleRounds = progress == before ? idleRounds + 1 : 1
            let isOver = open.isEmpty && waiting.isEmpty
            let awaited = awaited(unsent: open)
            guard !isOver, round.failure?.isWorthWaiting != false,
                let wait = patience?.wait(
                    after: idleRounds, asked: round.retryAfter, every: awaited.interval)
            else { return finish(round.failure.map { .stopped($0) }) }
            onEvent(.waiting(round.failure, wait, for: awaited))
            do {
                try await Task.sleep(for: wait)
            } catch {
                return finish(.interrupted)
            }
        }
    }

    /// How far the submission has come: where this stays, the next wait is longer.
    private var progress: [Int] { [ended.count, pending.count, unseen.count, toldSeen.count] }

    /// Tells which records have a receipt, and lack witnesses or a timestamp, and then why it ends.
    private func finish(_ event: SubmissionEvent?) {
        for file in unseen {
            onEvent(lacksWitnesses(file) ? .unwitnessed(file) : .untimestamped(file))
        }
        if let event { onEvent(event) }
    }

    /// Sends each record once, and returns why the ledger is out of reach, where it is.
    private func pass(_ paths: [String]) async -> CallError? {
        outOfReach = nil
        var group: [Item] = []
        var bytes = 0
        for path in paths {
            guard !Task.isCancelled else { return nil }
            guard let item = readRecord(path) else { continue }
            group.append(item)
            bytes += item.file.bytes.count
            guard bytes >= Self.groupBytes || group.count >= Self.groupCount else { continue }
            if let failure = await submit(group, of: paths.count) { return failure }
            group = []
            bytes = 0
        }
        return await submit(group, of: paths.count)
    }

    /// Reads a record and makes sure that its receipt can be stored.
    private func readRecord(_ path: String) -> Item? {
        do throws(SubmissionError) {
            let file: RecordFile
            do throws(RecordFileError) {
                file = try RecordFile(path)
                if storesReceipts { try file.requireCompletable() }
            } catch {
                throw SubmissionError.file(error)
            }
            return Item(file: file, body: try Self.body(of: file.content))
        } catch {
            end(path, error)
            return nil
        }
    }

    /// Tells that a record was not completed.
    func end(
        _ path: String, _ error: SubmissionError, kept: Result<String, RecordFileError>? = nil
    ) {
        ended.insert(Text(path))
        onEvent(.failed(path, error, kept: kept))
    }

    /// Tells that a record has what was waited for.
    func end(_ file: RecordFile, _ event: SubmissionEvent) {
        ended.insert(Text(file.path))
        onEvent(event)
    }

    /// Takes it that a record has all that was waited for.
    func end(_ file: RecordFile) {
        ended.insert(Text(file.path))
    }

    /// The statement with its manifest, without the parts that the ledger added.
    private static func body(
        of record: TransparentStatement
    ) throws(SubmissionError) -> [UInt8] {
        do throws(Refusal) {
            return try TransparentStatement(record.statement, manifest: record.manifest).encoded()
        } catch {
            throw .refusedHere(error)
        }
    }

    /// Submits some records, and returns why the ledger is out of reach, where asking again for
    /// those that follow is useless.
    private func submit(_ items: [Item], of total: Int) async -> CallError? {
        guard !items.isEmpty else { return nil }
        defer { settle() }
        for event in await copies.look(at: items.map(\.file)) { onEvent(event) }
        do throws(CallError) {
            if total == 1 {
                try await submit(items[0])
            } else {
                try await client.registerBatch(items.map(\.body)) { index, answer in
                    await self.take(answer, for: items[index])
                }
            }
            return nil
        } catch {
            return error
        }
    }

    private func submit(_ item: Item) async throws(CallError) {
        let acceptance: Acceptance
        do throws(CallError) {
            acceptance = try await client.register(item.body)
        } catch {
            guard case .refused(let problem) = error else { throw error }
            return await take(.refused(problem), for: item)
        }
        await take(.accepted(acceptance), for: item)
    }

    private func take(_ answer: BatchAnswer, for item: Item) async {
        let file = item.file
        switch answer {
        case .accepted(let acceptance): await complete(file, acceptance)
        case .refused(let problem):
            end(file.path, .refused(problem, signedBy: file.content.statement.keyID))
        }
        count(file)
    }

    /// Counts a record as answered once it has its end.
    func count(_ file: RecordFile) {
        guard ended.contains(Text(file.path)) else { return }
        answeredCount += 1
        answeredBytes += UInt64(file.bytes.count)
        onEvent(.answered(answeredCount, of: total, bytes: answeredBytes))
    }

    func complete(_ file: RecordFile, _ acceptance: Acceptance) async {
        let (bytes, isKnown): ([UInt8], Bool)
        switch acceptance {
        case .registered(let receipt): (bytes, isKnown) = (receipt, false)
        case .known(let receipt): (bytes, isKnown) = (receipt, true)
        case .pending(let retryAfter):
            self.retryAfter = retryAfter
            pending.append(file)
            return onEvent(.pending(file))
        }
        do throws(SubmissionError) {
            let receipt: FittingReceipt
            do throws(ReceiptError) {
                receipt = try judge.stripped(
                    FittingReceipt(bytes, for: file.content.statement), of: file.content.statement)
                try checkUnlessUnknown(receipt, of: file.content.statement)
            } catch {
                throw SubmissionError.receipt(error)
            }
            if storesReceipts { try await store(receipt, in: file) }
            let event: SubmissionEvent =
                isKnown ? .known(file, receipt) : .registered(file, receipt)
            guard judge.hasQuorum || awaitsTokens else { return end(file, event) }
            onEvent(event)
            try await awaitEvidence(for: file)
        } catch {
            end(file.path, error)
        }
    }

    /// Refuses what the kit finds false; what it does not know is worth keeping, for another may.
    private func checkUnlessUnknown(
        _ receipt: FittingReceipt, of statement: Statement
    ) throws(ReceiptError) {
        do throws(ReceiptError) {
            try judge.check(receipt, of: statement)
        } catch .unproven(_, isUnknown: true) {
            return
        }
    }

    /// Adds new receipts to the file; a file that has them all stays untouched.
    private func store(
        _ receipt: FittingReceipt, in file: RecordFile
    ) async throws(SubmissionError) {
        var seen: [UInt8]?
        var failure: SeenProofError?
        do throws(SeenProofError) {
            seen = try await SeenProof.receipt(
                for: receipt, in: file.content, client, unless: outOfReach)
        } catch {
            if case .ledger(let error) = error, error.isOutOfReach { outOfReach = error }
            // The receipt is worth keeping also without a proof from the older head.
            failure = error
        }
        do throws(RecordFileError) {
            try RecordFile.holding(file.path, failingBy: { $0 }) {
                () throws(RecordFileError) in
                try put(receipt, seen, into: file)
            }
        } catch {
            throw .file(error)
        }
        if let failure { throw .seen(failure) }
    }

    /// Adds receipts to what the file holds now.
    private func put(
        _ receipt: FittingReceipt, _ seen: [UInt8]?, into file: RecordFile
    ) throws(RecordFileError) {
        var whole = try file.current()
        var receipts = judge.list(whole.receipts, of: file.content.statement)
        receipts.insert(receipt.bytes, of: receipt.receipt)
        if let seen { receipts.insert(seen) }
        guard receipts.bytes != whole.receipts else { return }
        whole.receipts = receipts.bytes
        let folder = try file.replace(by: whole)
        folders[Text(folder.path)] = folder
    }

    /// Syncs each folder once for all of its files; the ledger has their receipts until then.
    func settle() {
        for folder in folders.values {
            do throws(FileError) {
                try folder.settle()
            } catch {
                onEvent(.failed(folder.path, .file(.unwritable(error)), kept: nil))
            }
        }
        folders = [:]
    }
}
