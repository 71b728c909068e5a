package import Encoding

/// The words of a verdict, for everybody who tells one to a person: the program in a terminal, and
/// the page in a browser, which carries this table as ``json``.
///
/// A name in braces is a place that ``with(_:)`` fills. What was found has words of its own, those
/// of ``Finding/detail``.
package enum VerdictPhrase: String, CaseIterable, Sendable {
    // The answer, by the outcome.
    case damaged = "damaged or incomplete record"
    case refuted = "FALSE, do not believe it:"
    case also = "also:"
    case suspect = "SUSPECT:"
    case suspectAccepted = "SUSPECT, and accepted:"
    case unproven = "NOT PROVEN:"
    case anotherFile = "NOT THE SAME FILE as the record describes"
    case anotherFileHow = "(edited, re-saved, or another picture)"
    case anotherFileOfNone = "NOT THE SAME FILE: the record is about none"
    case recordOnly = "record only: the work was NOT checked"
    case recordOfNoFile = "record only: it is about no file"

    // Who signed, and where it is logged.
    case signedBy = "signed by {issuer}"
    case signedWithKeyOf = "signed with the key of {issuer}"
    case recordSignedBy = "the record is signed by {issuer}"
    case entryOf = "entry {index} of {origin}"
    case loggedBy = "logged by {time}"
    case inNoLog = "in no log that is known"
    case withdraws = "WITHDRAWS {entries},"
    case withdrawsUnnamed = "an entry that it does not name"
    case witnessedBy = "witnessed by {names} ({count} of {total}) by {time}"
    case newest = "newest {time}"
    case andMore = "{names} and {count} more"

    // Doubts, and what is missing.
    case later = "later"
    case suspectFrom = "and is suspect from entry {entry} on"
    case ledgerKeyStolen = "a key of the ledger was stolen,"
    case thiefMayHaveMade = "and a thief may have made the record's receipt"
    case noReceipt = "the record has no receipt: it is in no log that is known"
    case levelRequired = "\"{level}\" is required"
    case levelReached = "\"{level}\" is required, and only \"{reached}\" is reached: {reason}"
    case theSignature = "the signature {detail}"
    case checked = "{check}: {detail}"
    case erased = "its manifest was erased from the ledger by entry {entry}: {reason}"
    case newerThanKit = """
        The record is newer than this trust kit, which knows the log up to entry {entry}. A newer \
        kit may say more
        """

    // Between which times it was signed.
    case notBefore = "signed not before {time}"
    case headSeenBy = "(head of {size} entries, seen by {names}),"
    case notBeforeHead = "signed not before the log's head of {size} entries,"
    case notAfter = "not after {time}"
    case notAfterLedger = "not after {time}, says the ledger"
    case notAfterLogged = "not after it was logged"

    // Advice of both, of the program, and of the page.
    case adviseAnotherCopy = "look for another copy of the record"
    case adviseNewerReceipt = "get a newer receipt, which the ledger still has"
    case adviseAccept = "--accept-suspect takes it, if you know that it is the studio's own"
    case adviseRecordOnly = "to judge the record alone, name it and add --record-only"
    case adviseWork = "name the work before its record to have it compared, or add --record-only"
    case adviseHeaders = "--bitcoin-headers FILE checks it, by block headers from whom you trust"
    case pageAdviseAccept = "take it only if you know that it is the studio's own"
    case pageAdviseRecordOnly = "what is proven of the record alone stands below"
    case pageAdviseWork = "choose the work, too, to have it compared with its record"
    case pageAdviseHeaders = "the program colophon checks it, by block headers from whom you trust"
    case pageComplete = """
        a proof that a listing is complete is not checked here: colophon verify --complete FILE does
        """

    // The headings of what was found.
    case headingProven = "proven"
    case headingInOrder = "in order, and nobody's word: no signature was verified"
    case headingSuspect = "SUSPECT"
    case headingAbsent = "absent"
    case headingUnknown = "not known from this trust kit"
    case headingNotChecked = "not checked here"
    case headingFalse = "FALSE"
    case headingWitnesses = "witnesses"
    case headingClaimed = "claimed by the signer, not proven"
    case headingClaimedByNobody = "claimed, by nobody known"
    case audience

    // What each witness has seen.
    case sawBy = "saw it by {time}"
    case sawByNewest = "saw it by {time}, newest {newest}"
    case witnessUnknown = "signed in a way that is not known here"
    case witnessFalse = "FALSE: its line does not verify"
    case witnessAbsent = "absent: no line of it here"

    // How fresh the answer is.
    case asOf = "as of tree size {size}, {time}"
    case notLookedUp = """
        what the ledger decided later is not known here, for nothing was looked up online
        """
    case lookedUp = """
        records of this file, looked up just now: {count}; what the ledger decided later about \
        keys and erasures is not known here
        """
    case truth = "Whether an artifact shows the truth is never proven."

    // Other records of the same file: what they do to the one that the answer is about.
    case withdrawnBy = "WITHDRAWN by entry {entry}, of the same signer"
    case correctedBy = "CORRECTED by entry {entry}, of the same signer"
    case besideWithdraws = "entry {entry} says that it withdraws this: {words}"
    case besideCorrects = "entry {entry} says that it corrects this: {words}"
    case besideSame = "entry {entry}, of the same signer: {words}"
    case beside = "entry {entry}: {words}"
    case besideUnread = """
        {words}; its manifest is not here, so nobody here can tell whether it takes this back
        """
    case listedMore = """
        the ledger lists {count} records of this file, and only the first {judged} were judged: \
        those from entry {from} on were NOT, and may withdraw or correct it
        """
    case orMore = "{count} or more"
    case pageListed = "all that the ledger lists of this file"
    case pageOtherRecord = "{origin} answers with another record than that of entry {entry}"

    // What the page says of itself, of its browser, of files and of kits.
    case pageNotWhole = "This page is not whole, or was altered: take another copy"
    case pageFailed = """
        this page failed, which is a fault of its own: {reason}. The program colophon may do better
        """
    case pageInsecure = "This page is not in a secure context"
    case pageInsecureHow = """
        A browser checks signatures only on a page that came over https, or from a file. What \
        comes over http anybody on the way can change: take the copy from whom you trust.
        """
    case pageOddBrowser = "This browser computes in its own way"
    case pageOddBrowserHow = "Take another one."
    case pageNoSignatures = """
        This browser verifies no signatures of Ed25519, so nothing can be checked in it. Take a \
        newer one, or the program colophon.
        """
    case pageKitUnusable = "The trust kit cannot be used"
    case pageKitMissing = """
        there is no trust kit: choose one of your own, or load this page again
        """
    case pageKitOwn = "This trust kit is yours: {source}."
    case pageKitSaved = """
        This trust kit came with this page. Whoever gave you the page chose it: compare the \
        genesis with one that you have from elsewhere.
        """
    case pageKitServed = """
        This trust kit comes from {origin} itself. Whether it is the right one only a genesis from \
        elsewhere shows; a kit of your own does not ask the ledger.
        """
    case pageFolder = "{name}: is a folder: drop the files in it, and a trust kit as one file"
    case pageGuess = """
        it begins as a record does, so it was taken for one; if it is a work, choose its record, too
        """
    case pageOnePair = "choose one work and one record at a time"

    // A file that is no trust kit.
    case noKit = "is no trust kit: {reason}"
    case adviseKit = "name a file that ends in .colophon-kit, or the folder of a kit"
    case pageAdviseKit = "choose the kit in one file: its name ends in .colophon-kit"

    // Content Credentials: those that the record names, and those of the file.
    case credentialsSame = """
        carries Content Credentials, the same as when it was signed; their truth is not checked \
        here
        """
    case credentialsOther = """
        the record names other Content Credentials than the file carries, though the file is the \
        same
        """
    case credentialsGone = """
        the record names Content Credentials, and the file carries none, though it is the same
        """
    case credentialsUnread = """
        the record names Content Credentials, and those of the file cannot be read: the file \
        {reason}
        """
    case credentialsCopied = """
        it carries the Content Credentials that the record names, which anybody can copy into \
        another file
        """
    case credentialsDiffer = "it carries other Content Credentials than the record names"
    case credentialsLost = "it carries no Content Credentials; the record names some"
    case credentialsUnchecked = "the record names Content Credentials, which are not checked here"

    // How much another file looks like the work, which decides nothing.
    case looksLike = """
        it looks like entry {entry} ({band}): {distance} of 256 bits differ from the hash that \
        the record states; likeness is not identity
        """

    // How much a work looks like what it was made from, by its signer's own words.
    case likenessStrays = """
        its signer stated "{stated}", and it looks less like its parent than that: distance \
        {distance} of 256, says the record
        """
    case likenessUnstated = """
        it does not look like its parent, and its signer stated nothing that explains it: \
        distance {distance} of 256, says the record
        """
    case statedNothing = "unchanged"
    case statedResaved = "re-saved"
    case statedResized = "resized"
    case statedAdjusted = "adjusted"

    // Whether a listing of entries is complete.
    case completeNone = "no entry {names} among the first {size} of the log ({head})"
    case completeAtMostOne = """
        at most entry {entry} {names} among the first {size} of the log ({head})
        """
    case completeAtMost = """
        at most these {count} entries {name} among the first {size} of the log ({head}): {entries}
        """
    case completeOne = "entry {entry} alone {names} among the first {size} of the log ({head})"
    case completeAll = """
        these {count} entries are all that {name} among the first {size} of the log ({head}): \
        {entries}
        """
    case completePages = """
        at most {count} entries {name} among the first {size} of the log ({head}), and the \
        positions {positions} of them are here
        """
    case completeNoPages = """
        at most {count} entries {name} among the first {size} of the log ({head}), and none of \
        their positions is here
        """
    case completeLater = """
        the {count} entries after those, up to the newest head known here, are not covered
        """
    case completeLaterOne = """
        the entry after those, up to the newest head known here, is not covered
        """
    case completeComputed = "computed by the ledger: whoever has the log can compute it again"
    case completeHeadSeen = "index head of {time}, seen by {count} witnesses"
    case completeHeadSeenByOne = "index head of {time}, seen by one witness"
    case completeHeadLogged = "index head of {time}, logged, and seen by no quorum of witnesses"
    case completeNames = "names {what}"
    case completeName = "name {what}"
    case completeBelongs = "belongs to {what}"
    case completeBelong = "belong to {what}"
    case completeThisFile = "this file"
    case completeFile = "the file SHA-256 {digest}"
    case completeThread = "the thread {value}"
    case completeIssuer = "the issuer {value}"
    case completeTitle = "the title {value}"
    case completePassedOver = "entry {entry} is listed, does not have it, and is passed over"
    case completePassedOverMore = """
        entries {entries} are listed, do not have it, and are passed over
        """
    case completeOwnLater = "this entry, {entry}, comes after those"
    case completeOwnDoubted = """
        entry {entry}, of this record, is not listed: a thief of the ledger's key may have placed it
        """
    case completeOther = "a proof about {what} is about nothing of this record"
    case completeOmitted = """
        entry {entry} {names} and is not listed: this and the entry's record convict the ledger \
        (colophon verify-misbehaviour)
        """
    case completeContradiction = """
        two of its proofs contradict each other ({what}) and convict the ledger (colophon \
        verify-misbehaviour)
        """
    case completeHeadFault = "its index head: {reason}"
    case completeProofFault = "its proof about {what}: {reason}"
    case completeAbsent = "carries no proof that a listing is complete"
    case completeUnchecked = """
        carries {count}; proofs that a listing is complete are not checked here
        """
    case completeRequired = "a proof that the listing of {kind} is complete is required: {reason}"
    case completeLevel = """
        its index head has reached "{reached}", and "{level}" is required
        """
    case completeUncovered = "the entry of this record comes after those that are covered"
    case completeSome = "the record has several such names, and a proof is missing of some"
    case completeMissing = "none is about that"
    case positions = "{first} to {last}"

    // The names and values of claims.
    case title, creator, event, captured, copy, drop, type, about, issuer, thread
    case decision, slice, override
    case signedAt = "signed at"
    case atClock = "{time} (clock: {clock})"
    case keptByNobody = "kept by nobody"
    case goodTo = "{source}, good to {seconds} s"
    case copyOf = "{serial} of {total}"
    case madeFrom = "made from"
    case corrects, withdrawsEntry = "withdraws"
    case entryNamed = "entry {entry}"
    case digestNamed = "SHA-256 {digest}"
    case asPart = "{parent} (as a part of it)"
    case asInput = "{parent} (as an input)"
    case more = "{count} more"

    // The quorum of a kit.
    case quorumNone = "none, it asks for no quorum"
    case quorumOf = "{names}; the quorum is {quorum}"

    /// The words as they are; of a phrase with places that is its form.
    package var words: String { rawValue }

    /// The words with each place filled.
    ///
    /// A value is taken as it is: braces in it are no places.
    package func with(_ values: KeyValuePairs<String, String>) -> String {
        var filled = ""
        for (number, part) in rawValue.split(separator: "{", omittingEmptySubsequences: false)
            .enumerated()
        {
            guard number > 0, let end = part.firstIndex(of: "}") else {
                filled += part
                continue
            }
            let value = values.first { $0.key == part[..<end] }?.value
            precondition(value != nil, "\(self) has the place \(part[..<end])")
            filled += (value ?? "") + part[part.index(after: end)...]
        }
        return filled
    }

    /// The table as data: an object from the names of the phrases to their forms.
    package static var json: JSON {
        .object(JSON.Object(allCases.map { (Text("\($0)"), .string(Text($0.rawValue))) }))
    }
}
