/// The fixed words of cards and histories, by what they say.
///
/// The words themselves stand in one table for each language. What a verdict is called is what
/// `colophon verify` calls it.
public enum CardWord: String, CaseIterable, Sendable {
    // Headings.
    case card, history, legend, translation
    case state, facts, translatedFacts, record, notCovered, signedText

    // The marks, for pages.
    case markProven, markStated, markWitnessed, markUnknown

    // Stands for a text that shows nothing.
    case blank

    // Labels, of at most 11 columns.
    case none
    case verdict, work, manifest, signer, key, ledger, witnesses, timestamp, anchor, bracket
    case complete
    case existedBy, asOf, erased, cardDigest, checked
    case name, entry, issuer, thread, signedAt, audience, receipt
    case builder, source, commit, override, type, look, credentials, parentLook, withdrawal
    case correction

    // Levels.
    case levelSigned, levelLogged, levelWitnessed, levelTimestamped, levelAnchored

    // A page that leads to others, and one that has a limit.
    case linkEntry, linkRecord, linkProof
    case scopeUnread, stepsUnshown, linesUnshown

    // Verdicts.
    case verified, recordHolds, recordOfNoFileHolds, suspectAccepted
    case damaged, refuted, anotherFile, anotherFileOfNone, suspect, unproven, workUnchecked
    case isAbsent, isUnknown, isNotChecked, isFalse, isSuspect, isThere, carriesNone
    case nothingChecked

    // State.
    case sameFile, sameManifest, notCompared, aboutNoFile
    case manifestSigned, manifestAbsent, manifestOther, manifestUnreadable
    case signedBy, signedWithKeyOf
    case keyAdded, keyRetired, keyRevokedLater, keyRevokedLaterWhy, keySuspect, headSuspect
    case keyUnplaced, keyOlder
    case entryOf, entryOfAt, noReceipt, receiptOf, receiptOfHead, receiptUnreadable, moreReceipts
    case seenBy, seenByNewest, noQuorum
    case datedBy, existedByWitnesses, existedByAuthority
    case bracketBoth, bracketSeen, bracketOpen, bracketLedger
    case asOfOffline, asOfOnline, newerThanKit
    case erasedBy

    // The signed text.
    case digestSigned, digestUnsigned, moreLines

    // The record.
    case signedAtClock, clockNobody, clockGood, keyNamed

    // What the work looks like, and what it carries.
    case lookRecorded, lookPlain, lookUnavailable, lookOther, lookMalformed
    case looksLike, bandResaved, bandResized, bandSimilar
    case parentLooks, parentStrays
    case credentialsNamed, credentialsSame, credentialsOther, credentialsGone
    case credentialsCopied, credentialsDiffer, credentialsLost, credentialsUnread

    // A history.
    case plain, thisOne, stepLogged, stepPlaced, stepUnregistered, stepUnproven
    case stepSigned, stepUnsigned, stepFalse, stepOtherSigner, stepSuspect
    case stepKeyOf, stepUnplaced, stepOlderKit
    case stepSays, stepCopy, stepActions, stepCaptured, stepOfType
    case stepErased, stepAbsent
    case stepWithdraws, stepCorrects, stepWithdrawsFile, stepCorrectsFile, withdrawsUnnamed
    case withdrawnBy, withdrawnByOther, withdrawnByDoubtful
    case correctedBy, correctedByOther, correctedByDoubtful, sameCopy
    case parentElsewhere, parentOther, parentAbsent, parentFileAbsent, parentUnread
    case parentFileUnread, parentUnseen, parentFileUnseen, parentCircle, parentLater
    case moreParents, andMore, stepUnlike
    case eventCapture, eventEdit, eventPublish, eventIssue, eventTransfer, eventCorrect
    case eventWithdraw
    case relationWhole, relationPart, relationInput
    case scopeRecord, scopeLedger, scopeFiles, scopeUnlisted, scopeCut
    case scopeOlderKit

    // What no card covers.
    case openTruth, openPerson, openPaper, openCopies, openCapture, openLater, openNothing
    case openErased, openTakenBack
}
