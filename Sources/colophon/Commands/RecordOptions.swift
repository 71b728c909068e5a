import ArgumentParser

/// The flags of a provenance record.
struct RecordOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Who made it (COLOPHON_CREATOR).", valueName: "name"))
    var creator: String?

    @Option(help: ArgumentHelp("What it is called.", valueName: "text"))
    var title: String?

    @Option(help: ArgumentHelp("What a person should read about it.", valueName: "text"))
    var record: String?

    @Option(help: ArgumentHelp("The language of title and record; default en.", valueName: "tag"))
    var lang: String?

    @Option(
        help: ArgumentHelp(
            """
            What happened: capture, edit, publish, issue, transfer, correct or withdraw; \
            default capture, edit with --parent.
            """, valueName: "event"))
    var event: String?

    @OptionGroup var capture: CaptureOptions

    @Option(help: ArgumentHelp("The number of a copy, such as 7/50.", valueName: "n/total"))
    var edition: String?

    @Option(help: ArgumentHelp("The drop that the copy belongs to.", valueName: "uri"))
    var drop: String?

    @Option(
        help: ArgumentHelp("The record of what this was made from.", valueName: "file.colophon"))
    var parent: [String] = []

    @Option(help: ArgumentHelp("What was done, as C2PA names it.", valueName: "name"))
    var action: [String] = []

    @Option(
        help: ArgumentHelp(
            "The newest checkpoint this PoP has: it was signed after that.", valueName: "file"))
    var seen: String?

    /// Whether no flag says anything; a creator may come from the environment.
    var isEmpty: Bool {
        let texts = [creator, title, record, lang, event, edition, drop, seen]
        return texts.allSatisfy { $0 == nil } && capture.isEmpty && parent.isEmpty
            && action.isEmpty
    }
}
