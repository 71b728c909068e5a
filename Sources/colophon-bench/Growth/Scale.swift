import Foundation

/// Where values lie in a small chart with two logarithmic axes.
struct Scale {
    let left = 56.0
    let top = 30.0
    let right: Double
    let bottom: Double

    private let horizontal: ClosedRange<Double>
    private let vertical: ClosedRange<Double>

    /// Spans the sizes, and whole decades around the values; at least two of them, so that what
    /// hardly changes looks flat.
    init(entries: [Double], values: [Double], size: (width: Double, height: Double)) {
        right = size.width - 64
        bottom = size.height - 44
        let first = log10(entries.min() ?? 1)
        horizontal = first...max(log10(entries.max() ?? 1), first + 1)
        let low = floor(log10(values.filter { $0 > 0 }.min() ?? 1))
        let high = ceil(log10(values.max() ?? 1))
        vertical = low...max(high, low + 2)
    }

    /// The powers of ten on the vertical axis.
    var decades: [Double] {
        stride(from: vertical.lowerBound, through: vertical.upperBound, by: 1).map { pow(10, $0) }
    }

    func x(_ entries: Double) -> Double {
        left + share(of: entries, in: horizontal) * (right - left)
    }

    func y(_ value: Double) -> Double {
        bottom - share(of: value, in: vertical) * (bottom - top)
    }

    private func share(of value: Double, in range: ClosedRange<Double>) -> Double {
        (log10(value) - range.lowerBound) / (range.upperBound - range.lowerBound)
    }
}
