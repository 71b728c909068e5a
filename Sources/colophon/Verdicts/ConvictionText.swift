import Checkpoints
import Encoding
import Merkle

/// What a proof of misbehaviour shows, in words for a person or as one JSON object for a program.
struct ConvictionText: ConvictionReport {
    /// The file, as it was named.
    let name: String

    /// The proof, which is well formed.
    let proof: MisbehaviourProof

    /// What the log is convicted of, or why it is not.
    let verdict: Result<Conviction, ConvictionRefusal>

    /// What the log's operator has said of its key; nil where nothing is known of that.
    let doubt: KeyDoubt?

    /// The text in lines of at most 80 columns, where words allow it.
    var lines: [String] {
        switch verdict {
        case .success(let conviction):
            Columns.pack(Self.words(conviction), head: name + ":", indent: "  ")
                + (alibi + Self.advice(conviction.origin)).flatMap { Columns.wrap($0, head: "  ") }
        case .failure(let refusal):
            Columns.pack(["CONVICTS NOBODY:", "\(refusal)"], head: name + ":", indent: "  ")
                + Self.advice(refusal, proof.older.claim.origin).flatMap {
                    Columns.wrap($0, head: "  ")
                }
        }
    }

    private static func words(_ conviction: Conviction) -> [String] {
        let (older, newer) = (conviction.older.checkpoint, conviction.newer.checkpoint)
        let head = "\(conviction.origin) SIGNED TWO DIFFERENT LOGS:"
        guard !conviction.isOneSize else {
            return [
                head, "size \(older.size),", "roots \(root(older.root))",
                "and \(root(newer.root))",
            ]
        }
        return [
            head, "size \(older.size) with root \(root(older.root))",
            "and size \(newer.size) with root \(root(newer.root)),",
            "whose first \(older.size) entries", "have root \(root(conviction.prefixRoot))",
        ]
    }

    /// What the operator says to it, who may say so to get away with it: it acquits nobody.
    private var alibi: [String] {
        guard let doubt else { return [] }
        return [
            """
            Its operator says that the key was stolen, and that a thief may have signed what is of \
            size \(doubt.sizes.lowerBound) or more.
            """
        ]
    }

    private static func advice(_ origin: Text) -> [String] {
        [
            """
            Some were shown another log than others. Do not rely on the word of \(origin) \
            alone: ask its witnesses which of these heads they have seen.
            """,
            """
            Keep this file and send it to everyone who relies on the log, to its operator and \
            to its witnesses. Each can check it with this command; nobody could have made it \
            without the log's private key. It does not show whether the log used the key, or a \
            thief.
            """,
        ]
    }

    private static func advice(_ refusal: ConvictionRefusal, _ origin: Text) -> [String] {
        switch refusal {
        case .checkpoint(_, .unknownKey):
            ["To judge it, name the keys of \(origin) by a policy or trust kit that has them."]
        case .checkpoint, .sameTree, .unboundProof, .consistent: []
        }
    }

    /// A root as checkpoints have it.
    private static func root(_ hash: Hash) -> String { Base64.encode(hash.bytes) }

    /// The answer for programs.
    var json: JSON.Object {
        var members: [(Text, JSON?)] = [
            ("file", .string(Text(name))), ("convicts", .bool(status == .yes)),
            ("origin", .string(proof.older.claim.origin)),
        ]
        switch verdict {
        case .success(let conviction):
            members += [
                ("what", .string(conviction.isOneSize ? "two-roots" : "not-extended")),
                ("older", .object(Self.members(of: conviction.older))),
                ("newer", .object(Self.members(of: conviction.newer))),
                ("prefixRoot", .string(Text(Self.root(conviction.prefixRoot)))),
                (
                    "suspectFrom",
                    doubt.map { .integer(Int64(clamping: $0.sizes.lowerBound)) } ?? .null
                ),
            ]
        case .failure(let refusal):
            members.append(("reason", .string(Text("\(refusal)"))))
        }
        return Console.object(members)
    }

    private static func members(of head: VerifiedCheckpoint) -> JSON.Object {
        Console.object([
            ("size", .integer(Int64(clamping: head.checkpoint.size))),
            ("root", .string(Text(root(head.checkpoint.root)))),
            ("keys", .array(head.signers.map { .string(Text("\($0)")) })),
        ])
    }
}
