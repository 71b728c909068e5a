import Checkpoints
package import Encoding
import HTTPCalls
package import LedgerClient
import Manifests
import Merkle
package import Provenance

/// The entries whose manifest an erasure takes, for the person who is asked.
package struct ErasurePreview: Sendable {
    /// One of the entries.
    package struct Target: Hashable, Sendable {
        /// Its name.
        package let entry: EntryID

        /// The URI of its signer.
        package let issuer: Text

        /// The time that the signer claims, in POSIX seconds.
        package let issuedAt: UInt64

        /// Whether it is named; the others have the same manifest, and lose it too.
        package let isNamed: Bool
    }

    /// Entries of the same artifact that are looked at for the same manifest; a work has a handful.
    private static let lookedAt = 500

    /// The title in the manifest; nil where the ledger has none to show.
    package private(set) var title: Text?

    /// The entries.
    package private(set) var targets: [Target] = []

    /// Whether there may be more that nobody looked at.
    package private(set) var isCut = false

    /// Asks the ledger; what it does not say is not shown.
    package init(of change: ErasureChange, _ client: LedgerClient) async {
        var artifact: Hash?
        for entry in change.entries {
            guard let bytes = try? await client.transparent(entry),
                let record = try? TransparentStatement(bytes), record.statement.id == entry
            else { continue }
            artifact = artifact ?? record.statement.subjectDigests.first
            add(record.statement, isNamed: true)
            let manifest = record.manifest.flatMap { try? Manifest($0) }
            if title == nil, let manifest, manifest.digest == change.digest {
                title = manifest.predicate["record"]?["title"]?.text
            }
        }
        if let artifact { await addOthers(of: change, artifact, client) }
    }

    private mutating func addOthers(
        of change: ErasureChange, _ artifact: Hash, _ client: LedgerClient
    ) async {
        guard let page = try? await client.page(of: .artifact(artifact), after: nil) else { return }
        isCut = page.count >= Self.lookedAt
        for listed in page where !change.entries.contains(listed.entry) {
            guard let leaf = try? await client.statement(listed.entry),
                let statement = try? Statement(leaf: leaf),
                statement.manifestDigest == change.digest
            else { continue }
            add(statement, isNamed: false)
        }
    }

    private mutating func add(_ statement: Statement, isNamed: Bool) {
        targets.append(
            Target(
                entry: statement.id, issuer: statement.issuer, issuedAt: statement.issuedAt,
                isNamed: isNamed))
    }
}
