import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import Studio

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
            admin: options.admin, options.target, common, console)
        let outcome = try await session.append { chain, now throws(Failure) in
            try change(of: key, in: chain, at: now)
        }
        let kid = Base64.encodeURL(key.thumbprint)
        console.print(
            "\(outcome.entry) \(operation.rawValue) \(kid)",
            outcome.members + [
                ("operation", .string(Text(operation.rawValue))), ("kid", .string(Text(kid))),
            ])
        return .yes
    }

    /// Returns what is to be logged; nothing where the key's newest statement says it already,
    /// so that a command that was cut off is run again without harm.
    private func change(
        of key: COSEKey, in chain: ControlChain, at now: UInt64
    ) throws(Failure) -> ControlChange {
        if let record = chain.registry.keys[key.keyID], try isDone(record),
            let entry = chain.newest({ Self.isAbout(key, $0) })
        {
            return .done(entry)
        }
        return .log(try manifest(for: key, in: chain.registry, at: now))
    }

    /// Whether the newest statement about the key says all that the command line asks for; what
    /// that leaves open, the time of the call, may be any.
    private func isDone(_ record: KeyRecord) throws(Failure) -> Bool {
        let (notBefore, notAfter) = try times()
        guard notBefore.map({ $0 == record.notBefore }) ?? true,
            notAfter.map({ $0 == record.notAfter }) ?? true
        else { return false }
        switch (operation, record.state) {
        case (.add, .added):
            return issuer == record.issuer && roles == record.roles
        case (.retire, .retired(let until)):
            return try Self.time(signedUntil, "--signed-until").map { $0 == until } ?? true
        case (.revoke, .revoked(let size)):
            return suspectFrom.map { $0 == size } ?? true
        default:
            return false
        }
    }

    private static func isAbout(_ key: COSEKey, _ manifest: Manifest) -> Bool {
        guard manifest.predicateType == PredicateType.key,
            let change = try? KeyManifest(manifest)
        else { return false }
        return change.coseKey == Text(key.string)
    }

    private func times() throws(Failure) -> (notBefore: Int64?, notAfter: Int64?) {
        (
            try Self.time(window.notBefore, "--not-before"),
            try Self.time(window.notAfter, "--not-after")
        )
    }

    private func manifest(
        for key: COSEKey, in registry: Registry, at now: UInt64
    ) throws(Failure) -> Manifest {
        let record = registry.keys[key.keyID]
        let (notBefore, notAfter) = try times()
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
            notBefore: notBefore
                ?? kept.map { Int64(clamping: $0.notBefore) } ?? today,
            notAfter: notAfter
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
