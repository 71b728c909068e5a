package import Encoding
import LogReader
package import Merkle
package import Provenance

/// One entry of a log after it was replayed.
///
/// It lies in the memory of its bundle: nothing is copied before it is asked for.
package struct AuditedEntry: Sendable {
    /// Its index in the log.
    package let index: UInt64

    /// What became of its manifest.
    package let manifestState: AuditedManifest

    private let bundle: ReadBundle
    private let position: Int

    init(_ bundle: ReadBundle, at position: Int, _ manifestState: AuditedManifest) {
        self.bundle = bundle
        self.position = position
        self.manifestState = manifestState
        index = bundle.leaves.indexes.lowerBound + UInt64(position)
    }

    /// SHA-256 of the leaf.
    package var id: EntryID { EntryID(bundle.entries[position].id) }

    /// Whether the leaf is a statement, of the right form.
    package var isReadable: Bool { bundle.entries[position].claims != nil }

    /// What it says of itself; nil where the leaf is no statement of the right form.
    package var claims: SignedClaims? { bundle.entries[position].claims }

    /// SHA-256(iss || 0 || cti): what an issuer may state only once; zero without ``claims``.
    package var nonce: Hash { bundle.entries[position].nonce }

    /// The digest of its manifest; zero in a control statement, and without ``claims``.
    package var manifestDigest: Hash { bundle.entries[position].payload }

    /// Whether it is a control statement.
    package var isControl: Bool { bundle.entries[position].kind == .control }

    /// The leaf.
    package var leaf: ArraySlice<UInt8> { bundle.leaves[index] }

    /// Its place in the chain of a spool or of the ledger; nil where it is in none.
    package var link: ChainLink? {
        switch bundle.entries[position].form {
        case .unreadable: nil
        case .fields(let fields): bundle.link(fields, at: index)
        case .statement(let place): ChainLink(bundle.statements[place])
        }
    }

    /// `sub`, the thread that it belongs to; empty without ``claims``.
    package var subject: Text {
        switch bundle.entries[position].form {
        case .unreadable: ""
        case .fields(let fields): Text(uncheckedUTF8: bundle.bytes(fields.subject, at: index))
        case .statement(let place): bundle.statements[place].subject
        }
    }

    /// Number of artifacts that it names.
    package var artifactCount: Int { claims?.artifactCount ?? 0 }

    /// The SHA-256 of an artifact that it names.
    package func artifact(_ number: Int) -> Hash {
        switch bundle.entries[position].form {
        case .unreadable: .zero
        case .fields(let fields): bundle.hash(fields.artifact(number), at: index)
        case .statement(let place): bundle.statements[place].subjectDigests[number]
        }
    }

    /// The statement; nil without ``claims``.
    package func statement() -> Statement? {
        !isReadable ? nil : try? bundle.statement(at: index)
    }
}

/// What became of the manifest of an entry.
package enum AuditedManifest: UInt8, Sendable {
    /// There is none: a control statement holds its own; of an unreadable leaf nothing is known.
    case none

    /// It was not looked at, or the source serves no manifests.
    case notChecked

    /// The source says that it is not there: an erasure must say so.
    case absent

    /// It is the signed one, and has the form of its type.
    case right

    /// Another one is served, or it breaks a rule.
    case wrong
}
