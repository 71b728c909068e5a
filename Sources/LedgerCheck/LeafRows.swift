import Encoding
import IndexMap
import LedgerStore
import Manifests
import Merkle
import Provenance
import RocksDB

/// The rows that follow from one leaf, computed again and again in the same memory.
struct LeafRows {
    /// SHA-256 of the statement in a leaf that is read; zero in control statements.
    private(set) var payload = Hash.zero

    /// The statement, where it is a control statement.
    private(set) var control: Statement?

    /// The index head, where it is one.
    private(set) var indexHead: IndexHead?

    private var id = Hash.zero
    private var nonce = Hash.zero
    private var subjectThread = Hash.zero
    private var issuerThread = Hash.zero
    private var artifacts: [Hash] = []
    private var issuer: [UInt8] = []
    private var scratch: [UInt8] = []
    private var leafKeys = LeafKeys()

    /// Whether rows of format 1 are asked for.
    private let hasOld: Bool

    /// - Parameter bounds: which rows are asked for.
    init(_ bounds: ListBounds) {
        hasOld = bounds.hasOld
    }

    /// Reads a leaf; false where it is neither a statement nor an index head.
    mutating func read(_ leaf: Span<UInt8>) -> Bool {
        id = .sha256(leaf)
        indexHead = nil
        control = nil
        payload = .zero
        guard let fields = LeafFields(leaf),
            let payload = Hash(leaf.extracting(fields.payload))
        else {
            return decode(leaf.copied())
        }
        self.payload = payload
        leafKeys.read(fields, of: leaf)
        scratch.removeAll(keepingCapacity: true)
        for place in fields.issuer { scratch.append(leaf[place]) }
        // Statements of one issuer come in a row.
        if hasOld, scratch != issuer {
            issuer = scratch
            issuerThread = .sha256(issuer)
        }
        scratch.append(0)
        for place in fields.claimID { scratch.append(leaf[place]) }
        nonce = .sha256(scratch)
        guard hasOld else { return true }
        subjectThread = .sha256(leaf.extracting(fields.subject))
        artifacts.removeAll(keepingCapacity: true)
        for position in 0..<fields.artifactCount {
            guard let digest = Hash(leaf.extracting(fields.artifact(position))) else {
                return decode(leaf.copied())
            }
            artifacts.append(digest)
        }
        return true
    }

    /// Reads a leaf with every rule of its form: control statements, and what looks odd.
    private mutating func decode(_ leaf: [UInt8]) -> Bool {
        do throws(Refusal) {
            let statement = try Statement(leaf: leaf)
            nonce = statement.nonceDigest
            leafKeys.read(statement)
            subjectThread = .sha256(statement.subject.utf8)
            issuer = statement.issuer.utf8
            issuerThread = .sha256(issuer)
            artifacts = statement.subjectDigests
            if statement.controlManifest != nil {
                control = statement
                payload = .zero
            } else {
                payload = statement.manifestDigest
            }
            return true
        } catch {
            indexHead = try? IndexHead(leaf: leaf)
            return indexHead != nil
        }
    }

    /// Calls `body` with each row of the leaf at `index` that must be there.
    func forEach(at index: UInt64, _ bounds: ListBounds, _ body: (DerivedRow) -> Void) {
        body(DerivedRow(0, id, index))
        // Nothing else leads to an index head but its own row (``IndexCheck``).
        guard indexHead == nil else { return }
        body(DerivedRow(1, nonce, index))
        if bounds.requires(.keys, at: index) {
            for key in leafKeys.keys { body(DerivedRow(2, key.hash, index)) }
        }
        if bounds.requires(.subjects, at: index) {
            for artifact in artifacts { body(DerivedRow(3, artifact, index)) }
        }
        guard bounds.requires(.threads, at: index) else { return }
        body(DerivedRow(4, kind: ThreadKind.subject.rawValue, subjectThread, index))
        body(DerivedRow(4, kind: ThreadKind.issuer.rawValue, issuerThread, index))
    }
}
