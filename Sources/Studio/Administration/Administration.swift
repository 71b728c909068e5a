import Checkpoints
package import Encoding
import HTTPCalls
import Jobs
package import LedgerClient
package import Manifests
package import Provenance

/// Appends to a ledger's control statements as an administrator.
package struct Administration: Sendable {
    /// How long a statement is signed anew after others came first.
    ///
    /// A hundred administrators at once are through in some seconds; nobody waits longer for one
    /// command.
    package static let usualPatience = Duration.seconds(60)

    /// The longest pause before each next attempt.
    ///
    /// Each is random, so that those who met do not meet again.
    private static let backoff = Backoff(first: .milliseconds(20), longest: .seconds(1))

    private let key: SigningKey
    private let client: LedgerClient
    private let choice: LedgerChoice
    private let dialogue: AdministrationDialogue
    private let patience: Duration

    /// Creates an administration.
    ///
    /// - Parameters:
    ///   - key: the administrator's.
    ///   - client: speaks to the ledger.
    ///   - choice: decides whether that is the ledger that is meant.
    ///   - dialogue: talks to the person who asks for a change.
    ///   - patience: how long a statement is signed anew after others came first.
    package init(
        by key: SigningKey, at client: LedgerClient, _ choice: LedgerChoice,
        _ dialogue: AdministrationDialogue, patience: Duration = Self.usualPatience
    ) {
        self.key = key
        self.client = client
        self.choice = choice
        self.dialogue = dialogue
        self.patience = patience
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
        let start = ContinuousClock.now
        var turns = 0
        while true {
            if let outcome = try await turn(turns == 0, log, known, change) { return outcome }
            turns += 1
            let wait = Self.backoff.wait(after: turns) * Double.random(in: 0..<1)
            guard .now + wait - start < patience, (try? await Task.sleep(for: wait)) != nil
            else { throw .overtaken }
            log = try await ControlLog(from: client)
            guard log.registry.genesis == known.genesis else { throw .changedIdentity }
        }
    }

    /// Signs on top of `log` and has it logged; nil where another statement was faster.
    private func turn(
        _ isFirst: Bool, _ log: ControlLog, _ known: KnownLedger, _ change: some ControlChange
    ) async throws(AdministrationError) -> AdministrationOutcome? {
        let fresh = Freshness()
        let manifest: Manifest
        switch try change.step(on: log, fresh) {
        case .log(let wanted): manifest = wanted
        case .done(let entry):
            dialogue.tell(.alreadySo(entry))
            return AdministrationOutcome(
                entry: entry, ledger: known, isKnown: true,
                record: await record(of: entry, log.registry))
        }
        let statement = try sign(manifest, log.registry, fresh)
        if isFirst {
            let plan = PlannedChange(change: change, manifest: manifest, log: log, ledger: known)
            guard dialogue.approve(plan) != false else { throw .notApproved }
            try choice.commit(to: known, dialogue)
        }
        let acceptance: Acceptance
        do throws(CallError) {
            acceptance = try await client.register(statement.leaf)
        } catch {
            if case .refused(let problem) = error, problem.status == 409 { return nil }
            throw .ledger(error)
        }
        return AdministrationOutcome(
            entry: statement.id, ledger: known, isKnown: false,
            record: try record(of: statement, acceptance, log.registry))
    }

    /// Holds the ledger's answer to the registry that was signed on: the entry is in its log.
    ///
    /// Returns the statement's record; nil where its receipt is still to come.
    private func record(
        of statement: Statement, _ acceptance: Acceptance, _ registry: Registry
    ) throws(AdministrationError) -> [UInt8]? {
        let receipt: [UInt8]
        switch acceptance {
        case .registered(let bytes), .known(let bytes): receipt = bytes
        case .pending:
            dialogue.tell(.receiptPending)
            return nil
        }
        do throws(Refusal) {
            try HeadVerifier(registry).check(Receipt(receipt), of: statement.leaf)
            var record = try TransparentStatement(statement, manifest: nil)
            record.receipts = [receipt]
            return record.encoded()
        } catch {
            throw .unprovenReceipt(error)
        }
    }

    /// Fetches the record of a change that was logged before; nil where the ledger does not give
    /// one that is proven.
    private func record(of entry: EntryID, _ registry: Registry) async -> [UInt8]? {
        let bytes: [UInt8]
        do throws(CallError) {
            bytes = try await client.transparent(entry)
        } catch {
            // The change itself is logged.
            dialogue.tell(.noRecord(entry))
            return nil
        }
        guard let record = try? TransparentStatement(bytes), record.statement.id == entry,
            let receipt = record.receipts.last, let verifier = try? HeadVerifier(registry),
            (try? verifier.check(Receipt(receipt), of: record.statement.leaf)) != nil
        else {
            dialogue.tell(.noRecord(entry))
            return nil
        }
        return bytes
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

    /// The record of the entry, its statement and a receipt; nil where the ledger gave no receipt.
    package let record: [UInt8]?
}

/// A change that is about to be signed, for the person who is asked.
package struct PlannedChange: Sendable {
    /// The change.
    package let change: any ControlChange

    /// What is to be logged.
    package let manifest: Manifest

    /// The control statements as they stand.
    package let log: ControlLog

    /// The ledger.
    package let ledger: KnownLedger
}
