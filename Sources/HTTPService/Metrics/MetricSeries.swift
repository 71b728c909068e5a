/// The name and labels of one number that is measured over time.
struct MetricSeries: Hashable, Sendable {
    /// The metric's name in Prometheus' alphabet.
    let name: String

    /// Label names and values, sorted by name.
    let labels: [Label]

    /// One label.
    struct Label: Hashable, Sendable {
        let name: String
        let value: String
    }

    /// Creates the series that swift-metrics means by a label and its dimensions.
    init(_ label: String, _ dimensions: [(String, String)]) {
        name = Self.sanitized(label, allowColon: true)
        labels =
            dimensions
            .map { Label(name: Self.sanitized($0.0, allowColon: false), value: $0.1) }
            .sorted { $0.name < $1.name }
    }

    /// The text before the value: `name{label="value"}`.
    func text(suffix: String = "", and extra: Label? = nil) -> String {
        let all = labels + (extra.map { [$0] } ?? [])
        guard !all.isEmpty else { return name + suffix }
        let list = all.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
        return "\(name)\(suffix){\(list.joined(separator: ","))}"
    }

    /// Label values are any UTF-8 with backslash, quote and line feed escaped.
    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Replaces what the exposition format does not allow in names by underscores.
    private static func sanitized(_ name: String, allowColon: Bool) -> String {
        let scalars = name.unicodeScalars.enumerated().map { offset, scalar -> Unicode.Scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "_": scalar
            case "0"..."9" where offset > 0: scalar
            case ":" where allowColon: scalar
            default: "_"
            }
        }
        return scalars.isEmpty ? "_" : String(String.UnicodeScalarView(scalars))
    }
}
