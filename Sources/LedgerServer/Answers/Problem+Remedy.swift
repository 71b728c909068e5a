package import HTTPService
package import LedgerStore

extension Problem {
    /// The store failed: a client is asked to come again only where waiting can help.
    package static func storage(_ detail: String, _ remedy: Remedy) -> Problem {
        storage(detail, canPass: remedy == .wait)
    }

    /// Says why a read has no answer, which is never an absence.
    package init(reading error: any Error) {
        self = .storage(
            LedgerError.words(ofRead: error), (error as? LedgerError)?.remedy ?? .wait)
    }
}
