import Foundation

/// Says on a terminal how far something has come; elsewhere only at its end.
struct LoadProgress {
    private let name: String
    private let first: Int
    private let total: Int
    private let start = ContinuousClock.now
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var done: Int

    init(_ name: String, from first: Int, to total: Int) {
        self.name = name
        self.first = first
        self.total = total
        done = first
    }

    private var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    private var rate: Double { Double(done - first) / max(seconds, 0.001) }

    mutating func show(_ done: Int) {
        self.done = done
        guard isTerminal else { return }
        let left = Double(total - done) / max(rate, 1)
        let text = String(
            format: "\r%@ %d of %d, %.0f/s, %.0f s left   ", name, done, total, rate, left)
        FileHandle.standardError.write(Data((done < total ? text : "\r").utf8))
    }

    var summary: String {
        String(
            format: "%@ %d to %d took %.0f s, %.0f/s with the signing", name, first, done, seconds,
            rate)
    }
}
