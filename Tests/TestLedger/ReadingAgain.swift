import LedgerStore
import TestSupport

/// Runs what reads a ledger whose write has failed; again, where it came in the moment between the
/// end of the store and its next opening.
///
/// That moment comes when it comes: a second after the failure, or later. It is over once something
/// has been registered since.
package nonisolated(nonsending) func readingAgain<Value>(
    _ body: () async throws -> Value
) async throws -> Value {
    try await eventually("the store is open again") {
        do {
            return try await body()
        } catch let error as LedgerError where error.remedy == .wait {
            return nil
        }
    }
}
