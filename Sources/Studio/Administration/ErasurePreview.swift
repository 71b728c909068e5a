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

    /// Asks the ledger; what it does not say is not shown, and there may be more.
    package init(of change: ErasureChange, _ client: LedgerClient) async {
        var artifact: Hash?
        for entry in change.entries {
            let bytes: [UInt8]
            do throws(CallError) {
                bytes = try await client.transparent(entry)
            } catch {
                isCut = true
                continue
            }
            guard let record = try? TransparentStatement(bytes), record.statement.id == entry
            else {
                isCut = true
                continue
            }
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
        do throws(CallError) {
            let page = try await client.page(of: .artifact(artifact), after: nil)
            if page.count >= Self.lookedAt { isCut = true }
            for listed in page where !change.entries.contains(listed.entry) {
                let leaf = try await client.statement(listed.entry)
                guard let statement = try? Statement(leaf: leaf),
                    statement.manifestDigest == change.digest
                else { continue }
                add(statement, isNamed: false)
            }
        } catch {
            // The look ends with the first call that fails: the plan says that there may be more.
            isCut = true
        }
    }

    private mutating func add(_ statement: Statement, isNamed: Bool) {
        targets.append(
            Target(
                entry: statement.id, issuer: statement.issuer, issuedAt: statement.issuedAt,
                isNamed: isNamed))
    }
}
