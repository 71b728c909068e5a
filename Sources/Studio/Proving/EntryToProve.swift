package import Encoding
package import LogReader
package import Manifests
package import Merkle
package import Provenance

/// The entries that somebody wants proven.
package enum EntryToProve: Sendable {
    /// The entry at this position.
    case index(UInt64)

    /// The entry of this name.
    case entry(EntryID)

    /// Each entry that names this artifact, or those of them that are picked; no pick means all.
    case artifact(Hash, picked: [EntryID])

    /// The entry of a record, whose receipts tell where it is, though not reliably.
    case record(TransparentStatement)
}

/// An entry with its proof, and what was read of it on the way.
package struct ProvenLeaf: Sendable {
    /// The path from the leaf to a head.
    package let proof: ProvenEntry

    /// The head, and who has seen it.
    package let head: AcceptedHead

    /// The statement, whose leaf is the one that is proven; nil where nobody has read it, or where
    /// it is none of ours.
    package let statement: Statement?

    /// A proven leaf that is no statement known here: what a ledger's log must not have, unless it
    /// is an index head, or a newer version reads it; nil of all others.
    package let illFormed: IllFormedLeaf?

    /// The ledger's receipt, which the kit finds good; nil where none was asked for.
    package let receipt: [UInt8]?

    /// Takes what belongs together.
    init(
        _ proof: ProvenEntry, _ head: AcceptedHead, _ statement: Statement?,
        receipt: [UInt8]? = nil, illFormed: IllFormedLeaf? = nil
    ) {
        self.proof = proof
        self.head = head
        self.statement = statement
        self.receipt = receipt
        self.illFormed = illFormed
    }
}

/// A leaf of a ledger's log that is no statement known here: an index head is none either.
///
/// Where it is proven the ledger has put it there, so that its bytes and their proof are what
/// convinces others.
package struct IllFormedLeaf: Hashable, Sendable {
    /// The bytes that are in the log.
    package let bytes: [UInt8]

    /// The rule of statements that they break.
    package let refusal: Refusal

    /// What it is.
    package enum Form: Hashable, Sendable {
        /// An index head, which a ledger logs as it does statements (index.md §8); nobody has
        /// checked its signature.
        case indexHead(IndexHead)

        /// Of this type, which only a newer version reads: nothing of it is false.
        case newer(Text)

        /// Nothing that any version reads, for this reason.
        case wrong(Refusal)
    }

    /// What it is, by its own type.
    package var form: Form {
        guard let type = NewerStatement(bytes, refused: refusal)?.type else {
            return .wrong(refusal)
        }
        guard type == EntryType.index.type else { return .newer(type) }
        do throws(Refusal) {
            return .indexHead(try IndexHead(leaf: bytes))
        } catch {
            return .wrong(error)
        }
    }
}
