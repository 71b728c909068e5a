package import Checkpoints
package import HTTPCalls
package import Manifests
package import Provenance

/// Why a change of a ledger was not made; nothing was signed unless a case says so.
package enum AdministrationError: Error, Hashable {
    /// The ledger did not answer, or said no. Only the last may come after signing: run the same
    /// command again, for what is in the log is not entered twice.
    case ledger(CallError)

    // MARK: which ledger it is

    /// Its control statements do not follow from each other: a bad copy. Ask it again.
    case brokenControl(Refusal)

    /// It is another ledger than the trust kit's. Give the kit, or the address, that is meant.
    case otherThanKit(LedgerIdentity, kit: LedgerIdentity)

    /// It lacks control statements that the kit has: something stands between, or it shows an
    /// old copy.
    case lacksControlOfKit

    /// Its checkpoint is not signed by its own key.
    case foreignCheckpoint(Refusal)

    /// It cannot show that its log contains the kit's head. Keep the kit: it may prove a fork.
    case forked

    /// It is another ledger than the origin that was named.
    case otherThanOrigin(LedgerIdentity, named: Origin)

    /// It became another ledger while it was asked.
    case changedIdentity

    /// Nothing says which ledger is meant, and nothing can be remembered. Name its origin or
    /// give its kit.
    case nothingVouches

    /// It is not the ledger that the key has signed for. Name the ledger where it is meant.
    case contradicts(KnownLedger, Contradiction)

    /// The person at the terminal did not confirm the ledger.
    case notConfirmed

    /// What the key has signed for cannot be read or written.
    case memory(LedgerMemoryError)

    // MARK: the change

    /// The administrator's key is none that the ledger knows.
    case unknownAdministrator

    /// The ledger has no key that the change could be about. Add it first.
    case unknownKey

    /// The change breaks a rule; the refusal names it.
    case refused(Refusal)

    /// The ledger logged the change, and its receipt does not prove it. Run the same command
    /// again: what is in the log is not entered twice.
    case unprovenReceipt(Refusal)

    /// The person at the terminal did not want the change.
    case notApproved

    /// Other administrators were faster for as long as one waits. Run the same command again.
    case overtaken

    // MARK: entries that are to be erased

    /// The manifest is erased already, by this entry. There is nothing left to erase.
    case alreadyErased(by: EntryID, ErasureManifest)

    /// No entry is named.
    case noEntry

    /// The ledger did not give the entry's statement.
    case entry(EntryID, CallError)

    /// The ledger gave another statement than the entry's. Ask it again.
    case otherStatement(EntryID)

    /// The entry is a control statement, which is never erased.
    case isControl(EntryID)

    /// The entry has another manifest than those before. Erase those of each by themselves.
    case otherManifest(EntryID)
}
