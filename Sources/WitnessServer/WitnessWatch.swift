internal import Checkpoints
internal import Encoding
internal import Files
package import Logging
internal import Metrics
package import Witnessing

/// Tells the operator what happens in a witness: in its log and its numbers.
package final class WitnessWatch: Sendable {
    private let logger: Logger
    private let sync = Metrics.Timer(label: "colophon_witness_sync_seconds")
    private let group = Recorder(label: "colophon_witness_sync_requests")
    private let misbehaviour = Counter(label: "colophon_witness_misbehaviour_total")
    private let folder: MisbehaviourFolder

    /// Watches nothing yet; proofs of misbehaviour go into `folder`.
    package init(logger: Logger, keepingProofsIn folder: MisbehaviourFolder) {
        self.logger = logger
        self.folder = folder
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
        case .misbehaviour(let proof):
            misbehaviour.increment()
            keep(proof)
        }
    }

    /// Writes a proof, and says so: once for each file, however often a log asks.
    private func keep(_ proof: MisbehaviourProof) {
        var metadata: Logger.Metadata = [
            "origin": "\(proof.newer.claim.origin.printable)",
            "sizes": "\(proof.older.claim.size) and \(proof.newer.claim.size)",
        ]
        do throws(FileError) {
            guard let path = try folder.keep(proof) else { return }
            metadata["file"] = "\(path)"
            logger.error("a log has signed two histories: publish this file", metadata: metadata)
        } catch {
            metadata["reason"] = "\(error)"
            logger.error(
                "a log has signed two histories, and the proof cannot be kept", metadata: metadata)
        }
    }
}
