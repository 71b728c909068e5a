import Files
import Encoding
import HTTPCalls
import LedgerClient
import Manifests
import Provenance
import Studio

/// Sends records to a ledger and puts its receipts into their files.
///
/// A file is completed as soon as its receipt is there, so that whatever stops the program
/// leaves each file with its receipt or as it was; both may be sent again.
actor RecordSubmission {
    /// Files read ahead of the network: bounds memory whatever is submitted.
    private static let groupBytes = 16 << 20

    /// As many as one batch takes.
    private static let groupCount = 4_096

    private let client: LedgerClient
    private let console: Console
    private let printsReceipt: Bool
    private let progress: Progress
    private var status = ExitStatus.yes
    private var doneCount: UInt64 = 0

    /// Why the ledger could not be asked for a proof; a thousand files do not wait a thousand
    /// times for one that drips.
    private var outOfReach: Failure?

    /// Folders with new names in them that are not on the disk yet.
    private var folders: [String: Folder] = [:]

    init(client: LedgerClient, console: Console, printsReceipt: Bool) {
        self.client = client
        self.console = console
        self.printsReceipt = printsReceipt
        progress = Progress(console)
    }

    /// Submits all files and returns the worst that happened to one.
    func run(_ paths: [String]) async -> ExitStatus {
        var group: [ColophonFile] = []
        var bytes = 0
        for path in paths {
            guard let file = readRecord(path) else { continue }
            group.append(file)
            bytes += file.bytes.count
            guard bytes >= Self.groupBytes || group.count >= Self.groupCount else { continue }
            guard await submit(group, of: paths.count) else { return status }
            group = []
            bytes = 0
        }
        _ = await submit(group, of: paths.count)
        progress.clear()
        return status
    }

    /// Reads a record and makes sure that its receipt can be stored.
    private func readRecord(_ path: String) -> ColophonFile? {
        do throws(Failure) {
            let file = try ColophonFile(path)
            let folder = try AtomicFile.folder(of: path)
            guard printsReceipt || NamedPath.mayWrite(folder.path) else {
                throw .unwritable(
                    path, "nothing can be created in its folder",
                    hint: "--stdout prints the receipt instead")
            }
            return file
        } catch {
            fail(error)
            return nil
        }
    }

    /// Submits some files; returns false where the ledger is out of reach, so that asking
    /// again for those that follow is useless.
    private func submit(_ files: [ColophonFile], of total: Int) async -> Bool {
        guard !files.isEmpty else { return true }
        defer { settle() }
        var bodies: [[UInt8]] = []
        do throws(Failure) {
            for file in files { bodies.append(try Self.body(of: file)) }
        } catch {
            fail(error)
            return false
        }
        do throws(CallError) {
            if total == 1 {
                await complete(files[0], try await client.register(bodies[0]))
            } else {
                try await client.registerBatch(bodies) { index, answer in
                    await self.take(answer, for: files[index], of: total)
                }
            }
            return true
        } catch {
            fail(Network.failure(error, total == 1 ? files[0].path : client.ledger.description))
            return false
        }
    }

    /// What the ledger needs: the statement with its manifest, nothing that it added itself.
    private static func body(of file: ColophonFile) throws(Failure) -> [UInt8] {
        do throws(Refusal) {
            return try TransparentStatement(
                file.content.statement, manifest: file.content.manifest
            ).encoded()
        } catch {
            throw .no(file.path, "\(error)")
        }
    }

    private func take(_ answer: BatchAnswer, for file: ColophonFile, of total: Int) async {
        switch answer {
        case .accepted(let registration): await complete(file, registration)
        case .refused(let problem): fail(Network.failure(.refused(problem), file.path))
        }
        doneCount += 1
        progress.report("submitting", doneCount, of: UInt64(total))
    }

    private func complete(_ file: ColophonFile, _ registration: Registration) async {
        let (bytes, state): ([UInt8], Text)
        switch registration {
        case .registered(let receipt): (bytes, state) = (receipt, "registered")
        case .known(let receipt): (bytes, state) = (receipt, "known")
        case .pending:
            let reason = "is registered; its receipt waits for witnesses"
            fail(Failure(.tryAgain, file.path, reason, hint: "submit it again in a while"))
            return
        }
        do throws(Failure) {
            let completion = try FittingReceipt(bytes, for: file)
            if printsReceipt {
                console.print(raw: bytes)
            } else {
                try await store(completion, in: file)
                report(completion, file, state)
            }
        } catch {
            fail(error)
        }
    }

    /// Adds what is new to the file; a file that has it all stays untouched.
    private func store(
        _ completion: FittingReceipt, in file: ColophonFile
    ) async throws(Failure) {
        var receipts = ReceiptList(file.content.receipts)
        receipts.insert(completion.bytes, of: completion.receipt)
        var failure: Failure?
        do throws(Failure) {
            if let seen = try await SeenProof.receipt(
                for: completion, in: file, client, unless: outOfReach)
            {
                receipts.insert(seen)
            }
        } catch {
            if error.status == .tryAgain { outOfReach = error }
            // The receipt is worth keeping whatever became of the older head.
            failure = error
        }
        if receipts.bytes != file.content.receipts {
            var whole = file.content
            whole.receipts = receipts.bytes
            let folder = try AtomicFile.writeUnsettled(
                whole.encoded(), to: file.path, .replace)
            folders[folder.path] = folder
        }
        if let failure { throw failure }
    }

    /// Syncs each folder once for all of its files; the ledger has their receipts until then.
    private func settle() {
        for folder in folders.values {
            do throws(Failure) {
                try AtomicFile.synchronize(folder)
            } catch {
                fail(error)
            }
        }
        folders = [:]
    }

    private func report(_ completion: FittingReceipt, _ file: ColophonFile, _ state: Text) {
        let id = file.content.statement.id
        console.print(
            "\(file.path) \(id)",
            [
                ("file", .string(Text(file.path))), ("entry", .string(Text("\(id)"))),
                ("status", .string(state)),
                ("index", .integer(Int64(clamping: completion.index))),
                ("size", .integer(Int64(clamping: completion.receipt.treeSize))),
            ])
    }

    private func fail(_ failure: Failure) {
        progress.clear()
        console.report(failure)
        status = status.worst(failure.status)
    }
}
