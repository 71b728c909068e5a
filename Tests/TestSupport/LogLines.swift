package import Logging
import Synchronization

/// Keeps the lines of a log: the words, then the fields.
package final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    private let level: Logger.Level
    private let whenSaid: @Sendable (String) -> Void

    /// - Parameters:
    ///   - level: lines below it are not kept.
    ///   - whenSaid: called with each line behind it, by the thread that has said it.
    package init(
        level: Logger.Level = .debug, whenSaid: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.level = level
        self.whenSaid = whenSaid
    }

    /// A logger whose lines are kept here.
    package var logger: Logger {
        Logger(label: "test") { _ in Handler(lines: self, logLevel: level) }
    }

    /// All lines.
    package var all: [String] { lines.withLock { $0 } }

    /// Whether a line has these words.
    package func says(_ words: String) -> Bool { all.contains { $0.contains(words) } }

    /// All lines, for those who look for the fault.
    package var text: String { all.joined(separator: "\n") }

    private func append(_ line: String) {
        lines.withLock { $0.append(line) }
        whenSaid(line)
    }

    private struct Handler: LogHandler {
        let lines: LogLines
        var logLevel: Logger.Level
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = (event.metadata ?? [:]).sorted { $0.key < $1.key }
            let text = fields.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
            lines.append("\(event.message): \(text)")
        }
    }
}
