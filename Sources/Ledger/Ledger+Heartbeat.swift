extension Ledger {
    /// Returns once the sequencer's thread has answered, and never where it hangs.
    ///
    /// A return shows that the thread lives, not that it can write. Where writing has stopped, the
    /// sequencer tries again, as after a submission.
    public func heartbeat() async {
        _ = await withCheckedContinuation { continuation in
            let chunk = SequencerQueue.Chunk(candidates: [], controls: 0, byteCount: 0) {
                continuation.resume(returning: $0)
            }
            // An empty chunk fits a full queue: only a ledger that closes takes it no more.
            if !sequencer.queue.append(chunk) { continuation.resume(returning: nil) }
        }
    }
}
