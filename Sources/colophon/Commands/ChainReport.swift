import Encoding
import Merkle
import Provenance
import Studio

/// Prints what a ledger has of the spools of an issuer, and what that makes of the status.
struct ChainReport {
    /// Who says which entries there are.
    enum Source {
        /// The ledger, by a list: how far that is proven to be whole, the entries say.
        case list

        /// An audit that has read every entry of the log.
        case audit
    }

    private let issuer: Text
    private let source: Source
    private let console: Console

    init(issuer: Text, from source: Source, _ console: Console) {
        self.issuer = issuer
        self.source = source
        self.console = console
    }

    /// Prints all chains; the status is the answer of the check.
    func print(_ chains: [SpoolChain], _ entries: IssuerEntries) -> ExitStatus {
        for chain in chains {
            let text = SpoolChainText(chain)
            if console.json {
                console.print(json: text.json(issuer: issuer, size: entries.size))
            } else {
                for line in text.lines { console.print(line) }
            }
        }
        tell(entries)
        let status = status(chains, entries)
        if !console.quiet || status != .yes {
            let whole = chains.count(where: \.isWhole)
            var sums: [(Text, Int)] = [
                ("spools", chains.count), ("whole", whole), ("entries", entries.count),
            ]
            if source == .list {
                sums += [
                    ("unnumbered", entries.unnumberedCount),
                    ("unlisted", entries.unlisted.count), ("refused", entries.refused.count),
                    ("unknownKey", entries.unknown.count),
                ]
            }
            sums.append(("newer", entries.newerCount))
            if case .proven(let indexed) = entries.standing {
                sums.append(("indexed", Int(clamping: indexed)))
            }
            console.sum(
                "\(chains.count) \(chains.count == 1 ? "spool" : "spools"), \(whole) whole", sums)
        }
        return status
    }

    /// A contradiction stays one; a gap may close with what nobody can judge yet.
    private func status(_ chains: [SpoolChain], _ entries: IssuerEntries) -> ExitStatus {
        if chains.contains(where: \.contradicts) || !entries.refused.isEmpty
            || !entries.unlisted.isEmpty
        {
            return .no
        }
        guard entries.unknown.isEmpty else { return .tryAgain }
        if chains.contains(where: { !$0.isWhole }) {
            return entries.newerCount > 0 ? .tryAgain : .no
        }
        return chains.isEmpty ? .tryAgain : .yes
    }

    private func tell(_ entries: IssuerEntries) {
        for named in entries.unlisted.prefix(Self.shown) {
            console.warn(
                "entry \(named.index)", "\(named.entry) is \(issuer)'s, and the list lacks it")
        }
        for (named, refusal) in entries.refused.prefix(Self.shown) {
            console.warn(
                "entry \(named.index)", "\(named.entry) is not counted: \(refusal)")
        }
        if let first = entries.unknown.first {
            console.warn(
                nil,
                "\(entries.unknown.count) entries, the first at \(first.index), are newer than the "
                    + "trust kit, which does not know their key: bring it up to date")
        }
        if entries.newerCount > 0 {
            let count = entries.newerCount
            console.note(
                (count == 1 ? "1 entry is" : "\(count) entries are") + " newer than the "
                    + (source == .list ? "checkpoint" : "audit") + ", and not read")
        }
        if entries.unnumberedCount > 0 {
            let count = entries.unnumberedCount
            console.note(
                "\(count) statement\(count == 1 ? " has" : "s have") no number: no spool made "
                    + (count == 1 ? "it" : "them"))
        }
        if entries.numbered.isEmpty {
            console.note("no statement of \(issuer) has a number: nothing could be checked")
        }
        guard source == .list else {
            return console.note(
                "as of tree size \(entries.size), of which the audit has read every entry")
        }
        if case .proven(0) = entries.standing {
            return console.note(
                "as of tree size \(entries.size); none is left out: every entry was read")
        }
        if case .proven(let indexed) = entries.standing {
            let rest = entries.size - indexed
            return console.note(
                "as of tree size \(entries.size); none is left out: an index head covers the first "
                    + "\(indexed)"
                    + (rest == 0
                        ? "" : rest == 1 ? ", the other one was read" : ", \(rest) more were read"))
        }
        console.note(
            "as of tree size \(entries.size); which entries there are is the ledger's word")
        console.note("one that it hides shows as a gap, unless it is its spool's newest")
    }

    /// Warnings of a kind that are printed: the sum counts all.
    private static let shown = 8
}

