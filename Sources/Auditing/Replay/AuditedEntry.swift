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
    package let manifestState: ManifestState

    private let bundle: ReadBundle
    private let read: ReadLeaf

    init(_ bundle: ReadBundle, at position: Int, _ manifestState: ManifestState) {
        self.bundle = bundle
        self.manifestState = manifestState
        index = bundle.leaves.indexes.lowerBound + UInt64(position)
        read = bundle.entries[position]
    }

    /// SHA-256 of the leaf.
    package var id: EntryID { EntryID(read.id) }

    /// What it says of itself; nil where the leaf is no statement of the right form.
    package var claims: SignedClaims? { read.claims }

    /// SHA-256(iss || 0 || cti): what an issuer may state only once; zero without ``claims``.
    package var nonce: Hash { read.nonce }

    /// The digest of its manifest; zero in a control statement, and without ``claims``.
    package var manifestDigest: Hash { read.payload }

    /// Whether it is a control statement.
    package var isControl: Bool { read.claims != nil && read.payload == .zero }

    /// The leaf.
    package var leaf: ArraySlice<UInt8> { bundle.leaves[index] }

    /// Its place in the chain of a spool or of the ledger; nil where it is in none.
    package var chain: ChainPlace? {
        switch read.form {
        case .unreadable: nil
        case .fields(let fields): bundle.chain(fields, at: index)
        case .statement(let place): bundle.statements[place].chain.map { ChainPlace($0) }
        }
    }

    /// `sub`, the thread that it belongs to; empty without ``claims``.
    package var subject: Text {
        switch read.form {
        case .unreadable: ""
        case .fields(let fields): Text(uncheckedUTF8: bundle.bytes(fields.subject, at: index))
        case .statement(let place): bundle.statements[place].subject
        }
    }

    /// Number of artifacts that it names.
    package var artifactCount: Int { read.claims?.artifactCount ?? 0 }

    /// The SHA-256 of an artifact that it names.
    package func artifact(_ position: Int) -> Hash {
        switch read.form {
        case .unreadable: .zero
        case .fields(let fields): bundle.hash(fields.artifact(position), at: index)
        case .statement(let place): bundle.statements[place].subjectDigests[position]
        }
    }

    /// The statement; nil without ``claims``.
    package func statement() -> Statement? {
        read.claims == nil ? nil : try? bundle.statement(at: index)
    }
}

/// What became of the manifest of an entry.
package enum ManifestState: UInt8, Sendable {
    /// There is none: a control statement holds its own, and of an unreadable leaf nothing is known.
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

/// The place of a statement in a chain, without memory of its own (statement.md §5).
package struct ChainPlace: Hashable, Sendable {
    /// The 16 bytes of the chain's id, most significant first.
    package let id: ChainID

    /// Number of statements before it.
    package let sequence: UInt64

    /// The EntryID digest of the statement before it; zero for the first.
    package let previous: Hash

    init(id: ChainID, sequence: UInt64, previous: Hash) {
        self.id = id
        self.sequence = sequence
        self.previous = previous
    }

    init(_ chain: Chain) {
        self.init(
            id: ChainID(chain.id.span), sequence: chain.sequence, previous: chain.previous)
    }
}

/// The 16 bytes that name a chain.
package struct ChainID: Hashable, Sendable {
    /// The first eight bytes, the most significant first.
    package let high: UInt64

    /// The last eight.
    package let low: UInt64

    /// Creates it of its halves.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    init(_ bytes: Span<UInt8>) {
        precondition(bytes.count == Limits.nonceBytes, "a chain's id has 16 bytes")
        var (high, low): (UInt64, UInt64) = (0, 0)
        for place in 0..<8 {
            high = high << 8 | UInt64(bytes[place])
            low = low << 8 | UInt64(bytes[place + 8])
        }
        self.init(high: high, low: low)
    }
}
