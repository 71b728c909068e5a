import Foundation

/// The samples of one value in one window.
struct TelemetrySeries: Hashable, Sendable {
    /// Samples that were taken.
    private(set) var count = 0

    /// The smallest and the largest of all.
    private(set) var least = Double.infinity
    private(set) var greatest = -Double.infinity

    /// Those that are kept for percentiles, one of each `stride`.
    private(set) var kept: [Double] = []
    private(set) var stride = 1

    init() {}

    /// Takes what was saved; nil where it is no series.
    init?(count: Int, least: Double, greatest: Double, stride: Int, kept: [Double]) {
        guard count > 0, stride > 0, least <= greatest, !kept.isEmpty, kept.count <= count,
            kept.count <= TelemetryLimit.keptSamples
        else { return nil }
        (self.count, self.least, self.greatest) = (count, least, greatest)
        (self.stride, self.kept) = (stride, kept)
    }

    /// Takes a sample.
    mutating func add(_ value: Double) {
        if count.isMultiple(of: stride) { kept.append(value) }
        count += 1
        least = min(least, value)
        greatest = max(greatest, value)
        guard kept.count > TelemetryLimit.keptSamples else { return }
        kept = kept.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
        stride *= 2
    }

    /// The smallest sample that `share` of the samples do not exceed (nearest rank).
    func percentile(_ share: Double) -> Double {
        let sorted = kept.sorted()
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }

    /// The smallest, the middle and the largest.
    var figures: [Double] { [least, percentile(0.5), greatest] }
}

extension Double {
    /// The number with three significant digits, and none below a thousandth: more are noise.
    var short: Double {
        guard isFinite, abs(self) >= 0.001 else { return 0 }
        let scale = pow(10, max(0, 2 - log10(abs(self)).rounded(.down)))
        guard scale == 1 else { return (self * scale).rounded() / scale }
        let step = pow(10, log10(abs(self)).rounded(.down) - 2)
        return (self / step).rounded() * step
    }
}
