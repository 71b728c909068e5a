import Logging
import Synchronization

/// Keeps the lines of a log: the words, then the fields.
final class RecordedLog: Sendable {
    private let lines = Mutex<[String]>([])
    private let whenSaid: @Sendable (String) -> Void

    /// - Parameter whenSaid: called with each line behind it, by the thread that has said it.
    init(whenSaid: @escaping @Sendable (String) -> Void = { _ in }) {
        self.whenSaid = whenSaid
    }

    /// A logger whose lines are kept here.
    var logger: Logger {
        Logger(label: "test") { _ in Handler(log: self) }
    }

    /// Whether a line has these words.
    func says(_ words: String) -> Bool {
        lines.withLock { $0.contains { $0.contains(words) } }
    }

    /// All lines, for those who look for the fault.
    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    private func append(_ line: String) {
        lines.withLock { $0.append(line) }
        whenSaid(line)
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var logLevel: Logger.Level = .debug
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = (event.metadata ?? [:]).sorted { $0.key < $1.key }
            let text = fields.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
            log.append("\(event.message): \(text)")
        }
    }
}
