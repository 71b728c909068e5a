import Encoding
import Merkle
import Provenance

/// A statement that admission let through, with all that can be computed without its index.
struct Candidate: Sendable {
    let statement: Statement

    /// RFC 6962 leaf hash.
    let leafHash: Hash

    /// SHA-256(iss || 0 || cti): one statement only may have it.
    let nonce: Hash

    /// The manifest's bytes; nil for control statements, which hold theirs.
    let manifest: [UInt8]?

    /// Number of control statements that admission knew of.
    let registrySequence: UInt64

    /// What the store said about its names on the way to the queue; nil where nobody asked.
    var lookup: NameLookup?

    init(_ statement: Statement, manifest: [UInt8]?, registrySequence: UInt64) {
        self.statement = statement
        self.manifest = manifest
        self.registrySequence = registrySequence
        leafHash = .leaf(statement.leaf)
        nonce = Hash.sha256(statement.issuer.utf8 + [0] + statement.claimID)
    }

    /// Bytes that this entry holds in the queue.
    var byteCount: Int { statement.leaf.count + (manifest?.count ?? 0) }
}

/// What the store said about a statement whose EntryID it did not have.
struct NameLookup: Sendable {
    /// Size of a head that was published before the store was asked.
    let size: UInt64

    /// The entry that holds the statement's nonce.
    let nonceIndex: UInt64?
}

/// What the sequencer did with one candidate.
enum Outcome: Sendable {
    /// It was given this index.
    case registered(UInt64)

    /// It has had this index already.
    case known(UInt64)

    /// Something that only the order decides stands against it, or it could not be stored.
    case refused(Refusal)
}

/// What the sequencer did with one chunk; receipts are made by whoever waited for it.
struct ChunkAnswer: Sendable {
    let outcomes: [Outcome]

    /// The batch that registered some of them; nil where none was.
    let batch: CommittedBatch?
}

/// A batch that is durable, with a head that is signed.
final class CommittedBatch: Sendable {
    let tree: TreeExtension
    let receipt: HeadReceipt

    init(tree: TreeExtension, receipt: HeadReceipt) {
        self.tree = tree
        self.receipt = receipt
    }
}
