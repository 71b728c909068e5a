import Checkpoints
package import Encoding
import HTTPCalls
package import LedgerClient
import Manifests
package import Provenance

/// Appends to a ledger's control statements as an administrator.
package struct Administration: Sendable {
    /// Attempts to sign a statement anew after another one came first.
    private static let turns = 6

    private let key: SigningKey
    private let client: LedgerClient
    private let choice: LedgerChoice
    private let dialogue: AdministrationDialogue

    /// Creates an administration.
    ///
    /// - Parameters:
    ///   - key: the administrator's.
    ///   - client: speaks to the ledger.
    ///   - choice: decides whether that is the ledger that is meant.
    ///   - dialogue: talks to the person who asks for a change.
    package init(
        by key: SigningKey, at client: LedgerClient, _ choice: LedgerChoice,
        _ dialogue: AdministrationDialogue
    ) {
        self.key = key
        self.client = client
        self.choice = choice
        self.dialogue = dialogue
    }

    /// Signs what `change` wants of the ledger as it stands, and has it logged.
    ///
    /// Where another administrator was faster the statement is made again on top of theirs.
    package func make(
        _ change: some ControlChange
    ) async throws(AdministrationError) -> AdministrationOutcome {
        var log = try await ControlLog(from: client)
        // Whose key this is comes first: a stranger is asked nothing.
        _ = try administrator(in: log.registry)
        let known = try await choice.settle(log, client, dialogue)
        for turn in 1..<Self.turns {
            if let outcome = try await self.turn(turn, log, known, change) { return outcome }
            log = try await ControlLog(from: client)
            guard log.registry.genesis == known.genesis else { throw .changedIdentity }
        }
        guard let outcome = try await turn(Self.turns, log, known, change) else {
            preconditionFailure("the last turn ends with an outcome or an error")
        }
        return outcome
    }

    /// Signs on top of `log` and has it logged; nil where another statement was faster, unless
    /// this is the last try.
    private func turn(
        _ number: Int, _ log: ControlLog, _ known: KnownLedger, _ change: some ControlChange
    ) async throws(AdministrationError) -> AdministrationOutcome? {
        let fresh = Freshness()
        let manifest: Manifest
        switch try change.step(on: log, fresh) {
        case .log(let wanted): manifest = wanted
        case .done(let entry):
            dialogue.tell(.alreadySo(entry))
            return AdministrationOutcome(entry: entry, ledger: known, isKnown: true)
        }
        let statement = try sign(manifest, log.registry, fresh)
        if number == 1 { try choice.commit(to: known, dialogue) }
        let acceptance: Acceptance
        do throws(CallError) {
            acceptance = try await client.register(statement.leaf)
        } catch {
            if case .refused(let problem) = error, problem.status == 409, number < Self.turns {
                return nil
            }
            throw .ledger(error)
        }
        try check(acceptance, of: statement, in: log.registry)
        return AdministrationOutcome(entry: statement.id, ledger: known, isKnown: false)
    }

    /// Holds the ledger's answer to the registry that was signed on: the entry is in its log.
    private func check(
        _ acceptance: Acceptance, of statement: Statement, in registry: Registry
    ) throws(AdministrationError) {
        let receipt: [UInt8]
        switch acceptance {
        case .registered(let bytes), .known(let bytes): receipt = bytes
        case .pending: return dialogue.tell(.receiptPending)
        }
        do throws(Refusal) {
            try HeadVerifier(registry).check(Receipt(receipt), of: statement.leaf)
        } catch {
            throw .unprovenReceipt(error)
        }
    }

    private func sign(
        _ manifest: Manifest, _ registry: Registry, _ fresh: Freshness
    ) throws(AdministrationError) -> Statement {
        let administrator = try administrator(in: registry)
        do throws(Refusal) {
            return try administrator.sign(
                manifest, for: registry.origin, at: Chain(after: registry), fresh)
        } catch {
            throw .refused(error)
        }
    }

    /// The recovery key's issuer follows from the origin; all others are in the registry.
    private func administrator(in registry: Registry) throws(AdministrationError) -> Administrator {
        let publicKey = key.publicKey
        if registry.recoveryKey == publicKey {
            return Administrator(issuer: registry.origin.uri + "/recovery", key: key)
        }
        guard let record = registry.keys[publicKey.keyID] else { throw .unknownAdministrator }
        return Administrator(issuer: record.issuer, key: key)
    }
}

/// The outcome of a change.
package struct AdministrationOutcome: Hashable, Sendable {
    /// The entry that holds the change.
    package let entry: EntryID

    /// The ledger that it is an entry of.
    package let ledger: KnownLedger

    /// Whether it was so already, and nothing was logged.
    package let isKnown: Bool
}
