import Checkpoints
package import Encoding
import HTTPCalls
package import LedgerClient
import Manifests
package import Merkle
package import Provenance

/// The manifest that some entries share is erased.
package struct ErasureChange: ControlChange {
    /// The entries, each once.
    package let entries: [EntryID]

    /// The digest of their manifest.
    package let digest: Hash

    /// The reason, and the law, order or request behind it.
    package let reason: Text
    package let authority: Text

    /// What a person is shown of it before it is signed; nil where nobody is to see it.
    package var preview: ErasurePreview?

    /// Asks the ledger which manifest the entries share.
    package init(
        of entries: [EntryID], reason: Text, authority: Text, _ client: LedgerClient
    ) async throws(AdministrationError) {
        self.entries = entries
        digest = try await Self.digest(of: entries, client)
        self.reason = reason
        self.authority = authority
    }

    /// Returns what is to be logged; nothing where a command that was cut off has logged it.
    ///
    /// Another erasure of the manifest leaves nothing to erase.
    package func step(
        on log: ControlLog, _ fresh: Freshness
    ) throws(AdministrationError) -> ControlStep {
        for statement in log.statements.reversed() {
            guard let manifest = statement.controlManifest, let erasure = erasure(in: manifest)
            else { continue }
            guard erasure.reason == reason, erasure.authority == authority,
                entries.allSatisfy({ erasure.entries.contains(Text("\($0)")) })
            else { throw .alreadyErased(by: statement.id, erasure) }
            return .done(statement.id)
        }
        let change = ErasureManifest(
            entries: entries.map { Text("\($0)") }, sha256: digest, reason: reason,
            authority: authority)
        do throws(Refusal) {
            return .log(
                try change.manifest(origin: log.registry.origin.text, nonce: fresh.nonce))
        } catch {
            throw .refused(error)
        }
    }

    /// Returns the erasure of this change's manifest in a control statement's; nil for any other.
    private func erasure(in manifest: Manifest) -> ErasureManifest? {
        guard manifest.predicateType == PredicateType.erasure,
            let erasure = try? ErasureManifest(manifest), erasure.sha256 == digest
        else { return nil }
        return erasure
    }

    /// Returns the digest of the one manifest that all entries share.
    private static func digest(
        of entries: [EntryID], _ client: LedgerClient
    ) async throws(AdministrationError) -> Hash {
        var digest: Hash?
        for entry in entries {
            let leaf: [UInt8]
            do throws(CallError) {
                leaf = try await client.statement(entry)
            } catch {
                throw .entry(entry, error)
            }
            guard EntryID(ofLeaf: leaf) == entry, let statement = try? Statement(leaf: leaf)
            else { throw .otherStatement(entry) }
            guard statement.controlManifest == nil else { throw .isControl(entry) }
            guard digest == nil || digest == statement.manifestDigest else {
                throw .otherManifest(entry)
            }
            digest = statement.manifestDigest
        }
        guard let digest else { throw .noEntry }
        return digest
    }
}

extension ErasureChange {
    /// How long a person waits: a large ledger may compact for longer, and goes on by itself.
    private static let patience = Duration.seconds(30)

    /// Between two questions.
    private static let pause = Duration.milliseconds(250)

    /// Returns what the ledger has of the manifest as soon as that is nothing, or when nobody
    /// wants to wait any longer; nil where it does not say.
    ///
    /// The erasure is logged by then, so nothing in here is a failure of it.
    package func end(_ client: LedgerClient) async -> ManifestState? {
        let start = ContinuousClock.now
        while true {
            let state: ManifestState
            do throws(CallError) {
                state = try await client.manifestState(of: entries[0])
            } catch {
                return nil
            }
            guard state == .leaving, .now - start < Self.patience,
                (try? await Task.sleep(for: Self.pause)) != nil
            else { return state }
        }
    }
}
