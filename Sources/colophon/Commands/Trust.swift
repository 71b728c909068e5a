import ArgumentParser

/// Looks into trust kits.
struct Trust: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look into a trust kit.",
        subcommands: [Show.self])

    struct Show: ColophonCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what a trust kit trusts.",
            discussion: """
                  colophon trust show trust/

                The kit is verified from its genesis first. Compare the genesis with what
                the ledger's operator publishes elsewhere: all else follows from it.
                """)

        @Argument(help: ArgumentHelp("The trust kit; default COLOPHON_TRUST.", valueName: "dir"))
        var folder: String?

        @OptionGroup var common: CommonOptions

        func perform(_ console: Console) async throws(Failure) -> ExitStatus {
            let settings = try await common.settings(["trust": folder])
            let kit = try NamedFile.kit(settings.required("trust"))
            let text = TrustText(kit)
            if console.json {
                console.print(json: text.json)
            } else {
                for line in text.lines { console.print(line) }
            }
            return .yes
        }
    }
}
