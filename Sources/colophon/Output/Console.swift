import Files
import Encoding

/// Where words and data go: data to standard output, words to standard error.
struct Console: Sendable {
    /// One JSON object per line instead of text.
    let json: Bool

    /// No words where nothing is wrong.
    let quiet: Bool

    /// Prints one line of data.
    func print(_ line: String) {
        emit(line, .output)
    }

    /// Prints one line of data, as an object where programs read.
    func print(_ line: @autoclosure () -> String, _ members: [(Text, JSON?)]) {
        emit(json ? Self.line(members) : line(), .output)
    }

    /// Prints bytes as they are.
    func print(raw bytes: [UInt8]) {
        try? Streams.output.write(bytes)
    }

    /// Tells what happened, where nobody asked for silence.
    func note(_ words: String) {
        guard !quiet, !json else { return }
        emit("colophon: \(words)", .error)
    }

    /// Tells what may be wrong, though the command goes on.
    func warn(_ subject: String?, _ words: String) {
        if json {
            emit(
                Self.line([
                    ("file", subject.map { .string(Text($0)) }),
                    ("warning", .string(Text(words))),
                ]), .error)
        } else {
            emit(Self.sentence(subject, words), .error)
        }
    }

    /// Tells why something failed.
    func report(_ failure: Failure) {
        if json {
            emit(
                Self.line([
                    ("file", failure.subject.map { .string(Text($0)) }),
                    ("error", .string(Text(failure.reason))),
                    ("hint", failure.hint.map { .string(Text($0)) }),
                    ("exit", .integer(Int64(failure.status.rawValue))),
                ]), .error)
            return
        }
        emit(Self.sentence(failure.subject, failure.reason), .error)
        if let hint = failure.hint { emit("  hint: \(Plain.line(hint))", .error) }
    }

    private static func sentence(_ subject: String?, _ words: String) -> String {
        guard let subject else { return "colophon: \(Plain.line(words))" }
        return "colophon: \(Plain.line(subject)): \(Plain.line(words))"
    }

    static func line(_ members: [(Text, JSON?)]) -> String {
        let present = members.compactMap { name, value in value.map { (name, $0) } }
        let object = JSON.Object(present)
        return String(decoding: JSON.object(object).encoded(), as: UTF8.self)
    }

    /// A reader that went away (`colophon ... | head`) is no failure of ours.
    private func emit(_ line: String, _ stream: Streams) {
        try? stream.write(Array((line + "\n").utf8))
    }
}
