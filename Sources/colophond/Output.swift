import Encoding
import Files
import Settings

/// The output of the program: data to standard output, words to standard error.
///
/// The one place of this program that writes to either, but for the log. Each text goes through
/// ``SafeText``: no character of a folder's name, a row or a peer's answer reaches a terminal as it
/// is.
enum Output {
    /// Prints one line of data.
    static func print(_ line: String) {
        put(SafeText.line(line) + "\n", Streams.output)
    }

    /// Prints a text of several lines.
    static func print(text: String) {
        put(SafeText.lines(text) + "\n", Streams.output)
    }

    /// Prints one object, for programs.
    static func print(json object: JSON.Object) {
        put(SafeText.json(.object(object)) + "\n", Streams.output)
    }

    /// Writes a line of words, without the secrets of an address in it.
    ///
    /// At a terminal it takes as many as it needs; elsewhere one, for who looks for words in it.
    static func say(_ line: String) {
        let safe = SafeText.line(AddressText.hidingSecrets(in: line))
        let indent = line.hasPrefix("  ") ? 8 : 2
        let lines = Streams.error.isTerminal ? HelpText.folded(safe, indent: indent) : [safe]
        for line in lines { put(line + "\n", Streams.error) }
    }

    /// Whether a line that changes can be shown.
    static var showsProgress: Bool { Streams.error.isTerminal }

    /// Puts `line` in the place of the line of progress; nil removes that.
    static func progress(_ line: String?) {
        put("\r\u{1B}[K\(SafeText.line(line ?? ""))", Streams.error)
    }

    /// Why what was printed did not reach its reader; nil where it did, or its reader went away.
    static var loss: Failure? {
        guard let loss = Streams.loss else { return nil }
        return Failure(
            "\(loss.path): cannot be written: \(loss.words)",
            hint: "what was printed is incomplete; what the command did is done",
            code: loss.passes ? Failure.unavailable : Failure.usage)
    }

    /// Where words cannot be written there is nobody to tell.
    private static func put(_ safe: String, _ stream: Streams) {
        guard stream == .output else {
            try? stream.write(Array(safe.utf8))
            return
        }
        Streams.deliver(Array(safe.utf8))
    }
}
