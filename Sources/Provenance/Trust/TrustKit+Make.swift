import Checkpoints
import Encoding
public import Merkle

extension TrustKit {
    /// One control statement with its proof, as a ledger gives it for a kit.
    public struct Evidence: Sendable {
        /// The statement's leaf.
        public let leaf: [UInt8]

        /// Its inclusion in the tree of the kit's head.
        public let proof: InclusionProof

        /// Puts leaf and proof together.
        public init(leaf: [UInt8], proof: InclusionProof) {
            self.leaf = leaf
            self.proof = proof
        }
    }

    /// Writes the files of a kit that trusts `registry`'s ledger alone, with no quorum.
    ///
    /// `head` is the newest head's; `controls` are all control statements, rising by index.
    public static func make(
        registry: Registry, head: HeadReceipt, controls: [Evidence]
    ) -> Files {
        let rows = controls.map { control in
            CBOR.array([
                .bytes(control.leaf), .unsigned(control.proof.leafIndex),
                .array(control.proof.path.map { .bytes($0.bytes) }),
            ])
        }
        let receipt = controls.last.map { head.receipt($0.proof) } ?? []
        let file = CBOR.array([.bytes(head.note), .bytes(receipt), .array(rows)])
        let keySet = registry.receiptKeys.terms.map { $0.key.keySetMember }
        let receiptKeys = CBOR.map(
            CBORMap([(.text(registry.origin.text), .array(keySet))]))
        let policy = registry.noteKeys.terms.map { "log \($0.key)\n" }.joined() + "quorum none\n"
        return Files(
            policy: Array(policy.utf8),
            genesis: Array("\(registry.genesis)\n".utf8),
            registry: file.encoded(),
            receiptKeys: receiptKeys.encoded(),
            timestampRoots: nil)
    }
}
