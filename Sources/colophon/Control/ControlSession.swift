import Checkpoints
import Encoding
import Keys
import LedgerClient
import Merkle
import Provenance

/// Appends to a ledger's control chain as an administrator.
struct ControlSession {
    /// How often a statement is made again because another one came first.
    private static let turns = 5

    private let admin: SigningKey
    private let ledger: LedgerURL
    private let options: ClientOptions

    init(
        admin path: String, ledger: String?, _ common: CommonOptions, _ console: Console
    ) async throws(Failure) {
        admin = try KeyFiles.privateKey(path, console)
        let settings = try await common.settings(["ledger": ledger])
        self.ledger = try Network.url(settings.required("ledger"))
        options = try Network.options(settings, console)
    }

    /// Signs the manifest made for the registry as it stands, and has it logged.
    ///
    /// Where another administrator was faster the statement is made again on top of theirs.
    func append(
        _ make: (Registry, UInt64) throws(Failure) -> Manifest
    ) async throws(Failure) -> EntryID {
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
        _ client: LedgerClient, _ make: (Registry, UInt64) throws(Failure) -> Manifest
    ) async throws(Failure) -> EntryID {
        for _ in 1..<Self.turns {
            let (statement, answer) = try await turn(client, make)
            switch answer {
            case .success: return statement.id
            case .failure(.refused(let problem)) where problem.status == 409: continue
            case .failure(let error): throw Network.failure(error)
            }
        }
        let (statement, answer) = try await turn(client, make)
        if case .failure(let error) = answer { throw Network.failure(error) }
        return statement.id
    }

    private func turn(
        _ client: LedgerClient, _ make: (Registry, UInt64) throws(Failure) -> Manifest
    ) async throws(Failure) -> (Statement, Result<Registration, ClientError>) {
        let registry = try await registry(from: client)
        let now = Clock.now
        let statement = try sign(make(registry, now), registry, at: now)
        do throws(ClientError) {
            return (statement, .success(try await client.register(statement.leaf)))
        } catch {
            return (statement, .failure(error))
        }
    }

    /// Fetches the control chain and folds it, so that what is signed stands on a chain whose
    /// every signature was checked.
    private func registry(from client: LedgerClient) async throws(Failure) -> Registry {
        let leaves: [[UInt8]]
        do throws(ClientError) {
            leaves = try await client.controlStatements()
        } catch {
            throw Network.failure(error)
        }
        do throws(Refusal) {
            guard let first = leaves.first else {
                throw Refusal(.malformed, field: "control", rule: "must hold entry 0")
            }
            var registry = try Registry(genesis: Statement(leaf: first))
            // Only the order matters here; the entries' indexes are not in this answer.
            for (position, leaf) in leaves.enumerated().dropFirst() {
                try registry.apply(Statement(leaf: leaf), at: UInt64(position))
            }
            return registry
        } catch {
            throw Failure(.tryAgain, ledger.description, "its control chain is broken: \(error)")
        }
    }

    private func sign(
        _ manifest: Manifest, _ registry: Registry, at now: UInt64
    ) throws(Failure) -> Statement {
        do throws(Refusal) {
            let draft = StatementDraft(
                manifest: manifest, issuer: try issuer(in: registry), subject: registry.origin.uri,
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
    private func issuer(in registry: Registry) throws(Refusal) -> Text {
        let key = admin.publicKey
        if registry.recoveryKey == key { return registry.origin.uri + "/recovery" }
        guard let record = registry.keys[key.keyID] else {
            throw Refusal(
                .unknownKey, field: "--admin",
                rule: "is a key that this ledger does not know")
        }
        return record.issuer
    }
}
