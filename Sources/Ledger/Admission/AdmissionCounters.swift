import Manifests
import Metrics
import Provenance

/// `colophon_admissions_total` by result: made once, because making a counter takes a lock.
struct AdmissionCounters: Sendable {
    private let registered = AdmissionCounters.counter("registered")
    private let known = AdmissionCounters.counter("known")
    private let refused: [Refusal.Reason: Counter]

    init() {
        refused = Dictionary(
            uniqueKeysWithValues: Refusal.Reason.allCases.map { reason in
                (reason, Self.counter(reason.rawValue))
            })
    }

    /// Counts what one statement was answered.
    func count(_ registration: Registration) {
        switch registration {
        case .registered: registered.increment()
        case .known: known.increment()
        case .unpublished(_, _, let isKnown): (isKnown ? known : registered).increment()
        case .refused(let refusal, _): refused[refusal.reason]?.increment()
        }
    }

    private static func counter(_ result: String) -> Counter {
        Counter(label: "colophon_admissions_total", dimensions: [("result", result)])
    }
}