/// One spool's chain, in words or as an object.
struct SpoolChainText {
    private let chain: SpoolChain

    /// Findings of a kind that are shown to a person; JSON has all.
    private static let shown = 8

    init(_ chain: SpoolChain) {
        self.chain = chain
    }

    private var name: String { Hex.encode(chain.spool.id) }

    var lines: [String] {
        var lines = ["spool \(name)", "    key \(Base64.encodeURL(chain.spool.keyID.bytes))"]
        lines.append("    \(summary)")
        lines += runs("missing", chain.missing) + doubled + unlinked
        lines += runs("refused by the ledger", chain.refused)
        lines += runs("has a receipt, and the ledger does not show it", chain.withheld)
        lines += runs("waiting in the spool", chain.waiting)
        return lines
    }

    private var summary: String {
        guard let highest = chain.highest else { return "no statement from number \(chain.from)" }
        let statements = chain.count == 1 ? "1 statement" : "\(chain.count) statements"
        let numbers =
            highest == chain.from ? "number \(highest)" : "numbers \(chain.from) to \(highest)"
        return "\(statements), \(numbers)" + (chain.isWhole ? ": whole" : "")
    }

    private func runs(_ words: String, _ runs: [SpoolChain.Run]) -> [String] {
        guard !runs.isEmpty else { return [] }
        var lines: [String] = ["    \(words):"]
        for run in runs.prefix(Self.shown) {
            let numbers =
                run.first == run.last ? "\(run.last)" : "\(run.first) to \(run.last)"
            lines.append("        \(numbers)" + (run.entry.map { ", entry \($0)" } ?? ""))
        }
        return lines + more(runs.count)
    }

    private var doubled: [String] {
        guard !chain.doubled.isEmpty else { return [] }
        var lines = ["    doubled, so a copy of this spool has signed:"]
        for one in chain.doubled.prefix(Self.shown) {
            lines += one.entries.map { "        \(one.number), \(Self.words($0))" }
        }
        return lines + more(chain.doubled.count)
    }

    private var unlinked: [String] {
        guard !chain.unlinked.isEmpty else { return [] }
        var lines = ["    names another one before it than is there:"]
        for one in chain.unlinked.prefix(Self.shown) {
            lines.append("        \(one.number), \(Self.words(one.place))")
            lines.append("        names \(one.named)")
        }
        return lines + more(chain.unlinked.count)
    }

    private func more(_ count: Int) -> [String] {
        count > Self.shown ? ["        and \(count - Self.shown) more"] : []
    }

    private static func words(_ place: SpoolChain.Place) -> String {
        "entry \(place.entry)" + (place.index.map { " at \($0)" } ?? ", only in the folder")
    }

    func json(issuer: Text, size: UInt64) -> JSON.Object {
        Console.object([
            ("issuer", .string(issuer)), ("id", .string(Text(name))),
            ("kid", .string(Text(Base64.encodeURL(chain.spool.keyID.bytes)))),
            ("from", Self.number(chain.from)), ("highest", chain.highest.map(Self.number)),
            ("statements", .integer(Int64(chain.count))), ("whole", .bool(chain.isWhole)),
            ("missing", Self.json(chain.missing)), ("refused", Self.json(chain.refused)),
            ("withheld", Self.json(chain.withheld)), ("waiting", Self.json(chain.waiting)),
            (
                "doubled",
                .array(
                    chain.doubled.map {
                        [
                            "number": Self.number($0.number),
                            "entries": .array($0.entries.map(Self.json)),
                        ]
                    })
            ),
            (
                "unlinked",
                .array(
                    chain.unlinked.map {
                        [
                            "number": Self.number($0.number), "at": Self.json($0.place),
                            "names": .string(Text("\($0.named)")),
                        ]
                    })
            ), ("size", Self.number(size)),
        ])
    }

    private static func number(_ number: UInt64) -> JSON { .integer(Int64(clamping: number)) }

    private static func json(_ runs: [SpoolChain.Run]) -> JSON {
        .array(
            runs.map { run in
                .object(
                    Console.object([
                        ("first", number(run.first)), ("last", number(run.last)),
                        ("entry", run.entry.map { .string(Text("\($0)")) }),
                    ]))
            })
    }

    private static func json(_ place: SpoolChain.Place) -> JSON {
        .object(
            Console.object([
                ("entry", .string(Text("\(place.entry)"))), ("index", place.index.map(number)),
            ]))
    }
}
