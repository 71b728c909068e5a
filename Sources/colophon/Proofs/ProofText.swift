import Checkpoints
import Encoding
import LogReader
import Merkle
import Provenance
import Studio

/// A proof for a person: what is proven, and the arithmetic behind it in short.
///
/// No line is longer than a terminal is wide; a hash has 64 digits and fits.
enum ProofText {
    /// The columns of the words in front of facts.
    private static let nameWidth = 11

    /// Returns the proof that an entry is in the log.
    static func lines(
        of leaf: ProvenLeaf, _ trust: ProofTrust, _ names: Names
    ) -> [String] {
        let proof = leaf.proof
        let origin = proof.head.checkpoint.origin.string
        var lines = Columns.wrap("ENTRY \(proof.index) IS IN THE LOG \(origin)", head: "")
        lines += facts(entry(of: leaf)) + [""]
        let hashes = counted(proof.inclusion.path.count, "hash", "hashes")
        let words =
            proof.inclusion.path.isEmpty
            ? "The leaf's hash is the root of \(HeadText.title(leaf.head)): no other is needed."
            : """
            The \(hashes) from the leaf to the root of \(HeadText.title(leaf.head)). Each step is \
            SHA-256 of a byte 01, the left and the right hash:
            """
        lines += Columns.wrap(words, head: "")
        lines += steps(proof.inclusion.steps(from: proof.leafHash))
        return lines + [""] + self.lines(of: leaf.head, "The head,", trust, names)
    }

    /// Returns the proof that the log has only grown.
    static func lines(
        of growth: ProvenLogGrowth, _ trust: ProofTrust, _ names: Names
    ) -> [String] {
        let proof = growth.growth.proof
        let (old, new) = (growth.old.checkpoint, growth.new.checkpoint)
        let title =
            old == new
            ? "THE LOG \(new.origin) DID NOT GROW: BOTH HEADS ARE OF \(new.size) ENTRIES"
            : "THE LOG \(new.origin) ONLY GREW FROM \(old.size) TO \(new.size) ENTRIES"
        var lines = Columns.wrap(title, head: "")
        lines.append("")
        if let start = proof.start(old: old.root) {
            lines += Columns.wrap(
                "The steps from a node of both trees to the root of the newer one, each SHA-256 "
                    + "of a byte 01, the left and the right hash. The older root is that of the "
                    + "steps with a left hash alone:", head: "")
            lines += facts([Claims.Claim(name: "from", value: "\(start)")])
            lines += steps(proof.steps(old: old.root))
        } else {
            lines += Columns.wrap("Both trees are one: no hash is needed.", head: "")
        }
        lines += [""] + self.lines(of: growth.old, "The older head,", trust, names)
        return lines + [""] + self.lines(of: growth.new, "The newer head,", trust, names)
    }

    /// What is known of the entry itself.
    private static func entry(of leaf: ProvenLeaf) -> [Claims.Claim] {
        var facts: [Claims.Claim] = []
        if let statement = leaf.statement {
            facts = [
                Claims.Claim(name: "entry", value: "\(statement.id)"),
                Claims.Claim(name: "type", value: statement.predicate.string),
                Claims.Claim(name: "issuer", value: statement.issuer.string),
            ]
        }
        facts += leaf.indexClaims
        if let claim = leaf.formClaim { facts.append(claim) }
        facts.append(Claims.Claim(name: "leaf hash", value: "\(leaf.proof.leafHash)"))
        if let statement = leaf.statement {
            facts.append(
                Claims.Claim(
                    name: "",
                    value: "SHA-256 of a byte 00 and the \(statement.leaf.count) bytes of the "
                        + "statement"))
        }
        return facts
    }

    /// Returns a head with who signed it and who has seen it.
    static func lines(
        of head: AcceptedHead, _ title: String, _ trust: ProofTrust, _ names: Names
    ) -> [String] {
        let text = HeadText(head, trust, names)
        return Columns.wrap("\(title) \(HeadText.title(head)):", head: "")
            + facts(text.facts + text.extends)
    }

    /// Returns facts below each other, each with its word in front.
    static func facts(_ facts: [Claims.Claim]) -> [String] {
        facts.flatMap { fact in
            Columns.wrap(fact.value, head: "  " + Columns.pad(fact.name, to: nameWidth))
        }
    }

    private static func steps(_ steps: [ProofStep]) -> [String] {
        steps.enumerated().map { place, step in
            let number = "\(place + 1)"
            let indent = String(repeating: " ", count: max(0, 4 - number.count))
            return "\(indent)\(number)  \(Columns.pad(step.isOnRight ? "right" : "left", to: 7))"
                + "\(step.sibling)"
        }
    }

    private static func counted(_ count: Int, _ one: String, _ many: String) -> String {
        count == 1 ? "one \(one)" : "\(count) \(many)"
    }
}
