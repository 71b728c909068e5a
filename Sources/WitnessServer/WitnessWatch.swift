internal import Checkpoints
internal import Encoding
package import Logging
internal import Metrics
package import Witnessing

/// Tells the operator what happens in a witness: in its log and its numbers.
package final class WitnessWatch: Sendable {
    private let logger: Logger
    private let sync = Metrics.Timer(label: "colophon_witness_sync_seconds")
    private let group = Recorder(label: "colophon_witness_sync_requests")
    private let contradictions = Counter(label: "colophon_witness_contradictions_total")

    /// Watches nothing yet.
    package init(logger: Logger) {
        self.logger = logger
    }

    /// Takes what happened; called from any thread.
    package func take(_ event: WitnessEvent) {
        switch event {
        case .begun:
            logger.warning(
                """
                a new state was begun: if this key has cosigned before, stop now and put its \
                folder back, for it must not cosign again without it
                """)
        case .stopped(let error):
            logger.error("cosigning stopped", metadata: ["reason": "\(error)"])
        case .resumed: logger.notice("cosigning goes on")
        case .wrote(let requests, let time):
            sync.record(duration: time)
            group.record(requests)
        case .contradiction(let head, let refused):
            contradictions.increment()
            logger.error(
                "a log has signed two trees of one size",
                metadata: [
                    "origin": "\(refused.claim.origin.printable)", "size": "\(head.size)",
                    "cosigned": "\(head.signed.claim.root)", "refused": "\(refused.claim.root)",
                ])
        }
    }
}
