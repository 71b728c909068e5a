import Checkpoints
import Encoding
import Merkle
import Provenance

/// One change to a key, as the command line says it.
struct KeyChange {
    let operation: KeyManifest.Operation
    let options: Key.Options
    let window: Key.Window

    /// With `add` only: later changes repeat what the ledger has.
    var issuer: Text?
    var roles: Set<Role>?

    /// With `retire` only; nil means now.
    var signedUntil: String?

    /// With `revoke` only.
    var suspectFrom: UInt64?

    init(
        operation: KeyManifest.Operation, options: Key.Options, window: Key.Window,
        issuer: Text? = nil,
        roles: Set<Role>? = nil
    ) {
        self.operation = operation
        self.options = options
        self.window = window
        self.issuer = issuer
        self.roles = roles
    }

    /// Signs the change, has it logged and prints the entry.
    func perform(_ console: Console, _ common: CommonOptions) async throws(Failure) -> ExitStatus {
        let key = try KeyFiles.publicKey(options.key)
        let session = try await ControlSession(
            admin: options.admin, ledger: options.ledger, common, console)
        let entry = try await session.append { registry, now throws(Failure) in
            try manifest(for: key, in: registry, at: now)
        }
        let kid = Base64.encodeURL(key.thumbprint)
        console.print(
            "\(entry) \(operation.rawValue) \(kid)",
            [
                ("entry", .string(Text("\(entry)"))),
                ("operation", .string(Text(operation.rawValue))),
                ("kid", .string(Text(kid))),
            ])
        return .yes
    }

    private func manifest(
        for key: COSEKey, in registry: Registry, at now: UInt64
    ) throws(Failure) -> Manifest {
        let record = registry.keys[key.keyID]
        guard let issuer = issuer ?? record?.issuer, let roles = roles ?? record?.roles else {
            throw .no(
                options.key, "the ledger has no such key",
                hint: "colophon key add registers it first")
        }
        let today = Int64(clamping: now)
        // Later statements about a key keep its window where the flags say nothing: what
        // drains from a spool was signed before today.
        let kept = operation == .add ? nil : record
        let change = KeyManifest(
            operation, coseKey: Text(key.string), issuer: issuer, roles: Array(roles),
            notBefore: try Self.time(window.notBefore, "--not-before")
                ?? kept.map { Int64(clamping: $0.notBefore) } ?? today,
            notAfter: try Self.time(window.notAfter, "--not-after")
                ?? kept.map { Int64(clamping: $0.notAfter) } ?? KeyManifest.never,
            signedUntil: operation == .retire
                ? try Self.time(signedUntil, "--signed-until") ?? today : nil,
            suspectFrom: suspectFrom, reason: Text(options.reason))
        do throws(Refusal) {
            return try change.manifest(
                origin: registry.origin.text, nonce: Random.bytes(Limits.nonceBytes))
        } catch {
            throw .usage("\(error)")
        }
    }

    private static func time(_ text: String?, _ flag: String) throws(Failure) -> Int64? {
        guard let text else { return nil }
        guard let time = Timestamp(Text(text)), time.nanoseconds == 0 else {
            throw .usage("\(flag) \(text) is not a time like 2026-11-22T18:00:00Z")
        }
        return time.seconds
    }
}
