import ArgumentParser

/// The records that are named, one by one and in a list.
struct RecordNames: ParsableArguments {
    @Argument(help: ArgumentHelp("The records, or folders of records.", valueName: "file.colophon"))
    var files: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            Read the names of more records, one a line, or with a NUL after each; - is standard \
            input.
            """,
            valueName: "file"))
    var filesFrom: String?

    /// All names, those of the list last.
    var all: [String] {
        get throws(Failure) { try files + FileList.read(filesFrom) }
    }
}
