import ArgumentParser

/// A copy of a log in the ledger's place, from which proofs of completeness are made.
struct CopyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "In the ledger's place, a folder with a copy of the log.", valueName: "dir"))
    var copy: String?

    @Option(
        help: ArgumentHelp(
            "A folder that keeps the keys of the copy, made where it is missing.",
            valueName: "dir"))
    var cache: String?

    /// Refuses what goes with no copy, and a ledger beside one.
    func check(_ connection: LedgerConnection) throws(Failure) {
        guard cache == nil || copy != nil else {
            throw .usage("--cache keeps the keys of a copy, and goes with --copy alone")
        }
        guard copy == nil || connection.ledger == nil else {
            throw .usage("--copy DIR and --ledger exclude each other: a copy asks nobody")
        }
    }
}
