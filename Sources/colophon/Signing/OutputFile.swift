import Studio

/// A `.colophon` file that may be written.
struct OutputFile {
    let path: String
    private let mode: AtomicFile.Mode
    private let console: Console

    /// Decides where the record of `input` goes, before the work of making it.
    init(beside input: String, force: Bool, _ console: Console) throws(Failure) {
        guard !input.hasSuffix(".colophon") else {
            throw .unreadable(
                input, "is a record already",
                hint: "name the work; a record is registered with colophon submit")
        }
        path = input + ".colophon"
        let exists = try AtomicFile.isTaken(path)
        guard !exists || force else {
            throw .unwritable(
                path, "it exists already",
                hint: "--force replaces it, which makes a second entry of the work")
        }
        mode = exists ? .replace : .create
        self.console = console
    }

    func write(_ bytes: [UInt8]) throws(Failure) {
        try AtomicFile.write(bytes, to: path, mode)
        if mode == .replace {
            console.warn(path, "was replaced: the work gets a second entry; the first one stays")
        }
    }
}
