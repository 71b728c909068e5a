/// The times that the answers of one load took.
struct Latencies {
    private let sorted: [Int64]

    /// Takes times in nanoseconds, in any order.
    init(_ nanoseconds: [Int64]) {
        sorted = nanoseconds.sorted()
    }

    /// Takes the times of several loads as those of one.
    init(_ loads: [Latencies]) {
        sorted = loads.flatMap(\.sorted).sorted()
    }

    /// Returns the time in milliseconds that `share` of the answers did not exceed.
    func milliseconds(at share: Double) -> Double {
        guard !sorted.isEmpty else { return .nan }
        let rank = Int((share * Double(sorted.count)).rounded(.up)) - 1
        return Double(sorted[min(max(rank, 0), sorted.count - 1)]) / 1_000_000
    }
}
