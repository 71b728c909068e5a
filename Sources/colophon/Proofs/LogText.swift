import Checkpoints
import Encoding
import LogReader
import Merkle
import Provenance
import Studio

/// What a log is and how far it has come, in words or as one JSON object.
struct LogText {
    /// Where it was read.
    let place: String

    let trust: ProofTrust

    /// Its newest head.
    let head: AcceptedHead

    /// When the log signed that, in POSIX seconds; nil where nobody says.
    let time: UInt64?

    /// What else is served; nil of a log of others.
    let served: ServedFiles?

    private var size: UInt64 { head.checkpoint.size }

    private var bundles: UInt64 {
        (size + UInt64(TileID.width) - 1) / UInt64(TileID.width)
    }

    func print(to console: Console, _ names: Names, now: UInt64) {
        guard !console.json else { return console.print(json: json(names, now)) }
        let origin = head.checkpoint.origin.string
        let ledger = trust.kit.flatMap { names[$0.genesis] }
        for line in Columns.wrap("LOG \(Names.beside(origin, ledger))", head: "") {
            console.print(line)
        }
        for line in ProofText.facts(facts(names, now)) { console.print(line) }
    }

    private func facts(_ names: Names, _ now: UInt64) -> [Claims.Claim] {
        let text = HeadText(head, trust, names)
        var facts = [
            Claims.Claim(name: "at", value: place),
            Claims.Claim(
                name: "entries",
                value: "\(size), in \(bundles) \(bundles == 1 ? "bundle" : "bundles")"),
        ]
        facts += text.facts
        if let time { facts.append(Claims.Claim(name: "signed at", value: age(of: time, now))) }
        facts += text.extends
        if let kit = trust.kit {
            facts.append(Claims.Claim(name: "genesis", value: "\(kit.genesis)"))
            facts += (trust.registry ?? kit.registry).noteKeys.terms.map { term in
                Claims.Claim(
                    name: "key", value: "\(HeadText.name(of: term.key))\(Self.sizes(term))")
            }
        }
        if let served { facts.append(Claims.Claim(name: "serves", value: Self.words(served))) }
        return facts
    }

    private func age(of time: UInt64, _ now: UInt64) -> String {
        let age =
            now >= time
            ? "\(ProgressLine.time(now - time)) ago" : "in the future of this machine's clock"
        return "\(Instant(time)), by its own clock: \(age)"
    }

    private static func sizes(_ term: KeyHistory<VerifierKey>.Term) -> String {
        switch (term.firstSize, term.lastSize) {
        case (0, nil): ", all sizes"
        case (let first, nil): ", from size \(first) on"
        case (let first, let last?): ", sizes \(first) to \(last)"
        }
    }

    private static func words(_ served: ServedFiles) -> String {
        let all = [
            (served.manifests, "manifests"), (served.anchors, "anchors"),
            (served.control, "control statements"), (served.receiptKeys, "receipt keys"),
        ]
        let (there, lacking) = (all.filter(\.0).map(\.1), all.filter { !$0.0 }.map(\.1))
        var words = there.isEmpty ? "tiles and entries" : "tiles, entries, "
        words += there.joined(separator: ", ")
        return words
            + (lacking.isEmpty ? "" : "; not found: \(lacking.joined(separator: ", "))")
    }

    private func json(_ names: Names, _ now: UInt64) -> JSON.Object {
        let keys = trust.registry?.noteKeys.terms.map { term in
            JSON.object(
                Console.object([
                    ("key", .string(Text("\(term.key)"))),
                    ("firstSize", ProofJSON.number(term.firstSize)),
                    ("lastSize", term.lastSize.map(ProofJSON.number)),
                ]))
        }
        let files = served.map { served in
            JSON.object([
                "manifests": .bool(served.manifests), "anchors": .bool(served.anchors),
                "control": .bool(served.control), "receiptKeys": .bool(served.receiptKeys),
            ])
        }
        return Console.object([
            ("origin", .string(head.checkpoint.origin)), ("place", .string(Text(place))),
            ("size", ProofJSON.number(size)), ("bundles", ProofJSON.number(bundles)),
            ("head", HeadText(head, trust, names).json),
            ("signedAt", time.map { .string(Text(UTC.text($0))) }),
            ("age", time.map { ProofJSON.number(now >= $0 ? now - $0 : 0) }),
            ("genesis", trust.kit.map { .string(Text("\($0.genesis)")) }),
            ("kitSize", trust.kit.map { ProofJSON.number($0.size) }),
            ("keys", keys.map { .array($0) }), ("serves", files),
        ])
    }
}
