import Encoding
import Files
package import HTTPCalls
package import LedgerClient
package import Provenance

/// Completes records by what their ledger has for them now: the cosignatures of heads that they
/// have, the first and the newest cosigned head, and the earliest evidence of others.
///
/// Everything is verified before it is written. A file is replaced in one step, or left as it was.
package actor RecordRefresh {
    /// Records that are asked about at once: enough to fill the waits of a slow network, and few
    /// for a ledger.
    private static let width = 8

    private let client: LedgerClient
    private let judge: ReceiptJudge

    /// The kit that verifies proofs of completeness; nil where none is asked for.
    private let completes: TrustKit?
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
        completes = withComplete ? kit : nil
        self.onEvent = onEvent
    }

    /// Completes the records at `paths`, as far as the ledger can be reached.
    package func run(_ paths: [String]) async {
        let total = UInt64(paths.count)
        await withTaskGroup(of: Void.self) { group in
            for (place, path) in paths.enumerated() {
                if place >= Self.width { await group.next() }
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
        let newer: NewerReceipts
        do throws(NewerReceiptsError) {
            newer = try await NewerReceipts(for: file.content, at: client, by: judge)
        } catch {
            throw .receipts(error)
        }
        let complete = try await complete(for: file.content.statement)
        return try RecordFile.holding(file.path, failingBy: RefreshError.file) {
            hold throws(RefreshError) in
            try write(newer, complete, to: file, under: hold)
        }
    }

    /// A fresh proof of completeness; nil where none is asked for.
    private func complete(
        for statement: Statement
    ) async throws(RefreshError) -> NewerComplete? {
        guard let completes else { return nil }
        do throws(NewerCompleteError) {
            return try await NewerComplete(for: statement, at: client, by: completes)
        } catch {
            throw .complete(error)
        }
    }

    private func write(
        _ newer: NewerReceipts, _ complete: NewerComplete?, to file: RecordFile,
        under hold: RecordHold
    ) throws(RefreshError) -> RefreshedRecord {
        let statement = file.content.statement
        let record: TransparentStatement
        do throws(RecordFileError) { record = try file.current() } catch { throw .file(error) }
        var changed: TransparentStatement
        do throws(NewerReceiptsError) {
            changed = try newer.completed(record)
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
        let refused = newer.refused(among: record.receipts, of: statement)
        let (places, anchorPlaces): ([String], [String])
        var completePlaces: [String] = []
        do throws(RecordFileError) {
            places = try RefusedReceipt.keep(
                refused, of: statement, beside: file.path, under: hold)
            anchorPlaces = try RefusedReceipt.keep(
                anchors: newer.removedAnchors(of: record), beside: file.path, under: hold)
            for bytes in listed?.removed ?? [] {
                completePlaces.append(
                    try RefusedReceipt.keep(complete: bytes, beside: file.path, under: hold))
            }
        } catch {
            throw .file(error)
        }
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
        return RefreshedRecord(
            file: file, isChanged: isChanged, index: newer.newest.index,
            size: changed.receipts.compactMap { try? Receipt($0).treeSize }.max() ?? 0,
            witnessedAt: witnessedAt, lacksWitnesses: judge.hasQuorum && witnessedAt == nil,
            timestampedAt: timestampedAt,
            lacksTimestamps: judge.hasAuthorities && timestampedAt == nil,
            refusedAnchors: newer.refusedAnchors, openTokens: newer.openTokens,
            putAside: places, anchorsPutAside: anchorPlaces, completesPutAside: completePlaces,
            completeSize: listed?.size, completeDelay: listed?.delay,
            hasLongLists: complete.map { !$0.passedOver.isEmpty } ?? false)
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

    /// The ledger has no proof of completeness for it that can be used.
    case complete(NewerCompleteError)

    /// What the ledger gave that speaks against the record; nil where nothing does.
    fileprivate var counterEvidence: CounterEvidence? {
        switch self {
        case .receipts(let error): error.counterEvidence
        case .complete(.refuted(_, let bytes)): .complete(bytes)
        case .complete, .file: nil
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
