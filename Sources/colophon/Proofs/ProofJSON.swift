import Checkpoints
import Encoding
import LogReader
import Merkle
import Provenance
import Studio

/// A proof for a program (proofs.md §7).
///
/// Hashes are in hexadecimal.
enum ProofJSON {
    /// Returns the proof that an entry is in the log; `name` is what it was named by.
    static func object(
        of leaf: ProvenLeaf, named name: String?, _ trust: ProofTrust, _ names: Names
    ) -> JSON.Object {
        let proof = leaf.proof
        return Console.object([
            ("proof", "inclusion"), ("name", name.map { .string(Text($0)) }),
            ("origin", .string(proof.head.checkpoint.origin)),
            ("index", number(proof.index)),
            ("entry", leaf.entryID.map { .string(Text("\($0)")) }),
            ("formFault", leaf.formFault.map { .string(Text($0)) }),
            ("newerType", leaf.newerType.map { .string($0) }),
            ("indexHead", leaf.indexJSON),
            ("leafHash", .string(Text("\(proof.leafHash)"))),
            ("treeSize", number(proof.inclusion.treeSize)),
            ("path", hashes(proof.inclusion.path)),
            ("root", .string(Text("\(proof.head.checkpoint.root)"))),
            ("head", HeadText(leaf.head, trust, names).json),
            ("kitSize", trust.kit.map { number($0.size) }),
        ])
    }

    /// Returns the proof that the log has only grown.
    static func object(
        of growth: ProvenLogGrowth, _ trust: ProofTrust, _ names: Names
    ) -> JSON.Object {
        let (old, new) = (growth.old.checkpoint, growth.new.checkpoint)
        return Console.object([
            ("proof", "consistency"), ("origin", .string(new.origin)),
            ("oldSize", number(old.size)), ("newSize", number(new.size)),
            ("oldRoot", .string(Text("\(old.root)"))),
            ("newRoot", .string(Text("\(new.root)"))),
            ("path", hashes(growth.growth.proof.path)),
            ("old", HeadText(growth.old, trust, names).json),
            ("new", HeadText(growth.new, trust, names).json),
            ("kitSize", trust.kit.map { number($0.size) }),
        ])
    }

    private static func hashes(_ hashes: [Hash]) -> JSON {
        .array(hashes.map { .string(Text("\($0)")) })
    }

    /// A size or an index: none is larger than what a program's integers hold.
    static func number(_ value: UInt64) -> JSON { .integer(Int64(clamping: value)) }
}
