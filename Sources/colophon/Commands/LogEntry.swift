import ArgumentParser
import Encoding
import LogReader
import Provenance
import Studio

/// Gives an entry out, proven.
struct LogEntry: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "entry",
        abstract: "Print an entry, or save its bytes, proven into the log.",
        discussion: """
            An ENTRY is an index or an EntryID. A person gets the statement's headers, which
            are its signer's claims; --out saves the exact bytes that are in the log.

              colophon log entry 4 --ledger https://ledger.example/prints --trust trust/
              colophon log entry 4 --from mirror/ --trust trust/ --out entry.cose
              colophon log entry 4 --from mirror/ --trust trust/ --manifest \\
                --out manifest.json
              colophon log entry 4 --generic --policy logs.policy \\
                --ledger https://ledger.example/prints

            An EntryID may begin with "-": write --entry=ID, or /entries/ID.
            """)

    @Argument(help: ArgumentHelp("An index or an EntryID.", valueName: "entry"))
    var name: String?

    @Option(help: ArgumentHelp("The entry.", valueName: "id"))
    var entry: String?

    @Flag(help: "The manifest in the entry's place, where the log has it.")
    var manifest = false

    @Option(
        help: ArgumentHelp(
            "Write the bytes into this file, which must be new or have them already.",
            valueName: "file"))
    var out: String?

    @Option(
        help: ArgumentHelp(
            "The most entries that are read where nothing says where an entry is.",
            valueName: "n"))
    var limit = EntryWalk.usualLimit

    @OptionGroup var place: LogPlace

    @OptionGroup var log: LogOptions

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        guard limit > 0 else { throw .usage("--limit must be 1 or more") }
        let named = try subject()
        guard !log.generic || !manifest else {
            throw .usage("--manifest: entries of other logs have none")
        }
        let desk = try await LogDesk(
            log, folder: place.from, filesAlone: place.fromTiles, common, console)
        let progress = ProgressLine(console)
        let walk = EntryWalk(limit: limit) { _ in
        } onProgress: { done, total, bytes in
            progress.report("reading entries", done, of: total, bytes: bytes)
        }
        let (leaf, bytes) = try await desk.with {
            [wantsManifest = manifest] log throws(ProvingError) -> (ProvenLeaf, [UInt8]?) in
            defer { progress.clear() }
            if case .index(let index) = named, desk.isAnyLog {
                return (try await log.proveAny(index), try await log.leaf(at: index))
            }
            let leaf = try await log.prove(named, as: .receipt, walk)[0]
            guard wantsManifest else {
                return (leaf, leaf.statement?.leaf ?? leaf.illFormed?.bytes)
            }
            return (leaf, try await log.manifest(of: leaf))
        }
        guard let bytes else {
            throw .no(
                desk.place, "has no manifest of entry \(leaf.proof.index) (any more)",
                hint: "the entry itself is there: leave out --manifest")
        }
        try give(bytes, leaf, desk, console)
        return .yes
    }

    private func subject() throws(Failure) -> EntryToProve {
        guard let text = entry ?? name, entry == nil || name == nil else {
            throw .usage("one entry is to be named", hint: "colophon log entry 42")
        }
        if entry == nil, let index = DecimalNumber.parse(text) { return .index(index) }
        guard !log.generic else {
            throw .usage(
                "\"\(text)\" is no index: entries of other logs have no other names here")
        }
        return .entry(try EntryArgument.parse(text))
    }

    private func give(
        _ bytes: [UInt8], _ leaf: ProvenLeaf, _ desk: LogDesk, _ console: Console
    ) throws(Failure) {
        leaf.warn(console)
        let text = LeafText(leaf, bytes, isManifest: manifest, desk.trust)
        guard let out else {
            console.json
                ? console.print(json: text.json)
                : text.lines.forEach { console.print($0) }
            return
        }
        let isNew = try NewOrSame.write(bytes, to: out)
        console.print(
            "\(out) \(leaf.proof.index)",
            [
                ("file", .string(Text(out))), ("index", ProofJSON.number(leaf.proof.index)),
                ("entry", leaf.entryID.map { .string(Text("\($0)")) }),
                ("status", isNew ? "written" : "known"),
            ])
    }
}
