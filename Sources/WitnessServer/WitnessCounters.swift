internal import Metrics
internal import Witnessing

/// What a witness counts of its requests: made once, because making one takes a lock.
struct WitnessCounters: Sendable {
    /// Requests that were granted.
    let cosigned = counter("cosigned")

    private let malformed = counter("malformed")
    private let unknownLog = counter("unknown-log")
    private let badSignature = counter("bad-signature")
    private let stale = counter("stale")
    private let inconsistent = counter("inconsistent")
    private let overRate = counter("over-rate")
    private let busy = counter("busy")
    private let storage = counter("storage")

    /// Counts a request that was not granted.
    func count(_ refusal: WitnessRefusal) {
        let counter =
            switch refusal {
            case .malformed, .textTooLong, .oldSizeAbove: malformed
            case .unknownLog: unknownLog
            case .notSigned, .badSignature: badSignature
            case .stale: stale
            case .inconsistent: inconsistent
            case .overRate: overRate
            case .busy: busy
            case .storage: storage
            }
        counter.increment()
    }

    private static func counter(_ result: String) -> Counter {
        Counter(label: "colophon_witness_requests_total", dimensions: [("result", result)])
    }
}
