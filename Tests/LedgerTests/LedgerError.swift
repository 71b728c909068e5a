import LedgerStore

/// The error of a ledger that `body` throws; nil where it throws another one, or none.
func ledgerError(_ body: () throws -> Void) -> LedgerError? {
    do {
        try body()
        return nil
    } catch {
        return error as? LedgerError
    }
}
