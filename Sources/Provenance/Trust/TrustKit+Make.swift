public import Checkpoints
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

    /// Writes the files of a kit that trusts `registry`'s ledger alone.
    ///
    /// `head` is the newest head's; `controls` are all control statements, rising by index.
    /// Witnesses, groups and quorum are those of `witnesses`, without the addresses, which a
    /// collector asks nothing; where it is nil the kit has no quorum.
    ///
    /// `timestampRoots` are the certificates of the timestamp authorities' roots as PEM;
    /// `calendars` are the URLs of the calendars, at most 16 of at most 255 bytes, none twice.
    public static func make(
        registry: Registry, head: HeadReceipt, controls: [Evidence],
        witnesses: TrustPolicy? = nil, timestampRoots: [UInt8]? = nil, calendars: [String] = []
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
        return Files(
            policy: policy(registry, witnesses),
            genesis: Array("\(registry.genesis)\n".utf8),
            registry: file.encoded(),
            receiptKeys: receiptKeys.encoded(),
            timestampRoots: timestampRoots,
            calendars: CalendarsFile.bytes(of: calendars))
    }

    /// The ledger's note keys, and whose cosignatures are asked for.
    private static func policy(_ registry: Registry, _ witnesses: TrustPolicy?) -> [UInt8] {
        let logs = registry.noteKeys.terms.flatMap { Array("log \($0.key)\n".utf8) }
        return logs + (witnesses?.witnessLines(withAddresses: false) ?? Array("quorum none\n".utf8))
    }
}
