import Jobs
import LedgerStore
import Merkle
import Synchronization

/// The indexer's order to log an index head, and the sequencer's answer.
///
/// The sequencer drafts and signs it: only there is it known which head comes before, and which
/// ledger key is in force below its index. So a handover of that key needs no second attempt.
final class IndexHeadOrder: Sendable {
    /// What became of it.
    enum Answer: Sendable {
        /// It is an entry, durably, or was one already.
        case logged(PlacedIndexHead)

        /// It must not stand there: the map, or the indexer, is wrong.
        case refused(String)

        /// No tree head of its size is there any more, as after a day of attempts that failed:
        /// one of a newer size is to be asked for.
        case late

        /// It was not written, or that is not known; it is to be asked for again.
        case failed(LedgerError)
    }

    /// N, the number of entries that it covers.
    let size: UInt64

    /// The root of the map over them.
    let map: Hash

    private let condition = MonotonicCondition()
    private let answer = Mutex<Answer?>(nil)

    init(size: UInt64, map: Hash) {
        self.size = size
        self.map = map
    }

    /// Answers, once: a second answer changes nothing.
    func decide(_ answer: Answer) {
        condition.withLock {
            self.answer.withLock { if $0 == nil { $0 = answer } }
            condition.broadcast()
        }
    }

    /// Waits for the answer, which comes in any case: the sequencer answers before it ends.
    func wait() -> Answer {
        condition.withLock {
            while true {
                if let answer = answer.withLock({ $0 }) { return answer }
                condition.wait()
            }
        }
    }
}
