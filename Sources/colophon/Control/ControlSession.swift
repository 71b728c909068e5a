import Checkpoints
import Encoding
import Keys
import HTTPCalls
import LedgerClient
import Manifests
import Merkle
import Provenance
import Settings
import Studio

/// Appends to a ledger's control chain as an administrator.
struct ControlSession {
    /// How often a statement is made because another one came first.
    private static let turns = 6

    private let admin: SigningKey
    private let ledger: ServiceURL
    private let options: CallOptions
    private let choice: LedgerChoice
    private let console: Console

    init(
        admin path: String, _ target: LedgerTarget, _ common: CommonOptions, _ console: Console
    ) async throws(Failure) {
        admin = try KeyFiles.privateKey(path, console)
        let settings = try await common.settings(["ledger": target.ledger, "trust": target.trust])
        ledger = try Network.url(settings.required("ledger"))
        options = try Network.options(settings, console)
        choice = try LedgerChoice(
            target, kitName: settings["trust"], at: ledger, for: admin.publicKey, console)
        self.console = console
    }

    /// Signs the change that `make` wants of the chain as it stands, and has it logged.
    ///
    /// Where another administrator was faster the statement is made again on top of theirs.
    func append(
        _ make: (ControlChain, UInt64) throws(Failure) -> ControlChange
    ) async throws(Failure) -> ControlOutcome {
        try await with { client throws(Failure) in try await append(client, make) }
    }

    /// Runs `body` with a client of the ledger.
    func with<Value: Sendable>(
        _ body: (LedgerClient) async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        try await LedgerClient.with(ledger, options: options, body)
    }

    /// The same with a client that is open already.
    func append(
        _ client: LedgerClient, _ make: (ControlChain, UInt64) throws(Failure) -> ControlChange
    ) async throws(Failure) -> ControlOutcome {
        var chain = try await ControlChain(from: client)
        // Whose key this is comes first: a stranger is asked nothing.
        _ = try issuer(in: chain.registry)
        let known = try await choice.settle(chain, client)
        for turn in 1..<Self.turns {
            if let outcome = try await self.turn(turn, client, chain, known, make) {
                return outcome
            }
            chain = try await ControlChain(from: client)
            guard chain.registry.genesis == known.genesis else {
                throw .no(ledger.description, "became another ledger while it was asked")
            }
        }
        guard let outcome = try await turn(Self.turns, client, chain, known, make) else {
            preconditionFailure("the last turn ends with an outcome or a failure")
        }
        return outcome
    }

    /// Signs on top of `chain` and has it logged; nil where another statement was faster, unless
    /// this is the last try.
    private func turn(
        _ number: Int, _ client: LedgerClient, _ chain: ControlChain, _ known: KnownLedger,
        _ make: (ControlChain, UInt64) throws(Failure) -> ControlChange
    ) async throws(Failure) -> ControlOutcome? {
        let now = Clock.now
        let manifest: Manifest
        switch try make(chain, now) {
        case .log(let change): manifest = change
        case .done(let entry):
            console.note("that is so already, by entry \(entry): nothing was signed")
            return ControlOutcome(entry: entry, ledger: known, isKnown: true)
        }
        let statement = try sign(manifest, chain.registry, at: now)
        if number == 1 { try choice.commit(to: known) }
        let registration: Registration
        do throws(CallError) {
            registration = try await client.register(statement.leaf)
        } catch {
            if case .refused(let problem) = error, problem.status == 409, number < Self.turns {
                return nil
            }
            throw Network.failure(error)
        }
        try check(registration, of: statement, in: chain)
        return ControlOutcome(entry: statement.id, ledger: known, isKnown: false)
    }

    /// Holds the ledger's answer to the registry that was signed on: the entry is in its log.
    private func check(
        _ registration: Registration, of statement: Statement, in chain: ControlChain
    ) throws(Failure) {
        let receipt: [UInt8]
        switch registration {
        case .registered(let bytes), .known(let bytes): receipt = bytes
        case .pending:
            return console.note("it is registered; the ledger's witnesses have not seen it yet")
        }
        do throws(Refusal) {
            try HeadVerifier(chain.registry).check(Receipt(receipt), of: statement.leaf)
        } catch {
            throw Failure(
                .tryAgain, ledger.description,
                "gave a receipt that does not prove the change: \(error)",
                hint: "run the same command again: what is in the log is not entered twice")
        }
    }

    private func sign(
        _ manifest: Manifest, _ registry: Registry, at now: UInt64
    ) throws(Failure) -> Statement {
        let issuer = try issuer(in: registry)
        do throws(Refusal) {
            let draft = StatementDraft(
                manifest: manifest, issuer: issuer, subject: registry.origin.uri,
                audience: registry.origin.text, issuedAt: now, claimID: Random.bytes(16),
                chain: try Chain(
                    id: registry.chainID, sequence: registry.sequence,
                    previous: registry.newest.hash))
            return try draft.sign(with: admin)
        } catch {
            throw Failure(.usage, nil, "\(error)")
        }
    }

    /// The recovery key's issuer follows from the origin; all others are in the registry.
    private func issuer(in registry: Registry) throws(Failure) -> Text {
        let key = admin.publicKey
        if registry.recoveryKey == key { return registry.origin.uri + "/recovery" }
        guard let record = registry.keys[key.keyID] else {
            throw .usage("--admin: is a key that the ledger at \(ledger) does not know")
        }
        return record.issuer
    }
}

/// What a control command has come to.
struct ControlOutcome {
    /// The entry that holds the change.
    let entry: EntryID

    /// The ledger that it is an entry of.
    let ledger: KnownLedger

    /// Whether it was so already, and nothing was logged.
    let isKnown: Bool

    /// The members by which programs are told of it.
    var members: [(Text, JSON?)] {
        [
            ("entry", .string(Text("\(entry)"))), ("status", isKnown ? "known" : "registered"),
            ("ledger", .string(Text(ledger.address.description))),
            ("origin", .string(ledger.origin.text)),
            ("genesis", .string(Text("\(ledger.genesis)"))),
        ]
    }
}
