import ArgumentParser
import Checkpoints
import Encoding
import LogReader
import Merkle
import Provenance
import Studio

/// Gives a checkpoint out, verified.
struct LogCheckpoint: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Print a signed checkpoint, or save it.",
        discussion: """
            The newest one, or with --size the one that the log keeps of that size. Saved,
            it is what colophon prove --from takes later.

              colophon log checkpoint --ledger https://ledger.example/prints \\
                --trust trust/ --out today.checkpoint
            """)

    @Option(help: ArgumentHelp("The tree's number of entries.", valueName: "n"))
    var size: UInt64?

    @Option(
        help: ArgumentHelp(
            "Write the checkpoint into this file, which must be new or have it already.",
            valueName: "file"))
    var out: String?

    @OptionGroup var place: LogPlace

    @OptionGroup var log: LogOptions

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let desk = try await LogDesk(
            log, folder: place.from, filesAlone: place.fromTiles, common, console)
        let head = try await desk.with { [size] log throws(ProvingError) in
            try await log.head(size.map { .size($0) } ?? .newest)
        }
        guard let signed = head.head.signed else {
            throw .no(
                desk.place,
                "no checkpoint of size \(head.checkpoint.size) is kept there, and its root is "
                    + "\(head.checkpoint.root)",
                hint: "colophon prove --from SIZE proves that tree without one")
        }
        let text = HeadText(head, desk.trust, NamedFile.names(console))
        if let out {
            let isNew = try NewOrSame.write(signed.encoded, to: out)
            console.print(
                "\(out) \(head.checkpoint.size)",
                [
                    ("file", .string(Text(out))), ("status", isNew ? "written" : "known"),
                    ("origin", .string(head.checkpoint.origin)), ("head", text.json),
                ])
        } else if console.json {
            console.print(json: ["origin": .string(head.checkpoint.origin), "head": text.json])
        } else if Console.printsToTerminal {
            console.print(text: String(decoding: signed.encoded.dropLast(), as: UTF8.self))
        } else {
            console.print(raw: signed.encoded)
        }
        return .yes
    }
}
