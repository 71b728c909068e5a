package import HTTPCalls
package import LedgerClient

/// An event of a submission.
package enum SubmissionEvent: Sendable {
    /// The record is a new entry; its file has the receipt, where receipts are stored.
    case registered(RecordFile, FittingReceipt)

    /// The record was an entry already; this receipt is as good.
    case known(RecordFile, FittingReceipt)

    /// The record is durable, and its receipt follows: it is asked for, and not sent again.
    case pending(RecordFile)

    /// The quorum that was waited for was complete at this time, in POSIX seconds, for a head that
    /// the file has now.
    case witnessed(RecordFile, index: UInt64, at: UInt64)

    /// An authority of the kit has dated a head that the file has now: the entry existed by this
    /// time, in POSIX seconds.
    case timestamped(RecordFile, index: UInt64, at: UInt64)

    /// The file has a receipt, and too few witnesses have seen a head of it until the end.
    case unwitnessed(RecordFile)

    /// The file has all else that was waited for, and no authority has dated a head of it until the
    /// end.
    case untimestamped(RecordFile)

    /// The ledger gave evidence about a head that does not hold, in words for a person: it is not
    /// in the file.
    case refusedEvidence(RecordFile, String)

    /// The file at the path was not completed; beside it, at the second path, is what the ledger
    /// gave that speaks against it, where there is such a thing.
    case failed(String, SubmissionError, kept: Result<String, RecordFileError>?)

    /// So many records of so many have their end; so many bytes were sent for them.
    case answered(UInt64, of: UInt64, bytes: UInt64)

    /// The record is about a copy of an edition that has these entries already, which it does not
    /// refer to.
    case secondOfCopy(RecordFile, [ListedEntry])

    /// Two records of this submission are about the same copy of an edition.
    case sameCopy(RecordFile, earlier: String)

    /// Whether copies of editions have entries already is not known.
    case copiesUnknown(CallError)

    /// The ledger is asked again after this wait for what is lacking; the error says why, where it
    /// is out of reach.
    case waiting(CallError?, Duration, for: AwaitedEvidence)

    /// The ledger is out of reach; records without an event before this one were not answered.
    case stopped(CallError)

    /// Somebody has stopped it; records without an event before this one were not answered.
    case interrupted
}
