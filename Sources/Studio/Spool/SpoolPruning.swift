package import Files
import Provenance

/// Removes records that are registered and need not lie in a spool any longer (spool.md §8).
///
/// The newest registered one stays always, and so does one that the tip does not know of yet, and what
/// has no copy with a receipt beside the work, unless that is asked for.
package struct SpoolPruning: Sendable {
    /// What became of a registered record.
    package enum Verdict: Hashable, Sendable {
        /// It is removed, or would be.
        case goes

        /// It was registered later.
        case young

        /// It is the newest.
        case newest

        /// It has no receipt that fits it.
        case noReceipt

        /// There is no copy beside the work.
        case noCopy

        /// The copy beside the work, at this path, is another record, or has no receipt.
        case otherCopy(String)

        /// The copy beside the work cannot be read.
        case unreadableCopy(FileError)
    }

    /// A registered record, and what becomes of it.
    package struct Judged: Hashable, Sendable {
        /// The record.
        package let record: SpoolRecord

        /// What becomes of it.
        package let verdict: Verdict

        /// The bytes of its file.
        package let byteCount: Int
    }

    private let spool: Spool
    private let before: UInt64
    private let needsCopy: Bool

    /// Records that are removed while others wait: some milliseconds.
    private static let stepSize = 100

    /// Chooses what was registered before the time `before`, in POSIX seconds.
    package init(of spool: Spool, before: UInt64, needsCopy: Bool) {
        self.spool = spool
        self.before = before
        self.needsCopy = needsCopy
    }

    /// Says of each registered record what becomes of it, in the order of their numbers.
    package func judge(_ body: (Judged) -> Void) throws(SpoolError) {
        let records = try spool.records(in: .registered)
        let newest = records.last { $0.earlierChain == nil } ?? records.last
        // A number is free again once its record is gone before the tip went on.
        let end = try spool.tip().next
        for record in records {
            let isLast = record == newest || record.earlierChain == nil && record.number >= end
            let found: SpoolContent
            do throws(SpoolError) {
                found = try spool.content(of: record)
            } catch {
                // Another prune was faster.
                guard case .unreadable(let reason) = error, reason.isMissing else { throw error }
                continue
            }
            let verdict = isLast ? .newest : try verdict(of: found)
            body(Judged(record: record, verdict: verdict, byteCount: found.bytes.count))
        }
    }

    private func verdict(of found: SpoolContent) throws(SpoolError) -> Verdict {
        let times = Self.receipts(of: found.content).map(\.receipt.issuedAt)
        guard let registered = times.min() else { return .noReceipt }
        guard registered < before else { return .young }
        let isMarked = try isMarked(found.record)
        guard needsCopy, !isMarked else { return .goes }
        guard let place = try spool.place(of: found.record) else { return .noCopy }
        do throws(RecordFileError) {
            let copy = try RecordFile(place).content
            let isWhole =
                copy.statement == found.content.statement && !Self.receipts(of: copy).isEmpty
            return isWhole ? .goes : .otherCopy(place)
        } catch {
            switch error {
            case .unreadable(let error) where error.isMissing: return .noCopy
            case .unreadable(let error): return .unreadableCopy(error)
            default: return .otherCopy(place)
            }
        }
    }

    private static func receipts(of content: TransparentStatement) -> [FittingReceipt] {
        content.receipts.compactMap { try? FittingReceipt($0, for: content.statement) }
    }

    /// Removes records, and what the spool knows of their copies.
    ///
    /// The mark comes first: a kill between two steps leaves no record that looks lost, and the
    /// next call removes what this one has marked.
    package func remove(_ records: [SpoolRecord]) throws(SpoolError) {
        var rest = records[...]
        while !rest.isEmpty {
            let step = rest.prefix(Self.stepSize)
            rest = rest.dropFirst(Self.stepSize)
            try spool.locked { () throws(SpoolError) in
                do throws(FileError) {
                    try removeFiles(of: step)
                } catch {
                    throw .unwritable(error)
                }
            }
        }
        try removeLeftMarks()
    }

    private func removeFiles(of records: ArraySlice<SpoolRecord>) throws(FileError) {
        let places = try spool.folder.folder(making: Spool.Part.places.rawValue, .secret)
        let registered = try spool.folder.folder(SpoolRecord.State.registered.rawValue)
        for record in records where try places.status(of: record.placeName) != nil {
            try places.rename(
                record.placeName, to: record.placeName + Self.mark, in: places)
        }
        try places.synchronize()
        for record in records { try registered.remove(record.fileName) }
        try registered.synchronize()
        for record in records { try places.remove(record.placeName + Self.mark) }
    }

    /// Whether a call that was killed was removing this record.
    private func isMarked(_ record: SpoolRecord) throws(SpoolError) -> Bool {
        do throws(FileError) {
            let places = try spool.folder.folder(ifThere: Spool.Part.places.rawValue)
            return try places?.status(of: record.placeName + Self.mark) != nil
        } catch {
            throw .unreadable(error)
        }
    }

    /// Removes the marks that a call left which was killed behind its records.
    private func removeLeftMarks() throws(SpoolError) {
        let places = try spool.folder(Spool.Part.places)
        let left = Set(try spool.records(in: .registered).map { $0.placeName + Self.mark })
        do throws(FileError) {
            for name in try places.names() where name.hasSuffix(Self.mark) {
                if !left.contains(name) { try places.remove(name) }
            }
        } catch {
            throw .unwritable(error)
        }
    }

    /// What the name of a place ends in whose record is being removed.
    private static let mark = ".pruned"
}
