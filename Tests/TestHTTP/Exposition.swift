import TestSupport

/// Prometheus' text format 0.0.4, read as strictly as its description allows.
package struct Exposition {
    /// Values by name and labels, as they stand.
    package private(set) var samples: [String: Double] = [:]

    /// The type of each metric.
    package private(set) var types: [String: String] = [:]

    private var helps: Set<String> = []

    package init(_ text: String) throws {
        try Self.hold(text.isEmpty || text.hasSuffix("\n"), "the last line ends")
        for line in text.split(separator: "\n") {
            if line.hasPrefix("#") {
                try readComment(line)
            } else {
                try readSample(line)
            }
        }
    }

    private mutating func readComment(_ line: Substring) throws {
        let words = line.split(separator: " ", maxSplits: 3).map(String.init)
        try Self.hold(words.count == 4 && words[0] == "#", "\(line)")
        if words[1] == "HELP" {
            try Self.hold(helps.insert(words[2]).inserted, "two HELP lines for \(words[2])")
        } else {
            try Self.hold(words[1] == "TYPE", "\(line)")
            try Self.hold(["counter", "gauge", "histogram"].contains(words[3]), "\(line)")
            try Self.hold(types.updateValue(words[3], forKey: words[2]) == nil, "\(line)")
        }
    }

    private mutating func readSample(_ line: Substring) throws {
        let pattern = /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? (NaN|[+-]Inf|-?[0-9][0-9.e+-]*)/
        let match = try found(try pattern.wholeMatch(in: line), "a sample in \(line)")
        let name = String(match.1)
        let family = types[name] == nil ? Self.family(of: name) : name
        try Self.hold(types[family] != nil, "\(name) stands before its TYPE line")
        if let labels = match.3 {
            let list = /[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*"/
            var rest = labels
            while let label = try list.prefixMatch(in: rest) {
                rest = rest[label.range.upperBound...]
                if rest.hasPrefix(",") { rest = rest.dropFirst() } else { break }
            }
            try Self.hold(rest.isEmpty, "\(line)")
        }
        let key = name + (match.2.map(String.init) ?? "")
        let value = try found(Double(String(match.4)), "the number in \(line)")
        try Self.hold(samples.updateValue(value, forKey: key) == nil, "\(key) stands twice")
    }

    private static func family(of name: String) -> String {
        for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
            return String(name.dropLast(suffix.count))
        }
        return name
    }

    private static func hold(_ isTrue: Bool, _ what: String) throws {
        guard isTrue else { throw FixtureError.unexpected(what) }
    }
}
