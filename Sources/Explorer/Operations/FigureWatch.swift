import Foundation
package import HTTPService
package import Ledger
import ServiceLifecycle

/// Takes a sample of the figures twice a minute, for as long as the ledger is served.
package struct FigureWatch: Service {
    private let ledger: Ledger
    private let metrics: MetricsRegistry
    private let ring: FigureRing

    /// Watches a ledger and what is measured of it.
    package init(_ ledger: Ledger, _ metrics: MetricsRegistry, into ring: FigureRing) {
        self.ledger = ledger
        self.metrics = metrics
        self.ring = ring
    }

    /// Takes samples until it is told to stop.
    package func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                takeSample()
                try? await Task.sleep(for: .seconds(FigureRing.interval))
            }
        }
    }

    /// Takes one sample now.
    package func takeSample() {
        let uptime = ContinuousClock.now
        ring.take(
            FigureSample(
                time: Date.now.timeIntervalSince1970,
                uptime: Self.seconds(uptime - Self.start), isReady: ledger.readiness == nil,
                treeSize: ledger.head().size, headAhead: ledger.headAheadSeconds,
                indexedSize: ledger.indexedSize, readings: metrics.readings()))
    }

    private static let start = ContinuousClock.now

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
