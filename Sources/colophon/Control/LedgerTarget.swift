import ArgumentParser

/// Which ledger an administrator means, and where it answers.
struct LedgerTarget: ParsableArguments {
    @Option(help: ArgumentHelp("The ledger's address (COLOPHON_LEDGER).", valueName: "url"))
    var ledger: String?

    @Option(
        help: ArgumentHelp(
            "The trust kit of the ledger that is meant (COLOPHON_TRUST).", valueName: "dir"))
    var trust: String?

    @Option(
        help: ArgumentHelp(
            """
            The origin of the ledger that is meant. Without this and without a kit it is the one \
            that --admin has signed for there; the first time, you are asked.
            """, valueName: "origin"))
    var origin: String?
}
