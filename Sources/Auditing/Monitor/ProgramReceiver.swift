package import Files
internal import Encoding
package import Processes

/// A program that is run for each event, with the event on its standard input (audit.md §5).
///
/// No shell stands between. It gets our variables but for `COLOPHON_...`, has a limited time, and
/// what it starts ends with it. It has taken the event where it ends with 0. It need not read its
/// input, and may print whatever it likes: the first of it is quoted where it fails.
package struct ProgramReceiver: EventReceiver {
    package let name = "exec"

    private let command: CommandWords
    private let folder: Folder
    private let time: Duration

    /// The event that the program reads: a file, because a pipe would have to be fed.
    private static let file = "exec.json"

    /// What is not passed on: keys and addresses of ours are no business of the program.
    private static let hiddenPrefix = "COLOPHON_"

    /// Names a program, and the folder in which its input is put.
    package init(
        _ command: CommandWords, in folder: Folder, time: Duration = MonitorLimit.programTime
    ) {
        (self.command, self.folder, self.time) = (command, folder, time)
    }

    package func take(_ line: String) async throws(ReceiverFailure) {
        let input: String
        do throws(FileError) {
            try folder.writeUnsettled(
                Array((line + "\n").utf8), to: Self.file, .replacing(.secret))
            input = try NamedPath.absolute(folder.path(of: Self.file))
        } catch {
            throw ReceiverFailure("cannot be given its input: \(error)")
        }
        var refusal: ChildError?
        for path in command.places(path: ProcessStart.variable("PATH")) {
            let output: ChildOutput
            do throws(ChildError) {
                output = try await run(path, input)
            } catch {
                guard error.isElsewhere else { throw ReceiverFailure("\(error)") }
                refusal = error
                continue
            }
            return try Self.judge(output, name: command.words[0], time)
        }
        // A program that its path names is in one place only: why it is not there is known.
        if let refusal, command.words[0].contains("/") { throw ReceiverFailure("\(refusal)") }
        throw ReceiverFailure("\(command.words[0]): there is no such program")
    }

    private func run(_ path: String, _ input: String) async throws(ChildError) -> ChildOutput {
        try await ChildOutput.of(
            path, Array(command.words.dropFirst()), input: .file(input), errors: .output,
            environment: .oursBut(prefix: Self.hiddenPrefix), time: time,
            limit: MonitorLimit.programOutput, excess: .isDropped)
    }

    private static func judge(
        _ output: ChildOutput, name: String, _ time: Duration
    ) throws(ReceiverFailure) {
        switch output {
        case .ended(.exit(0), _): return
        case .ended(.exit(let status), let bytes):
            throw ReceiverFailure("\(name) ended with \(status)\(said(bytes))")
        case .ended(.signal(let number), let bytes):
            throw ReceiverFailure("\(name) was ended by signal \(number)\(said(bytes))")
        case .tooLong, .tooMuch:
            throw ReceiverFailure(
                "\(name) took more than \(time.components.seconds) s and was killed")
        }
    }

    /// The first line that the program printed.
    private static func said(_ bytes: [UInt8]) -> String {
        let line = bytes.split(separator: UInt8(ascii: "\n")).first ?? []
        let words = SafeText.line(String(decoding: line.prefix(wordBytes), as: UTF8.self))
        return words.isEmpty ? "" : ": \(words)"
    }

    /// Bytes of its words that are quoted.
    private static let wordBytes = 200
}
