import Synchronization

/// The figures of the last hour, in memory: as many values of each as there are points, and no
/// more.
package final class FigureRing: Sendable {
    /// Seconds between two samples.
    package static let interval = 30

    /// Values that are kept of each figure: those of an hour.
    package static let pointCount = 120

    private struct State {
        var values: [[Double?]] = Figure.all.map { _ in [] }
        var last: FigureSample?
    }

    private let state = Mutex(State())

    /// Creates an empty ring.
    package init() {}

    /// Takes a sample; the oldest values go where there are too many.
    package func take(_ sample: FigureSample) {
        state.withLock { state in
            for (place, figure) in Figure.all.enumerated() {
                state.values[place].append(figure.value(sample, state.last))
                if state.values[place].count > Self.pointCount {
                    state.values[place].removeFirst()
                }
            }
            state.last = sample
        }
    }

    /// The values of each figure of ``Figure/all``, the oldest first; nil where nothing was
    /// measured.
    package var values: [[Double?]] {
        state.withLock { $0.values }
    }
}
