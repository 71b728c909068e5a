import Encoding
import Files
import Foundation
package import Logging

/// Writes each log event as one line, in text or JSON.
///
/// A line never holds a character that ``SafeText`` spells out: a client's path cannot forge a line
/// or move a terminal's cursor. Text lines have `\\` for `\`, so that a `\u{..}` in them is always
/// ours.
package struct LineLogHandler: LogHandler {
    /// Takes a line with its line feed; called from any thread.
    package typealias Sink = @Sendable (String) -> Void

    /// The least severe level that is written.
    package var logLevel: Logger.Level = .info

    /// The metadata of every line of this logger.
    package var metadata: Logger.Metadata = [:]

    /// Adds to each line what its task carries.
    package var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let format: LogFormat
    private let sink: Sink

    /// Creates a handler that writes to standard error, or to `sink`.
    package init(label: String, format: LogFormat, sink: Sink? = nil) {
        self.label = label
        self.format = format
        self.sink = sink ?? Self.standardError
    }

    /// The metadata of every line of this logger under `key`.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    package func log(event: LogEvent) {
        var all = metadata
        all.merge(metadataProvider?.get() ?? [:]) { $1 }
        all.merge(event.metadata ?? [:]) { $1 }
        var fields = all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        if let error = event.error { fields.append(("error", "\(error)")) }
        let time = Self.time()
        switch format {
        case .text: sink(text(time, event, fields))
        case .json: sink(json(time, event, fields))
        }
    }

    private func text(_ time: String, _ event: LogEvent, _ fields: [(String, String)]) -> String {
        let tail = fields.map { " \(Self.word($0.0))=\(Self.word($0.1))" }.joined()
        return "\(time) \(event.level) \(SafeText.escaped("\(event.message)"))\(tail)\n"
    }

    /// Returns one word: safe text, in quotes where it has spaces, quotes or "=".
    private static func word(_ text: String) -> String {
        let safe = SafeText.escaped(text)
        let isWord = safe.utf8.allSatisfy { byte in !" \"=".utf8.contains(byte) }
        guard safe.isEmpty || !isWord else { return safe }
        return "\"" + safe.replacing("\"", with: "\\\"") + "\""
    }

    private func json(_ time: String, _ event: LogEvent, _ fields: [(String, String)]) -> String {
        let fixed = [
            ("time", time), ("level", "\(event.level)"), ("logger", label),
            ("message", "\(event.message)"),
        ]
        let names = Set(fixed.map(\.0))
        let members = fixed + fields.map { (names.contains($0.0) ? "_" + $0.0 : $0.0, $0.1) }
        let list = members.map { "\(Self.string($0.0)):\(Self.string($0.1))" }
        return "{\(list.joined(separator: ","))}\n"
    }

    private static func string(_ text: String) -> String {
        SafeText.json(.string(Text(text)))
    }

    /// The time of day in UTC to the millisecond, as RFC 3339 writes it.
    private static func time() -> String {
        Date.now.formatted(
            .iso8601.year().month().day().dateTimeSeparator(.standard)
                .time(includingFractionalSeconds: true).timeZone(separator: .omitted))
    }

    private static let standardError: Sink = { line in
        // One write a line keeps lines whole; there is nobody to tell where it fails.
        try? Streams.error.write(Array(line.utf8))
    }
}
