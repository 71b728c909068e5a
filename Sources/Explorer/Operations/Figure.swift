/// One figure that an alert watches, and when it is bad (`Schemas/alerts.yml`).
package struct Figure: Sendable {
    /// When a figure is bad.
    package enum Rule: Hashable, Sendable {
        /// Above a number.
        case above(Double)

        /// Below a number.
        case below(Double)

        /// Never by itself.
        case none
    }

    /// What it counts or measures.
    package enum Unit: String, Sendable {
        case count = ""
        case entries = "entries"
        case perSecond = "/s"
        case seconds = "s"
        case days = "d"
        case percent = "%"
    }

    /// The name in words.
    package let title: String

    /// The unit.
    package let unit: Unit

    /// The alert that watches it; nil for what only helps to read the others.
    package let alert: String?

    /// When it is bad.
    package let rule: Rule

    /// Returns the figure of a sample, the one before it being there or not; nil where nothing was
    /// measured.
    let value: @Sendable (FigureSample, FigureSample?) -> Double?

    /// Whether a value is bad.
    package func isBad(_ value: Double?) -> Bool {
        guard let value else { return false }
        return switch rule {
        case .above(let limit): value > limit
        case .below(let limit): value < limit
        case .none: false
        }
    }

    /// The limit, where there is one.
    package var limit: Double? {
        switch rule {
        case .above(let limit), .below(let limit): limit
        case .none: nil
        }
    }

    /// The rule in words.
    package var ruleWords: String {
        switch rule {
        case .above(let limit): "bad above \(Self.text(limit, unit))"
        case .below(let limit): "bad below \(Self.text(limit, unit))"
        case .none: "no limit"
        }
    }

    /// A value with its unit, for a person.
    package func text(_ value: Double?) -> String {
        value.map { Self.text($0, unit) } ?? "not measured"
    }

    private static func text(_ value: Double, _ unit: Unit) -> String {
        let number: String
        if value == value.rounded(), abs(value) < 1e15 {
            number = "\(Int64(value))"
        } else {
            let digits = abs(value) < 1 ? 1_000.0 : 10.0
            number = "\((value * digits).rounded() / digits)"
        }
        return unit == .count ? number : "\(number) \(unit.rawValue)"
    }
}
