package import HTTPCalls
package import Provenance

/// An event of a sync.
package enum SyncEvent: Sendable {
    /// The record has a receipt, and lies in `registered`.
    case registered(SpoolRecord, EntryID, FittingReceipt)

    /// The record is an entry, and its receipt follows.
    case follows(SpoolRecord)

    /// The ledger refuses the record for good; it lies in `refused` with its reason.
    case refused(SpoolRecord, ProblemDetails, SpoolContent)

    /// A gate holds the record back, for this reason.
    case held(SpoolRecord, String)

    /// The ledger's receipt proves nothing, so the record stays where it is.
    case unproven(SpoolRecord, ReceiptError)

    /// The record cannot be read or moved; the others go on.
    case failed(SpoolRecord, SpoolError)

    /// The copy beside the work was not completed; the spool has the whole record.
    case copyLeft(SpoolRecord, String, CopyError)

    /// The ledger does not say how the heads that were seen and those of receipts belong together:
    /// records have their receipts, and lack that proof.
    case seenUnknown(CallError)

    /// The ledger cannot show that it extends the tree of this size, which the PoP had seen before
    /// it signed the record.
    case seenForked(SpoolRecord, UInt64)

    /// Whether there is a copy beside the work is not known; the spool has the whole record.
    case copyUnknown(SpoolRecord, SpoolError)

    /// So many of so many records have their end; so many bytes of records were sent.
    case progress(UInt64, of: UInt64, bytes: UInt64)

    /// What went wrong is not kept for `spool status`.
    case troubleNotKept(SpoolError)

    /// The ledger is asked again after this wait; the error says why, where it is out of reach.
    case waiting(CallError?, Duration)

    /// Everything that can be sent is; the sync looks for more from now on.
    case idle(SyncSum)
}

/// Why the copy of a record beside its work was not completed.
package enum CopyError: Error, Hashable {
    /// It was moved or removed.
    case missing

    /// It is another record now.
    case other

    /// The file cannot be read or written.
    case file(RecordFileError)
}

/// What a sync came to.
package struct SyncSum: Hashable, Sendable {
    /// Records that have got their receipts.
    package internal(set) var registered = 0

    /// Records that the ledger refused for good in this sync.
    package internal(set) var refused = 0

    /// Records that wait: to be sent, for an answer, or for a receipt that follows.
    package internal(set) var waiting = 0

    /// Of these, those that a gate holds back.
    package internal(set) var held = 0

    /// Of these, those whose receipts prove nothing.
    package internal(set) var unproven = 0

    /// Of these, those that cannot be read.
    package internal(set) var failed = 0

    /// Records that have their receipts, and lack the proof about the head that was seen.
    package internal(set) var withoutProof = 0

    /// Requests to `/batch`.
    package internal(set) var requests = 0

    /// Questions that were asked.
    package internal(set) var asked = 0

    /// Statements that were sent, each time.
    package internal(set) var sent = 0

    /// Of these, those that had been sent before.
    package internal(set) var sentAgain = 0

    /// Bytes of the statements and manifests that were sent, as they are in their files.
    package internal(set) var plainBytes = 0

    /// Records that are worth another try now.
    var open: Int { waiting - held - unproven - failed }

    /// Creates a sum of nothing.
    package init() {}
}

/// What one pass of a sync over all records came to.
package struct SyncPass: Hashable, Sendable {
    /// Whether the ledger has answered about any record.
    package let hasAnswers: Bool

    /// Whether no connection broke.
    package let isWhole: Bool
}

/// How a sync ended.
package struct SyncEnd: Sendable {
    /// What it came to.
    package let sum: SyncSum

    /// Why the ledger is out of reach; nil where it answered.
    package let failure: CallError?

    /// Why the spool itself cannot be used; nil where it can.
    package let spoolError: SpoolError?

    /// Whether it was stopped before it came to its end.
    package let isStopped: Bool
}
