package import HTTPService

/// Everything that is measured at one moment, as figures are made of it.
package struct FigureSample: Sendable {
    /// The moment, in POSIX seconds.
    let time: Double

    /// Seconds of a clock that never goes back.
    let uptime: Double

    /// Whether statements are registered.
    let isReady: Bool

    /// Entries in the log.
    let treeSize: UInt64

    /// Seconds by which the newest head is ahead of the clock.
    let headAhead: UInt64

    /// Entries that the newest index head covers; nil where there is none.
    let indexedSize: UInt64?

    private let readings: [String: [MetricReading]]

    /// Takes what was measured.
    package init(
        time: Double, uptime: Double, isReady: Bool, treeSize: UInt64, headAhead: UInt64,
        indexedSize: UInt64? = nil, readings: [MetricReading]
    ) {
        self.time = time
        self.uptime = uptime
        self.isReady = isReady
        self.treeSize = treeSize
        self.headAhead = headAhead
        self.indexedSize = indexedSize
        self.readings = Dictionary(grouping: readings, by: \.name)
    }

    /// The numbers of a metric whose labels `isMeant` picks.
    func numbers(
        _ name: String, where isMeant: ([String: String]) -> Bool = { _ in true }
    ) -> [Double] {
        (readings[name] ?? []).filter { isMeant($0.labels) }.compactMap { reading in
            if case .number(let number) = reading.value { number } else { nil }
        }
    }

    /// The sum of them; nil where nothing was measured under this name.
    func sum(
        _ name: String, where isMeant: ([String: String]) -> Bool = { _ in true }
    ) -> Double? {
        readings[name] == nil ? nil : numbers(name, where: isMeant).reduce(0, +)
    }

    /// How much the sum has grown since a sample before; a metric that was not there had none.
    func growth(
        of name: String, since before: FigureSample?,
        where isMeant: ([String: String]) -> Bool = { _ in true }
    ) -> Double? {
        guard let before, let sum = sum(name, where: isMeant) else { return nil }
        return max(0, sum - (before.sum(name, where: isMeant) ?? 0))
    }

    /// The number below which so large a share of the observations since a sample before lies: the
    /// greatest among the series that `isMeant` picks; nil where nothing was observed.
    ///
    /// It is the upper bound of a bucket, or of the last one the largest bound there is.
    func quantile(
        _ share: Double, of name: String, since before: FigureSample?,
        where isMeant: ([String: String]) -> Bool = { _ in true }
    ) -> Double? {
        guard let before else { return nil }
        return (readings[name] ?? []).filter { isMeant($0.labels) }.compactMap { reading in
            guard case .histogram(let counts, let bounds) = reading.value else { return nil }
            let earlier = before.counts(name, reading.labels)
            let new = counts.enumerated().map { place, count in
                count - min(count, place < earlier.count ? earlier[place] : 0)
            }
            return Self.quantile(share, of: new, bounds)
        }.max()
    }

    private func counts(_ name: String, _ labels: [String: String]) -> [UInt64] {
        let reading = (readings[name] ?? []).first { $0.labels == labels }
        guard case .histogram(let counts, _)? = reading?.value else { return [] }
        return counts
    }

    private static func quantile(
        _ share: Double, of counts: [UInt64], _ bounds: [Double]
    ) -> Double? {
        let total = counts.reduce(0, +)
        guard total > 0 else { return nil }
        var seen: UInt64 = 0
        for (place, count) in counts.enumerated() {
            seen += count
            if Double(seen) >= share * Double(total) {
                return place < bounds.count ? bounds[place] : bounds.last
            }
        }
        return bounds.last
    }
}
