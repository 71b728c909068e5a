import Checkpoints
import Encoding
import Files
import HTTPCalls
import Keys
import LedgerClient
import Manifests
import Processes
import Provenance

/// A ledger of its own in a temporary folder, served on loopback for as long as a rehearsal goes.
///
/// Nothing in it is anybody's: its keys are new, it listens on 127.0.0.1 alone, at a port that the
/// system chooses, and the folder goes with it.
struct ThrowAwayLedger: Sendable {
    /// The origin is of a name that no network resolves (RFC 6761 §6.4).
    private static let origin: Text = "rehearsal.invalid/ledger"

    /// The PoP that is staged.
    static let pop: Text = "https://rehearsal.invalid/pop"

    /// The time for the server to make a ledger, to say where it listens, and to end.
    private static let patience: Duration = .seconds(60)

    /// How often it is looked whether the server says where it listens.
    private static let pause: Duration = .milliseconds(20)

    /// What the server may say while it makes a ledger or begins to listen.
    private static let wordsLimit = 256 << 10

    /// Its variables: none of ours, so that no setting of the machine's own ledger counts.
    private static let variables = ChildVariables.only(["PATH": "/usr/bin:/bin"])

    /// Signs as the PoP.
    let signer: Signer

    /// Where it is served.
    let address: ServiceURL

    private let server: ChildProcess

    /// Runs `body` with a new ledger, and removes it whatever happens.
    static func with<Value: Sendable>(
        server program: String,
        _ body: (ThrowAwayLedger) async throws(RehearsalError) -> Value
    ) async throws(RehearsalError) -> Value {
        let parentPath = ProcessStart.variable("TMPDIR") ?? "/tmp"
        let name = "colophon-rehearsal-" + Hex.encode([UInt8].random(8))
        let (parent, folder): (Folder, Folder)
        do throws(FileError) {
            parent = try Folder(parentPath)
            folder = try parent.makeFolder(name, .secret)
        } catch {
            throw .folder(error)
        }
        let result: Result<Value, RehearsalError>
        do throws(RehearsalError) {
            result = .success(
                try await run(in: folder, at: "\(parentPath)/\(name)", program, body))
        } catch {
            result = .failure(error)
        }
        do throws(FileError) {
            try parent.removeTree(name)
        } catch {
            throw .folder(error)
        }
        return try result.get()
    }

    private static func run<Value: Sendable>(
        in folder: Folder, at path: String, _ program: String,
        _ body: (ThrowAwayLedger) async throws(RehearsalError) -> Value
    ) async throws(RehearsalError) -> Value {
        let admin = KeyFile.generate(.ed25519)
        do throws(FileError) {
            try folder.write(
                Array(KeyFile.pem(of: admin.publicKey).utf8), to: "admin.pub.pem", .new(.secret))
            // No setting of this machine's own ledger: an empty configuration of its own.
            try folder.write([], to: "colophond.yaml", .new(.secret))
        } catch {
            throw .folder(error)
        }
        try await make(at: path, program)
        let server: ChildProcess
        do throws(ChildError) {
            server = try ChildProcess(
                program,
                ["serve", "--data", "\(path)/ledger", "--listen", "127.0.0.1:0"]
                    + ["--config", "\(path)/colophond.yaml"],
                environment: variables, streams: ChildStreams(errors: .file("\(path)/log")),
                leadsGroup: true)
        } catch {
            throw .server("\(error)")
        }
        let result: Result<Value, RehearsalError>
        do throws(RehearsalError) {
            let address = try await address(of: server, in: folder)
            let signer = try await addPoP(at: address, admin)
            result = .success(
                try await body(
                    ThrowAwayLedger(signer: signer, address: address, server: server)))
        } catch {
            result = .failure(error)
        }
        await server.end(within: patience)
        return try result.get()
    }

    /// Makes the ledger.
    private static func make(
        at path: String, _ program: String
    ) async throws(RehearsalError) {
        let output: ChildOutput
        do throws(ChildError) {
            output = try await ChildOutput.of(
                program,
                ["init", "--data", "\(path)/ledger", "--origin", origin.string]
                    + ["--admin", "\(path)/admin.pub.pem", "--config", "\(path)/colophond.yaml"],
                environment: variables, time: patience, limit: wordsLimit)
        } catch {
            throw .server("\(error)")
        }
        guard !Task.isCancelled else { throw .stopped }
        guard case .ended(.exit(0), _) = output else {
            throw .server("\(program) did not make a ledger")
        }
    }

    /// Waits until the server says where it listens.
    private static func address(
        of server: ChildProcess, in folder: Folder
    ) async throws(RehearsalError) -> ServiceURL {
        let deadline = ContinuousClock.now + patience
        let mark = Array("listening on ".utf8)
        while ContinuousClock.now < deadline, server.isRunning {
            let words: [UInt8]?
            do throws(FileError) {
                words = try folder.read("log", limit: wordsLimit)
            } catch {
                throw .folder(error)
            }
            for line in (words ?? []).split(separator: UInt8(ascii: "\n")).map({ Array($0) }) {
                guard let place = line.firstRange(of: mark),
                    let text = Text(utf8: line[place.upperBound...].prefix { $0 > 0x20 }),
                    let address = try? ServiceURL(text.string)
                else { continue }
                return address
            }
            guard (try? await Task.sleep(for: pause)) != nil else { throw .stopped }
        }
        throw .server("the server did not begin to listen")
    }

    /// Makes the PoP's key, and has the ledger know it.
    private static func addPoP(
        at address: ServiceURL, _ admin: SigningKey
    ) async throws(RehearsalError) -> Signer {
        let key = KeyFile.generate(.ed25519)
        do throws(CallError) {
            try await LedgerClient.with(address) { client throws(CallError) in
                let leaves = try await client.controlStatements()
                let statement: Statement
                do throws(Refusal) {
                    statement = try control(adding: key.publicKey, admin, after: leaves)
                } catch {
                    throw CallError.unexpected("\(error)")
                }
                _ = try await client.register(statement.leaf)
            }
        } catch {
            throw .server("the ledger \(error)")
        }
        return Signer(issuer: pop, key: key, audience: origin)
    }

    /// Signs that the PoP's key is added.
    private static func control(
        adding key: COSEKey, _ admin: SigningKey, after leaves: [[UInt8]]
    ) throws(Refusal) -> Statement {
        guard let newest = leaves.last, let first = leaves.first else {
            throw Refusal(.malformed, field: "control", rule: "must not be empty")
        }
        var registry = try Registry(genesis: Statement(leaf: first))
        for (index, leaf) in leaves.enumerated().dropFirst() {
            try registry.apply(Statement(leaf: leaf), at: UInt64(index))
        }
        guard let issuer = registry.keys[admin.publicKey.keyID]?.issuer else {
            throw .unregisteredKey
        }
        let change = KeyManifest(
            .add, coseKey: Text(key.string), issuer: pop, roles: [.pop], notBefore: 0)
        return try Administrator(issuer: issuer, key: admin).sign(
            change.manifest(origin: origin, nonce: .random(Limits.nonceBytes)),
            for: registry.origin,
            at: Chain(after: Statement(leaf: newest)))
    }
}
