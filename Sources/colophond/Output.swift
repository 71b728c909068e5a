import Encoding
import Foundation

/// Where words and data go: data to standard output, words to standard error.
///
/// The one place of this program that writes to either, but for the log. Each text goes through
/// ``SafeText``, whoever made it: what a folder's name, a row or a peer's answer holds never
/// reaches a terminal as it is.
enum Output {
    /// Prints one line of data.
    static func print(_ line: String) {
        put(SafeText.line(line) + "\n", FileHandle.standardOutput)
    }

    /// Prints a text of several lines.
    static func print(text: String) {
        put(SafeText.lines(text) + "\n", FileHandle.standardOutput)
    }

    /// Prints one object, for programs.
    static func print(json object: JSON.Object) {
        put(SafeText.json(.object(object)) + "\n", FileHandle.standardOutput)
    }

    /// Writes a line of words.
    static func say(_ line: String) {
        put(SafeText.line(line) + "\n", FileHandle.standardError)
    }

    /// Whether a line that changes can be shown.
    static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

    /// Puts `line` in the place of the line of progress; nil removes that.
    static func progress(_ line: String?) {
        put("\r\u{1B}[K\(SafeText.line(line ?? ""))", FileHandle.standardError)
    }

    /// There is nobody to tell where this fails.
    private static func put(_ safe: String, _ stream: FileHandle) {
        try? stream.write(contentsOf: Data(safe.utf8))
    }
}
