import Encoding

/// What was measured and counted since a time.
struct TelemetryWindow: Hashable, Sendable {
    /// When it began, in POSIX seconds.
    let from: Double

    /// Samples that were taken.
    var samples = 0

    /// The values of the samples.
    var series: [TelemetryValue: TelemetrySeries] = [:]

    /// What was counted.
    var counts: [TelemetryCount: UInt64] = [:]

    /// Reconciliations, and the sums of the figures that the settings name.
    var reconciliations: UInt64 = 0
    var business: [BusinessFigure: UInt64] = [:]

    init(from: Double) {
        self.from = from
    }

    /// Takes the values of a sample.
    mutating func add(_ values: [TelemetryValue: Double]) {
        samples += 1
        for (value, number) in values { series[value, default: TelemetrySeries()].add(number) }
    }

    /// Counts.
    mutating func count(_ count: TelemetryCount, _ number: UInt64 = 1) {
        counts[count] = (counts[count] ?? 0).addingCapped(number)
    }

    /// Returns the members of a predicate.
    ///
    /// - Parameters:
    ///   - to: when the window ends; where the clock was set back meanwhile, it ends as it began.
    ///   - left: what has left its band, by name.
    ///   - figures: the business figures that are told.
    ///   - dropped: how many values are left out, the least important first.
    func members(
        to: Double, left: [String], figures: [BusinessFigure], dropped: Int = 0
    ) -> JSON.Object {
        var members: JSON.Object = [
            "window": span(to: to),
            "device": .object(device(dropped: dropped)),
            "integrity": .object(integrity), "business": .object(business(figures)),
        ]
        if !left.isEmpty {
            members["ext"] = ["left": .array(left.map { .string(Text($0)) })]
        }
        return members
    }

    /// The member `window`.
    func span(to: Double) -> JSON {
        [
            "from": .string(Text(UTC.text(Self.second(from)))),
            "to": .string(Text(UTC.text(Self.second(max(from, to))))),
        ]
    }

    /// The values that were measured, by their importance.
    var measured: [TelemetryValue] { TelemetryValue.allCases.filter { series[$0] != nil } }

    private func device(dropped: Int) -> JSON.Object {
        var device: JSON.Object = ["samples": .integer(Int64(samples))]
        for value in measured.dropLast(dropped) {
            guard let series = series[value] else { continue }
            let middle = series.percentile(0.5).short
            device[Text("\(value.rawValue).count")] = .integer(Int64(series.count))
            device[Text("\(value.rawValue).p50")] = JSON(middle)
            // What is equal to the middle is left out.
            for (name, number) in [
                ("min", series.least), ("max", series.greatest), ("p99", series.percentile(0.99)),
            ] where number.short != middle {
                device[Text("\(value.rawValue).\(name)")] = JSON(number.short)
            }
        }
        if dropped > 0 { device["dropped"] = .integer(Int64(dropped)) }
        for count in TelemetryCount.allCases where !count.isIntegrity {
            if let number = counts[count] { device[Text(count.rawValue)] = Self.json(number) }
        }
        return device
    }

    private var integrity: JSON.Object {
        JSON.Object(
            TelemetryCount.allCases.filter(\.isIntegrity).map { count in
                (Text(count.rawValue), Self.json(counts[count] ?? 0))
            })
    }

    private func business(_ figures: [BusinessFigure]) -> JSON.Object {
        JSON.Object(
            [(Text("reconciliations"), Self.json(reconciliations))]
                + figures.map { (Text($0.rawValue), Self.json(business[$0] ?? 0)) })
    }

    private static func json(_ number: UInt64) -> JSON {
        .integer(min(Int64(clamping: number), JSON.maximumInteger))
    }

    private static func second(_ time: Double) -> UInt64 {
        UInt64(max(0, min(time, Double(UTC.latest))))
    }
}

/// The figures of a reconciliation that the settings may name (spool.json, `telemetry`).
package enum BusinessFigure: String, Hashable, Sendable, CaseIterable {
    case allotted, sold, returned, remaining
}

extension UInt64 {
    /// The sum, or the largest number.
    func addingCapped(_ other: UInt64) -> UInt64 {
        let (sum, isBeyond) = addingReportingOverflow(other)
        return isBeyond ? .max : sum
    }
}
