import Ledger
import Provenance
import Synchronization

/// The chart of how a log has grown, made once for all who look.
///
/// Concurrent requests for one that is too old make it twice.
final class SizeChart: Sendable {
    /// Times at which the size is looked up: so many points fill the width of a phone.
    static let pointCount = 48

    /// Seconds for which a chart is shown: a point of it is far more apart in a log of a day.
    static let keptSeconds: UInt64 = 60

    /// A chart with the words below it.
    struct Drawn: Sendable {
        let time: UInt64
        let chart: Markup
        let words: String
    }

    private let kept = Mutex<Drawn?>(nil)

    /// Returns the chart as of now, in POSIX seconds.
    func drawn(_ ledger: Ledger, now: UInt64) throws -> Drawn {
        if let drawn = kept.withLock({ $0 }), now >= drawn.time,
            now - drawn.time < Self.keptSeconds
        {
            return drawn
        }
        let drawn = try draw(ledger, now)
        kept.withLock { $0 = drawn }
        return drawn
    }

    private func draw(_ ledger: Ledger, _ now: UInt64) throws -> Drawn {
        let size = ledger.readableSize
        guard let leaf = try ledger.statement(ledger.genesis) else {
            return Drawn(
                time: now, chart: Markup(made: ""), words: "No head may be seen yet.")
        }
        let start = min(try Statement(leaf: leaf).issuedAt, now)
        var sizes: [Double?] = []
        for point in 1..<Self.pointCount {
            let time = start + (now - start) * UInt64(point) / UInt64(Self.pointCount)
            sizes.append(try ledger.head(before: time).map { Double($0.size) } ?? 0)
        }
        sizes.append(Double(size))
        let words =
            "From \(Instant(start)) to \(Instant(now)), by the heads that are kept: "
            + "from 0 to \(size) entries."
        return Drawn(
            time: now,
            chart: ChartDrawing.markup(
                of: sizes, title: "Entries over time", description: words),
            words: words)
    }
}
