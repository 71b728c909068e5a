import LedgerStore

/// Why nothing is registered now: an error, and words that say what has stopped.
struct Unready: Hashable {
    let error: LedgerError
    let words: String

    init(_ error: LedgerError, saying words: String? = nil) {
        self.error = error
        self.words = words ?? "\(error)"
    }
}
