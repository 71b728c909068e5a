/// What metrics mean and how finely they are measured.
struct MetricDescription: Sendable {
    /// What this target measures, whatever it serves.
    private static let ours = [
        "colophon_http_requests_total": "Requests answered, by route, method and status.",
        "colophon_http_request_seconds": "Time from a request's head to its answer's head.",
        "colophon_bastion_connected": "1 while a bastion can send requests, 0 while it cannot.",
        "colophon_tls_expiry_timestamp_seconds": "POSIX time at which the certificate expires.",
    ]

    private let texts: [String: String]

    /// Adds what a service measures beside this.
    init(adding texts: [String: String]) {
        self.texts = texts.merging(Self.ours) { $1 }
    }

    /// Returns the text of the `HELP` line.
    func help(of name: String) -> String {
        texts[name] ?? "No description."
    }

    /// Returns the upper bounds of a histogram's buckets, rising.
    static func bounds(of name: String) -> [Double] {
        name.hasSuffix("_entries") ? powersOfTwo : seconds
    }

    /// What counts entries counts those of a batch, which are 4,096 at most.
    private static let powersOfTwo: [Double] = (0...12).map { Double(1 << $0) }

    /// From a tile out of memory (0.1 ms) to an answer nobody waits for.
    private static let seconds: [Double] = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
        5, 10,
    ]
}
