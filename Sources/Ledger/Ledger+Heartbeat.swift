extension Ledger {
    /// Returns once the sequencer's thread has answered, and never where it hangs.
    ///
    /// Whoever waits for this knows that the ledger still works; not that it can write. Where
    /// writing has stopped, this makes the sequencer try again as a submission does.
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
