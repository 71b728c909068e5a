import Encoding
import Studio

/// What a window of telemetry says, for a person.
struct TelemetryText {
    private let members: JSON.Object

    /// - Parameter members: those of a predicate of telemetry.
    init(_ members: JSON.Object) {
        self.members = members
    }

    /// A line for each value, below its layer.
    var lines: [String] {
        let window = members["window"]
        let span = "\(window?["from"]?.text ?? "") to \(window?["to"]?.text ?? "")"
        return ["window \(span)"]
            + ["device", "integrity", "business"].flatMap { layer in
                ["\(layer):"] + Self.lines(of: members[Text(layer)]?.object ?? JSON.Object())
            }
    }

    /// The figures of a value stand in one line, behind its name.
    private static func lines(of layer: JSON.Object) -> [String] {
        var rows: [(name: String, figures: [String])] = []
        for member in layer.members {
            let parts = member.name.string.split(separator: ".", maxSplits: 1).map { String($0) }
            let number = String(decoding: member.value.encoded(), as: UTF8.self)
            let figure = parts.count == 2 ? "\(parts[1]) \(number)" : number
            if parts.count == 2, rows.last?.name == parts[0] {
                rows[rows.count - 1].figures.append(figure)
            } else {
                rows.append((parts[0], [figure]))
            }
        }
        return rows.map { name, figures in
            "  " + Columns.pad(name, to: 17) + figures.joined(separator: "  ")
        }
    }
}
