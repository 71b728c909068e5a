import Encoding
import IndexMap
import LedgerStore
import Manifests
import Merkle
import Provenance

/// A statement on its way to the sequencer: what admission came to about it, and what the store
/// said about its names.
///
/// It is handed from array to array on its way to the disk, so all that does not change is one
/// reference.
struct Candidate: Sendable {
    private let admitted: Admitted

    /// What the store said about its names on the way to the queue; nil where nobody asked.
    var lookup: NameLookup?

    /// - Parameters:
    ///   - judge: the newest control statement of the registry that judged it; nil where none did.
    ///   - refusal: why that registry refuses it. Nothing else was looked at then.
    ///   - look: what is known of its picture.
    init(
        _ named: NamedStatement, manifest: [UInt8]?, judgedBy judge: EntryID?,
        refusal: Refusal? = nil, look: FreshHashes.Look = .unread
    ) {
        admitted = Admitted(
            named, manifest: manifest, judgedBy: judge, refusal: refusal, look: look)
    }

    var named: NamedStatement { admitted.named }

    var statement: Statement { admitted.named.statement }

    var id: EntryID { EntryID(admitted.named.name) }

    /// RFC 6962 leaf hash.
    var leafHash: Hash { admitted.leafHash }

    var nonce: Hash { admitted.named.nonce }

    /// Its keys in the index.
    var keys: [IndexKey] { admitted.named.keys }

    /// The manifest's bytes; nil for control statements, which hold theirs.
    var manifest: [UInt8]? { admitted.manifest }

    /// The newest control statement of the registry that judged it: a registry is what its
    /// control statements make it, and each of them names the one before.
    var judge: EntryID? { admitted.judge }

    /// Why that registry refuses it; nil where it is admitted.
    var refusal: Refusal? { admitted.refusal }

    /// What is known of its picture.
    var look: FreshHashes.Look { admitted.look }

    var isControl: Bool { admitted.isControl }

    /// Bytes that this entry holds in the queue.
    var byteCount: Int { statement.leaf.count + (manifest?.count ?? 0) }
}

/// All that can be computed of a statement without its index.
private final class Admitted: Sendable {
    let named: NamedStatement
    let leafHash: Hash
    let manifest: [UInt8]?
    let judge: EntryID?
    let refusal: Refusal?
    let look: FreshHashes.Look
    let isControl: Bool

    init(
        _ named: NamedStatement, manifest: [UInt8]?, judgedBy judge: EntryID?, refusal: Refusal?,
        look: FreshHashes.Look
    ) {
        self.named = named
        self.manifest = manifest
        self.judge = judge
        self.refusal = refusal
        self.look = look
        leafHash = .leaf(named.statement.leaf)
        isControl = named.statement.controlManifest != nil
    }
}

/// The result of a lookup of a statement that the store did not have.
struct NameLookup: Sendable {
    /// Size of a head that was published before the store was asked.
    let size: UInt64

    /// The entry that holds the statement's nonce: another one.
    let nonceIndex: UInt64?
}
