package import Checkpoints
import LedgerClient
package import Provenance

/// Decides which ledger a key may sign for: by a kit, by an origin, or by its earlier ledgers.
///
/// What an address shows is public: anybody can show another ledger's control statements, and
/// register there what is signed on them. So the address alone never decides.
package struct LedgerChoice: Sendable {
    /// The trust kit of the ledger that is meant.
    private let kit: TrustKit?

    /// The origin of the ledger that is meant.
    private let origin: Origin?

    /// What the key has signed for; nil where nothing can be remembered.
    private let memory: LedgerMemory?

    /// Creates a choice; all that is nil vouches for nothing.
    package init(kit: TrustKit?, origin: Origin?, memory: LedgerMemory?) {
        self.kit = kit
        self.origin = origin
        self.memory = memory
    }

    /// Returns the ledger that answers, where nothing that vouches for one speaks against it.
    func settle(
        _ log: ControlLog, _ client: LedgerClient, _ dialogue: AdministrationDialogue
    ) async throws(AdministrationError) -> KnownLedger {
        let found = KnownLedger(
            address: client.ledger, origin: log.registry.origin, genesis: log.registry.genesis)
        if let kit { try await log.check(against: kit, client) }
        if let origin, origin != found.origin {
            throw .otherThanOrigin(found.identity, named: origin)
        }
        guard memory != nil || isNamed else { throw .nothingVouches }
        if let memory { try hold(found, against: memory, dialogue) }
        return found
    }

    /// Names the ledger and remembers it durably, before anything signed goes out; asks first where
    /// nothing vouches for the ledger and a person is there.
    func commit(
        to ledger: KnownLedger, _ dialogue: AdministrationDialogue
    ) throws(AdministrationError) {
        let isNew = memory.map { !$0.ledgers.contains(ledger) } ?? false
        if let memory, isNew, !isNamed {
            dialogue.tell(.firstTime(ledger, memory: memory.path))
            if dialogue.confirm(ledger) == false { throw .notConfirmed }
        } else {
            dialogue.tell(.signing(for: ledger))
        }
        guard let memory, isNew else { return }
        do throws(AdministrationError) {
            try remember(ledger, after: memory, dialogue)
            if isNamed { dialogue.tell(.remembered(path: memory.path)) }
        } catch {
            // Where somebody says which ledger is meant, this time goes without a memory.
            guard isNamed, case .memory(let failure) = error, !failure.isPassing else {
                throw error
            }
            dialogue.tell(.notRemembered(failure))
        }
    }

    /// Adds `ledger` to what is remembered by now, after judging that as any other memory.
    ///
    /// Of two first commands at once, the later reads what the other remembered, and goes on.
    private func remember(
        _ ledger: KnownLedger, after memory: LedgerMemory, _ dialogue: AdministrationDialogue,
        isAgain: Bool = false
    ) throws(AdministrationError) {
        do throws(AdministrationError) {
            let now = try Self.remembering { () throws(LedgerMemoryError) in
                try memory.latest()
            }
            if !isNamed { try hold(ledger, against: now, dialogue) }
            try Self.remembering { () throws(LedgerMemoryError) in try now.add(ledger) }
        } catch {
            guard case .memory(.writtenMeanwhile) = error, !isAgain else { throw error }
            try remember(ledger, after: memory, dialogue, isAgain: true)
        }
    }

    private static func remembering<Value>(
        _ body: () throws(LedgerMemoryError) -> Value
    ) throws(AdministrationError) -> Value {
        do throws(LedgerMemoryError) {
            return try body()
        } catch {
            throw .memory(error)
        }
    }

    private var isNamed: Bool { kit != nil || origin != nil }

    /// Refuses what contradicts the memory; where the ledger is named, that only warns.
    private func hold(
        _ found: KnownLedger, against memory: LedgerMemory, _ dialogue: AdministrationDialogue
    ) throws(AdministrationError) {
        guard let words = Contradiction(of: found, among: memory.ledgers) else { return }
        guard isNamed else { throw .contradicts(found, words) }
        dialogue.tell(.contradicts(found, words))
    }
}

/// The dialogue between a change and the person who asked for it.
package struct AdministrationDialogue: Sendable {
    /// Is called with each notice.
    package let tell: @Sendable (AdministrationNotice) -> Void

    /// Asks whether a ledger that the key signs for the first time is meant; nil where nobody
    /// is there to be asked, which does not stop the change.
    package let confirm: @Sendable (KnownLedger) -> Bool?

    /// Shows what is about to be signed, and asks whether it is meant; nil where nobody is there to
    /// be asked, which does not stop the change.
    package let approve: @Sendable (PlannedChange) -> Bool?

    /// Creates a dialogue; without `approve` nothing but the ledger is asked for.
    package init(
        tell: @escaping @Sendable (AdministrationNotice) -> Void,
        confirm: @escaping @Sendable (KnownLedger) -> Bool?,
        approve: @escaping @Sendable (PlannedChange) -> Bool? = { _ in nil }
    ) {
        self.tell = tell
        self.confirm = confirm
        self.approve = approve
    }
}

/// An event while a change is made.
package enum AdministrationNotice: Hashable, Sendable {
    /// It is so already, by this entry: nothing is signed.
    case alreadySo(EntryID)

    /// The key is about to sign for this ledger, which it knows or which is named.
    case signing(for: KnownLedger)

    /// The key is about to sign for this ledger for the first time, and nothing vouches for it.
    case firstTime(KnownLedger, memory: String)

    /// It is remembered in this file that the key has signed for the ledger.
    case remembered(path: String)

    /// That is not remembered, though the ledger is named and the change goes on.
    case notRemembered(LedgerMemoryError)

    /// What the key has signed for speaks against the ledger, which is named all the same.
    case contradicts(KnownLedger, Contradiction)

    /// The change is logged; its receipt waits for the ledger's witnesses.
    case receiptPending

    /// The ledger gave no proven record of an entry that is so already.
    case noRecord(EntryID)
}
