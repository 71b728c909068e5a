import Checkpoints
import Encoding
import LogReader
import Merkle
import Provenance
import Studio

/// What is said of a head: who signed it, who has seen it, what it extends.
struct HeadText {
    private let head: AcceptedHead
    private let trust: ProofTrust
    private let names: Names

    init(_ head: AcceptedHead, _ trust: ProofTrust, _ names: Names) {
        self.head = head
        self.trust = trust
        self.names = names
    }

    /// What the head is, in the middle of a sentence.
    static func title(_ head: AcceptedHead) -> String {
        "the tree of \(entries(head.checkpoint.size))"
    }

    /// A number of entries in words.
    static func entries(_ count: UInt64) -> String { count == 1 ? "1 entry" : "\(count) entries" }

    /// The lines below a title, each with its own word in front.
    var facts: [Claims.Claim] {
        var facts = [
            Claims.Claim(name: "root", value: "\(head.checkpoint.root)"),
            Claims.Claim(name: "base64", value: Base64.encode(head.checkpoint.root.bytes)),
        ]
        if let under = head.under {
            return facts + [
                Claims.Claim(
                    name: "signed by",
                    value: "nobody here: computed from tiles, which the log's signed checkpoint of "
                        + "size \(under.claim.size) proves")
            ]
        }
        facts += head.signers.map { Claims.Claim(name: "signed by", value: Self.name(of: $0)) }
        if let time = head.time {
            facts.append(Claims.Claim(name: "at", value: "\(Instant(time)), by its own clock"))
        }
        return facts + witnesses
    }

    private var witnesses: [Claims.Claim] {
        let seen = head.seenBy.map { witness, time in
            let name = Names.beside("\(witness.name)", names[id: "\(witness.key)"])
            return Claims.Claim(name: "seen by", value: "\(name), \(Instant(time))")
        }
        guard let evaluation = head.evaluation else { return seen }
        switch evaluation.quorum {
        case .notRequired: return seen
        case .met(let time):
            return seen + [Claims.Claim(name: "quorum", value: "complete by \(Instant(time))")]
        case .notMet:
            return seen + [Claims.Claim(name: "quorum", value: "NOT MET: too few have seen it")]
        }
    }

    /// The newest head that is known besides, and that is of the same log.
    var extends: [Claims.Claim] {
        guard let kit = trust.kit, kit.size != head.checkpoint.size else { return [] }
        let word = kit.size < head.checkpoint.size ? "extends" : "begins"
        return [
            Claims.Claim(name: word, value: "the trust kit's tree of \(Self.entries(kit.size))")
        ]
    }

    /// A key by its name and ID, as a note has them.
    static func name(of key: VerifierKey) -> String {
        "\(key)".split(separator: "+", maxSplits: 2).prefix(2).joined(separator: "+")
    }

    /// The head for programs (proofs.md §7).
    var json: JSON {
        let witnesses = head.seenBy.map { witness, time in
            JSON.object(
                Console.object([
                    ("name", .string(Text("\(witness.name)"))),
                    ("key", .string(Text("\(witness.key)"))),
                    ("time", .string(Text(UTC.text(time)))),
                ]))
        }
        return .object(
            Console.object([
                ("size", .integer(Int64(clamping: head.checkpoint.size))),
                ("root", .string(Text("\(head.checkpoint.root)"))),
                ("note", Self.json(head.head.signed)), ("under", Self.json(head.under)),
                ("keys", .array(head.signers.map { .string(Text("\($0)")) })),
                ("time", head.time.map { .string(Text(UTC.text($0))) }),
                ("witnesses", .array(witnesses)),
                ("quorum", quorum),
            ]))
    }

    private static func json(_ signed: SignedCheckpoint?) -> JSON? {
        signed.flatMap { Text(utf8: $0.encoded) }.map { .string($0) }
    }

    /// True, false, or null where nobody asks for one.
    private var quorum: JSON? {
        switch head.evaluation?.quorum {
        case nil: nil
        case .notRequired: .null
        case .met: .bool(true)
        case .notMet: .bool(false)
        }
    }
}
