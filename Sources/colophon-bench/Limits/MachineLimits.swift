/// What this machine can do at one moment, in statements per second.
struct MachineLimits {
    /// Signature checks on all cores.
    let verify: Double
    /// RocksDB alone.
    let store: Double
    /// The HTTP stack alone, with bodies of many statements.
    let bareBatch: Double
    /// The HTTP stack alone, with bodies of one statement.
    let bareEntries: Double

    /// Limits that differ by more than this share make a run's ratios worth little.
    static let tolerance = 0.15

    /// What can be reached where a batch costs a check, the rows and its bytes on the wire.
    var batch: Double { 1 / (1 / verify + 1 / store + 1 / bareBatch) }

    /// What can be reached where each statement is a request of its own.
    var entries: Double { 1 / (1 / verify + 1 / bareEntries) }

    /// What bars are held to; a part that weighs little in them may change as it likes.
    private var held: [Double] { [verify, batch, entries] }

    /// The limits in the middle of these and those.
    func mean(with other: MachineLimits) -> MachineLimits {
        MachineLimits(
            verify: (verify + other.verify) / 2, store: (store + other.store) / 2,
            bareBatch: (bareBatch + other.bareBatch) / 2,
            bareEntries: (bareEntries + other.bareEntries) / 2)
    }

    /// The largest share by which one that a bar is held to has changed.
    func drift(to other: MachineLimits) -> Double {
        zip(held, other.held).map { abs($0 - $1) / max($0, $1) }.max() ?? 0
    }
}
