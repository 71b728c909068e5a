import Foundation

/// The figures of a growth run as text.
enum GrowthTable {
    static func markdown(_ points: [GrowthPoint]) -> String {
        let head = [
            "entries", "submit, statements/s (of `verify`)", "receipt p50 / p99, ms",
            "`GET` entry, 1/s (µs computed)", "start after kill -9, s", "memory, MiB",
            "disk, B an entry (contents)",
        ]
        let rows = points.map { point in
            [
                count(point.entries),
                format("%.0f (%.2f)", point.submitPerSecond, point.submitShare),
                format("%.1f / %.1f", point.receiptMedian, point.receiptTail),
                format("%.0f (%.0f)", point.lookupPerSecond, point.lookupMicroseconds),
                format("%.2f", point.startSeconds), format("%.0f", point.memory),
                format("%.0f (%.0f)", point.diskBytes, point.contentBytes),
            ]
        }
        let rule = head.map { _ in "---:" }
        return ([head, rule] + rows).map { "| \($0.joined(separator: " | ")) |" }
            .joined(separator: "\n")
    }

    /// One JSON object on one line.
    static func json(_ points: [GrowthPoint]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(["growth": points]), as: UTF8.self)
    }

    /// A size as people say it: 10 k, 1 M.
    static func count(_ number: Int) -> String {
        switch number {
        case 1_000_000...: "\(number / 1_000_000) M"
        case 1000...: "\(number / 1000) k"
        default: "\(number)"
        }
    }

    private static func format(_ format: String, _ values: Double...) -> String {
        String(format: format, arguments: values)
    }
}
