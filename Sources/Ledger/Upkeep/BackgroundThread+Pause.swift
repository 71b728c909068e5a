import Jobs

extension BackgroundThread {
    /// Waits for so long, whether there is work or not; false, at once, where the thread is to end.
    ///
    /// Whoever calls it looks at all its work afterwards.
    func pause(_ duration: Duration) -> Bool {
        let end = ContinuousClock.now + duration
        while true {
            let left = end - .now
            guard left > .zero else { return !isStopping }
            guard sleep(left / .seconds(1)) else { return false }
        }
    }
}
