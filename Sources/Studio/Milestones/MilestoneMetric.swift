package import Encoding

/// What a milestone is decided by: one number, and how it is compared with a threshold.
package struct MilestoneMetric: Hashable, Sendable {
    /// What is measured.
    package let name: Text

    /// The unit; empty for a bare number.
    package let unit: Text

    /// How the value is compared with the threshold.
    package let comparator: MetricComparator

    /// The threshold.
    package let threshold: MetricNumber

    /// Creates a metric.
    package init(
        name: Text, unit: Text, comparator: MetricComparator, threshold: MetricNumber
    ) {
        (self.name, self.unit) = (name, unit)
        (self.comparator, self.threshold) = (comparator, threshold)
    }

    /// Reads `predicate.metric`, whose shape was checked with the manifest.
    init?(_ json: JSON?) {
        guard let json, let name = json["name"]?.text, let unit = json["unit"]?.text,
            let comparator = json["comparator"]?.text.flatMap({ MetricComparator($0.string) }),
            let threshold = json["threshold"].flatMap({ MetricNumber($0) })
        else { return nil }
        self.init(name: name, unit: unit, comparator: comparator, threshold: threshold)
    }

    /// The metric as a manifest has it.
    package var json: JSON {
        [
            "name": .string(name), "unit": .string(unit),
            "comparator": .string(Text(comparator.rawValue)), "threshold": threshold.json,
        ]
    }

    /// Whether a value keeps to the threshold.
    package func holds(_ value: MetricNumber) -> Bool {
        comparator.holds(value.double, threshold.double)
    }

    /// The condition in words: `refused <= 0.01 share`.
    package var condition: String {
        "\(name.string) \(comparator.rawValue) \(threshold)"
            + (unit.isEmpty ? "" : " \(unit.string)")
    }
}

/// How a value is compared with a threshold.
package enum MetricComparator: String, CaseIterable, Sendable {
    case less = "<"
    case lessOrEqual = "<="
    case equal = "="
    case notEqual = "!="
    case greaterOrEqual = ">="
    case greater = ">"

    /// The words that a manifest may have in the place of the signs.
    private static let spellings: [(String, MetricComparator)] = [
        ("==", .equal), ("lt", .less), ("le", .lessOrEqual), ("lte", .lessOrEqual), ("eq", .equal),
        ("ne", .notEqual), ("ge", .greaterOrEqual), ("gte", .greaterOrEqual), ("gt", .greater),
    ]

    /// Reads a sign, or the word for it.
    package init?(_ text: String) {
        let spelled = Self.spellings.first { $0.0 == text }?.1
        guard let comparator = MetricComparator(rawValue: text) ?? spelled else { return nil }
        self = comparator
    }

    /// Compares two numbers; integers up to 2^53-1 are exact.
    func holds(_ value: Double, _ threshold: Double) -> Bool {
        switch self {
        case .less: value < threshold
        case .lessOrEqual: value <= threshold
        case .equal: value == threshold
        case .notEqual: value != threshold
        case .greaterOrEqual: value >= threshold
        case .greater: value > threshold
        }
    }
}
