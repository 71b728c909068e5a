import ArgumentParser

/// Gets, keeps and looks into trust kits.
struct Trust: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fetch a trust kit, bring it up to date, look into it.",
        subcommands: [TrustFetch.self, TrustUpdate.self, Show.self, TrustName.self])

    struct Show: ColophonCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what a trust kit trusts.",
            discussion: """
                  colophon trust show trust.colophon-kit

                The kit is verified from its genesis first. Compare the genesis with what
                the ledger's operator publishes elsewhere: all else follows from it.
                """)

        @Argument(
            help: ArgumentHelp(
                "The trust kit, a file or a folder; default COLOPHON_TRUST.", valueName: "kit"))
        var kit: String?

        @OptionGroup var common: CommonOptions

        func perform(_ console: Console) async throws(Failure) -> ExitStatus {
            let settings = try await common.settings(["trust": kit])
            let kit = try NamedFile.kit(settings.requiredKit(isArgument: true))
            let text = TrustText(kit, NamedFile.names(console))
            if console.json {
                console.print(json: text.json)
            } else {
                for line in text.lines { console.print(line) }
            }
            return .yes
        }
    }
}
