public import LedgerCheck
import LedgerStore

import LedgerStore

extension Ledger {
    /// Seconds that a head may be ahead of the clock before anyone is told: clocks are set by
    /// less than this all the time.
    private static let clockSlack: UInt64 = 60

    /// What the scrub has come to.
    public var scrub: ScrubStatus { scrubber.status }

    /// Seconds by which the newest head is ahead of the clock; 0 where it is not.
    ///
    /// Times of heads never fall. After a clock that was ahead is set right, heads keep the time
    /// of the newest one until the clock has caught up.
    public var headAheadSeconds: UInt64 {
        let (time, now) = (published.head.time, clock())
        return time > now ? time - now : 0
    }

    /// Seconds for which at most an entry has waited for a head that meets the quorum of the
    /// witnesses; 0 where the head that is served covers all.
    public var unservedSeconds: UInt64 {
        guard let time = published.unservedSince else { return 0 }
        let now = clock()
        return now > time ? now - time : 0
    }

    /// What somebody should look at although the ledger serves and signs, one line each.
    public var warnings: [String] {
        var warnings: [String] = []
        let status = scrub
        if let first = status.first {
            warnings.append("the scrub found \(status.findings) damaged rows; first: \(first)")
        }
        if case .stopped(let reason) = indexPhase {
            warnings.append(
                "the index has stopped, and no index head is made: \(reason); stop the server and "
                    + "run colophond index rebuild")
        }
        if headAheadSeconds > Self.clockSlack {
            warnings.append(
                "the newest head is \(headAheadSeconds) s ahead of the clock: "
                    + "new heads keep its time until the clock has caught up")
        }
        if let failure = indexer.failed {
            warnings.append(
                "keys are not indexed: \(failure); once too many wait, statements are refused")
        }
        return warnings
    }
}
