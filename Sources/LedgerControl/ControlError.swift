package import LedgerStore

/// Why a request over the control socket gave no result, in one line.
package struct ControlError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The error, in the words of the process that has the ledger open.
    package let description: String

    /// What can be done about it, as that process sees it.
    package let remedy: Remedy

    /// Creates an error in these words.
    package init(_ description: String, remedy: Remedy = .wait) {
        self.description = description
        self.remedy = remedy
    }
}
