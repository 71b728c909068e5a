import Encoding
import Files
import Settings
import Synchronization

/// The output of the program: data to standard output, words to standard error.
///
/// The one place of this program that writes to either. Each text goes through ``SafeText``: no
/// character of a file's name, a title or a ledger's answer reaches a terminal as it is.
struct Console: Sendable {
    /// One JSON object per line instead of text.
    let json: Bool

    /// No words where nothing is wrong.
    let quiet: Bool

    /// Prints one line of data.
    func print(_ line: String) {
        emit(SafeText.line(line), Streams.output)
    }

    /// Prints one line of data, and says whether it, and all before it, could be written.
    func delivers(_ line: String) -> Bool {
        print(line)
        return !Streams.hasFailed
    }

    /// Prints a text of several lines.
    func print(text: String) {
        emit(SafeText.lines(text), Streams.output)
    }

    /// Prints one object.
    func print(json object: JSON.Object) {
        emit(SafeText.json(.object(object)), Streams.output)
    }

    /// Prints one line of data, as an object where programs read.
    func print(_ line: @autoclosure () -> String, _ members: [(Text, JSON?)]) {
        json ? print(json: Self.object(members)) : print(line())
    }

    /// Prints bytes as they are, for a file or a program: a terminal is not to be given any.
    func print(raw bytes: [UInt8]) {
        precondition(!Self.printsToTerminal, "raw bytes are refused on a terminal before")
        clearProgress()
        Streams.deliver(bytes)
    }

    /// Whether standard output is a terminal.
    static var printsToTerminal: Bool { Streams.output.isTerminal }

    /// Tells what happened, where nobody asked for silence.
    func note(_ words: String) {
        guard !quiet, !json else { return }
        tell(Self.sentence(nil, words))
    }

    /// Whether anybody wants words where nothing is wrong.
    var explains: Bool { !quiet && !json }

    /// Explains what is about to happen, in lines that fit a terminal, where nobody asked for
    /// silence.
    func explain(_ lines: [String]) {
        guard explains else { return }
        for line in lines { emit(SafeText.line(line), Streams.error) }
    }

    /// Tells what may be wrong, though the command goes on.
    func warn(_ subject: String?, _ words: String) {
        guard json else { return tell(Self.sentence(subject, words)) }
        emit([
            ("file", subject.map { .string(Text(AddressText.hidingSecrets(in: $0))) }),
            ("warning", .string(Text(AddressText.hidingSecrets(in: words)))),
        ])
    }

    /// Tells how many had what end, on standard error: it is no result.
    func sum(_ words: String, _ counts: [(Text, Int)]) {
        guard json else { return tell(Self.sentence(nil, words)) }
        emit(counts.map { ($0.0, .integer(Int64($0.1))) })
    }

    /// Tells why something failed.
    ///
    /// - Parameter files: names of the files that it is about, where they are several.
    func report(_ failure: Failure, files: String? = nil) {
        guard json else {
            tell(Self.sentence(failure.subject, failure.reason))
            if let files {
                let names = AddressText.hidingSecrets(in: files)
                for line in Columns.wrap(names, head: "  files: ") { emit(line, Streams.error) }
            }
            if let hint = failure.hint { tell("  hint: \(Self.words(hint))", indent: 8) }
            return
        }
        emit([
            ("file", failure.subject.map { .string(Text(AddressText.hidingSecrets(in: $0))) }),
            ("error", .string(Text(AddressText.hidingSecrets(in: failure.reason)))),
            ("hint", failure.hint.map { .string(Text(AddressText.hidingSecrets(in: $0))) }),
            ("exit", .integer(Int64(failure.status.rawValue))),
        ])
    }

    /// Asks the person at a terminal for a yes; nil where there is none, or where programs read.
    func confirms(_ question: String) -> Bool? {
        guard !json, Streams.input.isTerminal, Streams.error.isTerminal
        else { return nil }
        put("\(SafeText.line(question)) [y/N] ", Streams.error)
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }

    /// Asks the person at a terminal for what must not be shown; nil where there is none, or where
    /// the question is given up.
    func secret(_ question: String) -> [UInt8]? {
        guard Streams.error.isTerminal else { return nil }
        let answer = Terminal.readSecret { put(SafeText.line(question), Streams.error) }
        put("\n", Streams.error)
        return answer
    }

    /// Whether a line that changes can be shown.
    var showsProgress: Bool {
        !quiet && !json && Streams.error.isTerminal
    }

    /// Whether a line of progress stands on the terminal: what is printed next takes its place.
    private static let hasProgress = Mutex(false)

    /// Puts `line` in the place of the line of progress; nil removes that.
    func progress(_ line: String?) {
        clearProgress()
        guard let line else { return }
        Self.hasProgress.withLock { $0 = true }
        write(SafeText.line(line))
    }

    /// Removes the line of progress, so that no result stands behind it.
    private func clearProgress() {
        let wasThere = Self.hasProgress.withLock { there in
            defer { there = false }
            return there
        }
        if wasThere { write("\r\u{1B}[K") }
    }

    /// Says where data did not reach its reader, and what that makes of the command's status.
    func settle(_ status: ExitStatus) -> ExitStatus {
        guard let loss = Streams.loss else { return status }
        let failure = Failure(losing: loss)
        report(failure)
        return status.worst(failure.status)
    }

    private static func sentence(_ subject: String?, _ words: String) -> String {
        Self.words(subject.map { "colophon: \($0): \(words)" } ?? "colophon: \(words)")
    }

    /// Returns words that may be shown: without what acts on a terminal, and without the secrets
    /// of an address.
    private static func words(_ text: String) -> String {
        SafeText.line(AddressText.hidingSecrets(in: text))
    }

    /// Returns an object of the members that are there.
    static func object(_ members: [(Text, JSON?)]) -> JSON.Object {
        JSON.Object(members.compactMap { name, value in value.map { (name, $0) } })
    }

    /// Writes a line of words: at a terminal in as many as it needs, elsewhere in one, for who
    /// looks for words in it.
    private func tell(_ safe: String, indent: Int = 2) {
        let lines = Streams.error.isTerminal ? HelpText.folded(safe, indent: indent) : [safe]
        for line in lines { emit(line, Streams.error) }
    }

    private func emit(_ members: [(Text, JSON?)]) {
        emit(SafeText.json(.object(Self.object(members))), Streams.error)
    }

    private func emit(_ safe: String, _ stream: Streams) {
        put(safe + "\n", stream)
    }

    private func put(_ safe: String, _ stream: Streams) {
        clearProgress()
        if stream == .output { Streams.deliver(Array(safe.utf8)) } else { write(safe) }
    }

    /// Writes words; where that fails there is nobody to tell.
    private func write(_ safe: String) {
        try? Streams.error.write(Array(safe.utf8))
    }
}
