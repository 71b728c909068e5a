import Checkpoints
import HTTPCalls
import LedgerClient
import Manifests
import Provenance

/// The time of the earliest kept head that holds an entry: since when everybody can see it.
///
/// A record proves a head by its receipts, and its time with it; where nobody has cosigned, that is
/// the newest head alone. Between heads the ledger is asked: `GET /heads/before/TIME` gives a note
/// that the log's key has signed, so that the size is proven, and the time is the ledger's word. Of
/// a head that is not kept any more the next kept one takes the place (log.md §4), so the time is
/// never too early.
package struct HeadTimes: Sendable {
    private let ledger: FreshLedger

    /// The first step back from the proven time, in seconds; it doubles.
    private static let firstStep: UInt64 = 60

    /// Asks this ledger.
    package init(of ledger: FreshLedger) {
        self.ledger = ledger
    }

    /// Returns the time of the earliest kept head that holds a statement, in POSIX seconds: at most
    /// that of the head that is proven to hold it.
    package func first(holding statement: RegisteredStatement) async throws(RegisteredError)
        -> UInt64
    {
        let index = statement.index
        // A head of this time holds it: it is older than the second after.
        var high = statement.loggedAt + 1
        var low: UInt64 = 0
        var step = Self.firstStep
        while step < high {
            guard try await holds(index, before: high - step) else {
                low = high - step
                break
            }
            high -= step
            step *= 2
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if try await holds(index, before: middle) { high = middle } else { low = middle }
        }
        return high - 1
    }

    /// Whether the newest kept head that is older than `time` holds the entry at `index`.
    private func holds(_ index: UInt64, before time: UInt64) async throws(RegisteredError) -> Bool {
        let note: [UInt8]
        do throws(CallError) {
            note = try await ledger.client.checkpoint(before: time)
        } catch {
            // There is no head as old as that.
            if case .refused(let problem) = error, problem.status == 404 { return false }
            throw .ledger(error)
        }
        do throws(Refusal) {
            return try HeadVerifier(ledger.kit.registry).head(of: note).size > index
        } catch {
            throw .badHead(error)
        }
    }
}
