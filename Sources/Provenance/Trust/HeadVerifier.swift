public import Checkpoints
import Encoding
public import Manifests
public import Merkle

/// Checks what a ledger has signed about its tree heads, against its own registry.
///
/// For those who have the registry and the tree: an auditor, or the ledger itself about what it
/// has stored. Verifying a file with a trust kit is ``Verifier``'s.
public struct HeadVerifier: Sendable {
    private let registry: Registry
    private let receiptKeys: [Hash: VerificationKey]

    /// Prepares the keys that `registry` has had; throws where one of them cannot be used.
    public init(_ registry: Registry) throws(Refusal) {
        self.registry = registry
        var keys: [Hash: VerificationKey] = [:]
        for term in registry.receiptKeys.terms {
            keys[term.key.keyID] = try Registry.prepared(term.key)
        }
        receiptKeys = keys
    }

    /// Checks the note of a head: a log key that was in force at `size` signed this root.
    public func checkNote(
        of head: HeadReceipt, size: UInt64, root: Hash
    ) throws(Refusal) {
        do throws(CheckpointRefusal) {
            _ = try registry.open(note: head.note, about: (size, root))
        } catch {
            throw Refusal(.signature, field: "note", rule: "\(error)")
        }
    }

    /// Checks the receipt signature of a head: the receipt key that was in force at `size`
    /// signed this root with this time, in POSIX seconds.
    public func checkReceipt(
        of head: HeadReceipt, size: UInt64, root: Hash, time: UInt64
    ) throws(Refusal) {
        let proof: ConsistencyProof
        do throws(ProofError) {
            // Nothing signed depends on what is proven; this proof is the shortest.
            proof = try ConsistencyProof(oldSize: size, newSize: size, path: [])
        } catch {
            throw Refusal(.malformed, field: "head", rule: "cannot have this size: \(error)")
        }
        let receipt = try Receipt(head.receipt(proof))
        guard receipt.issuedAt == time else {
            throw Refusal(.mismatch, field: "receipt iat", rule: "must be the head's time \(time)")
        }
        try checkSignature(of: receipt, size: size, root: root)
    }

    private func checkSignature(
        of receipt: Receipt, size: UInt64, root: Hash
    ) throws(Refusal) {
        guard receipt.origin == registry.origin.text else {
            throw Refusal(.mismatch, field: "receipt sub", rule: "must be the ledger's origin")
        }
        guard let key = receiptKeys[receipt.keyID], key.algorithm == receipt.algorithm,
            registry.isReceiptKey(receipt.keyID, forSize: size)
        else {
            throw Refusal(
                .unknownKey, field: "receipt kid",
                rule: "must be the receipt key that was in force at size \(size)")
        }
        do throws(SignatureError) {
            try key.check(
                signature: receipt.signature, for: receipt.toBeSigned(root: root))
        } catch {
            throw Refusal(.signature, field: "receipt signature", rule: "\(error)")
        }
    }
}

extension HeadVerifier {
    /// Returns what a note says of the log, once a log key that was in force at its size is found
    /// to have signed it.
    public func head(of note: [UInt8]) throws(Refusal) -> Checkpoint {
        do throws(CheckpointRefusal) {
            return try registry.open(note: note).checkpoint
        } catch {
            throw Refusal(.signature, field: "note", rule: "\(error)")
        }
    }

    /// Checks that `receipt` proves `leaf` to be an entry of this ledger's log.
    public func check(_ receipt: Receipt, of leaf: [UInt8]) throws(Refusal) {
        guard case .inclusion(let proof) = receipt.proof else {
            throw Refusal(.mismatch, field: "receipt", rule: "must be about an entry")
        }
        guard let note = receipt.note else {
            throw Refusal(.malformed, field: "receipt", rule: "must carry its checkpoint")
        }
        let root = proof.root(from: .leaf(leaf))
        do throws(CheckpointRefusal) {
            _ = try registry.open(note: note, about: (proof.treeSize, root))
        } catch {
            throw Refusal(.signature, field: "receipt note", rule: "\(error)")
        }
        try checkSignature(of: receipt, size: proof.treeSize, root: root)
    }
}
