import Manifests
import Metrics
import Provenance

/// `colophon_admissions_total` by result: made once, because making a counter takes a lock.
struct AdmissionCounters: Sendable {
    private let counters: [String: Counter]

    init() {
        let results = ["registered", "known"] + Refusal.Reason.allCases.map(\.rawValue)
        counters = Dictionary(
            uniqueKeysWithValues: results.map { result in
                (
                    result,
                    Counter(
                        label: "colophon_admissions_total", dimensions: [("result", result)])
                )
            })
    }

    func increment(_ result: String) {
        counters[result]?.increment()
    }
}
