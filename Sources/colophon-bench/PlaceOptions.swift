import ArgumentParser

/// Where a run happens, and what stays of it.
struct PlaceOptions: ParsableArguments {
    @Option(help: "The folder in which everything happens; it should be on a disk.")
    var folder: String?

    @Flag(help: "Keep the ledger in --folder, and go on with the one that is there.")
    var keep = false

    func validate() throws {
        if keep, folder == nil { throw ValidationError("--keep needs --folder") }
    }

    func workshop() throws -> Workshop {
        try Workshop(in: folder, isKept: keep)
    }
}
