import Provenance

/// A ledger that is served with an index, and makes a head each second.
struct BenchIndex {
    /// Seconds that an entry waits for a head.
    static let interval = 1.0

    /// How often rows of `keys` are written, with an index or without: those flags.
    static let intervalFlags = ["--index-interval", "1s"]

    /// Seconds after which nobody waits any more for the index.
    private static let patience = 600.0

    /// Entries at the end of a log that may be index heads, which no head waits for.
    private static let headsAtEnd = 2

    /// Between two looks: where a time is taken, and where the ledger has other work.
    private static let (pause, longPause) = (Duration.milliseconds(5), Duration.milliseconds(20))

    let ledger: BenchLedger

    /// Serves the folder, with more `arguments`; returns the seconds until it says that it is
    /// ready, and those until it proves which entries have a name.
    func start(_ arguments: [String] = []) async throws -> (ready: Double, proves: Double) {
        let begin = ContinuousClock.now
        let flags = ["--index", "on"] + Self.intervalFlags
        let ready = try await ledger.start(flags + arguments)
        try await patiently("it proves which entries have a name") {
            try await ledger.provesNames()
        }
        return (ready, (ContinuousClock.now - begin) / .seconds(1))
    }

    /// Waits until the newest index head covers all statements there are.
    func covered() async throws {
        let end = try await ledger.size() - Self.headsAtEnd
        try await patiently("an index head covers \(end) entries") {
            try await ledger.indexHead().map { Int($0.size) >= end } ?? false
        }
    }

    /// Watches the heads while `load` feeds the ledger, until `count` captures are logged and a
    /// head covers them, or the load is broken; returns the longest that an entry waited for its
    /// head, in seconds.
    func lag(of load: Load, until count: Int) async throws -> Double {
        var lag = HeadLag()
        let begin = ContinuousClock.now
        try await patiently("an index head covers \(count) captures", pause: Self.longPause) {
            if load.isBroken { return true }
            let size = try await ledger.size()
            guard let head = try await ledger.indexHead() else { return false }
            let (end, covered) = (size - Self.headsAtEnd, Int(head.size))
            lag.look(
                size: end, covered: covered, at: (ContinuousClock.now - begin) / .seconds(1))
            let heads = Int(head.chain.sequence) + 1
            return size - BenchLedger.controlEntries - heads >= count && covered >= end
        }
        return lag.longest
    }

    /// Waits for what will happen.
    func patiently(
        _ event: String, pause: Duration = pause, _ hasHappened: () async throws -> Bool
    ) async throws {
        let begin = ContinuousClock.now
        while try await !hasHappened() {
            guard (ContinuousClock.now - begin) / .seconds(1) < Self.patience else {
                throw BenchError("\(event): not after \(Self.patience) seconds")
            }
            try await Task.sleep(for: pause)
        }
    }
}
