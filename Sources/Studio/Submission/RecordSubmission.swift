import Encoding
import Files
package import HTTPCalls
package import LedgerClient
package import Manifests
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
    private let onEvent: @Sendable (SubmissionEvent) -> Void
    private var answeredCount: UInt64 = 0

    /// Why the ledger could not be asked for a proof; a thousand files do not wait a thousand
    /// times for one that drips.
    private var outOfReach: CallError?

    /// Folders with new names in them that are not on the disk yet.
    private var folders: [String: Folder] = [:]

    /// Creates a submission.
    ///
    /// - Parameters:
    ///   - storesReceipts: whether the files are completed, else they stay as they are.
    ///   - onEvent: is called for each record with its outcome, in no promised order.
    package init(
        client: LedgerClient, storesReceipts: Bool = true,
        onEvent: @escaping @Sendable (SubmissionEvent) -> Void
    ) {
        self.client = client
        self.storesReceipts = storesReceipts
        self.onEvent = onEvent
    }

    /// Submits the records at `paths`, as far as the ledger can be reached.
    package func run(_ paths: [String]) async {
        var group: [Item] = []
        var bytes = 0
        for path in paths {
            guard let item = readRecord(path) else { continue }
            group.append(item)
            bytes += item.file.bytes.count
            guard bytes >= Self.groupBytes || group.count >= Self.groupCount else { continue }
            guard await submit(group, of: paths.count) else { return }
            group = []
            bytes = 0
        }
        _ = await submit(group, of: paths.count)
    }

    /// Reads a record and makes sure that its receipt can be stored.
    private func readRecord(_ path: String) -> Item? {
        do throws(SubmissionError) {
            let file = try Self.open(path, forStoring: storesReceipts)
            return Item(file: file, body: try Self.body(of: file.content))
        } catch {
            onEvent(.failed(path, error))
            return nil
        }
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

    /// Submits some records; returns false where the ledger is out of reach, so that asking
    /// again for those that follow is useless.
    private func submit(_ items: [Item], of total: Int) async -> Bool {
        guard !items.isEmpty else { return true }
        defer { settle() }
        do throws(CallError) {
            if total == 1 {
                await complete(items[0].file, try await client.register(items[0].body))
            } else {
                try await client.registerBatch(items.map(\.body)) { index, answer in
                    await self.take(answer, for: items[index].file, of: total)
                }
            }
            return true
        } catch {
            onEvent(.stopped(error))
            return false
        }
    }

    private func take(_ answer: BatchAnswer, for file: RecordFile, of total: Int) async {
        switch answer {
        case .accepted(let acceptance): await complete(file, acceptance)
        case .refused(let problem): onEvent(.failed(file.path, .refused(problem)))
        }
        answeredCount += 1
        onEvent(.answered(answeredCount, of: UInt64(total)))
    }

    private func complete(_ file: RecordFile, _ acceptance: Acceptance) async {
        let (bytes, isKnown): ([UInt8], Bool)
        switch acceptance {
        case .registered(let receipt): (bytes, isKnown) = (receipt, false)
        case .known(let receipt): (bytes, isKnown) = (receipt, true)
        case .pending: return onEvent(.pending(file))
        }
        do throws(SubmissionError) {
            let receipt: FittingReceipt
            do throws(ReceiptError) {
                receipt = try FittingReceipt(bytes, for: file.content.statement)
            } catch {
                throw SubmissionError.receipt(error)
            }
            if storesReceipts { try await store(receipt, in: file) }
            onEvent(isKnown ? .known(file, receipt) : .registered(file, receipt))
        } catch {
            onEvent(.failed(file.path, error))
        }
    }

    /// Adds new receipts to the file; a file that has them all stays untouched.
    private func store(
        _ receipt: FittingReceipt, in file: RecordFile
    ) async throws(SubmissionError) {
        var receipts = ReceiptList(file.content.receipts)
        receipts.insert(receipt.bytes, of: receipt.receipt)
        var failure: SeenProofError?
        do throws(SeenProofError) {
            if let seen = try await SeenProof.receipt(
                for: receipt, in: file.content, client, unless: outOfReach)
            {
                receipts.insert(seen)
            }
        } catch {
            if case .ledger(let error) = error, !error.isRefusal { outOfReach = error }
            // The receipt is worth keeping also without a proof from the older head.
            failure = error
        }
        if receipts.bytes != file.content.receipts {
            var whole = file.content
            whole.receipts = receipts.bytes
            do throws(FileError) {
                let folder = try AtomicFile.writeUnsettled(
                    whole.encoded(), to: file.path, .replace)
                folders[folder.path] = folder
            } catch {
                throw .file(.unwritable(error))
            }
        }
        if let failure { throw .seen(failure) }
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
}

/// An event of a submission.
package enum SubmissionEvent: Sendable {
    /// The record is a new entry; its file has the receipt, where receipts are stored.
    case registered(RecordFile, FittingReceipt)

    /// The record was an entry already; this receipt is as good.
    case known(RecordFile, FittingReceipt)

    /// The record is durable, and its receipt waits for witnesses: submit it again later.
    case pending(RecordFile)

    /// The file at the path was not completed.
    case failed(String, SubmissionError)

    /// So many records of so many have their answer.
    case answered(UInt64, of: UInt64)

    /// The ledger is out of reach; records without an event before this one were not answered.
    case stopped(CallError)
}

/// Why a record was not submitted, or not completed.
package enum SubmissionError: Error, Hashable {
    /// Its file cannot be read, or cannot be written.
    case file(RecordFileError)

    /// It cannot be sent as a ledger takes it.
    case refusedHere(Refusal)

    /// The ledger said no.
    case refused(ProblemDetails)

    /// The ledger's receipt proves nothing. The file stays as it was: submit it again.
    case receipt(ReceiptError)

    /// The receipt is stored, but not the proof about the head that was seen.
    case seen(SeenProofError)
}
