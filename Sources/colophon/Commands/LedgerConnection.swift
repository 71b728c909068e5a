import ArgumentParser

/// Where a ledger answers, and who vouches for its address.
struct LedgerConnection: ParsableArguments {
    @Option(help: ArgumentHelp("The ledger's address (COLOPHON_LEDGER).", valueName: "url"))
    var ledger: String?

    @Option(
        help: ArgumentHelp(
            "The only authorities (PEM) that may vouch for the ledger (COLOPHON_CA).",
            valueName: "file"))
    var ca: String?

    /// The flags by the settings that they stand for.
    var flags: [String: String?] { ["ledger": ledger, "ca": ca] }
}
