import Checkpoints
import Encoding
import Manifests
import Merkle

/// The file `registry.cbor` (trust-kit.md §1), read and not yet folded.
///
///     [note: bstr, head: bstr, [+ [leaf: bstr, index: uint, [* bstr]]]]
///
/// `head` is the receipt of the last control statement in the tree of `note`.
struct RegistryFile {
    /// Bytes of the file: 4,096 control statements of the largest size.
    static let byteLimit = 96 * 1024 * 1024

    let controls: [(statement: Statement, index: UInt64)]
    private let note: [UInt8]
    private let receipt: Receipt
    private let paths: [[Hash]]

    init(_ bytes: [UInt8]) throws(TrustKitError) {
        guard bytes.count <= Self.byteLimit else {
            throw Self.error("must not exceed \(Self.byteLimit) bytes")
        }
        let item: CBOR
        do throws(CBORError) {
            item = try CBOR.decode(bytes)
        } catch {
            throw Self.error("must be deterministic CBOR: \(error)")
        }
        guard let parts = item.arrayValue, parts.count == 3, let note = parts[0].bytesValue,
            let head = parts[1].bytesValue, let rows = parts[2].arrayValue, !rows.isEmpty
        else {
            throw Self.error("must be [note, head, [+ [leaf, index, path]]]")
        }
        self.note = note
        do throws(Refusal) {
            receipt = try Receipt(head)
        } catch {
            throw Self.error("head: \(error)")
        }
        var controls: [(statement: Statement, index: UInt64)] = []
        var paths: [[Hash]] = []
        for row in rows {
            let (statement, index, path) = try Self.row(row)
            guard index > controls.last?.index ?? 0 || controls.isEmpty else {
                throw Self.error("must rise by index")
            }
            controls.append((statement, index))
            paths.append(path)
        }
        self.controls = controls
        self.paths = paths
    }

    /// Returns the head after verifying its note and each entry's inclusion in it.
    func verifiedHead(_ registry: Registry) throws(TrustKitError) -> SignedCheckpoint {
        let signed: SignedCheckpoint
        do throws(SignedCheckpointError) {
            signed = try SignedCheckpoint(parsing: note)
        } catch {
            throw Self.error("note: \(CheckpointRefusal.malformed(error))")
        }
        let checkpoint: Checkpoint
        do throws(CheckpointRefusal) {
            checkpoint = try signed.open(as: registry.origin.text, by: registry.noteKeys.terms)
                .checkpoint
        } catch {
            throw Self.error("note: \(error)")
        }
        for (control, path) in zip(controls, paths) {
            let root: Hash
            do throws(ProofError) {
                root = try InclusionProof(
                    leafIndex: control.index, treeSize: checkpoint.size, path: path
                ).root(from: .leaf(control.statement.leaf))
            } catch {
                throw Self.error("entry \(control.index): \(error)")
            }
            guard root == checkpoint.root else {
                throw Self.error("entry \(control.index) is not in the tree of the note")
            }
        }
        return signed
    }

    /// Returns the head's time, claim 6 of the receipt of the last control statement.
    func verifiedTime(
        _ head: Checkpoint, _ registry: Registry, _ keys: [Hash: VerificationKey]
    ) throws(TrustKitError) -> UInt64 {
        guard case .inclusion(let proof) = receipt.proof, let last = controls.last,
            proof.leafIndex == last.index, proof.treeSize == head.size,
            proof.root(from: .leaf(last.statement.leaf)) == head.root,
            receipt.origin == registry.origin.text
        else {
            throw Self.error("head must be the receipt of the last entry in the note's tree")
        }
        guard let key = keys[receipt.keyID], key.algorithm == receipt.algorithm,
            registry.isReceiptKey(receipt.keyID, forSize: head.size)
        else {
            throw Self.error("head must be signed by the registry's receipt key of its size")
        }
        guard let bytes = receipt.note else { throw Self.error("head must carry its checkpoint") }
        do throws(CheckpointRefusal) {
            _ = try registry.open(note: bytes, about: (head.size, head.root))
        } catch {
            throw Self.error("head: checkpoint: \(error)")
        }
        do throws(SignatureError) {
            try key.check(
                signature: receipt.signature, for: receipt.toBeSigned(root: head.root))
        } catch {
            throw Self.error("head: signature: \(error)")
        }
        return receipt.issuedAt
    }

    private static func row(
        _ item: CBOR
    ) throws(TrustKitError) -> (Statement, UInt64, [Hash]) {
        guard let parts = item.arrayValue, parts.count == 3, let leaf = parts[0].bytesValue,
            let index = parts[1].unsignedValue, index <= Limits.largestInteger,
            let nodes = parts[2].arrayValue
        else {
            throw error("must hold entries [leaf, index, path]")
        }
        var path: [Hash] = []
        for node in nodes {
            guard let bytes = node.bytesValue, let hash = Hash(bytes) else {
                throw error("entry \(index) must have a path of 32-byte hashes")
            }
            path.append(hash)
        }
        do throws(Refusal) {
            return (try Statement(leaf: leaf), index, path)
        } catch {
            throw Self.error("entry \(index): \(error)")
        }
    }

    static func error(_ rule: String) -> TrustKitError {
        TrustKitError(.registry, rule)
    }
}
