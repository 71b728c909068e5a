import Checkpoints
package import Encoding
package import Manifests
import HTTPCalls
package import LedgerClient
import Provenance

/// A key is added, retired or revoked.
package struct KeyChange: ControlChange {
    /// The change of the key.
    package let operation: KeyManifest.Operation

    /// The key.
    package let key: COSEKey

    /// The first second in which the key may sign, and the last; where nothing is said of a key
    /// that is added, what it signed before is admitted too.
    package var notBefore: Int64?
    package var notAfter: Int64?

    /// The URI that the key signs for, and its roles: with `add` only, later changes repeat what
    /// the ledger has.
    package var issuer: Text?
    package var roles: Set<Role>?

    /// The last second of signing, with `retire` only; nil means now.
    package var signedUntil: Int64?

    /// The tree size from which the key's entries are suspect, with `revoke` only.
    package var suspectFrom: UInt64?

    /// The reason, for readers of the log.
    package var reason: Text = ""

    /// Creates a change that leaves everything but the key open.
    package init(_ operation: KeyManifest.Operation, of key: COSEKey) {
        self.operation = operation
        self.key = key
    }

    /// Makes the key's entries suspect from where the ledger stood at `time`, in POSIX seconds.
    ///
    /// That is the size of the newest head before it that the ledger keeps: after a day an hour
    /// counts as a whole (log.md §4), so more may be suspect, and never less. When a head was
    /// signed is the ledger's word; the head itself is verified.
    package mutating func setSuspect(
        since time: UInt64, _ client: LedgerClient
    ) async throws(AdministrationError) {
        let log = try await ControlLog(from: client)
        let note: [UInt8]
        do throws(CallError) {
            note = try await client.checkpoint(before: time)
        } catch {
            throw .ledger(error)
        }
        do throws(Refusal) {
            suspectFrom = try HeadVerifier(log.registry).head(of: note).size
        } catch {
            throw .foreignCheckpoint(error)
        }
    }

    /// Returns the change to log; nothing where the key's newest statement says it already, so that
    /// a command that was cut off is run again without harm.
    package func step(
        on log: ControlLog, _ fresh: Freshness
    ) throws(AdministrationError) -> ControlStep {
        if let record = log.registry.keys[key.keyID], isDone(record),
            let entry = log.newest(isAboutKey)
        {
            return .done(entry)
        }
        return .log(try manifest(in: log.registry, fresh))
    }

    /// Whether the newest statement about the key has all values that are asked for; a value that
    /// is not asked for, such as the time of the call, may be any.
    private func isDone(_ record: KeyRecord) -> Bool {
        guard notBefore.map({ $0 == record.notBefore }) ?? true,
            notAfter.map({ $0 == record.notAfter }) ?? true
        else { return false }
        switch (operation, record.state) {
        case (.add, .added):
            return issuer == record.issuer && roles == record.roles
        case (.retire, .retired(let until)):
            return signedUntil.map { $0 == until } ?? true
        case (.revoke, .revoked(let size)):
            return suspectFrom.map { $0 == size } ?? true
        default:
            return false
        }
    }

    private func isAboutKey(_ manifest: Manifest) -> Bool {
        guard manifest.predicateType == PredicateType.key,
            let change = try? KeyManifest(manifest)
        else { return false }
        return change.coseKey == Text(key.string)
    }

    private func manifest(
        in registry: Registry, _ fresh: Freshness
    ) throws(AdministrationError) -> Manifest {
        let record = registry.keys[key.keyID]
        guard let issuer = issuer ?? record?.issuer, let roles = roles ?? record?.roles else {
            throw .unknownKey
        }
        let today = Int64(clamping: fresh.issuedAt)
        // Later statements about a key keep its window where nothing else is said: what drains
        // from a spool was signed before today.
        let kept = operation == .add ? nil : record
        // Order decides what a key may sign; `iat` is a claim (registry.md §5).
        let start: Int64 = operation == .add ? 0 : today
        let change = KeyManifest(
            operation, coseKey: Text(key.string), issuer: issuer, roles: Array(roles),
            notBefore: notBefore ?? kept.map { Int64(clamping: $0.notBefore) } ?? start,
            notAfter: notAfter
                ?? kept.map { Int64(clamping: $0.notAfter) } ?? KeyManifest.never,
            signedUntil: operation == .retire ? signedUntil ?? today : nil,
            suspectFrom: suspectFrom, reason: reason)
        do throws(Refusal) {
            return try change.manifest(origin: registry.origin.text, nonce: fresh.nonce)
        } catch {
            throw .refused(error)
        }
    }
}
