import Encoding
import Files
import HTTPCalls
package import LedgerClient
import Manifests
import Provenance

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

    private let client: LedgerClient
    private let storesReceipts: Bool
    private let patience: SubmissionPatience?
    private let onEvent: @Sendable (SubmissionEvent) -> Void

    private var total: UInt64 = 0
    private var answeredCount: UInt64 = 0
    private var answeredBytes: UInt64 = 0

    /// The paths of records that have their end, good or bad.
    private var ended: Set<Text> = []

    /// Records of which it was said that their receipts are waited for.
    private var pending: Set<Text> = []

    private let copies: EditionWatch

    /// Why the ledger could not be asked for a proof; a thousand files do not wait a thousand
    /// times for one that drips.
    private var outOfReach: CallError?

    /// Folders with new names in them that are not on the disk yet.
    private var folders: [Text: Folder] = [:]

    /// Creates a submission.
    ///
    /// - Parameters:
    ///   - storesReceipts: whether the files are completed, else they stay as they are.
    ///   - patience: for how long records are sent again that have no receipt; nil sends each once.
    ///   - onEvent: is called for each record with its outcome, in no promised order.
    package init(
        client: LedgerClient, storesReceipts: Bool = true, patience: SubmissionPatience? = nil,
        onEvent: @escaping @Sendable (SubmissionEvent) -> Void
    ) {
        self.client = client
        self.storesReceipts = storesReceipts
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
        var rounds = 0
        while true {
            let failure = await pass(open)
            open.removeAll { ended.contains(Text($0)) }
            guard !Task.isCancelled else { return onEvent(.interrupted) }
            rounds += 1
            let isOver = open.isEmpty || failure?.isWorthWaiting == false
            guard !isOver, let wait = patience?.wait(after: rounds) else {
                if let failure { onEvent(.stopped(failure)) }
                return
            }
            onEvent(.waiting(failure, wait))
            do {
                try await Task.sleep(for: wait)
            } catch {
                return onEvent(.interrupted)
            }
        }
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
            let file = try Self.open(path, forStoring: storesReceipts)
            return Item(file: file, body: try Self.body(of: file.content))
        } catch {
            end(path, error)
            return nil
        }
    }

    private func end(_ path: String, _ error: SubmissionError) {
        ended.insert(Text(path))
        onEvent(.failed(path, error))
    }

    private static func open(
        _ path: String, forStoring: Bool
    ) throws(SubmissionError) -> RecordFile {
        let file: RecordFile
        do throws(RecordFileError) {
            file = try RecordFile(path)
        } catch {
            throw .file(error)
        }
        let folder: Folder
        do throws(FileError) {
            folder = try Place(following: path).folder
        } catch {
            throw .file(.unreadable(error))
        }
        guard !forStoring || NamedPath.mayWrite(folder.path) else {
            throw .file(.closedFolder(path))
        }
        return file
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
        guard ended.contains(Text(file.path)) else { return }
        answeredCount += 1
        answeredBytes += UInt64(item.body.count)
        onEvent(.answered(answeredCount, of: total, bytes: answeredBytes))
    }

    private func complete(_ file: RecordFile, _ acceptance: Acceptance) async {
        let (bytes, isKnown): ([UInt8], Bool)
        switch acceptance {
        case .registered(let receipt): (bytes, isKnown) = (receipt, false)
        case .known(let receipt): (bytes, isKnown) = (receipt, true)
        case .pending:
            if pending.insert(Text(file.path)).inserted { onEvent(.pending(file)) }
            return
        }
        do throws(SubmissionError) {
            let receipt: FittingReceipt
            do throws(ReceiptError) {
                receipt = try FittingReceipt(bytes, for: file.content.statement)
            } catch {
                throw SubmissionError.receipt(error)
            }
            if storesReceipts { try await store(receipt, in: file) }
            ended.insert(Text(file.path))
            onEvent(isKnown ? .known(file, receipt) : .registered(file, receipt))
        } catch {
            end(file.path, error)
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
            if case .ledger(let error) = error, !error.isRefusal { outOfReach = error }
            // The receipt is worth keeping also without a proof from the older head.
            failure = error
        }
        var whole = try Self.current(file)
        var receipts = ReceiptList(whole.receipts)
        receipts.insert(receipt.bytes, of: receipt.receipt)
        if let seen { receipts.insert(seen) }
        if receipts.bytes != whole.receipts {
            whole.receipts = receipts.bytes
            do throws(FileError) {
                let folder = try AtomicFile.writeUnsettled(
                    whole.encoded(), to: file.path, .replace)
                folders[Text(folder.path)] = folder
            } catch {
                throw .file(.unwritable(error))
            }
        }
        if let failure { throw .seen(failure) }
    }

    /// What the file holds now.
    ///
    /// While the ledger was asked, it may have got receipts from elsewhere, or `sign --force` may
    /// have put another record there, which stays.
    private static func current(
        _ file: RecordFile
    ) throws(SubmissionError) -> TransparentStatement {
        let current: TransparentStatement
        do throws(FileError) {
            // A file that was taken away meanwhile comes back complete; a pipe was read once.
            guard try NamedPath.status(file.path)?.kind == .file else { return file.content }
        } catch {
            throw .file(.unreadable(error))
        }
        do throws(RecordFileError) {
            current = try RecordFile(file.path).content
        } catch {
            throw .file(error)
        }
        guard current.statement == file.content.statement else {
            throw .file(.replaced(file.path))
        }
        return current
    }

    /// Syncs each folder once for all of its files; the ledger has their receipts until then.
    private func settle() {
        for folder in folders.values {
            do throws(FileError) {
                try folder.settle()
            } catch {
                onEvent(.failed(folder.path, .file(.unwritable(error))))
            }
        }
        folders = [:]
    }
}

extension CallError {
    /// Whether the ledger said no to this very request; others may go well.
    fileprivate var isRefusal: Bool {
        if case .refused = self { true } else { false }
    }

    /// Whether the same may go well in a while: a network that wants a log-in is one to wait for.
    fileprivate var isWorthWaiting: Bool {
        if case .page = self { true } else { isTransient }
    }
}
