import Encoding
import LogReader
import Provenance
import Studio

/// What is said of a proven leaf that is no statement known here: the log has it, and it is an
/// index head, or its form is wrong, or newer than this program.
extension ProvenLeaf {
    /// The type that only a newer version reads; nil of all others.
    var newerType: Text? {
        guard case .newer(let type)? = illFormed?.form else { return nil }
        return type
    }

    /// The rule that it breaks; nil of a statement, of an index head, of a newer one, and of what
    /// nobody has read.
    var formFault: String? {
        guard case .wrong(let refusal)? = illFormed?.form else { return nil }
        return "\(refusal)"
    }

    /// The index head that it is; nil of all others.
    var indexHead: IndexHead? {
        guard case .indexHead(let head)? = illFormed?.form else { return nil }
        return head
    }

    /// The name of the entry; nil of what is neither a statement nor an index head.
    var entryID: EntryID? { statement?.id ?? indexHead?.id }

    /// The same among the facts of an entry.
    var formClaim: Claims.Claim? {
        let words =
            newerType.map { "not known to this program, which is older than the type \($0)" }
            ?? formFault.map { "WRONG, this is no statement: \($0)" }
        return words.map { Claims.Claim(name: "form", value: $0) }
    }

    /// What an index head says, as facts of an entry; none of all others.
    var indexClaims: [Claims.Claim] {
        guard let head = indexHead else { return [] }
        let covered = head.size == 1 ? "the first entry" : "the first \(head.size) entries"
        return [
            Claims.Claim(name: "entry", value: "\(head.id)"),
            Claims.Claim(
                name: "index head", value: "number \(head.chain.sequence), of \(covered)"),
            Claims.Claim(name: "made at", value: "\(Instant(head.issuedAt)), a claim"),
            Claims.Claim(name: "tree", value: "\(head.tree)"),
            Claims.Claim(name: "map", value: "\(head.map)"),
        ]
    }

    /// The index head for a program; nil of all others.
    var indexJSON: JSON? {
        indexHead.map { head in
            .object(
                Console.object([
                    ("sequence", ProofJSON.number(head.chain.sequence)),
                    ("size", ProofJSON.number(head.size)),
                    ("iat", ProofJSON.number(head.issuedAt)),
                    ("tree", .string(Text("\(head.tree)"))),
                    ("map", .string(Text("\(head.map)"))),
                ]))
        }
    }

    /// Tells a person, also where the result goes into a file.
    func warn(_ console: Console) {
        let place = "entry \(proof.index)"
        if let newerType {
            console.warn(
                place,
                "the log has it, and it is of type \(newerType), which this program does not know; "
                    + "a newer program does")
        }
        guard let formFault else { return }
        console.warn(
            place, "the log has it, and its form is wrong: it is no statement: \(formFault)")
    }
}
