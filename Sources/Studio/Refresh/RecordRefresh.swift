import Encoding
import Files
package import HTTPCalls
package import LedgerClient
package import Provenance

/// Completes records by what their ledger has for them now: the cosignatures of heads that they
/// have, the first and the newest cosigned head, and the earliest evidence of others; and by proofs
/// of completeness, of the ledger or of a copy of its log.
///
/// Everything is verified before it is written. A file is replaced in one step, or left as it was.
package actor RecordRefresh {
    /// Records that are asked about at once: enough to fill the waits of a slow network, and few
    /// for a ledger.
    private static let width = 8

    /// The ledger; nil where a copy of its log is all that there is.
    private let client: LedgerClient?
    private let judge: ReceiptJudge

    /// Who gives proofs of completeness, and the kit that verifies them; nil where none is asked
    /// for.
    private let completes: (source: any CompleteSource, kit: TrustKit)?
    private let onEvent: @Sendable (RefreshEvent) -> Void

    /// Folders with new names in them that are not on the disk yet.
    private var folders: [Text: Folder] = [:]

    /// Why the ledger is out of reach: those that follow are not asked about.
    private var outOfReach: CallError?

    private var answeredCount: UInt64 = 0
    private var answeredBytes: UInt64 = 0

    /// Creates a refresh.
    ///
    /// - Parameters:
    ///   - kit: verifies what the ledger gives, where there is one.
    ///   - checkers: verify the evidence in anchors.
    ///   - withComplete: whether records get a proof of completeness, too, which takes a kit.
    package init(
        client: LedgerClient, kit: TrustKit?, checkers: [EvidenceChecker] = [],
        withComplete: Bool = false, onEvent: @escaping @Sendable (RefreshEvent) -> Void
    ) {
        self.client = client
        judge = ReceiptJudge(kit, checkers: checkers)
        completes = withComplete ? kit.map { (LedgerCompletes(client), $0) } : nil
        self.onEvent = onEvent
    }

    /// Creates a refresh that asks no ledger: records get a proof of completeness of `source`, and
    /// nothing else.
    package init(
        completing source: some CompleteSource, by kit: TrustKit, checkers: [EvidenceChecker] = [],
        onEvent: @escaping @Sendable (RefreshEvent) -> Void
    ) {
        client = nil
        judge = ReceiptJudge(kit, checkers: checkers)
        completes = (source, kit)
        self.onEvent = onEvent
    }

    /// Completes the records at `paths`, as far as the ledger can be reached.
    package func run(_ paths: [String]) async {
        let total = UInt64(paths.count)
        let width = min(Self.width, completes?.source.width ?? Self.width)
        await withTaskGroup(of: Void.self) { group in
            for (place, path) in paths.enumerated() {
                if place >= width { await group.next() }
                guard outOfReach == nil, !Task.isCancelled else { break }
                group.addTask { await self.refresh(path, of: total) }
            }
            await group.waitForAll()
        }
        settle()
        if Task.isCancelled {
            onEvent(.interrupted)
        } else if let outOfReach {
            onEvent(.stopped(outOfReach))
        }
    }

    private func refresh(_ path: String, of total: UInt64) async {
        guard outOfReach == nil, !Task.isCancelled else { return }
        do throws(RefreshError) {
            let outcome = try await outcome(of: path)
            answeredBytes += UInt64(outcome.file.bytes.count)
            onEvent(.refreshed(outcome))
        } catch {
            if let error = error.ofLedger, error.isOutOfReach {
                outOfReach = outOfReach ?? error
                return
            }
            let kept = await error.counterEvidence?.keep(beside: path)
            onEvent(.failed(path, error, kept: kept))
        }
        answeredCount += 1
        onEvent(.answered(answeredCount, of: total, bytes: answeredBytes))
    }

    private func outcome(of path: String) async throws(RefreshError) -> RefreshedRecord {
        let file: RecordFile
        do throws(RecordFileError) {
            file = try RecordFile(path)
            try file.requireCompletable()
        } catch {
            throw .file(error)
        }
        let found = try await found(for: file.content)
        let complete = try await complete(for: file.content.statement)
        return try RecordFile.holding(file.path, failingBy: RefreshError.file) {
            hold throws(RefreshError) in
            try write(found, complete, to: file, under: hold)
        }
    }

    /// Asks the ledger for newer receipts; without one the record's own must place it.
    private func found(
        for record: TransparentStatement
    ) async throws(RefreshError) -> FoundReceipts {
        guard let client else {
            guard let index = judge.index(of: record.statement, by: record.receipts) else {
                throw .unplaced
            }
            return FoundReceipts(newer: nil, index: index)
        }
        do throws(NewerReceiptsError) {
            let newer = try await NewerReceipts(for: record, at: client, by: judge)
            return FoundReceipts(newer: newer, index: newer.newest.index)
        } catch {
            throw .receipts(error)
        }
    }

    /// A fresh proof of completeness; nil where none is asked for.
    private func complete(
        for statement: Statement
    ) async throws(RefreshError) -> NewerComplete? {
        guard let completes else { return nil }
        do throws(NewerCompleteError) {
            return try await NewerComplete(
                for: statement, from: completes.source, by: completes.kit)
        } catch {
            throw .complete(error)
        }
    }

    private func write(
        _ found: FoundReceipts, _ complete: NewerComplete?, to file: RecordFile,
        under hold: RecordHold
    ) throws(RefreshError) -> RefreshedRecord {
        let statement = file.content.statement
        let record: TransparentStatement
        do throws(RecordFileError) { record = try file.current() } catch { throw .file(error) }
        var changed = record
        do throws(NewerReceiptsError) {
            if let newer = found.newer { changed = try newer.completed(record) }
        } catch {
            throw .receipts(error)
        }
        let listed: NewerComplete.Completed?
        do throws(NewerCompleteError) {
            listed = try complete?.completed(changed)
        } catch {
            throw .complete(error)
        }
        if let listed { changed = listed.record }
        let isChanged =
            changed.receipts != record.receipts || changed.anchors != record.anchors
            || changed.completes != record.completes
        let aside = try putAside(of: record, found, listed, beside: file.path, under: hold)
        if isChanged {
            do throws(RecordFileError) {
                let folder = try file.replace(by: changed)
                folders[Text(folder.path)] = folder
            } catch {
                throw .file(error)
            }
        }
        let witnessedAt = judge.witnessedAt(changed.receipts, of: statement)
        let timestampedAt = judge.timestampedAt(changed)
        let isAsked = client != nil
        return RefreshedRecord(
            file: file, isChanged: isChanged, index: found.index,
            size: changed.receipts.compactMap { try? Receipt($0).treeSize }.max() ?? 0,
            witnessedAt: witnessedAt,
            lacksWitnesses: isAsked && judge.hasQuorum && witnessedAt == nil,
            timestampedAt: timestampedAt,
            lacksTimestamps: isAsked && judge.hasAuthorities && timestampedAt == nil,
            refusedAnchors: found.newer?.refusedAnchors ?? [],
            openTokens: found.newer?.openTokens ?? 0,
            putAside: aside.receipts, anchorsPutAside: aside.anchors,
            completesPutAside: aside.completes,
            completeSize: listed?.size, completeDelay: listed?.delay,
            hasLongLists: complete.map { !$0.passedOver.isEmpty } ?? false)
    }

    /// Keeps beside a record what it loses; returns the files.
    private func putAside(
        of record: TransparentStatement, _ found: FoundReceipts,
        _ listed: NewerComplete.Completed?, beside path: String, under hold: RecordHold
    ) throws(RefreshError) -> (receipts: [String], anchors: [String], completes: [String]) {
        do throws(RecordFileError) {
            var (receipts, anchors): ([String], [String]) = ([], [])
            if let newer = found.newer {
                let statement = record.statement
                receipts = try RefusedReceipt.keep(
                    newer.refused(among: record.receipts, of: statement), of: statement,
                    beside: path, under: hold)
                anchors = try RefusedReceipt.keep(
                    anchors: newer.removedAnchors(of: record), beside: path, under: hold)
            }
            let completes = try (listed?.removed ?? []).map { bytes throws(RecordFileError) in
                try RefusedReceipt.keep(complete: bytes, beside: path, under: hold)
            }
            return (receipts, anchors, completes)
        } catch {
            throw .file(error)
        }
    }

    /// Syncs each folder once for all of its files.
    private func settle() {
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

/// What became of a record that was refreshed.
package struct RefreshedRecord: Sendable {
    /// The record as it was read.
    package let file: RecordFile

    /// Whether its file was written.
    package let isChanged: Bool

    /// The position of the entry in the log.
    package let index: UInt64

    /// The tree size of the newest head that the file has.
    package let size: UInt64

    /// When the quorum of the trust kit was complete for the earliest head, in POSIX seconds; nil
    /// where it is for none, or where no kit says whose cosignatures count.
    package let witnessedAt: UInt64?

    /// Whether the trust kit asks for witnesses, and too few have seen any head of the file.
    package let lacksWitnesses: Bool

    /// By when the entry existed, says the earliest token of an authority of the kit, in POSIX
    /// seconds; nil where there is none, or no kit says whose tokens count.
    package let timestampedAt: UInt64?

    /// Whether the trust kit names timestamp authorities, and none has dated a head of the file.
    package let lacksTimestamps: Bool

    /// What is wrong with evidence that the ledger gave and that was not taken, in words for a
    /// person.
    package let refusedAnchors: [String]

    /// Tokens that the ledger gave, and that were not taken for want of their authority's root.
    package let openTokens: Int

    /// The files of receipts that were in the record, gave way to a proven one, and are kept there.
    package let putAside: [String]

    /// The files of anchors that were in the record, that the kit finds false, and that are kept
    /// there.
    package let anchorsPutAside: [String]

    /// The files of proofs of completeness that were in the record, that the kit finds false, and
    /// that are kept there.
    package let completesPutAside: [String]

    /// The number of entries that its newest proof of completeness covers; nil where it has none,
    /// or none was asked for.
    package let completeSize: UInt64?

    /// Why it got no newer proof of completeness, where nothing is wrong.
    package let completeDelay: NewerComplete.Delay?

    /// Whether a list of one of its names is too long for a record, and not in it.
    package let hasLongLists: Bool
}

/// An event of a refresh.
package enum RefreshEvent: Sendable {
    /// The record has all that the ledger has for it.
    case refreshed(RefreshedRecord)

    /// The file at the path is as it was; beside it, at the second path, is what the ledger gave
    /// that speaks against it, where there is such a thing.
    case failed(String, RefreshError, kept: Result<String, RecordFileError>?)

    /// So many records of so many have their end; so many bytes were read for them.
    case answered(UInt64, of: UInt64, bytes: UInt64)

    /// The ledger is out of reach; records without an event before this one are as they were.
    case stopped(CallError)

    /// Somebody has stopped it; records without an event before this one are as they were.
    case interrupted
}

/// Why a record was not refreshed; its file is as it was.
package enum RefreshError: Error, Hashable {
    /// Its file cannot be read, or cannot be written.
    case file(RecordFileError)

    /// The ledger has nothing for it that can be used.
    case receipts(NewerReceiptsError)

    /// There is no proof of completeness for it that can be used.
    case complete(NewerCompleteError)

    /// No ledger is asked, and the kit finds no receipt in it that proves its place.
    case unplaced

    /// What the ledger gave that speaks against the record; nil where nothing does.
    fileprivate var counterEvidence: CounterEvidence? {
        switch self {
        case .receipts(let error): error.counterEvidence
        case .complete(.refuted(_, let bytes)): .complete(bytes)
        case .complete, .file, .unplaced: nil
        }
    }

    /// What the ledger said, or why it said nothing.
    fileprivate var ofLedger: CallError? {
        switch self {
        // The index alone may be away: it is for as long as its map is being made (http.md §18).
        case .complete(.call(.ledger(.unavailable))): nil
        case .receipts(.ledger(let error)), .complete(.call(.ledger(let error))): error
        default: nil
        }
    }
}

/// What a record's place is known by.
private struct FoundReceipts {
    /// What the ledger has for it now; nil where none is asked.
    let newer: NewerReceipts?

    /// The position of the entry in the log.
    let index: UInt64
}
